"""The second step of signing in: codes of an authenticator app (TOTP, RFC 6238), each good once."""

from dataclasses import dataclass
from datetime import datetime

import pyotp
import segno
from pyotp.exceptions import OTPVerificationError
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import Session

from engine.access import sessions
from engine.access.passwords import marked
from engine.context import Origin
from engine.people import note_account
from models.portal import Credential
from rules.errors import StateRefusedError

ISSUER = "Vinh Danh"
DIGITS = 6
SLACK = 1  # steps of 30 seconds that a phone's clock may be off
FOUND = text("SELECT totp_secret, totp_since, totp_step FROM credential WHERE account_id = :account")
# Two requests with one code: the second finds the step taken.
TAKE = text("UPDATE credential SET totp_step = :step WHERE account_id = :account AND totp_step < :step")
ON = text("UPDATE credential SET totp_since = :now WHERE account_id = :account AND totp_since IS NULL")
OFF = text(
    "UPDATE credential SET totp_secret = NULL, totp_since = NULL"
    " WHERE account_id = :account AND totp_since IS NOT NULL RETURNING account_id"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """What an authenticator app must learn: the secret to type, and the same as a picture (SVG for inside a page)."""

    secret: str
    picture: str


def is_on(session: Session, account: int) -> bool:
    """Whether a code is asked for when the account signs in with its password."""
    row = session.execute(FOUND, {"account": account}).one_or_none()
    return row is not None and row.totp_since is not None


def propose(session: Session, account: int) -> None:
    """Make a new secret, which counts for nothing until a code of it was shown; StateRefusedError if it is on."""
    if is_on(session, account):
        raise StateRefusedError("Xác minh hai bước đang bật. Muốn đổi thiết bị, hãy tắt rồi bật lại.")
    values = {"totp_secret": pyotp.random_base32()}
    statement = upsert(Credential).values({"account_id": account, "totp_step": 0, **values})
    session.execute(statement.on_conflict_do_update(index_elements=["account_id"], set_=values))


def proposed(session: Session, account: int, name: str) -> Enrolment | None:
    """The secret that waits for its first code, or None."""
    row = session.execute(FOUND, {"account": account}).one_or_none()
    if row is None or row.totp_secret is None or row.totp_since is not None:
        return None
    address = pyotp.TOTP(row.totp_secret).provisioning_uri(name=name, issuer_name=ISSUER)
    # Quiet zone and colours of its own: scanners need dark on light, whatever the page's colours are.
    picture = segno.make(address, error="m").svg_inline(border=4, dark="#000", light="#fff", omitsize=True)
    return Enrolment(secret=row.totp_secret, picture=picture)


def turn_on(session: Session, account: int, code: str, origin: Origin, now: datetime, *, but: str | None) -> bool:
    """Confirm the proposed secret by one of its codes, and end sessions that began without; False for a wrong code."""
    row = session.execute(FOUND, {"account": account}).one_or_none()
    if row is None or row.totp_secret is None or row.totp_since is not None:
        raise StateRefusedError("Chưa có mã bí mật nào chờ xác nhận. Hãy bắt đầu lại.")
    if not takes(session, account, row.totp_secret, code, now):
        return False
    session.execute(ON, {"account": account, "now": now})
    note_account(session, account, "account:second_step:on", origin, {"secret": marked(row.totp_secret)}, {})
    sessions.revoke(session, account, origin, now, but=but)
    return True


def accepts(session: Session, account: int, code: str, now: datetime) -> bool:
    """Whether this is a code of the account's app that is good now and was not used."""
    row = session.execute(FOUND, {"account": account}).one_or_none()
    return bool(row and row.totp_since and takes(session, account, row.totp_secret, code, now))


def takes(session: Session, account: int, secret: str, code: str, now: datetime) -> bool:
    """Check a code and use it up."""
    typed = "".join(code.split())
    if len(typed) != DIGITS or not (typed.isascii() and typed.isdigit()):
        return False
    try:
        step = pyotp.TOTP(secret, digits=DIGITS).verify_and_get_timecode(typed, for_time=now, valid_window=SLACK)
    except OTPVerificationError:
        return False
    return bool(session.execute(TAKE, {"account": account, "step": step}).rowcount)  # type: ignore[attr-defined]  # a DML result has a rowcount


def turn_off(session: Session, account: int, origin: Origin) -> None:
    """Ask for no code any more; whoever calls has seen the password. StateRefusedError when it is not on."""
    if session.execute(OFF, {"account": account}).one_or_none() is None:
        raise StateRefusedError("Xác minh hai bước chưa được bật.")
    note_account(session, account, "account:second_step:off", origin, {}, {})
