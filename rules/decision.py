"""The life cycle of a decision: open, frozen, signed, corrected or cancelled."""

from dataclasses import dataclass
from enum import StrEnum

from rules.errors import StateRefusedError
from rules.vocabulary import Role


class DecisionState(StrEnum):
    """Where the decision stands."""

    OPEN = "open"
    FROZEN = "frozen"
    SIGNED = "signed"
    CORRECTED = "corrected"
    CANCELLED = "cancelled"


DECISION_LABELS: dict[DecisionState, str] = {
    DecisionState.OPEN: "đang lập",
    DecisionState.FROZEN: "đã chốt",
    DecisionState.SIGNED: "đã ký ban hành",
    DecisionState.CORRECTED: "đã ký ban hành, có đính chính",
    DecisionState.CANCELLED: "đã hủy",
}


class DecisionAction(StrEnum):
    """What somebody does to a decision."""

    OPEN = "open"
    FREEZE = "freeze"
    UNFREEZE = "unfreeze"
    CANCEL = "cancel"
    SIGN = "sign"
    CORRECT = "correct"


DECISION_ACTION_LABELS: dict[DecisionAction, str] = {
    DecisionAction.OPEN: "lập danh sách quyết định",
    DecisionAction.FREEZE: "chốt danh sách",
    DecisionAction.UNFREEZE: "mở lại danh sách",
    DecisionAction.CANCEL: "hủy danh sách",
    DecisionAction.SIGN: "ghi nhận quyết định đã ký",
    DecisionAction.CORRECT: "đính chính quyết định",
}


@dataclass(frozen=True, slots=True)
class DecisionMove:
    """One row of the decision's table; a source of None is "no decision yet"."""

    sources: tuple[DecisionState | None, ...]
    action: DecisionAction
    target: DecisionState
    by: Role


D, X = DecisionState, DecisionAction
SIGNED = (D.SIGNED, D.CORRECTED)
# fmt: off
DECISION_LIFE_CYCLE: tuple[DecisionMove, ...] = (
    DecisionMove((None, D.CANCELLED),  X.OPEN,     D.OPEN,      Role.APPRAISAL_HEAD),
    DecisionMove((D.OPEN,),            X.FREEZE,   D.FROZEN,    Role.APPRAISAL_HEAD),
    DecisionMove((D.FROZEN,),          X.UNFREEZE, D.OPEN,      Role.APPRAISAL_HEAD),
    DecisionMove((D.OPEN, D.FROZEN),   X.CANCEL,   D.CANCELLED, Role.APPRAISAL_HEAD),
    DecisionMove((D.FROZEN,),          X.SIGN,     D.SIGNED,    Role.DECISION_CLERK),
    DecisionMove(SIGNED,               X.CORRECT,  D.CORRECTED, Role.DECISION_CLERK),
)
# fmt: on


def find_decision_move(state: DecisionState | None, action: DecisionAction) -> DecisionMove:
    """The row that lets `action` happen to a decision in `state`; StateRefusedError if there is none."""
    for move in DECISION_LIFE_CYCLE:
        if move.action is action and state in move.sources:
            return move
    where = DECISION_LABELS[state] if state else "chưa lập"
    raise StateRefusedError(f"Không thể {DECISION_ACTION_LABELS[action]}: quyết định {where}.")
