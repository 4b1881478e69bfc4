"""The first page: the campaign looked at, or what to do where there is none."""

from fastapi.responses import RedirectResponse, Response

from engine.dashboard import dashboard
from engine.views import eyes_in
from web.pages.board import pictures_of
from web.visit import Pages, Visiting
from web.waiting import tasks

router = Pages()


@router.get("/")
def home(visit: Visiting) -> Response:
    """On to the campaign."""
    if visit.campaign is None:
        return visit.page("no_campaign.html")
    return RedirectResponse(f"/dot/{visit.campaign.code}", 303)


@router.get("/dot/{code}")
def show_dashboard(code: str, visit: Visiting) -> Response:
    """A campaign at a glance."""
    context = visit.context(code)
    board = dashboard(visit.session, context, eyes_in(context))
    waiting = tasks(visit.visitor.roles, context, board)
    return visit.page("dashboard.html", board=board, waiting=waiting, **pictures_of(context, board))
