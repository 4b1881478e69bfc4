"""The provisions a verdict, a step or a sum rests on, each cited only while it is in force."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from rules.dated import Certainty, in_force, read_yaml


class UnknownCitationError(LookupError):
    """A rule names a provision that citations.yaml does not have: a mistake of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """One provision: how it is cited in Vietnamese, and from when to when (None: still) it may be."""

    id: str
    text: str
    since: date
    until: date | None
    certainty: Certainty
    note: str


@cache
def citations() -> dict[str, Citation]:
    """Every provision we know, by id, in the order of citations.yaml."""
    return {
        key: Citation(
            id=key,
            text=entry["text"],
            since=entry["from"],
            until=entry["to"],
            certainty=Certainty(entry["certainty"]),
            note=entry["note"],
        )
        for key, entry in read_yaml("citations.yaml").items()
    }


def citation(key: str) -> Citation:
    """The provision `key`; UnknownCitationError if there is none."""
    try:
        return citations()[key]
    except KeyError:
        raise UnknownCitationError(f"no citation {key!r} in citations.yaml") from None


def cite(ids: Iterable[str], today: date) -> tuple[str, ...]:
    """The Vietnamese texts of those provisions among `ids` that are in force on `today`, in the order given."""
    found = [citation(key) for key in ids]
    return tuple(c.text for c in found if in_force(c.since, c.until, today))
