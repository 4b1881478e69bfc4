"""My account: password, second step, and where I am signed in."""

from fastapi import Depends
from fastapi.responses import Response

from engine.access import passwords, second_step, sessions
from engine.access.overview import access_of
from engine.access.second_step import Enrolment
from engine.access.signing_in import WRONG_CODE, Turned, prove
from engine.context import command_origin
from web.entrance import CONFLICT, TOO_MANY, clock_time
from web.visit import Pages, Visit, Visiting
from web.work import at_the_door

router = Pages(prefix="/tai-khoan")
AT_THE_DOOR = [Depends(at_the_door, scope="function")]
UNLIKE = Turned("Hai lần nhập mật khẩu mới không giống nhau.")


def shown(
    visit: Visit, wrong: str = "", turned: Turned | None = None, *, enrolment: Enrolment | None = None
) -> Response:
    """The page; `turned` is what is wrong with the field `wrong`."""
    access = access_of(visit.session, visit.account.id, visit.began)
    said = {"problem": turned.message if turned else "", "again": clock_time(turned.until) if turned else ""}
    here = visit.signed.sha256
    answer = visit.page("account.html", access=access, here=here, wrong=wrong, enrolment=enrolment, **said)
    if turned:
        answer.status_code = TOO_MANY if turned.until else CONFLICT
    return answer


def proved(visit: Visit) -> Turned | None:
    """Why the password just given does not prove that it is the account's holder, None if it does."""
    return prove(visit.session, visit.account.id, visit.form.get("password", ""), visit.began)


@router.get("")
def account_page(visit: Visiting) -> Response:
    """How my account is got into."""
    return shown(visit)


@router.post("/mat-khau", dependencies=AT_THE_DOOR)
def change_password(visit: Visiting) -> Response:
    """Choose another password; every other session ends."""
    chosen, account = visit.form.get("password_new", ""), visit.account
    if turned := proved(visit):
        return shown(visit, "current", turned)
    if chosen != visit.form.get("password_again", ""):
        return shown(visit, "again", UNLIKE)
    origin, here = command_origin("web"), visit.signed.sha256
    set_it = passwords.set_password
    ended = visit.attempt(lambda: set_it(visit.session, account.id, account.name, chosen, origin, but=here))
    if ended is None:
        return shown(visit, "new", Turned(visit.errors.pop().message))
    return visit.go("/tai-khoan", f"Đã đổi mật khẩu. Số phiên đăng nhập khác đã kết thúc: {ended}.")


@router.post("/hai-buoc", dependencies=AT_THE_DOOR)
def propose_second_step(visit: Visiting) -> Response:
    """Show an authenticator app its secret, this once."""
    if turned := proved(visit):
        return shown(visit, "turn-on", turned)
    visit.attempt(lambda: second_step.propose(visit.session, visit.account.id))
    return shown(visit, enrolment=second_step.proposed(visit.session, visit.account.id, visit.account.name))


@router.post("/hai-buoc/bat")
def turn_on_second_step(visit: Visiting) -> Response:
    """Ask for a code from now on, once one was given."""
    code, account, origin = visit.form.get("code", ""), visit.account.id, command_origin("web")
    turn_on, here = second_step.turn_on, visit.signed.sha256
    on = visit.attempt(lambda: turn_on(visit.session, account, code, origin, visit.began, but=here))
    if on:
        return visit.go("/tai-khoan", "Đã bật xác minh hai bước. Các phiên đăng nhập khác đã kết thúc.")
    enrolment = second_step.proposed(visit.session, account, visit.account.name)
    return shown(visit, "code", Turned(WRONG_CODE) if on is False else None, enrolment=enrolment)


@router.post("/hai-buoc/tat", dependencies=AT_THE_DOOR)
def turn_off_second_step(visit: Visiting) -> Response:
    """Ask for no code any more."""
    if turned := proved(visit):
        return shown(visit, "turn-off", turned)
    visit.attempt(lambda: second_step.turn_off(visit.session, visit.account.id, command_origin("web")))
    return shown(visit) if visit.errors else visit.go("/tai-khoan", "Đã tắt xác minh hai bước.")


@router.post("/phien")
def end_sessions(visit: Visiting) -> Response:
    """End one session, or all but this one."""
    only, here = visit.form.text("session") or None, visit.signed.sha256
    ended = sessions.revoke(visit.session, visit.account.id, command_origin("web"), visit.began, only=only, but=here)
    return visit.go("/tai-khoan", f"Số phiên đăng nhập đã kết thúc: {ended}.")
