"""One paper of a decision printed for who asked for it: found, or made and kept, with no transaction open meanwhile."""

import hashlib
from collections.abc import Callable
from io import BytesIO

from fastapi import Request
from fastapi.responses import Response

from engine import clock
from engine.papers.ordering import Order, at_hand, keep_made, load_press
from web.handing import handed
from web.work import database_of


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
