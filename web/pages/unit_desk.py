"""A unit's first page: its dossiers, where each stands, what each lacks and until when."""

from fastapi.responses import Response

from engine.desk import desk_view
from engine.filling import require_writer
from engine.plans import may_perform
from rules.vocabulary import Action
from web.visit import Pages, Visiting

router = Pages()


@router.get("/dot/{code}/don-vi")
def show_desk(code: str, visit: Visiting) -> Response:
    """The unit's dossiers, what waits for the unit first."""
    context = visit.context(code)
    require_writer(context)
    dossiers = desk_view(visit.session, context)
    return visit.page("unit/desk.html", dossiers=dossiers, intake=context.campaign.intake,
                      categories=context.campaign.categories, decided=context.decided,
                      sends=may_perform(context, Action.SUBMIT))  # fmt: skip
