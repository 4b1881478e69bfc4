"""Where the portal stands in the network: its address in letters, and what follows from it for cookies."""

import os
from ipaddress import ip_network

from starlette.requests import Request

from engine.public import is_encrypted as encrypted
from engine.public import public_url
from rules.errors import MalformedError

PROXY = "VINHDANH_PROXY"
__all__ = ["encrypted", "public_url"]


def cookie_name(name: str) -> str:
    """A cookie's name; with TLS the prefix by which browsers hold it to this host and to encryption."""
    return f"__Host-{name}" if encrypted() else name


def own_path(wanted: str | None) -> str:
    """`wanted` if it is a path of ours, else the first page: nobody is sent elsewhere by a link to us."""
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return "/"
    return wanted if wanted.isprintable() and "\\" not in wanted else "/"


def proxies() -> list[str]:
    """Addresses and networks of proxies in front of us, which say where a request came from: `$VINHDANH_PROXY`.

    MalformedError for what is neither.
    """
    named = [one.strip() for one in os.environ.get(PROXY, "").split(",") if one.strip()]
    for one in named:
        try:
            ip_network(one)
        except ValueError as error:
            raise MalformedError(f"{PROXY}: “{one}” không phải là địa chỉ hay dải địa chỉ IP.") from error
    return named


def address_of(request: Request) -> str:
    """The address a request came from; behind a proxy of ours, where that says it came from."""
    return request.client.host if request.client else ""
