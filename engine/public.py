"""Where people reach the portal: `$VINHDANH_PUBLIC_URL`, for links in letters and for how strict cookies can be."""

import os
from urllib.parse import urlsplit

from rules.errors import MalformedError

SETTING = "VINHDANH_PUBLIC_URL"
HERE = "http://127.0.0.1:8000"


def public_url() -> str:
    """Scheme, host and port, without a slash at the end; MalformedError for anything that is more or less than that."""
    given = os.environ.get(SETTING) or HERE
    try:
        parts = urlsplit(given)
        known = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is none
        known = False
    bare = given.removesuffix("/")
    if not known or bare.count("/") != 2 or any(sign in bare for sign in "?#@\\ ") or not bare.isprintable():  # noqa: PLR2004 - the two of https://
        raise MalformedError(f"{SETTING} phải có dạng https://tên-miền hoặc http://tên-miền:cổng, không kèm đường dẫn.")
    return bare


def is_encrypted() -> bool:
    """Whether browsers come by https, so that cookies may be kept to that."""
    return public_url().startswith("https:")
