"""The line by which a unit follows its dossier: four steps, never more than the embargo lets it know."""

from dataclasses import dataclass
from enum import StrEnum

from rules.vocabulary import NEUTRAL_LABEL, UNIT_LABELS, State


class Reached(StrEnum):
    """How far a step is."""

    DONE = "done"
    HERE = "here"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the line."""

    label: str
    reached: Reached


DRAFT, SENT, RESULT = "Bản nháp", "Đã nộp", "Kết quả"
AT = {State.DRAFT: 0, State.SUBMITTED: 1, State.RETURNED: 2, State.IN_REVIEW: 2}  # anything else is an end
CUT_SHORT = (State.WITHDRAWN, State.LAPSED)


def stages(shown: State, left: State | None = None) -> tuple[Stage, ...]:
    """The steps of a dossier that its unit sees in the state `shown` (rules/embargo.py says which that is).

    `left` is where it was before; it is looked at only where it fell out of the running, and then says no more than
    “Đang xem xét” of anything beyond the unit's own steps.
    """
    before = shown if shown in AT else left if shown in CUT_SHORT else None
    under_way = UNIT_LABELS[State.RETURNED] if before is State.RETURNED else NEUTRAL_LABEL
    route = (DRAFT, SENT, under_way, RESULT)
    if shown in AT:
        return tuple(Stage(label, reached(place, AT[shown])) for place, label in enumerate(route))
    walked = route[: AT.get(before, AT[State.IN_REVIEW]) + 1 if before else len(route) - 1]
    return (*(Stage(label, Reached.DONE) for label in walked), Stage(UNIT_LABELS[shown], Reached.HERE))


def reached(place: int, at: int) -> Reached:
    """How far the step at `place` is when the dossier is `at` one."""
    return Reached.DONE if place < at else Reached.HERE if place == at else Reached.AHEAD
