"""The numbers of the law and of practice, each with its dates of effect, source and certainty."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from rules.dated import Certainty, in_force, read_yaml
from rules.errors import MalformedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One value of one number, from a day to a day (None: still)."""

    name: str
    value: Decimal
    since: date
    until: date | None
    source: str
    certainty: Certainty
    note: str  # for maintainers, never shown to people


@cache
def parameters() -> dict[str, tuple[Parameter, ...]]:
    """Every number by name, its values in order of time."""
    return {
        name: tuple(
            Parameter(
                name=name,
                value=Decimal(entry["value"]),
                since=entry["from"],
                until=entry["to"],
                source=entry["source"],
                certainty=Certainty(entry["certainty"]),
                note=entry.get("note", ""),
            )
            for entry in entries
        )
        for name, entries in read_yaml("parameters.yaml").items()
    }


def parameter_in_force(name: str, on: date) -> Parameter:
    """The value of `name` in force on `on`, with its source; MalformedError when no value covers that day."""
    for parameter in parameters()[name]:
        if in_force(parameter.since, parameter.until, on):
            return parameter
    raise MalformedError(f"Chưa có quy định về “{name}” áp dụng cho ngày {on:%d/%m/%Y}.")


def parameter(name: str, on: date) -> Decimal:
    """The number `name` as it stands on `on`, exact."""
    return parameter_in_force(name, on).value
