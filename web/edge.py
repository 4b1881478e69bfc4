"""The outermost layer: when a request came, how large it may be, the headers of every answer, the last resort."""

import logging
import traceback
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine import clock
from web.errors import TRANSPORT, unexpected

LOG = logging.getLogger(__name__)
LARGEST = 256 * 1024  # bytes of a body; the longest reason and findings anybody writes are a few kilobytes
API = "/api/"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


class Edge:
    """ASGI middleware around everything."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, and see to it that it is answered."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope.setdefault("state", {})["began"] = clock.now()
        exchange = Exchange(receive, send)
        try:
            if status := unacceptable(scope):
                await refuse(status)(scope, receive, exchange.send)
            else:
                await self.app(scope, exchange.receive, exchange.send)
        except Exception as error:
            if exchange.begun:
                raise
            report(error)
            await unexpected()(scope, receive, exchange.send)


class Exchange:
    """One request's messages: what comes in is counted, what goes out carries our headers."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self.incoming, self.outgoing = receive, send
        self.received = 0
        self.begun = False

    async def receive(self) -> Message:
        """The next part of the body; HTTPException once it is too large, whatever its header says."""
        message = await self.incoming()
        self.received += len(message.get("body", b""))
        if self.received > LARGEST:
            raise HTTPException(413)
        return message

    async def send(self, message: Message) -> None:
        """Send a part of the answer; headers that are there already stay as they are."""
        if message["type"] == "http.response.start":
            self.begun = True
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await self.outgoing(message)


def unacceptable(scope: Scope) -> int | None:
    """The status of a request that is not even looked at: too large by its own account, or no JSON."""
    headers = Headers(scope=scope)
    length = headers.get("content-length", "0")
    if length.isascii() and length.isdigit() and int(length[:20]) > LARGEST:
        return 413
    media = headers.get("content-type", "").partition(";")[0].strip().lower()
    writes = scope["method"] == "POST" and scope["path"].startswith(API)
    return 415 if writes and media != "application/json" else None


def refuse(status: int) -> JSONResponse:
    """The answer to such a request."""
    _, code, message = TRANSPORT[status]
    said: dict[str, Any] = {"error": code, "message": message}
    return JSONResponse(said, status)


def report(error: Exception) -> None:
    """Where an unexpected error happened, for the log: not its words, which may hold personal data."""
    where = "".join(traceback.format_tb(error.__traceback__))
    LOG.error("Lỗi ngoài dự kiến (%s):\n%s", type(error).__name__, where)
