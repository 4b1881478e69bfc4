"""The decision's own life: every action from every state, by hand."""

import pytest

from rules.decision import (
    DECISION_ACTION_LABELS,
    DECISION_LABELS,
    DECISION_LIFE_CYCLE,
    DecisionAction,
    DecisionState,
    find_decision_move,
)
from rules.errors import StateRefusedError
from rules.vocabulary import Role

# state → {action: where it leads}, from design.md section 3; what is not here is refused.
LEADS: dict[str | None, dict[str, str]] = {
    None: {"open": "open"},
    "open": {"freeze": "frozen", "cancel": "cancelled"},
    "frozen": {"unfreeze": "open", "cancel": "cancelled", "sign": "signed"},
    "signed": {"correct": "corrected"},
    "corrected": {"correct": "corrected"},
    "cancelled": {"open": "open"},
}
CLERK = ("sign", "correct")


@pytest.mark.parametrize("state", LEADS)
@pytest.mark.parametrize("action", DecisionAction)
def test_every_action_from_every_state(state: str | None, action: DecisionAction) -> None:
    present = DecisionState(state) if state else None
    target = LEADS[state].get(action.value)
    if target is None:
        with pytest.raises(StateRefusedError, match=DECISION_ACTION_LABELS[action]):
            find_decision_move(present, action)
        return
    move = find_decision_move(present, action)
    assert move.target is DecisionState(target)
    assert move.by is (Role.DECISION_CLERK if action.value in CLERK else Role.APPRAISAL_HEAD)


def test_the_table_is_whole() -> None:
    assert {state for state in LEADS if state} == {state.value for state in DecisionState}
    assert set(DECISION_LABELS) == set(DecisionState)
    assert set(DECISION_ACTION_LABELS) == set(DecisionAction)
    assert len({move.by for move in DECISION_LIFE_CYCLE if move.action is DecisionAction.OPEN}) == 1


def test_a_refusal_says_where_the_decision_stands() -> None:
    with pytest.raises(StateRefusedError, match="đã chốt"):
        find_decision_move(DecisionState.FROZEN, DecisionAction.OPEN)
    with pytest.raises(StateRefusedError, match="chưa lập"):
        find_decision_move(None, DecisionAction.SIGN)
