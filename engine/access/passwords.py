"""Passwords: kept as Argon2id, checked in the same time whether there is such an account or not."""

import hashlib
import unicodedata
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import Session

from engine import clock
from engine.access import sessions
from engine.context import Origin
from engine.people import note_account
from models.portal import Credential
from rules.errors import EvidenceRefusedError
from rules.text import nfc_folded

SHORTEST, LONGEST = 12, 200  # characters; length is what counts, so nothing else is asked (NIST SP 800-63B 3.1.1)
DIFFERENT = 4  # characters at least: not aaaa…, not 121212…
MARK = 16  # characters of the SHA-256 of what is kept by which the trail names it; the salt in it hides the password
HASHER = PasswordHasher()  # Argon2id with the parameters of RFC 9106's second choice
NAMED = text(
    "SELECT a.id, a.name, a.email, c.password, c.totp_since IS NOT NULL AS second_step"
    " FROM account a LEFT JOIN credential c ON c.account_id = a.id"
    " WHERE a.active AND (a.name = :name OR lower(a.email) = lower(:name))"
    " AND EXISTS (SELECT 1 FROM account_role r WHERE r.account_id = a.id) ORDER BY a.name"
)
END_LINKS = text(
    "UPDATE pass_link SET used_at = greatest(:now, issued_at) WHERE account_id = :account AND used_at IS NULL"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An active account, what is kept of its password, and whether a code is asked for besides."""

    id: int
    name: str
    email: str | None
    password: str | None
    second_step: bool


@cache
def decoy() -> str:
    """A hash nobody has the password of, so that an unknown account takes as long as a known one."""
    return HASHER.hash("nobody's password")


def plain(password: str) -> bytes:
    """The bytes that are hashed: one keyboard writes ệ as one character, another as three."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def require_acceptable(password: str, name: str) -> None:
    """EvidenceRefusedError for a password that is too short, too long, or the account's own name."""
    if not SHORTEST <= len(unicodedata.normalize("NFKC", password)) <= LONGEST:
        raise EvidenceRefusedError(f"Mật khẩu phải có từ {SHORTEST} đến {LONGEST} ký tự.")
    if nfc_folded(password).casefold() == name.casefold() or len(set(password)) < DIFFERENT:
        raise EvidenceRefusedError("Mật khẩu quá dễ đoán: hãy chọn một câu mà chỉ bạn biết.")


def set_password(
    session: Session, account: int, name: str, password: str, origin: Origin, *, but: str | None = None
) -> int:
    """Keep a new password, on the account's trail; links still open die, and every session `but` that one ends.

    Returns how many sessions ended; EvidenceRefusedError for a password that is too weak.
    """
    require_acceptable(password, name)
    now = clock.now()
    values = {"password": HASHER.hash(plain(password)), "changed_at": now}
    statement = upsert(Credential).values({"account_id": account, "totp_step": 0, **values})
    session.execute(statement.on_conflict_do_update(index_elements=["account_id"], set_=values))
    session.execute(END_LINKS, {"account": account, "now": now})
    public = {"password": marked(str(values["password"]))}
    note_account(session, account, "account:password:set", origin, public, {})
    return sessions.revoke(session, account, origin, now, but=but)


def marked(kept: str) -> str:
    """By what the trail names something secret that is kept: enough to notice another one in its place."""
    return hashlib.sha256(kept.encode()).hexdigest()[:MARK]


def matches(kept: str | None, password: str) -> bool:
    """Whether `password` is the one kept; the same work is done where nothing is kept."""
    try:
        HASHER.verify(kept or decoy(), plain(password))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def named(session: Session, typed: str) -> list[Known]:
    """The active accounts somebody may mean: the one called so, else those with this e-mail address."""
    rows = session.execute(NAMED, {"name": nfc_folded(typed)}).mappings().all()
    known = [Known(**row) for row in rows]
    return [one for one in known if one.name == nfc_folded(typed)] or known


def only_one(session: Session, typed: str) -> Known | None:
    """The account meant, or None. Where several share an address, only the name tells them apart."""
    found = named(session, typed)
    return found[0] if len(found) == 1 else None
