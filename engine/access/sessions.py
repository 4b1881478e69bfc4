"""Sessions: who is signed in. The cookie is random; only its SHA-256 is kept, with an idle and an absolute time-out."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import insert, text
from sqlmodel import Session

from models.portal import WebSession

IDLE = timedelta(hours=1)
ABSOLUTE = timedelta(hours=12)
RANDOM = 32  # bytes of a cookie and of a form token
NOTED_EVERY = timedelta(minutes=1)  # how exactly `seen_at` is kept: a write on every page would cost more than it tells
LONGEST_AGENT = 300  # characters kept of what a browser calls itself
ALIVE = "NOT s.awaits_code AND s.ended_at IS NULL AND s.seen_at > :idle AND s.began_at > :absolute"
FOUND = text(
    "SELECT s.sha256, s.csrf, s.method, s.seen_at, s.rehearsal_day, a.id, a.name FROM web_session s"  # noqa: S608 - ours
    f" JOIN account a ON a.id = s.account_id WHERE s.sha256 = :sha256 AND {ALIVE} AND a.active"
    " AND EXISTS (SELECT 1 FROM account_role r WHERE r.account_id = a.id)"
)
SEEN = text("UPDATE web_session SET seen_at = greatest(seen_at, :now) WHERE sha256 = :sha256")
END = text(
    "UPDATE web_session SET ended_at = greatest(:now, began_at) WHERE account_id = :account AND ended_at IS NULL"
    " AND (CAST(:only AS text) IS NULL OR sha256 = :only) AND sha256 IS DISTINCT FROM :but RETURNING sha256"
)
LIST = text(
    f"SELECT s.sha256, s.method, s.began_at, s.seen_at, s.address, s.agent FROM web_session s"  # noqa: S608 - ours
    f" WHERE s.account_id = :account AND {ALIVE} ORDER BY s.seen_at DESC"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A session that is alive, and the account whose it is."""

    sha256: str
    account: int
    name: str
    csrf: str
    method: str
    rehearsal_day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One of an account's sessions, for its list."""

    sha256: str
    method: str
    began_at: datetime
    seen_at: datetime
    address: str
    agent: str


def digest(cookie: str) -> str:
    """What is kept of a cookie: it is too random to be guessed, so a plain hash is enough."""
    return hashlib.sha256(cookie.encode("utf-8", "surrogatepass")).hexdigest()


def begin(session: Session, account: int, *, method: str, now: datetime, address: str, agent: str) -> tuple[str, str]:
    """A new session; returns its cookie, and the token its forms carry."""
    cookie, csrf = secrets.token_urlsafe(RANDOM), secrets.token_urlsafe(RANDOM)
    row = {
        "sha256": digest(cookie),
        "account_id": account,
        "csrf": csrf,
        "method": method,
        "began_at": now,
        "seen_at": now,
        "address": address,
        "agent": agent[:LONGEST_AGENT],
    }
    session.execute(insert(WebSession).values(row))
    return cookie, csrf


def limits(now: datetime) -> dict[str, datetime]:
    """The moments after which a session must have been seen, and begun, to be alive."""
    return {"idle": now - IDLE, "absolute": now - ABSOLUTE}


def signed_in(session: Session, cookie: str, now: datetime) -> SignedIn | None:
    """The session a cookie opens, noted as seen; None when it is none, was ended or has timed out."""
    row = session.execute(FOUND, {"sha256": digest(cookie), **limits(now)}).one_or_none()
    if row is None:
        return None
    if now - row.seen_at > NOTED_EVERY:
        session.execute(SEEN, {"sha256": row.sha256, "now": now})
    return SignedIn(
        sha256=row.sha256,
        account=row.id,
        name=row.name,
        csrf=row.csrf,
        method=row.method,
        rehearsal_day=row.rehearsal_day,
    )


def end(session: Session, account: int, now: datetime, *, only: str | None = None, but: str | None = None) -> int:
    """End an account's sessions: all, `only` one, or all `but` one; returns how many were alive."""
    return len(session.execute(END, {"account": account, "now": now, "only": only, "but": but}).all())


def listed(session: Session, account: int, now: datetime) -> list[Listed]:
    """The sessions of an account that are alive, the one used last first."""
    return [Listed(**row) for row in session.execute(LIST, {"account": account, **limits(now)}).mappings()]


def pretend(session: Session, sha256: str, day: date | None) -> None:
    """Let `day` count as today in rehearsals for this session; None goes back to the real day."""
    query = text("UPDATE web_session SET rehearsal_day = :day WHERE sha256 = :sha256")
    session.execute(query, {"day": day, "sha256": sha256})
