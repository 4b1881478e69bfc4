"""The papers of a decision as downloads. Printing takes seconds: it happens when the request's transaction is over."""

import hashlib
from collections.abc import Callable
from io import BytesIO

from fastapi import Request
from fastapi.responses import Response

from engine import clock
from engine.papers.ordering import Order, at_hand, keep_made, load_press, order
from engine.views import eyes_in, require_overview
from web.handing import handed
from web.later import Later
from web.visit import Pages, Visiting
from web.work import database_of

router = Pages()


@router.get("/dot/{code}/quyet-dinh/van-ban/{name}")
def download(code: str, name: str, visit: Visiting) -> Response:
    """One paper of the frozen or signed decision."""
    context = visit.context(code)
    require_overview(eyes_in(context))
    wanted = order(visit.session, context, name)
    return Later(maker(visit.request, wanted), visit.request.app.state.press)


def maker(request: Request, wanted: Order) -> Callable[[], Response]:
    """What finds the paper or prints and keeps it, and hands it out."""

    def make() -> Response:
        if wanted.copy is not None:
            load_press()
        database = database_of(request)
        with database.transaction() as session:
            content = at_hand(session, wanted)
        if content is None:
            made = wanted.make()
            with database.transaction() as session:
                content = keep_made(session, wanted, made, clock.now())
        return handed(BytesIO(content), wanted.media, wanted.name, hashlib.sha256(content).hexdigest())

    return make
