"""The life cycle of a nomination: one table, from which buttons, permissions, letters and diagrams derive."""

from dataclasses import dataclass
from enum import StrEnum

from rules.errors import StateRefusedError
from rules.vocabulary import ACTION_LABELS, STAFF_LABELS, Action, Party, Role, State


class Slot(StrEnum):
    """What a step does with the place in the category's quota, if the nomination holds one."""

    UNTOUCHED = "–"
    TAKES = "takes"
    KEEPS = "keeps"
    FREES = "frees"


class When(StrEnum):
    """Which of several rows for one action applies."""

    ALWAYS = "always"
    NO_SLOT = "holds no slot"
    HOLDS_SLOT = "holds a slot"
    LEFT_DRAFT = "it left draft"
    LEFT_RETURNED = "it left returned"
    LEFT_LATER = "it left a later state"


class Guard(StrEnum):
    """What must be true for the step; rules/guards.py says how each is checked and cited."""

    INTAKE_OPEN = "intake open"
    INTAKE_CLOSED = "intake closed"
    PAPERS_PRESENT = "required papers present"
    WELL_FORMED = "no malformed field"
    DUE_NOT_PASSED = "due date not passed"
    DUE_PASSED = "due date passed"
    RETURN_NOT_OVERDUE = "not an overdue return"
    RETURN_ANSWERED = "every finding of the return answered"
    QUERY_ANSWERED = "every finding of the query answered"
    ONLY_QUERY_OPEN = "no open finding but an appraiser's"
    NOTHING_OPEN = "no open finding"
    CHECKS_ANSWERED = "no open third-party check"
    REASON = "reason"
    CITED_REASON = "reason with a citation"
    WRITTEN_REQUEST = "the unit's written request"
    FINDINGS = "at least one anchored finding"
    DUE_DATE = "due date"
    LATER_DUE_DATE = "a later due date"
    HEAD_SUBMITTED = "submitted by its unit's head"
    ELIGIBLE = "eligible today"
    NOT_INVOLVED = "not involved"
    SUBMISSION_LETTER = "on a submission letter"
    DECISION_OPEN = "the decision is open"
    DECISION_SIGNED = "the decision is signed"
    REVOKING_DECISION = "revoking decision, ground of Luật Đ93.2"
    UNDECIDED = "campaign undecided"


class To(StrEnum):
    """Who a step's letters go to."""

    UNIT = "unit"
    UNIT_ONCE_RELEASED = "unit, once released"
    UNIT_UNLESS_SILENT = "unit, unless silent"
    REVIEW = "review office"
    APPRAISAL = "appraisal office"
    APPRAISAL_IF_QUERIED = "appraisal office, if its query was open"
    NOMINEE = "nominee"


