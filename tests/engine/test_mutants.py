"""Standing mutants: each breaks our code in one way, and the written journeys must notice every one of them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Insert, Update
from sqlalchemy.exc import DBAPIError

from engine import letters, steps
from engine.context import Context
from engine.letters import Letters
from engine.trail import Recorded
from models.nominations import Nomination
from rules import guards, lifecycle
from rules.errors import VinhDanhError
from rules.guards import CHECKS
from rules.lifecycle import LIFE_CYCLE, Guard, Move, Slot
from rules.vocabulary import Action, Role, State
from tests.engine import test_matrix
from tests.engine.conftest import NewWorld
from tests.engine.travel import Traveller
from tests.rules import test_machine, travel
from tests.rules.travel import Journey, journeys

pytestmark = pytest.mark.wide

Patch = Callable[[pytest.MonkeyPatch], None]
# What a broken program does: a journey goes otherwise, the database refuses, or the program refuses what it should not.
KILLED = (AssertionError, DBAPIError, VinhDanhError)


@dataclass(frozen=True)
class Mutant:
    """One fault, and a journey that meets it (others are tried when that one does not notice)."""

    name: str
    patch: Patch
    journey: str


def spoil_row(action: Action, source: State, **changes: Any) -> Patch:  # noqa: ANN401 - cells of the table
    """The row of `action` from `source` with other cells; a change may be a function of the row."""

    def patch(monkeypatch: pytest.MonkeyPatch) -> None:
        def spoilt(move: Move) -> Move:
            if move.action is not action or source not in move.sources:
                return move
            return replace(move, **{k: v(move) if callable(v) else v for k, v in changes.items()})

        table = tuple(spoilt(move) for move in LIFE_CYCLE)
        assert table != LIFE_CYCLE
        monkeypatch.setattr(lifecycle, "LIFE_CYCLE", table)
        monkeypatch.setattr(steps, "LIFE_CYCLE", table)

    return patch


def without(guard: Guard) -> Callable[[Move], tuple[Guard, ...]]:
    """The row's guards but one."""
    return lambda move: tuple(kept for kept in move.only_if if kept is not guard)


def replaced(module: object, name: str, value: object) -> Patch:
    """Something else under a name."""
    return lambda monkeypatch: monkeypatch.setattr(module, name, value)


def less_written(table: str, kind: type[Insert] | type[Update]) -> Patch:
    """A step that forgets one of the things it writes."""
    whole = steps.parts_of

    def parts(*given: Any) -> list[Insert | Update]:  # noqa: ANN401 - as parts_of
        return [part for part in whole(*given) if not (isinstance(part, kind) and str(part.table) == table)]

    return replaced(steps, "parts_of", parts)


def forgotten(column: str) -> Patch:
    """A step that forgets one column of the dossier."""

    class Forgetful:
        """An UPDATE of the dossier that loses a value."""

        def __init__(self, statement: Update) -> None:
            self.statement = statement

        def where(self, *conditions: Any) -> "Forgetful":  # noqa: ANN401 - as SQLAlchemy's
            return Forgetful(self.statement.where(*conditions))

        def values(self, values: dict[str, Any]) -> Update:
            return self.statement.values({key: value for key, value in values.items() if key != column})

    def update(table: Any) -> Any:  # noqa: ANN401 - as SQLAlchemy's
        statement = sqlalchemy.update(table)
        return Forgetful(statement) if table is Nomination else statement

    return replaced(steps, "update", update)


