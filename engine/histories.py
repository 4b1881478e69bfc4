"""A dossier's past as its trail tells it, with the names of who acted as long as they are kept."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from engine.along import Along, along
from engine.dossier import Dossier
from rules.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a dossier's trail; `said` are its private words that are still kept."""

    seq: int
    tag: str
    body: Mapping[str, Any]
    said: Mapping[str, Any]

    def told(self, field: str) -> Any:  # noqa: ANN401 - whatever was said
        """What was said in `field`; None if nothing was, or it was erased."""
        return self.said.get(field)


def past_of(session: Session, dossier: Dossier) -> tuple[Entry, ...]:
    """Its trail up to its version, oldest first."""
    found = along(session, dossier.id, dossier.version, Along.PAST)
    return tuple(Entry(seq, tag, body, said or {}) for seq, tag, body, said in found)


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
