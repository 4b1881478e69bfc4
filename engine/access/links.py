"""Links by e-mail to choose a password: at first use, and when it was forgotten. Random, kept as a hash, good once."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, text
from sqlmodel import Session

from engine import clock
from engine.access.passwords import Known, named, set_password
from engine.access.throttle import (
    LETTERS,
    LETTERS_FROM,
    PASSWORDS,
    address_gate,
    closed_until,
    forget,
    note,
    typed_gate,
)
from engine.context import Origin
from engine.notices import Notice, post
from engine.people import note_account
from engine.post.stale import FIRST_USE, RESET
from engine.public import public_url
from models.portal import PassLink
from rules.errors import NotFoundError
from rules.vocabulary import Party

RANDOM = 32  # bytes
MARK = 16  # characters of a link's hash by which the trail names it
LASTS = {FIRST_USE: timedelta(days=7), RESET: timedelta(hours=1)}
PURPOSES = {FIRST_USE: "first_use", RESET: "reset"}
PAGE = "/mat-khau/"  # where such a link leads
REPLACE = text(
    "UPDATE pass_link SET used_at = greatest(:now, issued_at)"
    " WHERE account_id = :account AND purpose = :purpose AND used_at IS NULL"
)
OPEN = """
SELECT l.account_id AS account, a.name, a.email, l.purpose FROM pass_link l JOIN account a ON a.id = l.account_id
WHERE l.sha256 = :sha256 AND l.used_at IS NULL AND l.expires_at > :now AND a.active
    AND EXISTS (SELECT 1 FROM account_role r WHERE r.account_id = a.id)
"""
FIND = text(OPEN)
TAKE = text(f"{OPEN} FOR UPDATE OF l")
DEAD = "Đường dẫn này đã dùng, đã hết hạn hoặc đã được thay. Chọn “Quên mật khẩu” ở trang đăng nhập để nhận thư mới."


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a good link opens."""

    account: int
    name: str
    email: str | None
    purpose: str


def digest(link: str) -> str:
    """What is kept of a link. It is too random to be guessed, so a plain hash is enough."""
    return hashlib.sha256(link.encode("utf-8", "surrogatepass")).hexdigest()


def send(session: Session, known: Known, origin: Origin, now: datetime) -> datetime:
    """Write a letter with a new link to an account: first use while it has no password, else a reset.

    An older link for the same dies. Returns until when the new one is good.
    """
    kind = RESET if known.password else FIRST_USE
    purpose, until = PURPOSES[kind], now + LASTS[kind]
    secret = secrets.token_urlsafe(RANDOM)
    session.execute(REPLACE, {"account": known.id, "purpose": purpose, "now": now})
    row = {"sha256": digest(secret), "account_id": known.id, "purpose": purpose, "issued_at": now, "expires_at": until}
    session.execute(insert(PassLink).values(row))
    public = {"link": row["sha256"][:MARK], "purpose": purpose, "until": until.isoformat(timespec="seconds")}  # type: ignore[index]  # a text
    entry = note_account(
        session, known.id, "account:link:sent", origin, {**public, "letters": [Party.ACCOUNT.value]}, {}
    )
    values = {
        "name": known.name,
        "link": f"{public_url()}{PAGE}{secret}",
        "until": f"{until.astimezone(clock.VIETNAM):%H:%M ngày %d/%m/%Y}",
        "portal": public_url(),
        "rehearsal": False,
    }
    addresses = [known.email] if known.email else []
    post(session, entry, Notice(kind=kind, party=Party.ACCOUNT, addresses=addresses, values=values), now)
    return until


def may_ask(session: Session, typed: str, address: str, now: datetime) -> datetime | None:
    """Count a request for a letter, whether there is such an account or not; when to ask again if it is too many."""
    gates = (typed_gate(LETTERS, typed), address_gate(LETTERS_FROM, address))
    until = closed_until(session, gates, now)
    if until is None:
        note(session, gates, now)
    return until


def answer_request(session: Session, typed: str, origin: Origin) -> int:
    """Write to whoever is meant, each account of a shared address; returns how many letters that is.

    Nothing of it may show to who asked, not even by how long it takes: call it after they were answered.
    """
    reachable = [known for known in named(session, typed) if known.email]
    for known in reachable:
        send(session, known, origin, clock.now())
    return len(reachable)


def opened(session: Session, link: str, now: datetime) -> Opened | None:
    """What a link opens, or None when it was used or replaced, is too old, or is none."""
    row = session.execute(FIND, {"sha256": digest(link), "now": now}).mappings().one_or_none()
    return Opened(**row) if row else None


def choose_password(session: Session, link: str, password: str, origin: Origin, now: datetime) -> Opened:
    """Set the password of the account a link opens, which ends the link and every session of the account.

    NotFoundError when it opens nothing any more, EvidenceRefusedError for a password that is too weak.
    """
    row = session.execute(TAKE, {"sha256": digest(link), "now": now}).mappings().one_or_none()
    if row is None:
        raise NotFoundError(DEAD)
    found = Opened(**row)
    set_password(session, found.account, found.name, password, origin)
    forget(session, *(typed_gate(PASSWORDS, typed) for typed in (found.name, found.email) if typed))
    return found


def without_password(session: Session) -> Sequence[Known]:
    """The active accounts that have neither a password nor a link for their first use that is still good."""
    query = text(
        "SELECT a.id, a.name, a.email, NULL AS password, false AS second_step FROM account a"
        " LEFT JOIN credential c ON c.account_id = a.id WHERE a.active AND c.password IS NULL"
        " AND EXISTS (SELECT 1 FROM account_role r WHERE r.account_id = a.id) AND NOT EXISTS (SELECT 1 FROM pass_link l"
        " WHERE l.account_id = a.id AND l.used_at IS NULL AND l.expires_at > :now) ORDER BY a.name"
    )
    return [Known(**row) for row in session.execute(query, {"now": clock.now()}).mappings()]
