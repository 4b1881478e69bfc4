"""Alerts: what the clock finds wrong with the data is kept, put on the trail and written to the administrators."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import insert, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import Session

from engine import audit, clock, invariants
from engine.actors import load_people
from engine.context import Origin
from engine.notices import Notice, post
from engine.trail import note
from models.chain import Verification, canonical
from models.database import Database
from models.watch import Alert, AlertKind, Watched
from rules.vocabulary import Party, Role

SHOWN = 10  # problems named in a letter; the command shows them all
LONGEST = 120  # characters of a problem in a letter
LOCK = 0x414C5254  # advisory lock held while alerts are settled: two at once would both raise one
CLOCK = {"role": Role.CLOCK.value}
COMMANDS = {AlertKind.TRAIL: "./vinhdanh audit verify", AlertKind.INVARIANTS: "./vinhdanh invariants"}
OPEN = text("SELECT id, digest FROM alert WHERE kind = :kind AND cleared_at IS NULL")


def watch(database: Database, origin: Origin) -> list[str]:
    """Check every invariant of the data (the trail's among them), settle the alert about it; returns what is wrong.

    Two transactions: the check reads one snapshot, which must not be what settling goes by.
    """
    with database.transaction() as session:
        found = invariants.check(session)
    with database.transaction() as session:
        return settle(session, origin, AlertKind.INVARIANTS, found)


def watch_trail(database: Database, origin: Origin) -> list[str]:
    """Verify the whole trail and settle the alert about it; as `watch`."""
    with database.transaction() as session:
        found = audit.verify(session)
    with database.transaction() as session:
        return settle(session, origin, AlertKind.TRAIL, found)


def settle(session: Session, origin: Origin, kind: AlertKind, checked: Verification) -> list[str]:
    """Raise an alert for problems nobody was told of, clear the one they replace; returns the problems as lines."""
    problems = checked.problems
    found = [{"subject": one.subject, "entry": one.entry, "problem": one.problem} for one in problems]
    digest = hashlib.sha256(canonical(found).encode()).hexdigest()
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    known = session.execute(OPEN, {"kind": kind.value}).one_or_none()
    now = clock.now()
    watched = {"at": now, "checked": checked.checked, "problems": len(problems)}
    statement = upsert(Watched).values({"kind": kind, **watched})
    session.execute(statement.on_conflict_do_update(index_elements=["kind"], set_=watched))
    if known is not None and known.digest != digest:
        session.execute(update(Alert).where(Alert.id == known.id).values(cleared_at=now))
        note(session, f"alert:{known.id}", "alert:check:cleared", origin, now, CLOCK)
    if found and (known is None or known.digest != digest):
        raise_alert(session, origin, now, {"kind": kind, "digest": digest, "problems": found})
    return [f"{one.subject}: {one.problem}" for one in problems]


def raise_alert(session: Session, origin: Origin, now: datetime, values: dict[str, Any]) -> None:
    """Keep the alert, put it on a chain of its own and write to the administrators."""
    row = {**values, "raised_at": now}
    identity = session.execute(insert(Alert).values(row).returning(Alert.id)).scalar_one()  # type: ignore[call-overload]  # SQLModel columns read as their values
    public = {
        **CLOCK,
        "kind": values["kind"].value,
        "digest": values["digest"],
        "problems": len(values["problems"]),
        "letters": [Party.ADMINISTRATOR.value],
    }
    entry = note(session, f"alert:{identity}", "alert:check:raised", origin, now, public)
    post(session, entry, warning(session, now, values), now)


def warning(session: Session, now: datetime, values: dict[str, Any]) -> Notice:
    """The letter to the administrators: which subjects, under which sentence, and the command that shows the rest."""
    accounts, _ = load_people(session)
    administrators = [a for a in accounts.values() if any(role is Role.ADMINISTRATOR for role, _ in a.roles)]
    lines = list(dict.fromkeys(without_details(values["problems"])))
    said = {
        "found": len(values["problems"]),
        "items": lines[:SHOWN],
        "more": max(0, len(lines) - SHOWN),
        "about": "nhật ký" if values["kind"] is AlertKind.TRAIL else "dữ liệu",
        "command": COMMANDS[values["kind"]],
        "at": f"{now.astimezone(clock.VIETNAM):%H:%M ngày %d/%m/%Y}",
        "rehearsal": False,
    }
    addresses = [one.email for one in administrators if one.email]
    return Notice(kind="alert.administrator", party=Party.ADMINISTRATOR, addresses=addresses, values=said)


def without_details(problems: Iterable[dict[str, Any]]) -> Iterable[str]:
    """Problems as mail may carry them: the subject and the broken sentence, none of the values stored or expected."""
    for one in problems:
        yield f"{one['subject']}: {one['problem'].partition(': ')[0][:LONGEST]}"
