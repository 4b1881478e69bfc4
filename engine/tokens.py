"""Tokens: what opens the JSON API for an account. Random, shown once, kept only as their SHA-256."""

import hashlib
import secrets
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import insert, text
from sqlmodel import Session

from engine import clock
from engine.actors import find_actor, load_people
from engine.context import Origin
from engine.known import MARK as MARK_NOW
from engine.people import note_account
from models.api import Token
from rules.errors import NotFoundError
from rules.text import nfc_folded

BEGINNING = "vinhdanh_"  # so that people and scanners know one that lies where it should not
RANDOM = 32  # bytes
MARK = 16  # characters of a token's hash by which the trail names it
HOLDER = text(
    f"SELECT a.id, a.name, ({MARK_NOW}) AS mark FROM token t JOIN account a ON a.id = t.account_id"  # noqa: S608 - ours
    " WHERE t.sha256 = :sha256 AND t.revoked_at IS NULL AND a.active"
    " AND EXISTS (SELECT 1 FROM account_role r WHERE r.account_id = a.id)"
)
REVOKE = text(
    "UPDATE token SET revoked_at = greatest(:now, issued_at) WHERE account_id = :id AND revoked_at IS NULL"
    " RETURNING sha256"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """The account a token opens."""

    id: int
    name: str
    mark: UUID  # of what is known of people, units and campaigns (engine/known.py)


def digest(token: str) -> str:
    """What is kept of a token. It is too random to be guessed, so a plain hash is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def issue(session: Session, name: str, origin: Origin) -> str:
    """A new token for the account called `name`; NotFoundError if nobody active is called so."""
    accounts, _ = load_people(session)
    account = find_actor(accounts, name)
    token = BEGINNING + secrets.token_urlsafe(RANDOM)
    kept = digest(token)
    session.execute(insert(Token).values(sha256=kept, account_id=account.id, issued_at=clock.now()))
    note_account(session, account.id, "account:token:issued", origin, {"token": kept[:MARK]}, {})
    return token


def revoke(session: Session, name: str, origin: Origin) -> int:
    """Revoke every token of an account, which may be inactive by now; returns how many there were."""
    query = text("SELECT id FROM account WHERE name = :name")
    identity = session.scalar(query, {"name": nfc_folded(name)})
    if identity is None:
        raise NotFoundError(f"Không có tài khoản “{name}”.")
    revoked = list(session.scalars(REVOKE, {"id": identity, "now": clock.now()}))
    if revoked:
        marks = sorted(sha256[:MARK] for sha256 in revoked)
        note_account(session, identity, "account:token:revoked", origin, {"tokens": marks}, {})
    return len(revoked)


def holder_of(session: Session, token: str) -> Holder | None:
    """The active account that a token opens, or None."""
    row = session.execute(HOLDER, {"sha256": digest(token)}).one_or_none()
    return Holder(id=row.id, name=row.name, mark=row.mark) if row else None
