"""One dossier: the offices' page or its unit's, whichever eyes look."""

from fastapi.responses import Response

from web.pages import office_dossier, unit_dossier
from web.visit import Looking, Pages, Visit

router = Pages()


@router.get("/ho-so/{identity}")
def show_dossier(identity: str, visit: Looking) -> Response:
    """The dossier, to whoever may see it."""
    return dossier_page(visit, identity)


def dossier_page(visit: Visit, identity: str) -> Response:
    """The page after anything that was done or refused on it; NotFoundError when these eyes see no such dossier."""
    context, dossier, eyes = visit.seen(identity, whole=True)
    show = office_dossier.show if eyes.overview else unit_dossier.show
    return show(visit, context, dossier, eyes)
