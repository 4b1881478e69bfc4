"""One invariant of the data: a sentence that must always be true, and the check that finds where it is not."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from models.chain import Problem

Check = Callable[[Session], Iterable[Problem]]


@dataclass(frozen=True, slots=True)
class Invariant:
    """A Vietnamese sentence and its check, whose problems say where and how it is broken."""

    sentence: str
    check: Check


INVARIANTS: list[Invariant] = []


def invariant(sentence: str) -> Callable[[Check], Check]:
    """Register a check under the sentence it checks."""

    def register(check: Check) -> Check:
        INVARIANTS.append(Invariant(sentence, check))
        return check

    return register


def rows(session: Session, query: str, **values: Any) -> Iterable[Problem]:  # noqa: ANN401 - whatever SQL takes
    """A problem for each row (subject, detail) of a query for what must not be."""
    for subject, detail in session.execute(text(query), values):
        yield Problem(subject, 0, detail)
