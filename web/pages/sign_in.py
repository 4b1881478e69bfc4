"""Signing in and out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from engine.access import passwords, sessions
from web.addresses import address_of, cookie_name, encrypted, own_path
from web.forms import NEVER_CARRIED, Form, Posted
from web.pre_session import form_token, is_ours, with_form_token
from web.render import rendered
from web.visit import SESSION, Visiting
from web.work import admitted, database_of

router = APIRouter()
WRONG = "Tên đăng nhập hoặc mật khẩu không đúng."
OLD_FORM = "Trang đăng nhập đã mở quá lâu. Hãy đăng nhập lại."
CARRIED = "giu."  # before the name of a field that is carried over signing in


@router.get("/dang-nhap")
def sign_in_page(request: Request, tiep: str = "/") -> Response:
    """The page to sign in on."""
    return sign_in_form(request, onward=own_path(tiep))


def sign_in_form(
    request: Request, *, onward: str, problem: str = "", name: str = "", carried: list[tuple[str, str]] | None = None
) -> Response:
    """The form, with what went wrong and what is carried along."""
    token = form_token(request)
    said = {"onward": onward, "problem": problem, "name": name, "carried": carried or []}
    return with_form_token(rendered(request, "sign_in.html", status=401 if problem else 200, csrf=token, **said), token)


@router.post("/dang-nhap")
def sign_in(request: Request, form: Posted, _: Annotated[None, Depends(admitted, scope="function")]) -> Response:
    """Sign in with name and password; then on to where somebody wanted to go, with what was typed there."""
    onward, carried, name = own_path(form.text("onward")), carried_in(form), form.text("name")
    if not is_ours(request, form):
        return sign_in_form(request, onward=onward, problem=OLD_FORM, name=name, carried=carried)
    began = request.state.began
    with database_of(request).transaction() as session:
        found = passwords.account_with(session, name, form.get("password", ""))
        if found is None:
            return sign_in_form(request, onward=onward, problem=WRONG, name=name, carried=carried)
        where, agent = address_of(request), request.headers.get("user-agent", "")
        cookie, csrf = sessions.begin(session, found[0], method="password", now=began, address=where, agent=agent)
    return arrive(request, cookie, csrf, onward, carried)


def carried_in(form: Form) -> list[tuple[str, str]]:
    """The fields carried over signing in."""
    names = [name for name in form if name.startswith(CARRIED)]
    pairs = [(name.removeprefix(CARRIED), value) for name in names for value in form.many(name)]
    return [(name, value) for name, value in pairs if not name.startswith(NEVER_CARRIED)]


def arrive(request: Request, cookie: str, csrf: str, onward: str, carried: list[tuple[str, str]]) -> Response:
    """On to the page wanted; what was typed before is shown there, to be sent."""
    answer: Response = RedirectResponse(onward, 303)
    if carried:
        message = "Bạn đã đăng nhập lại."
        answer = rendered(request, "resume.html", csrf=csrf, onward=onward, carried=carried, message=message)
    answer.set_cookie(cookie_name(SESSION), cookie, httponly=True, samesite="lax", secure=encrypted(), path="/")
    return answer


@router.post("/dang-xuat")
def sign_out(visit: Visiting) -> Response:
    """End this session."""
    sessions.end(visit.session, visit.account.id, visit.began, only=visit.signed.sha256)
    answer = visit.go("/dang-nhap", "Bạn đã đăng xuất.")
    answer.delete_cookie(cookie_name(SESSION), path="/", httponly=True, samesite="lax", secure=encrypted())
    return answer
