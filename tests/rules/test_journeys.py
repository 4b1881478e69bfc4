"""The written journeys on the pure table: every row is travelled, and every row spoilt in any one way is noticed."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from rules import lifecycle
from rules.lifecycle import LIFE_CYCLE, Move, Slot, When
from rules.vocabulary import FINAL, Action, Role, State
from tests.rules.travel import Journey, journeys, travel

# Together these leave no way from one state to another untried: state → actions, by hand from design.md section 3.
STEPS_FROM = {
    State.DRAFT: "submit withdraw lapse",
    State.SUBMITTED: "withdraw accept close",
    State.RETURNED: "submit withdraw extend recall lapse close",
    State.IN_REVIEW: "return endorse decline withdraw close",
    State.ENDORSED: "decline select withdraw close",
    State.SELECTED: "deselect forward withdraw close",
    State.IN_APPRAISAL: "query approve refuse withdraw close",
    State.QUERIED: "return reply refuse withdraw close",
    State.APPROVED: "query refuse withdraw enlist close",
    State.LISTED: "strike award",
    State.AWARDED: "revoke",
    State.DECLINED: "reopen",
    State.REFUSED: "reopen",
    State.WITHDRAWN: "reopen",
    State.LAPSED: "reopen",
    State.REVOKED: "",
    State.NOT_SELECTED: "",
}


@pytest.mark.parametrize("journey", journeys(), ids=lambda journey: journey.name)
def test_journey(journey: Journey) -> None:
    assert travel(journey).travelled


def test_every_row_is_travelled() -> None:
    travelled = {move for journey in journeys() for move in travel(journey).travelled}
    assert [move for move in LIFE_CYCLE if move not in travelled] == []


def test_every_step_from_every_state_is_travelled() -> None:
    written = {
        (State(step["from"]), Action(step["do"])) for journey in journeys() for step in journey.steps if "to" in step
    }
    assert written == {(state, Action(word)) for state, words in STEPS_FROM.items() for word in words.split()}


def test_every_action_is_refused_to_somebody_and_every_kind_of_refusal_is_seen() -> None:
    refused = [step for journey in journeys() for step in journey.steps if "refused" in step]
    assert {Action(step["do"]) for step in refused if step["refused"] == "role"} == set(Action)
    assert {step["refused"] for step in refused} == {"role", "state", "evidence", "rule", "duties"}


def test_journeys_have_names_of_their_own_and_a_source() -> None:
    names = [journey.name for journey in journeys()]
    assert len(set(names)) == len(names)
    assert all(journey.source for journey in journeys())


def survives(table: tuple[Move, ...], action: Action, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether every journey still goes through on another table; those that take `action` are tried first."""
    monkeypatch.setattr(lifecycle, "LIFE_CYCLE", table)
    concerned = sorted(journeys(), key=lambda journey: action not in {step.get("do") for step in journey.steps})
    try:
        for journey in concerned:
            travel(journey)
    except AssertionError:
        return False
    return True


OTHER_SLOT = {Slot.KEEPS: Slot.FREES, Slot.FREES: Slot.KEEPS, Slot.TAKES: Slot.KEEPS, Slot.UNTOUCHED: Slot.FREES}
OTHER_WHEN = {
    When.NO_SLOT: When.HOLDS_SLOT,
    When.HOLDS_SLOT: When.NO_SLOT,
    When.LEFT_DRAFT: When.LEFT_RETURNED,
    When.LEFT_RETURNED: When.LEFT_LATER,
    When.LEFT_LATER: When.LEFT_DRAFT,
}


NEVER = {(State.LAPSED, When.LEFT_LATER)}  # only drafts and returns lapse


def spoilt(move: Move) -> Iterator[tuple[str, Move]]:
    """The row wrong in one way: every other target and role, another slot, any guard or letter gone."""
    for state in State:
        if state is not move.target:
            yield f"leads to {state}", replace(move, target=state)
    for role in Role:
        if role is not move.by:
            yield f"by {role}", replace(move, by=role)
    yield "other slot", replace(move, slot=OTHER_SLOT[move.slot])
    if move.when is not When.ALWAYS:
        yield "other when", replace(move, when=OTHER_WHEN[move.when])
    for guard in dict.fromkeys(move.only_if):
        yield f"without {guard.name}", replace(move, only_if=tuple(g for g in move.only_if if g is not guard))
    for to in move.letters:
        yield f"no letter to {to.name}", replace(move, letters=tuple(o for o in move.letters if o is not to))
    for source in move.sources:
        if len(move.sources) > 1 and (source, move.when) not in NEVER:
            sources = tuple(state for state in move.sources if state is not source)
            yield f"not from {source}", replace(move, sources=sources)


@pytest.mark.parametrize("number", range(len(LIFE_CYCLE)), ids=lambda n: f"{n}-{LIFE_CYCLE[n].action}")
def test_a_row_spoilt_in_any_way_is_noticed(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    before, row, after = LIFE_CYCLE[:number], LIFE_CYCLE[number], LIFE_CYCLE[number + 1 :]
    alive = [what for what, wrong in spoilt(row) if survives((*before, wrong, *after), row.action, monkeypatch)]
    assert alive == []
    assert not survives((*before, *after), row.action, monkeypatch), "the row can go and nobody notices"


@pytest.mark.parametrize("state", FINAL)
def test_a_way_out_of_a_final_state_is_noticed(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    action = Action.AWARD if state is State.REVOKED else Action.REOPEN
    row = next(move for move in LIFE_CYCLE if move.action is action)
    wrong = replace(row, sources=(state,), only_if=())
    assert not survives((*LIFE_CYCLE, wrong), action, monkeypatch)
