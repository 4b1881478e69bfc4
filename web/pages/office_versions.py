"""A dossier's answers at an earlier version beside those of today."""

from fastapi.responses import Response

from engine.versions import side_by_side
from engine.views import listed, note_sight
from web.visit import Pages, Visiting

router = Pages()


@router.get("/ho-so/{identity}/phien-ban/{version}")
def compare(identity: str, version: int, visit: Visiting) -> Response:
    """Then and now, for the offices; that a CCCD number was shown goes on the trail."""
    context, dossier, eyes = visit.seen(identity)
    answers = side_by_side(visit.session, context, dossier, eyes, version)
    note_sight(visit.session, context, dossier, eyes)
    return visit.page("office/versions.html", dossier=listed(context, dossier, eyes), version=version, answers=answers)
