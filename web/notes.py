"""A sentence for the next page: what was just done, in a cookie that lives until it is read."""

from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import Response

from web.addresses import cookie_name, encrypted

NOTE = "loi_nhan"
LONGEST = 600  # characters; a cookie holds about 4,000 once its letters are escaped
SECONDS = 60


def leave_note(answer: Response, note: str) -> None:
    """Let the next page say it."""
    value = quote(note[:LONGEST], safe="")[:3800]
    answer.set_cookie(
        cookie_name(NOTE), value, max_age=SECONDS, httponly=True, samesite="lax", secure=encrypted(), path="/"
    )


def take_note(request: Request) -> str:
    """The sentence left for this page, "" if there is none."""
    return unquote(request.cookies.get(cookie_name(NOTE), ""), errors="replace")


def clear_note(answer: Response) -> None:
    """Say it once only."""
    answer.delete_cookie(cookie_name(NOTE), path="/", httponly=True, samesite="lax", secure=encrypted())
