"""The decision as its page shows it: the list against the quota, the money, who would join, and what may be done."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from engine.award_set import award_of, list_order, present_decision
from engine.campaigns import show
from engine.context import Context, may_act
from engine.dossier import Dossier, load_dossiers
from engine.eyes import Eyes
from engine.marks import DECIDED, require_shown
from engine.steps import Request, prepare
from engine.views import WITHHELD, require_overview
from models.campaigns import Decision
from models.chain import canonical
from rules.citations import cite
from rules.decision import DECISION_LIFE_CYCLE, DecisionState
from rules.errors import MalformedError, RefusedError, RoleRefusedError
from rules.money import amount
from rules.parameters import parameter_in_force
from rules.vocabulary import CLOSABLE, Action, Role, State

SHOWN = (State.APPROVED, State.LISTED, State.AWARDED, State.REVOKED)
LAW = ("ND152.49.1", "ND152.49.2", "ND152.54")
AMENDMENTS = text(
    "SELECT a.kind, a.nomination_id, n.name, a.number, a.dated, a.reason FROM amendment a"
    " LEFT JOIN nomination n ON n.id = a.nomination_id WHERE a.decision_id = :id ORDER BY a.id"
)
VERSIONS = text("SELECT id, version FROM nomination WHERE campaign_id = :campaign AND state = ANY(:states)")
CANCELLED = text("SELECT count(*) FROM decision WHERE campaign_id = :campaign AND state = 'cancelled'")
OVER = (DecisionState.SIGNED, DecisionState.CORRECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One category against its quota; `each` and `money` are whole đồng, None where no rate is known for the day."""

    key: str
    title: str
    limit: int
    held: int
    approved: int
    listed: int
    each: int | None
    money: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """What the list costs by a decision of `day`, and by which base salary."""

    day: date
    total: int
    salary: int
    since: date
    source: str
    law: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """An approved dossier: whether it would be taken onto the list now, or why not."""

    id: str
    name: str
    category: str
    unit_name: str
    refusal: str | None
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One place of the list, in its order; `serial` is the number it has, or would have if the list were frozen now."""

    serial: int
    id: str
    name: str
    category: str
    unit_name: str
    position: str | None
    workplace: str | None
    merit: str | None
    state: State
    version: int


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Everything on the page; `steps` are what this account may do now, `mark` changes with what is shown."""

    decision: Decision | None
    shares: tuple[Share, ...]
    money: Money | None
    no_money: str  # why nothing can be said of it
    joining: tuple[Joining, ...]
    lines: tuple[Line, ...]
    amendments: tuple[dict[str, Any], ...]
    cancelled: int
    steps: frozenset[str]
    left: int  # dossiers that closing would end
    mark: str


def desk_of(session: Session, context: Context, eyes: Eyes) -> Desk:
    """The campaign's decision, for who sees every unit's dossiers; nothing is locked. A few queries, however many."""
    require_overview(eyes)
    decision = present_decision(session, context)
    dossiers = load_dossiers(session, context, states=SHOWN)
    approved = [dossier for dossier in dossiers if dossier.state is State.APPROVED]
    listed = in_list_order(context, [dossier for dossier in dossiers if dossier.state is not State.APPROVED])
    summary = show(session, context)
    money, no_money = money_of(context, decision, listed)
    return Desk(
        decision=decision,
        shares=tuple(share(context, category, approved, listed, money) for category in summary["categories"]),
        money=money,
        no_money=no_money,
        joining=tuple(joining(context, decision, dossier) for dossier in in_list_order(context, approved)),
        lines=tuple(line(dossier, serial) for serial, dossier in enumerate(listed, start=1)),
        amendments=amendments_of(session, context, decision, eyes) if decision else (),
        cancelled=int(session.execute(CANCELLED, {"campaign": context.campaign_id}).scalar_one()),
        steps=frozenset(steps_open(context, decision)),
        left=sum(c["states"].get(state.value, 0) for c in summary["categories"] for state in CLOSABLE),
        mark=mark_of(decision, ((dossier.id, dossier.version) for dossier in dossiers)),
    )


def in_list_order(context: Context, dossiers: list[Dossier]) -> list[Dossier]:
    """The dossiers as the list has them: category by category, Vietnamese collation; signed, by their numbers."""
    keys = [category.key for category in context.campaign.categories]
    return sorted(dossiers, key=lambda d: (d.serial or 0, keys.index(d.category), list_order(d)))


