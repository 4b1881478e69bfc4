"""The papers of a decision as downloads. Printing takes seconds: it happens when the request's transaction is over."""

import hashlib
from collections.abc import Callable
from io import BytesIO

from fastapi import APIRouter, Request
from fastapi.responses import Response

from engine import clock
from engine.papers.ordering import Order, keep_made, order
from engine.views import eyes_in, require_overview
from web.handing import handed
from web.later import Later
from web.visit import Visiting
from web.work import database_of

router = APIRouter()


@router.get("/dot/{code}/quyet-dinh/van-ban/{name}")
def download(code: str, name: str, visit: Visiting) -> Response:
    """One paper of the frozen or signed decision."""
    context = visit.context(code)
    require_overview(eyes_in(context))
    wanted = order(visit.session, context, name)
    return Later(maker(visit.request, wanted), visit.request.app.state.press)


def maker(request: Request, wanted: Order) -> Callable[[], Response]:
    """What prints the paper, keeps it and hands it out."""

    def make() -> Response:
        content = wanted.make()
        with database_of(request).transaction() as session:
            content = keep_made(session, wanted, content, clock.now())
        return handed(BytesIO(content), wanted.media, wanted.name, hashlib.sha256(content).hexdigest())

    return make
