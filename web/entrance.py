"""From nobody to somebody: the sign-in page, the code page, the cookies of a session, and what was typed before."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from engine.access import sessions
from engine.access.signing_in import Admitted, Turned, Visitor
from engine.clock import VIETNAM
from web.addresses import address_of, cookie_name, encrypted
from web.forms import NEVER_CARRIED, Form
from web.pre_session import clear_form_token, form_token, with_form_token
from web.render import rendered

SESSION = "phien"  # the cookie of whoever is signed in
WAITING = "cho_ma"  # of whoever gave a right password and has still to give a code
KNOWN = "trinh_duyet"  # the hash of the browser's last session: opens nothing, but tells it from a stranger's
YEAR = 365 * 24 * 3600
CARRIED = "giu."  # before the name of a field that is carried over signing in
UNAUTHORIZED, CONFLICT, TOO_MANY = 401, 409, 429
SameSite: TypeAlias = Literal["lax", "strict"]
Pairs = Sequence[tuple[str, str]]


def sign_in_form(
    request: Request, *, onward: str, turned: Turned | None = None, name: str = "", carried: Pairs = ()
) -> Response:
    """The page to sign in on, with why somebody was turned away and what is carried along."""
    return for_strangers(request, "sign_in.html", turned, UNAUTHORIZED, onward=onward, name=name, carried=carried)


def code_form(request: Request, *, onward: str, turned: Turned | None = None, carried: Pairs = ()) -> Response:
    """The page that asks for the code after the password."""
    return for_strangers(request, "sign_in_code.html", turned, UNAUTHORIZED, onward=onward, carried=carried)


def for_strangers(
    request: Request, template: str, turned: Turned | None, refused: int = CONFLICT, /, **values: object
) -> Response:
    """A page with a form for somebody not signed in; `turned` is why a try came to nothing, `refused` its status."""
    token = form_token(request)
    status = 200 if turned is None else TOO_MANY if turned.until else refused
    said = {"problem": turned.message if turned else "", "again": clock_time(turned.until) if turned else ""}
    answer = rendered(request, template, status=status, csrf=token, **{**said, **values})
    if turned and turned.until:
        seconds = (turned.until - request.state.began).total_seconds()
        answer.headers["Retry-After"] = str(max(1, int(seconds) + 1))
    return with_form_token(answer, token)


def clock_time(moment: datetime | None) -> str:
    """When to try again, to the second, "" for now."""
    return f"{(moment + timedelta(seconds=1)).astimezone(VIETNAM):%H:%M:%S}" if moment else ""


def visitor_of(request: Request) -> Visitor:
    """Who comes, as far as the request tells."""
    return Visitor(
        address=address_of(request),
        agent=request.headers.get("user-agent", ""),
        mark=request.cookies.get(cookie_name(KNOWN), ""),
    )


def carried_in(form: Form) -> list[tuple[str, str]]:
    """The fields carried over signing in."""
    names = [name for name in form if name.startswith(CARRIED)]
    pairs = [(name.removeprefix(CARRIED), value) for name in names for value in form.many(name)]
    return [(name, value) for name, value in pairs if not name.startswith(NEVER_CARRIED)]


def arrive(request: Request, admitted: Admitted, onward: str, carried: Pairs = ()) -> Response:
    """On to the page wanted under a new cookie; what was typed before is shown there, to be sent."""
    answer: Response = RedirectResponse(onward, 303)
    if carried:
        message = "Bạn đã đăng nhập lại."
        answer = rendered(request, "resume.html", csrf=admitted.csrf, onward=onward, carried=carried, message=message)
    give(answer, SESSION, admitted.cookie, samesite="lax")
    give(answer, KNOWN, sessions.digest(admitted.cookie), seconds=YEAR)
    take(answer, WAITING)
    return clear_form_token(answer)


def await_code(request: Request, admitted: Admitted, onward: str, carried: Pairs) -> Response:
    """The page that asks for the code, and the cookie that remembers that the password was right."""
    answer = code_form(request, onward=onward, carried=carried)
    give(answer, WAITING, admitted.cookie, seconds=int(sessions.FOR_A_CODE.total_seconds()))
    return answer


def give(answer: Response, name: str, value: str, *, seconds: int | None = None, samesite: SameSite = "strict") -> None:
    """Set a cookie that no script reads and no other site sends along."""
    answer.set_cookie(
        cookie_name(name), value, max_age=seconds, httponly=True, samesite=samesite, secure=encrypted(), path="/"
    )


def take(answer: Response, name: str) -> None:
    """Have the browser forget a cookie."""
    answer.delete_cookie(cookie_name(name), path="/", httponly=True, samesite="lax", secure=encrypted())