def share(
    context: Context, summary: dict[str, Any], approved: list[Dossier], listed: list[Dossier], money: Money | None
) -> Share:
    """One category's line of the summary."""
    category = context.campaign.category(summary["key"])
    count = sum(dossier.category == category.key for dossier in listed)
    each = amount(context.campaign.award, category.kind, money.day) if money else None
    return Share(
        key=category.key,
        title=category.title,
        limit=category.limit,
        held=summary["taken"] or 0,
        approved=sum(dossier.category == category.key for dossier in approved),
        listed=count,
        each=each,
        money=None if each is None else each * count,
    )


def money_of(context: Context, decision: Decision | None, listed: list[Dossier]) -> tuple[Money | None, str]:
    """What the list costs by a decision of its own day, or of today; else why that is not known."""
    day = decision.dated if decision and decision.dated else context.today
    kinds = {category.key: category.kind for category in context.campaign.categories}
    try:
        total = sum(amount(context.campaign.award, kinds[dossier.category], day) for dossier in listed)
        salary = parameter_in_force("base_salary", day)
    except MalformedError as error:
        return None, error.message
    law = cite(LAW, day)
    return Money(day=day, total=total, salary=int(salary.value), since=salary.since, source=salary.source, law=law), ""


def joining(context: Context, decision: Decision | None, dossier: Dossier) -> Joining:
    """What would become of an approved dossier if the list were filled now by whoever looks."""
    refusal: RefusedError | None = None
    request = Request(decision_id=decision.id if decision else None)
    try:
        prepare(context, dossier, Action.ENLIST, request)
    except RoleRefusedError:
        pass  # who only looks is not told of their own lack of office, line by line
    except RefusedError as error:
        refusal = error
    return Joining(
        id=dossier.id,
        name=dossier.name,
        category=dossier.category,
        unit_name=dossier.unit_name,
        refusal=refusal.message if refusal else None,
        citations=refusal.citations if refusal else (),
    )


def line(dossier: Dossier, serial: int) -> Line:
    """One line of the list."""
    award = award_of(dossier, dossier.serial or serial)
    named = {key: award[key] for key in ("serial", "id", "name", "category", "unit_name", "position", "workplace")}
    return Line(**named, merit=award["merit"], state=dossier.state, version=dossier.version)


def amendments_of(session: Session, context: Context, decision: Decision, eyes: Eyes) -> tuple[dict[str, Any], ...]:
    """Corrections and revocations, oldest first; the ground of a revocation only to who judges, and who records it."""
    reads = eyes.sensitive or may(context, Role.DECISION_CLERK)
    rows = [dict(row) for row in session.execute(AMENDMENTS, {"id": decision.id}).mappings()]
    return tuple(row if reads or row["kind"] == "correction" else {**row, "reason": WITHHELD} for row in rows)


def steps_open(context: Context, decision: Decision | None) -> Iterable[str]:
    """What this account may do with the decision as it stands: its own steps, and those of its dossiers."""
    state = decision.state if decision else None
    yield from (move.action.value for move in DECISION_LIFE_CYCLE if state in move.sources and may(context, move.by))
    beside = (
        ("enlist", state is DecisionState.OPEN, Role.APPRAISAL_HEAD),
        ("strike", state is DecisionState.OPEN, Role.APPRAISAL_HEAD),
        ("revoke", state in OVER, Role.DECISION_CLERK),
        ("close", state in OVER, Role.REVIEW_HEAD),
    )
    yield from (name for name, fits, role in beside if fits and may(context, role))


def may(context: Context, role: Role) -> bool:
    """Whether the account holds a role where it counts, itself or by delegation."""
    try:
        may_act(context, (role,))
    except RoleRefusedError:
        return False
    return True


def mark_of(decision: Decision | None, versions: Iterable[Sequence[Any]]) -> str:
    """A digest of what somebody sees before deciding: another one means that they must look again."""
    seen = decision and [decision.id, decision.state.value, decision.version, decision.content_hash]
    shown = sorted([identity, version] for identity, version in versions)
    return hashlib.sha256(canonical([seen, shown]).encode()).hexdigest()[:32]


def present_mark(session: Session, context: Context) -> str:
    """The mark of the list as it stands, the same as its desk has; two queries, however many dossiers."""
    values = {"campaign": context.campaign_id, "states": [state.value for state in SHOWN]}
    return mark_of(present_decision(session, context), session.execute(VERSIONS, values).all())


def require_mark(session: Session, context: Context, mark: str | None) -> str:
    """The mark of the list as it stands; StaleError if somebody was shown another (None: they do not say which).

    The context is `exclusive`: else a dossier may move between the comparison and what is done.
    """
    present = present_mark(session, context)
    require_shown(mark, present, DECIDED)
    return present
