"""Is the trail known to be whole? Its newest checkpoint, when it was verified last, and what is wrong with the data."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from engine.alerts import without_details
from models.watch import AlertKind

# The body holds the heads of all chains that moved, which may be many: only its beginning is read.
CHECKPOINT = text(
    """SELECT number, hash, substring(substr(body, 1, 80) FROM '"at":"([^"]*)"') AS at FROM checkpoint"""
    " ORDER BY number DESC LIMIT 1"
)
WATCHED = text("SELECT kind, at, checked, problems FROM watched")
ALERTS = text(
    "SELECT id, kind, raised_at, cleared_at, problems FROM alert WHERE :all OR cleared_at IS NULL"
    " ORDER BY id DESC LIMIT :most"
)
CHECK_LABELS: dict[AlertKind, str] = {AlertKind.TRAIL: "kiểm tra nhật ký", AlertKind.INVARIANTS: "kiểm tra dữ liệu"}
MOST = 50


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """A hash over the heads of every chain, as printed on the decision."""

    number: int
    hash: str
    at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Check:
    """A check of the data, and when it ran last (None: never)."""

    label: str
    at: datetime | None = None
    checked: int = 0
    problems: int = 0


@dataclass(frozen=True, kw_only=True)
class AlertView:
    """Something the clock found wrong: which subjects, under which sentence, without the values."""

    id: int
    label: str
    raised_at: datetime
    cleared_at: datetime | None
    problems: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Soundness:
    """What is known of the trail and the data."""

    checkpoint: Checkpoint | None
    checks: tuple[Check, ...]
    alerts: tuple[AlertView, ...]


def soundness(session: Session) -> Soundness:
    """The newest checkpoint, the last checks, and the alerts that are open."""
    row = session.execute(CHECKPOINT).one_or_none()
    at = datetime.fromisoformat(row.at) if row and row.at else None
    return Soundness(
        checkpoint=Checkpoint(number=row.number, hash=row.hash, at=at) if row else None,
        checks=checks(session),
        alerts=alerts(session),
    )


def checks(session: Session) -> tuple[Check, ...]:
    """Every check, with its last run."""
    ran: dict[AlertKind, Any] = {AlertKind(row.kind): row for row in session.execute(WATCHED)}
    return tuple(
        Check(label=label, at=ran[kind].at, checked=ran[kind].checked, problems=ran[kind].problems)
        if kind in ran
        else Check(label=label)
        for kind, label in CHECK_LABELS.items()
    )


def alerts(session: Session, *, cleared: bool = False) -> tuple[AlertView, ...]:
    """The alerts that are open, newest first; with `cleared`, those that are over too."""
    found = session.execute(ALERTS, {"all": cleared, "most": MOST})
    return tuple(
        AlertView(
            id=row.id,
            label=CHECK_LABELS[AlertKind(row.kind)],
            raised_at=row.raised_at,
            cleared_at=row.cleared_at,
            problems=tuple(dict.fromkeys(without_details(row.problems))),
        )
        for row in found
    )
