"""Which steps an account may take of a dossier now, and what each will ask: buttons derive from the life cycle."""

from dataclasses import dataclass
from datetime import timedelta

from engine.context import Context
from engine.dossier import Dossier
from engine.eyes import Eyes
from engine.listing import shown_to_unit
from engine.plans import ELSEWHERE
from engine.steps import Request, prepare
from rules.errors import RefusedError, RoleRefusedError
from rules.lifecycle import Guard, Move, applies, moves_from
from rules.vocabulary import ACTION_LABELS, Action

REASONS = (Guard.REASON, Guard.CITED_REASON, Guard.WRITTEN_REQUEST)
SAMPLE_REASON = "lý do giả định, theo Điều 1"
FAR = timedelta(days=3650)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A step somebody may take: what it asks, and why not now (None: at once), with the law behind it."""

    action: Action
    label: str
    reason: bool
    cited: bool  # the reason must name a provision
    written: bool  # the reason must name the unit's letter
    findings: bool
    due: bool
    silent: bool
    refusal: str | None
    citations: tuple[str, ...]


def openings(context: Context, dossier: Dossier, eyes: Eyes) -> list[Opening]:
    """The steps whose role the account holds, in the table's order.

    What a step asks of the person is taken as given, so a refusal names only what stands in the way by itself.
    """
    found: list[Opening] = []
    for move in moves_from(dossier.state):
        if move.action in ELSEWHERE or move.action in {one.action for one in found}:
            continue
        if not applies(move.when, holds_slot=dossier.slot is not None, left=dossier.left_state):
            continue
        try:
            refusal = standing_in_the_way(context, dossier, move)
        except RoleRefusedError:
            continue
        found.append(opening(move, refusal))
    return found if eyes.overview or not hidden(context, dossier) else []


def hidden(context: Context, dossier: Dossier) -> bool:
    """Whether the dossier's unit must not learn where it stands: then it is shown no step, whatever the state."""
    released = dossier.released or context.decided
    _, version = shown_to_unit(dossier.state, dossier.version, released=released, own_withdrawal=dossier.own_withdrawal)
    return version is None


def standing_in_the_way(context: Context, dossier: Dossier, move: Move) -> RefusedError | None:
    """The refusal the step would meet whatever the person supplies; RoleRefusedError for who may never take it."""
    due = (dossier.due or context.today) + FAR
    findings = (("field:name", SAMPLE_REASON),) if Guard.FINDINGS in move.only_if else ()
    request = Request(reason=SAMPLE_REASON, due=due, findings=findings)
    try:
        prepare(context, dossier, move.action, request)
    except RoleRefusedError:
        raise
    except RefusedError as refusal:
        return refusal
    return None


def opening(move: Move, refusal: RefusedError | None) -> Opening:
    """The step as a form shows it."""
    asks = set(move.only_if)
    return Opening(
        action=move.action,
        label=ACTION_LABELS[move.action],
        reason=not asks.isdisjoint(REASONS),
        cited=Guard.CITED_REASON in asks,
        written=Guard.WRITTEN_REQUEST in asks,
        findings=Guard.FINDINGS in asks,
        due=not asks.isdisjoint({Guard.DUE_DATE, Guard.LATER_DUE_DATE}),
        silent=move.action is Action.REOPEN,
        refusal=refusal.message if refusal else None,
        citations=refusal.citations if refusal else (),
    )
