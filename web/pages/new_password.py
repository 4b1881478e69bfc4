"""Choosing a password by a link from a letter, and asking for such a letter."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.background import BackgroundTask

from engine.access import links
from engine.access.signing_in import Turned
from engine.context import command_origin
from models.database import Database
from rules.errors import NotFoundError, RefusedError
from web.addresses import address_of
from web.edge import report
from web.entrance import for_strangers
from web.forms import Posted
from web.notes import leave_note
from web.pre_session import clear_form_token, is_ours
from web.work import admitted, at_the_door, database_of

router = APIRouter()
Room = Annotated[None, Depends(admitted, scope="function")]
AtTheDoor = Annotated[None, Depends(at_the_door, scope="function")]
OLD_FORM = Turned("Trang này đã mở quá lâu. Hãy nhập lại.")
UNLIKE = Turned("Hai lần nhập mật khẩu không giống nhau.")
TOO_OFTEN = "Đã yêu cầu nhiều lần. Hãy thử lại sau:"


@router.get("/quen-mat-khau")
def ask_page(request: Request) -> Response:
    """The page that asks for a letter."""
    return for_strangers(request, "ask_letter.html", None, name="", asked=False)


@router.post("/quen-mat-khau")
def ask_for_letter(request: Request, form: Posted, _: Room) -> Response:
    """Promise a letter if there is such an account; whether there is shows neither in words nor in time."""
    name = form.text("name")
    if not is_ours(request, form):
        return for_strangers(request, "ask_letter.html", OLD_FORM, name=name, asked=False)
    database, began = database_of(request), request.state.began
    with database.transaction() as session:
        until = links.may_ask(session, name, address_of(request), began)
    if until:
        return for_strangers(request, "ask_letter.html", Turned(TOO_OFTEN, until), name=name, asked=False)
    answer = for_strangers(request, "ask_letter.html", None, name=name, asked=True)
    answer.background = BackgroundTask(write, database, name)
    return answer


def write(database: Database, name: str) -> None:
    """Write the letter, after the answer has left."""
    try:
        with database.transaction() as session:
            links.answer_request(session, name, command_origin("web"))
    except Exception as error:  # noqa: BLE001 - there is nobody left to tell but the log
        report(error)


@router.get("/mat-khau/{link}")
def choose_page(request: Request, link: str, _: Room) -> Response:
    """The page to choose a password on."""
    return choosing(request, link)


def choosing(request: Request, link: str, wrong: str = "", turned: Turned | None = None) -> Response:
    """The same, with what is wrong with one field; NotFoundError once the link opens nothing."""
    with database_of(request).transaction() as session:
        opened = links.opened(session, link, request.state.began)
    if opened is None:
        raise NotFoundError(links.DEAD)
    return for_strangers(request, "choose_password.html", turned, name=opened.name, link=link, wrong=wrong)


@router.post("/mat-khau/{link}")
def choose_password(request: Request, link: str, form: Posted, _: AtTheDoor, __: Room) -> Response:
    """Choose the password; then one signs in with it."""
    password = form.get("password", "")
    if not is_ours(request, form):
        return choosing(request, link, "new", OLD_FORM)
    if password != form.get("password_again", ""):
        return choosing(request, link, "again", UNLIKE)
    try:
        with database_of(request).transaction() as session:
            links.choose_password(session, link, password, command_origin("web"), request.state.began)
    except RefusedError as error:
        return choosing(request, link, "new", Turned(error.message))
    answer = RedirectResponse("/dang-nhap", 303)
    leave_note(answer, "Đã đặt mật khẩu. Hãy đăng nhập bằng mật khẩu mới.")
    return clear_form_token(answer)
