"""Where the portal stands in the network: its address in letters, and what follows from it for cookies."""

from starlette.requests import Request

from engine.public import is_encrypted as encrypted
from engine.public import public_url

__all__ = ["encrypted", "public_url"]


def cookie_name(name: str) -> str:
    """A cookie's name; with TLS the prefix by which browsers hold it to this host and to encryption."""
    return f"__Host-{name}" if encrypted() else name


def own_path(wanted: str | None) -> str:
    """`wanted` if it is a path of ours, else the first page: nobody is sent elsewhere by a link to us."""
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return "/"
    return wanted if wanted.isprintable() and "\\" not in wanted else "/"


def address_of(request: Request) -> str:
    """The address a request came from; behind a proxy, the proxy must say (uvicorn's own settings)."""
    return request.client.host if request.client else ""
