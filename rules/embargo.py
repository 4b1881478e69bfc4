"""What a unit may see: one neutral label from acceptance until the decision is signed or the outcome released."""

from rules.vocabulary import EDITABLE, UNIT_LABELS, State

PLAIN = (*EDITABLE, State.SUBMITTED, State.IN_REVIEW, State.LAPSED)


def visible_state(state: State, *, released: bool, own_withdrawal: bool) -> State:
    """The state to show to the nominating unit; everything under embargo looks like IN_REVIEW.

    `released` is whether the decision is signed or the review head released this outcome;
    `own_withdrawal` whether the unit itself withdrew it.
    """
    if released or state in PLAIN or (state is State.WITHDRAWN and own_withdrawal):
        return state
    return State.IN_REVIEW


def unit_label(state: State, *, released: bool, own_withdrawal: bool) -> str:
    """The Vietnamese label the unit reads."""
    return UNIT_LABELS[visible_state(state, released=released, own_withdrawal=own_withdrawal)]
