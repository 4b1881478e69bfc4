"""Passwords: kept as Argon2id, checked in the same time whether there is such an account or not."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import Session

from engine import clock
from engine.context import Origin
from engine.people import note_account
from models.portal import Credential
from rules.errors import EvidenceRefusedError

SHORTEST, LONGEST = 12, 200  # characters; length is what counts, so nothing else is asked (NIST SP 800-63B 3.1.1)
HASHER = PasswordHasher()  # Argon2id with the parameters of RFC 9106's second choice
KNOWN = text(
    "SELECT a.id, a.name, c.password FROM account a LEFT JOIN credential c ON c.account_id = a.id"
    " WHERE a.active AND (a.name = :name OR lower(a.email) = lower(:name))"
    " AND EXISTS (SELECT 1 FROM account_role r WHERE r.account_id = a.id)"
)


@cache
def decoy() -> str:
    """A hash nobody has the password of, so that an unknown account takes as long as a known one."""
    return HASHER.hash("không phải mật khẩu của ai")


def require_acceptable(password: str, name: str) -> None:
    """EvidenceRefusedError for a password that is too short, too long, or the account's own name."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise EvidenceRefusedError(f"Mật khẩu phải có từ {SHORTEST} đến {LONGEST} ký tự.")
    if password.casefold() == name.casefold() or len(set(password)) < 4:  # noqa: PLR2004 - aaaa…, 121212…
        raise EvidenceRefusedError("Mật khẩu quá dễ đoán: hãy chọn một câu mà chỉ bạn biết.")


def set_password(session: Session, account: int, name: str, password: str, origin: Origin) -> None:
    """Keep a new password and put that on the account's trail; EvidenceRefusedError for one that is too weak."""
    require_acceptable(password, name)
    values = {"password": HASHER.hash(password), "changed_at": clock.now()}
    statement = upsert(Credential).values({"account_id": account, "totp_step": 0, **values})
    session.execute(statement.on_conflict_do_update(index_elements=["account_id"], set_=values))
    note_account(session, account, "account:password:set", origin, {}, {})


def matches(kept: str | None, password: str) -> bool:
    """Whether `password` is the one kept; the same work is done where nothing is kept."""
    try:
        HASHER.verify(kept or decoy(), password)
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False
    return kept is not None


def account_with(session: Session, name: str, password: str) -> tuple[int, str] | None:
    """Id and name of the active account called so (or with this e-mail address) whose password it is, or None.

    Where several accounts share an address, only the name tells them apart.
    """
    rows = session.execute(KNOWN, {"name": name}).all()
    exact = [row for row in rows if row.name == name] or rows
    if len(exact) != 1:
        matches(None, password)
        return None
    row = exact[0]
    return (row.id, row.name) if matches(row.password, password) else None
