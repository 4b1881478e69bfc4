"""Forms of people who are not signed in yet: their token lives in a cookie that only our own pages can set and send."""

import secrets

from fastapi import Request
from starlette.responses import Response

from web.addresses import cookie_name, encrypted
from web.forms import CSRF, Form

TOKEN = "bieu_mau"  # noqa: S105 - the name of a cookie
SECONDS = 4 * 3600


def form_token(request: Request) -> str:
    """The token this browser has, or a new one."""
    return request.cookies.get(cookie_name(TOKEN)) or secrets.token_urlsafe(32)


def with_form_token(answer: Response, token: str) -> Response:
    """Give the browser the token that the form on this page carries."""
    answer.set_cookie(
        cookie_name(TOKEN), token, max_age=SECONDS, httponly=True, samesite="strict", secure=encrypted(), path="/"
    )
    return answer


def clear_form_token(answer: Response) -> Response:
    """Have the browser forget it: what follows is held to the session."""
    answer.delete_cookie(cookie_name(TOKEN), path="/", httponly=True, samesite="strict", secure=encrypted())
    return answer


def is_ours(request: Request, form: Form) -> bool:
    """Whether a form was made by a page of ours for this browser."""
    kept = request.cookies.get(cookie_name(TOKEN), "")
    return bool(kept) and secrets.compare_digest(kept.encode(), form.get(CSRF, "").encode())
