"""Answers that take long to make: made once the request's transaction is over, so that nobody waits for a row."""

from asyncio import Semaphore
from collections.abc import Callable

from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

AT_ONCE = 2  # made at the same time in one process; the others wait, holding neither thread nor connection


class Later(Response):
    """An answer that `make` gives when it is to be sent; an error in it is answered as any other."""

    def __init__(self, make: Callable[[], Response], room: Semaphore) -> None:
        """Keep what makes it, and the room it is made in."""
        super().__init__()
        self.make, self.room = make, room

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Make it, then send it."""
        async with self.room:
            made = await run_in_threadpool(self.make)
        await made(scope, receive, send)
