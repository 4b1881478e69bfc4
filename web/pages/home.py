"""The first page: the campaign looked at, or what to do where there is none."""

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from engine import campaigns
from engine.views import eyes_in
from web.visit import Visiting

router = APIRouter()


@router.get("/")
def home(visit: Visiting) -> Response:
    """On to the campaign."""
    if visit.campaign is None:
        return visit.page("no_campaign.html")
    return RedirectResponse(f"/dot/{visit.campaign.code}", 303)


@router.get("/dot/{code}")
def dashboard(code: str, visit: Visiting) -> Response:
    """A campaign at a glance."""
    context = visit.context(code)
    return visit.page("dashboard.html", summary=campaigns.show(visit.session, context, eyes_in(context)))
