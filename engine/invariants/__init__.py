"""Every invariant of the data, checked in one snapshot: what holds after any steps, races and crashes."""

from collections.abc import Iterator

from sqlalchemy.exc import ProgrammingError
from sqlmodel import Session

from engine.evidence import take_snapshot
from engine.invariants import decision, quota, records, schema
from engine.invariants.registry import INVARIANTS, Invariant
from models.chain import Problem, Verification

MODULES = (quota, records, decision, schema)  # each registers its own


def check(session: Session) -> Verification:
    """Check every invariant; `checked` counts them. Call it first in a transaction, which then reads one snapshot."""
    take_snapshot(session)
    return Verification.of(len(INVARIANTS), broken(session))


def broken(session: Session) -> Iterator[Problem]:
    """Every problem, under the sentence of the invariant it breaks."""
    for invariant in INVARIANTS:
        for problem in problems_of(session, invariant):
            yield Problem(problem.subject, problem.entry, f"{invariant.sentence}: {problem.problem}")


def problems_of(session: Session, invariant: Invariant) -> list[Problem]:
    """What one check finds; that it cannot even be made, as when a table was dropped, is a problem too."""
    try:
        with session.begin_nested():
            return list(invariant.check(session))
    except ProgrammingError as error:
        return [Problem("database", 0, f"không kiểm tra được ({str(error.orig).splitlines()[0]})")]
