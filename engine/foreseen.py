"""A plan shown before it is carried out: what would happen to each dossier and why; and only that is then done."""

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import text
from sqlmodel import Session

from engine.context import APPRAISAL_ROLES, REVIEW_ROLES, Context, may_act
from engine.eyes import Eyes
from engine.plans import ELSEWHERE, Outcome, plan, require_performer
from engine.steps import Request
from models.chain import canonical
from rules.errors import MalformedError, RoleRefusedError, StaleError, StateRefusedError
from rules.lifecycle import LIFE_CYCLE, Guard, Move
from rules.vocabulary import Action, State

MOST = 500  # dossiers one plan of the portal may move
ONE_BY_ONE = (Guard.FINDINGS, Guard.WRITTEN_REQUEST)  # what these ask is said of one dossier, never of many
NAMES = text(
    "SELECT n.id, n.name, u.name AS unit_name FROM nomination n JOIN unit u ON u.code = n.unit_code"
    " WHERE n.id = ANY(:ids)"
)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One action for every dossier of the campaign in a state, in ranking order; see engine/plans.py."""

    action: Action
    source: State
    category: str | None
    limit: int
    skip_refused: bool
    request: Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What would happen to one dossier: where it would be and how many letters go out, or why it would not move."""

    id: str
    name: str
    unit_name: str
    target: State | None = None
    letters: int = 0
    message: str = ""
    citations: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """A plan as it would be carried out now. `digest` stands for all of it; `possible`, whether it may be."""

    moved: tuple[Line, ...]
    refused: tuple[Line, ...]
    warnings: tuple[str, ...]
    digest: str
    possible: bool


def choices(context: Context) -> list[Move]:
    """The steps many dossiers may take at once by this account's roles, in the table's order."""
    found = []
    for move in LIFE_CYCLE:
        together = move.action not in ELSEWHERE and not set(ONE_BY_ONE) & set(move.only_if)
        if together and move.by in {*REVIEW_ROLES, *APPRAISAL_ROLES} and holds(context, move):
            found.append(move)
    return found


def holds(context: Context, move: Move) -> bool:
    """Whether the account takes this step, itself or for somebody."""
    try:
        may_act(context, (move.by,))
    except RoleRefusedError:
        return False
    return True


def foresee(session: Session, context: Context, asked: Asked, eyes: Eyes) -> Foreseen:
    """What carrying out the plan would do now; nothing of it stays."""
    savepoint = session.begin_nested()
    try:
        outcome = carried(session, context, asked, eyes)
    finally:
        savepoint.rollback()
    session.expire_all()
    found = {row.id: row for row in session.execute(NAMES, {"ids": ids_of(outcome)})}
    return Foreseen(
        moved=tuple(
            Line(
                id=one.id, name=found[one.id].name, unit_name=found[one.id].unit_name, target=one.target,
                letters=one.letters,
            )
            for one in outcome.moved
        ),
        refused=tuple(
            Line(
                id=one.id, name=found[one.id].name, unit_name=found[one.id].unit_name, message=one.error.message,
                citations=one.error.citations,
            )
            for one in outcome.refused
        ),
        warnings=outcome.warnings,
        digest=digest_of(outcome),
        possible=bool(outcome.moved) and (asked.skip_refused or not outcome.refused),
    )  # fmt: skip


def carry_out(session: Session, context: Context, asked: Asked, eyes: Eyes, digest: str) -> Outcome:
    """Carry out the plan that was shown.

    Raises StaleError when it would no longer do what was shown, StateRefusedError for refusals that are not skipped.
    """
    outcome = carried(session, context, asked, eyes)
    if digest_of(outcome) != digest:
        raise StaleError("Kết quả đã khác với khi xem trước: có hồ sơ vừa thay đổi. Hãy xem lại rồi thực hiện.")
    if outcome.refused and not asked.skip_refused:
        raise StateRefusedError("Có hồ sơ không thực hiện được nên chưa hồ sơ nào được thực hiện.")
    return outcome


def carried(session: Session, context: Context, asked: Asked, eyes: Eyes) -> Outcome:
    """The plan, done within the caller's transaction."""
    if not 0 < asked.limit <= MOST:
        raise MalformedError(f"Mỗi lần thực hiện với 1 đến {MOST} hồ sơ.")
    require_performer(context, asked.action)
    return plan(
        session,
        context,
        asked.action,
        asked.request,
        source=asked.source,
        category=asked.category,
        limit=asked.limit,
        skip_refused=asked.skip_refused,
        eyes=eyes,
    )


def ids_of(outcome: Outcome) -> list[str]:
    """Every dossier the plan looked at."""
    return [*(one.id for one in outcome.moved), *(one.id for one in outcome.refused)]


def digest_of(outcome: Outcome) -> str:
    """A digest of what happens to whom, and why not to others."""
    moved = [[one.id, one.version, one.target.value, one.letters] for one in outcome.moved]
    refused = [[one.id, one.error.code, one.error.message] for one in outcome.refused]
    return sha256(canonical({"moved": moved, "refused": refused}).encode()).hexdigest()
