"""A dossier's past as its trail tells it, with the names of who acted as long as they are kept."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from engine.dossier import Dossier
from rules.vocabulary import Role

ENTRIES = text(
    "SELECT t.seq, t.tag, t.body, d.field, d.value FROM trail t LEFT JOIN disclosure d"
    " ON d.subject = t.subject AND d.seq = t.seq"
    " AND d.field IN ('by_name', 'on_behalf_name', 'changes', 'reason', 'answer')"
    " WHERE t.subject = :subject AND t.seq <= :version ORDER BY t.seq"
)
KEPT = "past"  # what a session keeps of the dossiers it looked at


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a dossier's trail; `said` are its private words that are still kept, as JSON."""

    seq: int
    tag: str
    body: Mapping[str, Any]
    said: dict[str, str]

    def told(self, field: str) -> Any:  # noqa: ANN401 - whatever was said
        """What was said in `field`; None if nothing was, or it was erased."""
        value = self.said.get(field)
        return None if value is None else json.loads(value)


def past_of(session: Session, dossier: Dossier) -> tuple[Entry, ...]:
    """Its trail up to its version, oldest first; read once in a transaction, for what is written stays as it is."""
    kept: dict[tuple[str, int], tuple[Entry, ...]] = session.info.setdefault(KEPT, {})
    key = (dossier.id, dossier.version)
    if key not in kept:
        kept[key] = read(session, dossier)
    return kept[key]


def read(session: Session, dossier: Dossier) -> tuple[Entry, ...]:
    """The entries, read anew."""
    found: dict[int, Entry] = {}
    for row in session.execute(ENTRIES, {"subject": dossier.subject, "version": dossier.version}):
        entry = found.get(row.seq)
        if entry is None:
            entry = found[row.seq] = Entry(row.seq, row.tag, json.loads(row.body), {})
        if row.field is not None:
            entry.said[row.field] = row.value
    return tuple(found.values())


def last(session: Session, dossier: Dossier, tag: str) -> int | None:
    """The version at which something happened last; None if it never did."""
    return max((entry.seq for entry in past_of(session, dossier) if entry.tag == tag), default=None)


def history_of(session: Session, dossier: Dossier, *, only_roles: Collection[Role] = ()) -> list[dict[str, Any]]:
    """The entries, oldest first; with `only_roles`, only what holders of these did, and unnumbered.

    A name is None for the clock, and once the person was erased.
    """
    return [
        {
            "seq": None if only_roles else entry.seq,
            "tag": entry.tag,
            "at": entry.body.get("at"),
            "today": entry.body.get("today"),
            "by": entry.told("by_name"),
            "on_behalf": entry.told("on_behalf_name"),
            "role": entry.body.get("role"),
            "from": entry.body.get("from"),
            "to": entry.body.get("to"),
        }
        for entry in past_of(session, dossier)
        if not only_roles or entry.body.get("role") in only_roles
    ]
