"""Signing in, with a code where one is asked for, and signing out."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import Response

from engine.access import sessions, signing_in
from engine.access.signing_in import Turned
from web.addresses import cookie_name, own_path
from web.entrance import (
    SESSION,
    WAITING,
    arrive,
    await_code,
    carried_in,
    code_form,
    sign_in_form,
    take,
    visitor_of,
)
from web.forms import Posted
from web.pre_session import is_ours
from web.visit import Pages, Visiting
from web.work import admitted, at_the_door, database_of

router = Pages()
OLD_FORM = Turned("Trang đăng nhập đã mở quá lâu. Hãy đăng nhập lại.")
AtTheDoor = Annotated[None, Depends(at_the_door, scope="function")]
Room = Annotated[None, Depends(admitted, scope="function")]


@router.get("/dang-nhap")
def sign_in_page(request: Request, tiep: str = "/") -> Response:
    """The page to sign in on."""
    return sign_in_form(request, onward=own_path(tiep))


@router.post("/dang-nhap")
def sign_in(request: Request, form: Posted, _: AtTheDoor, __: Room) -> Response:
    """Sign in with name and password; then on to where somebody wanted to go, with what was typed there."""
    onward, carried, name = own_path(form.text("onward")), carried_in(form), form.text("name")
    if not is_ours(request, form):
        return sign_in_form(request, onward=onward, turned=OLD_FORM, name=name, carried=carried)
    with database_of(request).transaction() as session:
        visitor, password = visitor_of(request), form.get("password", "")
        found = signing_in.sign_in(session, name, password, visitor, request.state.began)
        if not isinstance(found, Turned):
            sessions.leave(session, request.cookies.get(cookie_name(SESSION)), request.state.began)
    if isinstance(found, Turned):
        return sign_in_form(request, onward=onward, turned=found, name=name, carried=carried)
    proceed = await_code if found.awaits_code else arrive
    return proceed(request, found, onward, carried)


@router.post("/dang-nhap/ma")
def give_code(request: Request, form: Posted, _: AtTheDoor, __: Room) -> Response:
    """Give the code after the password."""
    onward, carried = own_path(form.text("onward")), carried_in(form)
    cookie = request.cookies.get(cookie_name(WAITING), "")
    if not is_ours(request, form):
        return sign_in_form(request, onward=onward, turned=OLD_FORM, carried=carried)
    with database_of(request).transaction() as session:
        code, visitor = form.get("code", ""), visitor_of(request)
        found = signing_in.give_code(session, cookie, code, visitor, request.state.began)
    if not isinstance(found, Turned):
        return arrive(request, found, onward, carried)
    again = sign_in_form if found.message == signing_in.TOO_LATE else code_form
    return again(request, onward=onward, turned=found, carried=carried)


@router.post("/dang-xuat")
def sign_out(visit: Visiting) -> Response:
    """End this session."""
    sessions.end(visit.session, visit.account.id, visit.began, only=visit.signed.sha256)
    answer = visit.go("/dang-nhap", "Bạn đã đăng xuất.")
    take(answer, SESSION)
    return answer