PARTY_OF = {
    To.UNIT: Party.UNIT,
    To.UNIT_ONCE_RELEASED: Party.UNIT,
    To.UNIT_UNLESS_SILENT: Party.UNIT,
    To.REVIEW: Party.REVIEW_OFFICE,
    To.APPRAISAL: Party.APPRAISAL_OFFICE,
    To.APPRAISAL_IF_QUERIED: Party.APPRAISAL_OFFICE,
    To.NOMINEE: Party.NOMINEE,
}


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table."""

    sources: tuple[State, ...]
    action: Action
    target: State
    by: Role
    when: When
    only_if: tuple[Guard, ...]
    slot: Slot
    letters: tuple[To, ...]
    source: str


S, A, R, W, G = State, Action, Role, When, Guard
KEEPS, FREES, TAKES, UNTOUCHED = Slot.KEEPS, Slot.FREES, Slot.TAKES, Slot.UNTOUCHED
ALWAYS = When.ALWAYS
NOTHING: tuple[Guard, ...] = ()
NOBODY: tuple[To, ...] = ()
OURS = (S.DRAFT, S.SUBMITTED, S.RETURNED)
AT_REVIEW = (S.IN_REVIEW, S.ENDORSED, S.SELECTED)
AT_APPRAISAL = (S.IN_APPRAISAL, S.QUERIED, S.APPROVED)
UNDECIDED_OFFICE = (S.DECLINED, S.REFUSED)
UNDECIDED_UNIT = (S.WITHDRAWN, S.LAPSED)
OPEN_AT_SIGNING = (S.SUBMITTED, *AT_REVIEW, *AT_APPRAISAL)
SUBMITTING = (G.PAPERS_PRESENT, G.WELL_FORMED)
ENDORSING = (G.HEAD_SUBMITTED, G.NOT_INVOLVED, G.ONLY_QUERY_OPEN, G.ELIGIBLE)
APPROVING = (G.NOT_INVOLVED, G.NOTHING_OPEN, G.CHECKS_ANSWERED, G.ELIGIBLE)
CLOSING = (G.DECISION_SIGNED, G.REASON)
REOPENING = (G.REASON, G.UNDECIDED)
SENT = (To.UNIT, To.REVIEW)
GONE = (To.REVIEW, To.APPRAISAL_IF_QUERIED)
HELD = (To.UNIT_ONCE_RELEASED,)
AWARDED = (To.UNIT, To.NOMINEE, To.REVIEW, To.APPRAISAL)
AGAIN = (To.UNIT_UNLESS_SILENT,)

# fmt: off
LIFE_CYCLE: tuple[Move, ...] = (
    #    from                         action      to              by                   when            only if                                     slot       letter to                                source
    Move((S.DRAFT,),                  A.SUBMIT,   S.SUBMITTED,    R.UNIT_HEAD,         ALWAYS,         (G.INTAKE_OPEN, *SUBMITTING),               UNTOUCHED, SENT,                                    "QD86.9"),
    Move((S.RETURNED,),               A.SUBMIT,   S.SUBMITTED,    R.UNIT_HEAD,         ALWAYS,         (G.DUE_NOT_PASSED, G.RETURN_ANSWERED, *SUBMITTING), KEEPS, (To.REVIEW,),                         "QD86.9"),
    Move(OURS,                        A.WITHDRAW, S.WITHDRAWN,    R.UNIT_HEAD,         ALWAYS,         (G.REASON,),                                FREES,     GONE,                                    "KH2025.IV.5"),
    Move((S.SUBMITTED,),              A.ACCEPT,   S.IN_REVIEW,    R.REVIEW_OFFICER,    ALWAYS,         (G.NOT_INVOLVED,),                          KEEPS,     (To.UNIT,),                              "KH2025.IV.1.d"),
    Move((S.IN_REVIEW,),              A.RETURN,   S.RETURNED,     R.REVIEW_OFFICER,    ALWAYS,         (G.FINDINGS, G.DUE_DATE),                   KEEPS,     (To.UNIT,),                              "KH2025.IV.1.d"),
    Move((S.QUERIED,),                A.RETURN,   S.RETURNED,     R.REVIEW_OFFICER,    ALWAYS,         (G.FINDINGS, G.DUE_DATE),                   KEEPS,     (To.UNIT, To.APPRAISAL),                 "KH2025.IV.1.d"),
    Move((S.RETURNED,),               A.EXTEND,   S.RETURNED,     R.REVIEW_OFFICER,    ALWAYS,         (G.LATER_DUE_DATE,),                        KEEPS,     (To.UNIT,),                              "KH2025.IV.1.d"),
    Move((S.RETURNED,),               A.RECALL,   S.IN_REVIEW,    R.REVIEW_OFFICER,    ALWAYS,         (G.REASON,),                                KEEPS,     (To.UNIT,),                              "KH2025.IV.1.d"),
    Move((S.IN_REVIEW,),              A.ENDORSE,  S.ENDORSED,     R.REVIEW_OFFICER,    W.NO_SLOT,      ENDORSING,                                  KEEPS,     NOBODY,                                  "KH2025.II.2.c"),
    Move((S.IN_REVIEW,),              A.ENDORSE,  S.SELECTED,     R.REVIEW_OFFICER,    W.HOLDS_SLOT,   ENDORSING,                                  KEEPS,     NOBODY,                                  "KH2025.II.2.c"),
    Move((S.IN_REVIEW, S.ENDORSED),   A.DECLINE,  S.DECLINED,     R.REVIEW_HEAD,       ALWAYS,         (G.CITED_REASON,),                          FREES,     HELD,                                    "KH2025.IV.1.d"),
    Move((S.ENDORSED,),               A.SELECT,   S.SELECTED,     R.REVIEW_HEAD,       ALWAYS,         (G.ELIGIBLE,),                              TAKES,     NOBODY,                                  "KH2025.II.2.c"),
    Move((S.SELECTED,),               A.DESELECT, S.ENDORSED,     R.REVIEW_HEAD,       ALWAYS,         (G.REASON,),                                FREES,     NOBODY,                                  "KH2025.IV.1.d"),
    Move((S.SELECTED,),               A.FORWARD,  S.IN_APPRAISAL, R.REVIEW_HEAD,       ALWAYS,         (G.SUBMISSION_LETTER, G.NOTHING_OPEN),      KEEPS,     (To.APPRAISAL,),                         "KH2025.IV.1.d"),
    Move((S.IN_APPRAISAL, S.APPROVED), A.QUERY,   S.QUERIED,      R.APPRAISAL_OFFICER, ALWAYS,         (G.FINDINGS, G.DUE_DATE),                   KEEPS,     (To.REVIEW,),                            "KH2025.IV.3"),
    Move((S.QUERIED,),                A.REPLY,    S.IN_APPRAISAL, R.REVIEW_HEAD,       ALWAYS,         (G.QUERY_ANSWERED,),                        KEEPS,     (To.APPRAISAL,),                         "KH2025.IV.1.d"),
    Move((S.IN_APPRAISAL,),           A.APPROVE,  S.APPROVED,     R.APPRAISAL_OFFICER, ALWAYS,         APPROVING,                                  KEEPS,     NOBODY,                                  "KH2025.IV.3"),
    Move(AT_APPRAISAL,                A.REFUSE,   S.REFUSED,      R.APPRAISAL_HEAD,    ALWAYS,         (G.CITED_REASON,),                          FREES,     (To.REVIEW, *HELD),                      "KH2025.IV.3"),
    Move(AT_REVIEW,                   A.WITHDRAW, S.WITHDRAWN,    R.REVIEW_HEAD,       ALWAYS,         (G.WRITTEN_REQUEST,),                       FREES,     (To.UNIT,),                              "KH2025.IV.1.d"),
    Move(AT_APPRAISAL,                A.WITHDRAW, S.WITHDRAWN,    R.APPRAISAL_HEAD,    ALWAYS,         (G.WRITTEN_REQUEST,),                       FREES,     SENT,                                    "KH2025.IV.3"),
    Move((S.APPROVED,),               A.ENLIST,   S.LISTED,       R.APPRAISAL_HEAD,    ALWAYS,         (G.DECISION_OPEN,),                         KEEPS,     NOBODY,                                  "KH2025.IV.3"),
    Move((S.LISTED,),                 A.STRIKE,   S.APPROVED,     R.APPRAISAL_HEAD,    ALWAYS,         (G.DECISION_OPEN, G.REASON),                KEEPS,     NOBODY,                                  "KH2025.IV.3"),
    Move((S.LISTED,),                 A.AWARD,    S.AWARDED,      R.DECISION_CLERK,    ALWAYS,         (G.DECISION_SIGNED,),                       KEEPS,     AWARDED,                                 "KH2025.II.2.c"),
    Move((S.AWARDED,),                A.REVOKE,   S.REVOKED,      R.DECISION_CLERK,    ALWAYS,         (G.REVOKING_DECISION,),                     KEEPS,     (To.UNIT, To.NOMINEE, To.APPRAISAL),     "LUAT.93.2"),
    Move((S.DRAFT,),                  A.LAPSE,    S.LAPSED,       R.CLOCK,             ALWAYS,         (G.INTAKE_CLOSED,),                         UNTOUCHED, (To.UNIT,),                              "KH2025.IV.5"),
    Move((S.RETURNED,),               A.LAPSE,    S.LAPSED,       R.CLOCK,             ALWAYS,         (G.DUE_PASSED,),                            FREES,     SENT,                                    "KH2025.IV.5"),
    Move((S.RETURNED,),               A.CLOSE,    S.NOT_SELECTED, R.REVIEW_HEAD,       ALWAYS,         (*CLOSING, G.RETURN_NOT_OVERDUE),           FREES,     (To.UNIT,),                              "KH2025.II.2.c"),
    Move(OPEN_AT_SIGNING,             A.CLOSE,    S.NOT_SELECTED, R.REVIEW_HEAD,       ALWAYS,         CLOSING,                                    FREES,     (To.UNIT,),                              "KH2025.II.2.c"),
    Move(UNDECIDED_OFFICE,            A.REOPEN,   S.IN_REVIEW,    R.REVIEW_HEAD,       ALWAYS,         REOPENING,                                  UNTOUCHED, AGAIN,                                   "KH2025.IV.1.d"),
    Move(UNDECIDED_UNIT,              A.REOPEN,   S.DRAFT,        R.REVIEW_HEAD,       W.LEFT_DRAFT,   (*REOPENING, G.INTAKE_OPEN),                UNTOUCHED, AGAIN,                                   "KH2025.IV.1.d"),
    Move(UNDECIDED_UNIT,              A.REOPEN,   S.RETURNED,     R.REVIEW_HEAD,       W.LEFT_RETURNED, (*REOPENING, G.DUE_DATE),                  UNTOUCHED, AGAIN,                                   "KH2025.IV.1.d"),
    Move(UNDECIDED_UNIT,              A.REOPEN,   S.IN_REVIEW,    R.REVIEW_HEAD,       W.LEFT_LATER,   REOPENING,                                  UNTOUCHED, AGAIN,                                   "KH2025.IV.1.d"),
)
# fmt: on

# A step that takes back earlier ones, the one that began it first: what was not yet sent of them is superseded.
REVERSES: dict[Action, tuple[Action, ...]] = {
    Action.RECALL: (Action.RETURN, Action.EXTEND),
    Action.REOPEN: (Action.DECLINE, Action.REFUSE, Action.WITHDRAW, Action.LAPSE),
}


def applies(when: When, *, holds_slot: bool, left: State | None) -> bool:
    """Whether a row's `when` fits a nomination that holds a slot or not and last left the state `left`."""
    match when:
        case When.ALWAYS:
            return True
        case When.HOLDS_SLOT | When.NO_SLOT:
            return holds_slot is (when is When.HOLDS_SLOT)
        case When.LEFT_DRAFT:
            return left is State.DRAFT
        case When.LEFT_RETURNED:
            return left is State.RETURNED
        case When.LEFT_LATER:
            return left not in {State.DRAFT, State.RETURNED}


def find_move(state: State, action: Action, *, holds_slot: bool, left: State | None) -> Move:
    """The row that lets `action` happen from `state`.

    Raises StateRefusedError, naming what may be done instead, when the table has none.
    """
    for move in LIFE_CYCLE:
        if move.action is action and state in move.sources and applies(move.when, holds_slot=holds_slot, left=left):
            return move
    possible = ", ".join(dict.fromkeys(ACTION_LABELS[move.action] for move in moves_from(state))) or "không có bước nào"
    raise StateRefusedError(
        f"Không thể {ACTION_LABELS[action]} khi hồ sơ ở trạng thái “{STAFF_LABELS[state]}”. Có thể: {possible}."
    )


def moves_from(state: State) -> tuple[Move, ...]:
    """Every row that leaves `state`."""
    return tuple(move for move in LIFE_CYCLE if state in move.sources)
