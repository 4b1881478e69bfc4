"""The outermost layer: when a request came, how large it may be, the headers of every answer, the last resort."""

import logging
import traceback
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine import clock
from web.addresses import encrypted, public_url
from web.bodies import largest, media_of, media_wanted
from web.errors import MEDIA_TYPE, TRANSPORT, for_people, unexpected
from web.failures import failure_page, is_page

LOG = logging.getLogger(__name__)
API = "/api/"
STATIC = "/static/"
SECONDS_KEPT = 31_536_000  # a file's address changes with its content
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
FOR_PAGES = {
    **HEADERS,
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
}


def headers_for(path: str) -> dict[str, str]:
    """The headers an answer at this address carries."""
    if path.startswith(STATIC):
        return {**HEADERS, "Cache-Control": f"public, max-age={SECONDS_KEPT}, immutable"}
    found = FOR_PAGES if is_page(path) else HEADERS
    return {**found, "Strict-Transport-Security": f"max-age={SECONDS_KEPT}"} if encrypted() else found


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
        exchange = Exchange(receive, send, scope)
        try:
            if status := unacceptable(scope):
                await refuse(Request(scope), status)(scope, receive, exchange.send)
            else:
                await self.app(scope, exchange.receive, exchange.send)
        except Exception as error:
            if exchange.begun:
                raise
            report(error)
            await unexpected(Request(scope))(scope, receive, exchange.send)


class Exchange:
    """One request's messages: what comes in is counted, what goes out carries our headers."""

    def __init__(self, receive: Receive, send: Send, scope: Scope) -> None:
        self.incoming, self.outgoing = receive, send
        self.headers = headers_for(scope["path"])
        self.largest = largest(scope["path"], Headers(scope=scope))
        self.received = 0
        self.begun = False

    async def receive(self) -> Message:
        """The next part of the body; HTTPException once it is too large, whatever its header says."""
        message = await self.incoming()
        self.received += len(message.get("body", b""))
        if self.received > self.largest:
            raise HTTPException(413)
        return message

    async def send(self, message: Message) -> None:
        """Send a part of the answer; headers that are there already stay as they are."""
        if message["type"] == "http.response.start":
            self.begun = True
            headers = MutableHeaders(scope=message)
            for name, value in self.headers.items():
                headers.setdefault(name, value)
        await self.outgoing(message)


def unacceptable(scope: Scope) -> int | None:
    """The status of a request not even looked at: too large by its own account, no JSON, or another site's form."""
    headers = Headers(scope=scope)
    length = headers.get("content-length", "0")
    if length.isascii() and length.isdigit() and int(length[:20]) > largest(scope["path"], headers):
        return 413
    if scope["method"] == "POST" and is_page(scope["path"]) and from_elsewhere(headers):
        return 403
    writes = scope["method"] == "POST" and scope["path"].startswith(API)
    return MEDIA_TYPE if writes and media_of(headers) != media_wanted(scope["path"]) else None


def from_elsewhere(headers: Headers) -> bool:
    """Whether a browser says that another site's page sent this."""
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return True
    origin = headers.get("origin")
    ours = {headers.get("host"), urlsplit(public_url()).netloc}
    return origin is not None and urlsplit(origin).netloc not in ours


def refuse(request: Request, status: int) -> Response:
    """The answer to such a request."""
    if is_page(request.url.path):
        return failure_page(request, status, for_people(status, request.url.path))
    _, code, message = TRANSPORT[status]
    if status == MEDIA_TYPE:
        message = f"Yêu cầu phải có Content-Type: {media_wanted(request.url.path)}."
    said: dict[str, Any] = {"error": code, "message": message}
    return JSONResponse(said, status)


def report(error: Exception) -> None:
    """Where an unexpected error happened, for the log: not its words, which may hold personal data."""
    where = "".join(traceback.format_tb(error.__traceback__))
    LOG.error("Lỗi ngoài dự kiến (%s):\n%s", type(error).__name__, where)
