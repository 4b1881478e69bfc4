"""Sessions: who is signed in. The cookie is random; only its SHA-256 is kept, with an idle and an absolute time-out.

Each is on its account's trail by the beginning of that hash, so one put into the table by hand is noticed.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import insert, text
from sqlmodel import Session

from engine import inbox
from engine.context import Origin, command_origin
from engine.known import MARK as MARK_NOW
from engine.people import note_account
from models.portal import WebSession

IDLE = timedelta(hours=1)
ABSOLUTE = timedelta(hours=12)
FOR_A_CODE = timedelta(minutes=10)  # that a right password waits for its code
RANDOM = 32  # bytes of a cookie and of a form token
NOTED_EVERY = timedelta(minutes=1)  # how exactly `seen_at` is kept: a write on every page would cost more than it tells
MARK = 16  # characters of a session's hash by which the trail names it
LONGEST_AGENT = 300  # characters kept of what a browser calls itself
ALIVE = "NOT s.awaits_code AND s.ended_at IS NULL AND s.seen_at > :idle AND s.began_at > :absolute"
FOUND = text(
    f"SELECT s.sha256, s.csrf, s.method, s.seen_at, s.rehearsal_day, a.id, a.name, ({MARK_NOW}) AS mark,"  # noqa: S608 - ours
    f" ({inbox.UNREAD}) AS unread FROM web_session s JOIN account a ON a.id = s.account_id"
    f" WHERE s.sha256 = :sha256 AND {ALIVE} AND a.active"
    " AND EXISTS (SELECT 1 FROM account_role r WHERE r.account_id = a.id)"
)
SEEN = text("UPDATE web_session SET seen_at = greatest(seen_at, :now) WHERE sha256 = :sha256")
END = text(
    "UPDATE web_session SET ended_at = greatest(:now, began_at) WHERE account_id = :account AND ended_at IS NULL"
    " AND (CAST(:only AS text) IS NULL OR sha256 = :only) AND sha256 IS DISTINCT FROM :but"
    " RETURNING NOT awaits_code AND seen_at > :idle AND began_at > :absolute"
)
LEAVE = text("UPDATE web_session SET ended_at = greatest(:now, began_at) WHERE sha256 = :sha256 AND ended_at IS NULL")
WAITING = text(
    "SELECT s.sha256, a.id, a.name FROM web_session s JOIN account a ON a.id = s.account_id"
    " WHERE s.sha256 = :sha256 AND s.awaits_code AND s.ended_at IS NULL AND s.began_at > :since AND a.active"
    " AND EXISTS (SELECT 1 FROM account_role r WHERE r.account_id = a.id)"
)
KNOWN = text("SELECT 1 FROM web_session WHERE sha256 = :sha256 AND account_id = :account AND NOT awaits_code")
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
    mark: UUID  # of what is known of people, units and campaigns (engine/known.py)
    unread: int


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


def begin(
    session: Session, account: int, *, method: str, now: datetime, address: str, agent: str, awaits_code: bool = False
) -> tuple[str, str]:
    """A new session, on the account's trail; returns its cookie, and the token its forms carry.

    One that `awaits_code` is none yet.
    """
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
        "awaits_code": awaits_code,
    }
    session.execute(insert(WebSession).values(row))
    if not awaits_code:
        public = {"session": digest(cookie)[:MARK], "method": method}
        note_account(session, account, "account:session:begun", command_origin("web"), public, {})
    return cookie, csrf


def limits(now: datetime) -> dict[str, datetime]:
    """The moments after which a session must have been seen, and begun, to be alive."""
    return {"idle": now - IDLE, "absolute": now - ABSOLUTE}


def signed_in(session: Session, cookie: str, now: datetime) -> SignedIn | None:
    """The session a cookie opens, noted as seen; None when it is none, was ended or has timed out."""
    row = session.execute(FOUND, {"sha256": digest(cookie), **limits(now), **inbox.VALUES}).one_or_none()
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
        mark=row.mark,
        unread=row.unread,
    )


def end(session: Session, account: int, now: datetime, *, only: str | None = None, but: str | None = None) -> int:
    """End an account's sessions: all, `only` one, or all `but` one; returns how many were alive."""
    values = {"account": account, "now": now, "only": only, "but": but, **limits(now)}
    return sum(session.scalars(END, values).all())


def revoke(
    session: Session, account: int, origin: Origin, now: datetime, *, only: str | None = None, but: str | None = None
) -> int:
    """End sessions as `end` does, and put on the account's trail that it was not by signing out there."""
    if ended := end(session, account, now, only=only, but=but):
        note_account(session, account, "account:session:ended", origin, {"sessions": ended}, {})
    return ended


def leave(session: Session, cookie: str | None, now: datetime) -> None:
    """End the session a browser had when somebody signs in there anew."""
    if cookie:
        session.execute(LEAVE, {"sha256": digest(cookie), "now": now})


def waiting(session: Session, cookie: str, now: datetime) -> tuple[str, int, str] | None:
    """Hash, account and its name of a session whose password was right and whose code is still to come."""
    row = session.execute(WAITING, {"sha256": digest(cookie), "since": now - FOR_A_CODE}).one_or_none()
    return (row.sha256, row.id, row.name) if row else None


def knows_browser(session: Session, account: int, mark: str) -> bool:
    """Whether a browser that shows the hash of an earlier session (which opens nothing) was signed in as `account`."""
    return session.scalar(KNOWN, {"sha256": mark, "account": account}) is not None


def listed(session: Session, account: int, now: datetime) -> list[Listed]:
    """The sessions of an account that are alive, the one used last first."""
    return [Listed(**row) for row in session.execute(LIST, {"account": account, **limits(now)}).mappings()]


def pretend(session: Session, sha256: str, day: date | None) -> None:
    """Let `day` count as today in rehearsals for this session; None goes back to the real day."""
    query = text("UPDATE web_session SET rehearsal_day = :day WHERE sha256 = :sha256")
    session.execute(query, {"day": day, "sha256": sha256})
