"""The law changes with time: data with dates of effect, source and certainty, kept in YAML beside the code."""

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any


class Certainty(StrEnum):
    """How sure we are of a fact of the law."""

    TEXT = "T"  # the legal text itself was read
    SECONDARY = "S"  # a secondary source says so
    INFERRED = "I"  # inferred or computed
    MEMORY = "M"  # from memory, unverified


def in_force(since: date, until: date | None, on: date) -> bool:
    """Whether `on` lies in the period; both ends are included, None is open."""
    return since <= on and (until is None or on <= until)


def read_yaml(name: str) -> Any:  # noqa: ANN401 - the caller gives the data its shape
    """The content of the YAML file `name` of this package."""
    import yaml  # noqa: PLC0415 - only those who cite or compute pay for it

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the compiled one is ten times as fast
    return yaml.load(Path(__file__).with_name(name).read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - safe
