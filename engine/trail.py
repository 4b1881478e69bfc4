"""Write the trail: what happened, who did it, by which channel; personal text enters only as commitments."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Insert, Result, insert, text
from sqlmodel import Session, SQLModel

from engine import clock
from engine.context import Acting, Context, Origin
from models.chain import Entry, canonical, commit, make_entry, unnumbered
from models.trail import Disclosure, TrailEntry

# As tables: an entry is written with every look at a dossier, and what the models do besides is not needed.
TRAIL, DISCLOSURE = (SQLModel.metadata.tables[str(model.__tablename__)] for model in (TrailEntry, Disclosure))
TO_TRAIL = insert(TRAIL)
HEAD = text("SELECT seq, hash FROM chain WHERE subject = :subject")
LOOK = text("SELECT add_look(:subject, :tag, :before, :after)")
HEAD_IN_TURN = text("SELECT seq, hash FROM head_in_turn(:subject)")


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry ready to be stored, with what its commitments stand for."""

    entry: Entry
    disclosures: tuple[dict[str, Any], ...]

    def row(self) -> dict[str, Any]:
        """The entry as the table has it."""
        e = self.entry
        return {
            "subject": e.subject,
            "seq": e.seq,
            "tag": e.tag,
            "body": e.body,
            "prev_hash": e.prev_hash,
            "hash": e.hash,
        }

    def inserts(self) -> list[Insert]:
        """The statements that store it."""
        statements = [TO_TRAIL.values(self.row())]
        if self.disclosures:
            statements.append(insert(DISCLOSURE).values(list(self.disclosures)))
        return statements


def describe_actor(acting: Acting) -> tuple[dict[str, Any], dict[str, str]]:
    """Who acted: (public part, private part). A delegated act names both people."""
    public: dict[str, Any] = {"role": acting.role.value, "office": acting.office}
    private: dict[str, str] = {}
    if acting.actor is not None:
        public["by"] = f"account:{acting.actor.id}"
        private["by_name"] = acting.actor.name
    if acting.on_behalf is not None:
        public["on_behalf"] = f"account:{acting.on_behalf.id}"
        private["on_behalf_name"] = acting.on_behalf.name
    return public, private


def record(
    context: Context,
    subject: str,
    head: tuple[int, str] | None,
    tag: str,
    *,
    acting: Acting | None,
    public: Mapping[str, Any],
    private: Mapping[str, Any] | None = None,
) -> Recorded:
    """The entry for something done in a campaign.

    `public` is hashed as it is; each value of `private` (personal data, free text) enters as a salted
    commitment. The real clock, the local day, channel and operating-system user are always in it.
    """
    who, names = describe_actor(acting) if acting else ({}, {})
    data = {**when_and_how(context.now, context.today, context.origin), **who, **public}
    return seal(subject, head, tag, data, {**names, **(private or {})})


def when_and_how(now: datetime, today: date, origin: Origin) -> dict[str, str]:
    """What every entry says: the real moment, the day it counts for, channel and operating-system user."""
    return {
        "at": now.isoformat(timespec="milliseconds"),
        "today": today.isoformat(),
        "channel": origin.channel,
        "os_user": origin.os_user,
    }


def seal(
    subject: str,
    head: tuple[int, str] | None,
    tag: str,
    data: Mapping[str, Any],
    private: Mapping[str, Any],
) -> Recorded:
    """Commit to every private value and make the entry."""
    committed = {}
    salts = {}
    values = {name: canonical(value) for name, value in private.items() if value not in (None, "", [], {})}
    for name, value in values.items():
        committed[name], salts[name] = commit(value)
    entry = make_entry(subject, head, tag, {**data, "committed": committed} if committed else data)
    disclosures = tuple(
        {"subject": subject, "seq": entry.seq, "field": name, "salt": salts[name], "value": value}
        for name, value in values.items()
    )
    return Recorded(entry, disclosures)


def lock_head(session: Session, subject: str) -> tuple[int, str] | None:
    """The head (seq, hash) of a subject's chain, or None if it has none yet."""
    return head_in(session.execute(HEAD, {"subject": subject}))


def await_turn(session: Session, subject: str) -> tuple[int, str] | None:
    """Wait until nobody else who waited like this is adding to a chain: who only looks must not be told of a race.

    Returns its head by then.
    """
    return head_in(session.execute(HEAD_IN_TURN, {"subject": subject}))


def head_in(result: Result[Any]) -> tuple[int, str] | None:
    """The head (seq, hash) of a chain as it was read, None for none."""
    row = result.one_or_none()
    return (row.seq, row.hash) if row else None


def append(
    session: Session,
    context: Context,
    subject: str,
    tag: str,
    *,
    acting: Acting | None,
    public: Mapping[str, Any],
    private: Mapping[str, Any] | None = None,
) -> Entry:
    """Add an entry to the chain of anything but a nomination (those go through engine/steps.py)."""
    head = lock_head(session, subject)
    return store(session, record(context, subject, head, tag, acting=acting, public=public, private=private))


def note_looked(session: Session, context: Context, what: str, public: Mapping[str, Any]) -> None:
    """Note what somebody looked at: on the account's own chain, or on the campaign's for the operator.

    One statement: it may be the only one of its transaction.
    """
    kind = "account" if context.actor else "campaign"
    subject = f"{kind}:{context.actor.id if context.actor else context.campaign.code}"
    tag = f"{kind}:{what}"
    before, after = unnumbered(subject, tag, {**when_and_how(context.now, context.today, context.origin), **public})
    session.execute(LOOK, {"subject": subject, "tag": tag, "before": before, "after": after})


def note(
    session: Session,
    subject: str,
    tag: str,
    origin: Origin,
    now: datetime,
    public: Mapping[str, Any],
    private: Mapping[str, Any] | None = None,
) -> Entry:
    """Add an entry to the chain of something that belongs to no campaign: an account, an alert."""
    data = {**when_and_how(now, clock.local_date(now), origin), **public}
    return store(session, seal(subject, lock_head(session, subject), tag, data, private or {}))


def store(session: Session, recorded: Recorded) -> Entry:
    """Write an entry with what its commitments stand for."""
    session.execute(TO_TRAIL, recorded.row())
    if recorded.disclosures:
        session.execute(insert(DISCLOSURE), list(recorded.disclosures))
    return recorded.entry
