"""What an operator does for accounts: invites them to choose a password, sets one, sees and ends their sessions."""

from dataclasses import dataclass

from sqlmodel import Session

from engine import clock
from engine.access import links, second_step, sessions
from engine.access.passwords import Known, named, set_password
from engine.context import Origin
from rules.errors import EvidenceRefusedError, NotFoundError, StateRefusedError

NO_ADDRESS = "chưa có địa chỉ thư điện tử"


@dataclass(frozen=True, kw_only=True)
class Invited:
    """Who was written to, and who could not be, with why."""

    invited: list[str]
    skipped: list[tuple[str, str]]


def account_called(session: Session, name: str) -> Known:
    """The active account of exactly this name; NotFoundError if there is none."""
    found = [known for known in named(session, name) if known.name == name]
    if not found:
        raise NotFoundError(f"Không có tài khoản “{name}” đang hoạt động.")
    return found[0]


def invite(session: Session, name: str, origin: Origin) -> Invited:
    """Send a link for the first use, in place of an older one; refused for an account that has a password."""
    known = account_called(session, name)
    if known.password:
        raise StateRefusedError(f"{name} đã có mật khẩu; nếu quên, chủ tài khoản tự yêu cầu đặt lại ở trang đăng nhập.")
    if not known.email:
        raise EvidenceRefusedError(f"{name} {NO_ADDRESS}.")
    links.send(session, known, origin, clock.now())
    return Invited(invited=[known.name], skipped=[])


def invite_all(session: Session, origin: Origin) -> Invited:
    """Send one to every account that has neither a password nor a link that is still good."""
    waiting = links.without_password(session)
    for known in waiting:
        if known.email:
            links.send(session, known, origin, clock.now())
    return Invited(
        invited=[known.name for known in waiting if known.email],
        skipped=[(known.name, NO_ADDRESS) for known in waiting if not known.email],
    )


def give_password(session: Session, name: str, password: str, origin: Origin, *, without_code: bool) -> int:
    """Set an account's password, `without_code` asking for no second step any more; returns how many sessions ended."""
    known = account_called(session, name)
    if without_code:
        second_step.turn_off(session, known.id, origin)
    return set_password(session, known.id, known.name, password, origin)


def sessions_of(session: Session, name: str) -> list[sessions.Listed]:
    """The sessions of an account that are alive."""
    return sessions.listed(session, account_called(session, name).id, clock.now())


def end_sessions(session: Session, name: str, origin: Origin) -> int:
    """End every session of an account; returns how many there were."""
    return sessions.revoke(session, account_called(session, name).id, origin, clock.now())
