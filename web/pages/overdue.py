"""What lies too long in an office, or past its due date, the longest first."""

from fastapi.responses import Response

from engine.escalation import waiting_too_long
from engine.views import eyes_in, require_overview
from web.visit import Pages, Visiting

router = Pages()
MOST = 300  # lines anybody reads


@router.get("/dot/{code}/qua-han")
def show_overdue(code: str, visit: Visiting) -> Response:
    """Every dossier an office owes a step for longer than it may take."""
    context = visit.context(code)
    require_overview(eyes_in(context))
    late = waiting_too_long(visit.session, context, MOST + 1)
    return visit.page(
        "office/overdue.html", late=late[:MOST], more=len(late) > MOST, allowed=context.campaign.clock.waiting
    )
