"""Several dossiers move as one plan: shown first, then applied all or nothing, in ranking order."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session

from engine.context import Context, may_act, require_rehearsal
from engine.dossier import Dossier, load_dossiers
from engine.eyes import OPERATOR, Eyes
from engine.standing import in_ranking_order
from engine.steps import Request, Taken, take_step
from engine.views import standing_of
from rules.errors import RefusedError, RoleRefusedError, StateRefusedError
from rules.lifecycle import LIFE_CYCLE
from rules.vocabulary import ACTION_LABELS, Action, Role, State

# These carry evidence of their own and go through the commands named here.
ELSEWHERE: dict[Action, str] = {
    Action.FORWARD: "submission forward",
    Action.ENLIST: "decision enlist",
    Action.AWARD: "decision sign",
    Action.REVOKE: "decision revoke",
    Action.CLOSE: "campaign close",
    Action.LAPSE: "campaign lapse",
}


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A dossier the plan would not move, and why."""

    id: str
    error: RefusedError


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a plan did, or would do."""

    moved: tuple[Taken, ...]
    refused: tuple[Refused, ...]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What people should know of the steps taken."""
        return tuple(dict.fromkeys(warning for taken in self.moved for warning in taken.warnings))


def require_whole(outcome: Outcome) -> None:
    """StateRefusedError, naming each dossier and why, unless all moved: for who cannot leave any of them out."""
    if outcome.refused:
        said = " ".join(f"Hồ sơ {one.id}: {one.error.message}" for one in outcome.refused)
        citations = dict.fromkeys(citation for one in outcome.refused for citation in one.error.citations)
        raise StateRefusedError(said, tuple(citations))


Step = Callable[[Dossier], Taken]
Progress = Callable[[], None]  # called once for each dossier tried


def quiet() -> None:
    """No progress to show."""


def require_plain(action: Action) -> None:
    """StateRefusedError for an action that has a command of its own."""
    if action in ELSEWHERE:
        raise StateRefusedError(
            f"Không thể {ACTION_LABELS[action]} bằng lệnh này: dùng “./vinhdanh {ELSEWHERE[action]}”."
        )


def run_plan(
    session: Session,
    dossiers: list[Dossier],
    step: Step,
    *,
    limit: int | None = None,
    progress: Progress = quiet,
) -> Outcome:
    """Try each dossier in turn until `limit` have moved; a refused one is listed with its reason and wrote nothing.

    Whether what was done stands is the caller's to decide: it ends the transaction.
    """
    lock_all(session, dossiers)
    moved: list[Taken] = []
    refused: list[Refused] = []
    for dossier in dossiers:
        if limit is not None and len(moved) >= limit:
            break
        try:
            moved.append(step(dossier))
        except RefusedError as error:
            refused.append(Refused(id=dossier.id, error=error))
        progress()
    return Outcome(moved=tuple(moved), refused=tuple(refused))


def lock_all(session: Session, dossiers: list[Dossier]) -> None:
    """Lock every row first, in one order, so that two plans wait for each other instead of deadlocking."""
    ids = [dossier.id for dossier in dossiers]
    session.execute(text("SELECT 1 FROM nomination WHERE id = ANY(:ids) ORDER BY id FOR UPDATE"), {"ids": ids})


def plan(  # noqa: PLR0913 - the options of one command
    session: Session,
    context: Context,
    action: Action,
    request: Request,
    *,
    source: State,
    category: str | None = None,
    limit: int | None = None,
    skip_refused: bool = False,
    each_unit_head: bool = False,
    eyes: Eyes = OPERATOR,
    progress: Progress = quiet,
) -> Outcome:
    """Take one action on every dossier that `eyes` see in state `source`, in ranking order.

    Without `skip_refused` the first `limit` are the plan; with it, `limit` counts those that can move.
    """
    require_plain(action)
    dossiers = planned(session, context, source, category, eyes)
    if limit is not None and not skip_refused:
        dossiers = dossiers[:limit]
    if each_unit_head:
        require_rehearsal(context)

    def step(dossier: Dossier) -> Taken:
        acting = as_unit_head(context, dossier) if each_unit_head else context
        return take_step(session, acting, dossier.id, action, request)

    return run_plan(session, dossiers, step, limit=limit, progress=progress)


def planned(session: Session, context: Context, source: State, category: str | None, eyes: Eyes) -> list[Dossier]:
    """The dossiers of a plan in its order. A unit's are its own, in the state it sees them in, as they arrived.

    Else a plan would tell a unit other units' dossiers, what is under embargo, or who ranks above whom.
    """
    if eyes.overview:
        dossiers = load_dossiers(session, context, category=category, states=(source,))
        return in_ranking_order(session, context, dossiers)
    return [
        dossier
        for dossier in load_dossiers(session, context, category=category, units=tuple(eyes.own))
        if standing_of(context, dossier, eyes)[0] is source
    ]


def require_performer(context: Context, action: Action) -> None:
    """RoleRefusedError unless the actor might take `action` of some dossier: asked before a plan looks at any."""
    roles = [move.by for move in LIFE_CYCLE if move.action is action]
    actor = context.require_actor()
    for unit in sorted({unit for person in (actor, *context.delegators(actor)) for unit in person.units}):
        with suppress(RoleRefusedError):
            may_act(context, roles, unit)
            return
    may_act(context, roles)


def may_perform(context: Context, action: Action) -> bool:
    """Whether the actor might take `action` of some dossier."""
    try:
        require_performer(context, action)
    except RoleRefusedError:
        return False
    return True


def as_unit_head(context: Context, dossier: Dossier) -> Context:
    """The context with the head of the dossier's own unit acting (rehearsals only)."""
    heads = context.holders((Role.UNIT_HEAD,), dossier.unit)
    if not heads:
        raise RoleRefusedError(f"Đơn vị {dossier.unit_name} chưa có tài khoản thủ trưởng.")
    return context.acting_for(heads[0])
