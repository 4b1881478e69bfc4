"""Signing in: the password, then the code where one is asked for; both throttled, and each failure counted."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from engine.access import second_step, sessions
from engine.access.passwords import Known, matches, only_one
from engine.access.throttle import (
    ADDRESSES,
    CODES,
    PASSWORDS,
    Gate,
    address_gate,
    closed_until,
    forget,
    gate,
    note,
    typed_gate,
)
from models.portal import Credential

WRONG = "Tên đăng nhập hoặc mật khẩu không đúng."
TOO_OFTEN = "Đã thử nhiều lần không đúng. Hãy thử lại sau:"
WRONG_CODE = "Mã xác minh không đúng, đã dùng hoặc đã quá hạn. Hãy chờ mã kế tiếp rồi nhập lại."
WRONG_PASSWORD = "Mật khẩu hiện nay không đúng."  # noqa: S105 - a sentence
TOO_LATE = "Đã quá thời gian chờ mã xác minh. Hãy nhập lại tên đăng nhập và mật khẩu."


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who comes: from where, with which browser; `mark` is the hash of an earlier session, if it shows one."""

    address: str
    agent: str
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """The cookie of a new session; one that `awaits_code` opens nothing until the code was given."""

    cookie: str
    csrf: str  # what its forms carry
    awaits_code: bool = False


@dataclass(frozen=True, slots=True)
class Turned:
    """Turned away, and until when trying again is no use. Data, not an error: the failure must stay counted."""

    message: str
    until: datetime | None = None


def too_often(until: datetime) -> Turned:
    """Turned away for trying too often."""
    return Turned(TOO_OFTEN, until)


def sign_in(session: Session, typed: str, password: str, visitor: Visitor, now: datetime) -> Admitted | Turned:
    """Check name (or e-mail address) and password; the answer is the same, and as fast, for an unknown account."""
    known = only_one(session, typed)
    gates = gates_of(session, known, typed, visitor)
    if until := closed_until(session, gates, now):
        return too_often(until)
    right = matches(known.password if known else None, password)
    if known is None or not right:
        note(session, gates, now)
        return Turned(WRONG)
    forget(session, gates[0])
    return admit(session, known.id, visitor, now, awaits_code=known.second_step)


def gates_of(session: Session, known: Known | None, typed: str, visitor: Visitor) -> tuple[Gate, ...]:
    """What counts failures: a browser the account was signed in from before, else what was typed and the address.

    So neither a stranger nor a colleague behind the same address closes the account to its own browsers.
    """
    if visitor.mark and sessions.knows_browser(session, known.id if known else 0, visitor.mark):
        return (gate(PASSWORDS, "browser", visitor.mark),)
    return (typed_gate(PASSWORDS, typed), address_gate(ADDRESSES, visitor.address))


def admit(session: Session, account: int, visitor: Visitor, now: datetime, *, awaits_code: bool = False) -> Admitted:
    """Begin a session by password."""
    cookie, csrf = sessions.begin(
        session,
        account,
        method="password",
        now=now,
        address=visitor.address,
        agent=visitor.agent,
        awaits_code=awaits_code,
    )
    return Admitted(cookie=cookie, csrf=csrf, awaits_code=awaits_code)


def give_code(session: Session, cookie: str, code: str, visitor: Visitor, now: datetime) -> Admitted | Turned:
    """Check the code after the password; a good one begins a session under a new cookie."""
    waiting = sessions.waiting(session, cookie, now)
    if waiting is None:
        return Turned(TOO_LATE)
    sha256, account, _ = waiting
    gates = (gate(CODES, "code", str(account)),)
    if until := closed_until(session, gates, now):
        return too_often(until)
    if not second_step.accepts(session, account, code, now):
        note(session, gates, now)
        return Turned(WRONG_CODE)
    forget(session, *gates)
    sessions.end(session, account, now, only=sha256)
    return admit(session, account, visitor, now)


def prove(session: Session, account: int, password: str, now: datetime) -> Turned | None:
    """Ask somebody signed in for the password again, before what a stolen session must not do; None if it is right."""
    gates = (gate(PASSWORDS, "own", str(account)),)
    if until := closed_until(session, gates, now):
        return too_often(until)
    kept = session.get(Credential, account)
    if not matches(kept.password if kept else None, password):
        note(session, gates, now)
        return Turned(WRONG_PASSWORD)
    forget(session, *gates)
    return None
