"""What an account may do on a dossier besides moving it, and what the page must show to whoever does."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from engine.context import Context, may_act
from engine.dossier import Dossier, facts_of
from engine.editing import CLERICAL, CORRECTORS
from engine.recusal import JUDGES
from engine.review import CHECKABLE, JUDGEABLE, REVIEWERS, SCORABLE
from engine.separation import involved
from rules.decision import DecisionState
from rules.errors import RoleRefusedError
from rules.fields import Field, fields_of
from rules.screening import judgeable
from rules.vocabulary import EDITABLE, FINAL, Party, Role, State


class Work(StrEnum):
    """Something done on a dossier that leaves its state alone."""

    SCORE = "score"
    JUDGE = "judge"
    ANSWER = "answer"
    CORRECT = "correct"
    RECUSE = "recuse"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class Wants:
    """Whose work it is, when there is something to do, and whether it judges the dossier."""

    roles: tuple[Role, ...]
    open_to: Callable[[Context, Dossier], bool]
    judges: bool = False


def correctable(context: Context, dossier: Dossier) -> bool:
    """Whether a clerical slip may be corrected; see engine/editing.py."""
    frozen = dossier.state is State.LISTED and dossier.decision and dossier.decision[1] is not DecisionState.OPEN
    return dossier.state not in {*EDITABLE, *FINAL} and not context.decided and not frozen


def answerable(dossier: Dossier) -> bool:
    """Whether the review office has a query to answer, or an answer to better before it is sent."""
    if dossier.state is State.QUERIED:
        return any(f.addressee is Party.REVIEW_OFFICE and f.status != "recalled" for f in dossier.findings)
    return dossier.state in SCORABLE and bool(dossier.open_findings(Party.REVIEW_OFFICE))


def releasable(context: Context, dossier: Dossier) -> bool:
    """Whether there is an outcome its unit does not know yet; see engine/campaigns.py."""
    return dossier.state in {State.DECLINED, State.REFUSED} and not dossier.released and not context.decided


WORKS = {
    Work.SCORE: Wants(REVIEWERS, lambda _, d: d.state in SCORABLE, judges=True),
    Work.JUDGE: Wants(REVIEWERS, lambda _, d: d.state in JUDGEABLE, judges=True),
    Work.ANSWER: Wants(REVIEWERS, lambda _, d: answerable(d)),
    Work.CORRECT: Wants(CORRECTORS, correctable),
    Work.RECUSE: Wants(JUDGES, lambda _, d: d.state in CHECKABLE),
    Work.RELEASE: Wants((Role.REVIEW_HEAD,), releasable),
}


def works(context: Context, dossier: Dossier) -> dict[Work, str | None]:
    """What there is to do for this account, each with why this person may not (None: they may)."""
    found: dict[Work, str | None] = {}
    for work, wants in WORKS.items():
        if not wants.open_to(context, dossier):
            continue
        try:
            acting = may_act(context, wants.roles, dossier.unit)
        except RoleRefusedError:
            continue
        found[work] = involved(dossier, acting, None) if wants.judges else None
    actor = context.actor
    if actor is not None and dossier.recused(actor.ids):
        found.pop(Work.RECUSE, None)  # said already
    return found


def to_judge(context: Context, dossier: Dossier, codes: list[str]) -> frozenset[str]:
    """Which of these rules the review office may settle now."""
    facts = facts_of(context, dossier)
    return frozenset(code for code in codes if judgeable(facts, code))


def clerical_fields(context: Context, dossier: Dossier) -> tuple[Field, ...]:
    """The fields in which a slip may be corrected."""
    return tuple(f for f in fields_of(dossier.kind, context.campaign.rated_years) if f.key in CLERICAL)