def held_back_never(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outcome letters go out at once."""
    whole = letters.letters_to
    monkeypatch.setattr(letters, "letters_to", lambda *given, **_: whole(*given, held=False))


MUTANTS = (
    Mutant("the guards are skipped", replaced(steps, "refusal_of", lambda *_: None), "returned, answered"),
    Mutant("the duties are not checked", replaced(steps, "check_duties", lambda *_: None), "one person, one kind"),
    Mutant("nobody is involved", replaced(steps, "involved", lambda *_: None), "who is nominated"),
    Mutant("anchors are not looked at and findings not stored", less_written("finding", Insert), "returned, answered"),
    Mutant("the letters are dropped", replaced(steps, "letters_of", lambda *_: Letters(())), "an individual"),
    Mutant("outcome letters are not held", held_back_never, "declined under review"),
    Mutant("unsent letters are not superseded", replaced(steps, "lock_unsent", lambda *_: ()), "was not sent yet"),
    Mutant("the trail entry is dropped", replaced(Recorded, "inserts", lambda _: []), "an individual"),
    Mutant("the place is not taken", replaced(steps, "take_slot", lambda *_: 1), "a selection is taken back"),
    Mutant("the place is not freed", less_written("slot", Update), "a selection is taken back"),
    Mutant("the duty is not noted", less_written("duty", Insert), "one person, one kind"),
    Mutant("recalled findings stay open", less_written("finding", Update), "the unit has read"),
    Mutant("the state is not written", forgotten("state"), "an individual"),
    Mutant("the version is not written", forgotten("version"), "an individual"),
    Mutant("the due date is not written", forgotten("due"), "returned, answered"),
    Mutant("the state it left is forgotten", forgotten("left_state"), "a return lapses"),
    Mutant("the submission letter is forgotten", forgotten("submission_id"), "an individual"),
    Mutant("the decision is forgotten", forgotten("decision_id"), "an individual"),
    Mutant("the serial number is forgotten", forgotten("serial"), "an individual"),
    Mutant("who withdrew is forgotten", forgotten("own_withdrawal"), "a draft is withdrawn"),
    Mutant("an outcome stays released", forgotten("released"), "declined under review"),
    Mutant("a role counts at any unit", replaced(Context, "office_of", lambda *_: None), "an individual"),
    Mutant(
        "a citation is not asked for",
        lambda m: m.setitem(CHECKS, Guard.CITED_REASON, guards.reason_given),
        "declined under review",
    ),
    Mutant("anything is a reason", replaced(guards, "has_reason", lambda _: True), "a selection is taken back"),
    Mutant(
        "endorse leads to selected", spoil_row(Action.ENDORSE, State.IN_REVIEW, target=State.SELECTED), "an individual"
    ),
    Mutant(
        "reply leads to approved", spoil_row(Action.REPLY, State.QUERIED, target=State.APPROVED), "a query is answered"
    ),
    Mutant(
        "reopen leads back", spoil_row(Action.REOPEN, State.DECLINED, target=State.ENDORSED), "declined under review"
    ),
    Mutant("an officer selects", spoil_row(Action.SELECT, State.ENDORSED, by=Role.REVIEW_OFFICER), "an individual"),
    Mutant(
        "an officer refuses", spoil_row(Action.REFUSE, State.IN_APPRAISAL, by=Role.APPRAISAL_OFFICER), "refused under"
    ),
    Mutant("select keeps", spoil_row(Action.SELECT, State.ENDORSED, slot=Slot.KEEPS), "a selection is taken back"),
    Mutant("refuse keeps", spoil_row(Action.REFUSE, State.IN_APPRAISAL, slot=Slot.KEEPS), "refused under"),
    Mutant("return frees", spoil_row(Action.RETURN, State.QUERIED, slot=Slot.FREES), "a query is passed on"),
    Mutant("nobody is told of a refusal", spoil_row(Action.REFUSE, State.IN_APPRAISAL, letters=()), "refused under"),
    Mutant(
        "select takes anybody",
        spoil_row(Action.SELECT, State.ENDORSED, only_if=without(Guard.ELIGIBLE)),
        "a selection is taken back",
    ),
    Mutant(
        "forward asks for no letter",
        spoil_row(Action.FORWARD, State.SELECTED, only_if=without(Guard.SUBMISSION_LETTER)),
        "an individual",
    ),
    Mutant(
        "approve does not wait for checks",
        spoil_row(Action.APPROVE, State.IN_APPRAISAL, only_if=without(Guard.CHECKS_ANSWERED)),
        "a query is answered",
    ),
    Mutant(
        "reopen after the decision",
        spoil_row(Action.REOPEN, State.DECLINED, only_if=without(Guard.UNDECIDED)),
        "a declined dossier stays",
    ),
)


def notices(new_world: NewWorld, journey: Journey, folder: Path) -> bool:
    """Whether a journey does not go through."""
    try:
        Traveller(new_world(), journey, folder).travel()
    except KILLED:
        return True
    return False


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_is_killed_by_a_written_journey(
    mutant: Mutant, new_world: NewWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (meant,) = [journey for journey in journeys() if mutant.journey in journey.name]
    mutant.patch(monkeypatch)
    assert notices(new_world, meant, tmp_path), f"survived: {mutant.name}"


def test_without_a_mutant_the_same_journeys_go_through(new_world: NewWorld, tmp_path: Path) -> None:
    for name in ("an individual", "returned, answered", "a query is passed on"):
        (journey,) = [journey for journey in journeys() if name in journey.name]
        assert not notices(new_world, journey, tmp_path)


# --- the matrix, and the machine on the table alone, against faults they are there to find ---

FOR_THE_MATRIX: dict[str, Patch] = {
    "a role counts at any unit": replaced(Context, "office_of", lambda *_: None),
    "endorse leads to selected": spoil_row(Action.ENDORSE, State.IN_REVIEW, target=State.SELECTED),
    "an officer selects": spoil_row(Action.SELECT, State.ENDORSED, by=Role.REVIEW_OFFICER),
    "a listed dossier may be refused": spoil_row(
        Action.REFUSE, State.APPROVED, sources=lambda move: (*move.sources, State.LISTED)
    ),
    "units hear of the state": replaced(steps, "require_unit_move", lambda *_: None),
}


@pytest.mark.parametrize("name", FOR_THE_MATRIX)
def test_a_mutant_is_killed_by_the_matrix(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    FOR_THE_MATRIX[name](monkeypatch)
    killed = 0
    for action in Action:
        try:
            test_matrix.test_everybody_tries_it_from_everywhere(action)
        except AssertionError:
            killed += 1
    assert killed


FOR_THE_MACHINE: dict[str, Patch] = {
    "the guards are skipped": replaced(travel, "refusal_of", lambda *_: None),
    "refuse keeps the place": spoil_row(Action.REFUSE, State.IN_APPRAISAL, slot=Slot.KEEPS),
    "a return loses the place": spoil_row(Action.ENDORSE, State.IN_REVIEW, target=State.SELECTED),
    "reopen leads where a place is due": spoil_row(Action.REOPEN, State.REFUSED, target=State.IN_APPRAISAL),
    "duties never conflict": replaced(travel, "conflicting_duty", lambda *_: None),
}


@pytest.mark.parametrize("name", FOR_THE_MACHINE)
def test_a_mutant_is_killed_by_the_machine(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    FOR_THE_MACHINE[name](monkeypatch)
    quick = settings(test_machine.DRIVEN, phases=(Phase.generate,), max_examples=500)
    with pytest.raises((AssertionError, ExceptionGroup)):
        run_state_machine_as_test(test_machine.Campaign, settings=quick)
