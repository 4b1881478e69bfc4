"""Delegations with their dates: listed, and ended early with an entry on both chains."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import text
from sqlmodel import Session

from engine.actors import Actor
from engine.context import Origin
from engine.people import note_account
from rules.errors import NotFoundError, StateRefusedError

MOST = 200
LIST = text(
    "SELECT d.id, d.since, d.until, g.name AS giver, t.name AS taker FROM delegation d"
    " JOIN account g ON g.id = d.from_id JOIN account t ON t.id = d.to_id ORDER BY d.until DESC, d.id DESC LIMIT :most"
)
ONE = text("SELECT id, from_id, to_id, since, until FROM delegation WHERE id = :id FOR UPDATE")
SHORTEN = text("UPDATE delegation SET until = :last WHERE id = :id")
REMOVE = text("DELETE FROM delegation WHERE id = :id")  # it never held a whole day; the trail keeps that it was given


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One delegation, and where it stands today."""

    id: int
    giver: str
    taker: str
    since: date | None
    until: date
    over: bool
    ahead: bool


def delegations_of(session: Session, today: date) -> list[Listed]:
    """The newest delegations, those that end last first."""
    return [
        Listed(
            id=row.id,
            giver=row.giver,
            taker=row.taker,
            since=row.since,
            until=row.until,
            over=row.until < today,
            ahead=row.since is not None and row.since > today,
        )
        for row in session.execute(LIST, {"most": MOST})
    ]


def end_delegation(session: Session, by: Actor, delegation: int, today: date, origin: Origin) -> None:
    """End a delegation at once: yesterday was its last day; one that had not begun by then is gone.

    NotFoundError for none, StateRefusedError for one that is over.
    """
    row = session.execute(ONE, {"id": delegation}).one_or_none()
    if row is None:
        raise NotFoundError("Không có ủy quyền này.")
    if row.until < today:
        raise StateRefusedError("Ủy quyền này đã hết hạn.")
    yesterday = today - timedelta(days=1)
    held = row.since is None or row.since <= yesterday
    session.execute(SHORTEN if held else REMOVE, {"id": row.id, "last": yesterday} if held else {"id": row.id})
    days = {
        "since": row.since.isoformat() if row.since else None,
        "until": row.until.isoformat(),
        "last": yesterday.isoformat() if held else None,
    }
    for account, way, other in ((row.from_id, "to", row.to_id), (row.to_id, "from", row.from_id)):
        said = {**days, way: f"account:{other}"}
        note_account(session, account, "account:delegation:ended", origin, said, {}, by)
