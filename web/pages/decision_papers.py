"""The papers of a decision as downloads. Printing takes seconds: it happens when the request's transaction is over."""

from fastapi.responses import Response

from engine.papers.ordering import order
from engine.views import eyes_in, require_overview
from web.later import Later
from web.printing import maker
from web.visit import Pages, Visiting

router = Pages()


@router.get("/dot/{code}/quyet-dinh/van-ban/{name}")
def download(code: str, name: str, visit: Visiting) -> Response:
    """One paper of the frozen or signed decision."""
    context = visit.context(code)
    require_overview(eyes_in(context))
    wanted = order(visit.session, context, name)
    return Later(maker(visit.request, wanted), visit.request.app.state.press)
