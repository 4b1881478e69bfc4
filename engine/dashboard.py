"""A campaign at a glance: how many dossiers stand where, which units have sent, against the deadline; sums made in SQL.

The offices' figures come from `queue_line` in one scan. A unit's eyes count its own dossiers, in the states it sees
them in: whatever happens behind the embargo, its figures stay the same.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from engine.context import Context
from engine.eyes import Eyes
from engine.listing import nominating_units
from rules.decision import DecisionState
from rules.embargo import visible_state
from rules.vocabulary import State
from rules.working_days import is_working_day, working_days_between

DAY = timedelta(days=1)
OVERALL = text(
    "SELECT grouping(category) = 0 AS by_state, grouping(unit_code) = 0 AS by_unit, category, state, unit_code,"
    " submitted, count(*) AS number, count(*) FILTER (WHERE submitted IS NOT NULL) AS sent, min(due) AS due"
    " FROM queue_line WHERE campaign_id = :campaign"
    " GROUP BY GROUPING SETS ((category, state), (unit_code), (submitted))"
)
OWN = text(
    "SELECT category, state, released, own_withdrawal, count(*) AS number, min(due) AS due FROM nomination"
    " WHERE campaign_id = :campaign AND unit_code = ANY(:own) GROUP BY category, state, released, own_withdrawal"
)
BESIDE = text(
    "SELECT (SELECT coalesce(json_object_agg(s.category, s.held), '{}') FROM (SELECT category, count(nomination_id)"
    "  AS held FROM slot WHERE campaign_id = :campaign GROUP BY category) s) AS held,"
    " (SELECT state FROM decision WHERE campaign_id = :campaign AND state <> 'cancelled') AS decision,"
    " (SELECT count(*) FROM (SELECT 1 FROM letter WHERE status = 'failed' LIMIT 1000) few) AS failed,"
    " (SELECT count(*) FROM alert WHERE cleared_at IS NULL) AS alerts"
)


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How many dossiers stand in each state, by category, and the nearest date by which those of a state are due."""

    counts: Counter[tuple[str, State]] = field(default_factory=Counter)
    due: dict[State, date] = field(default_factory=dict)

    def add(self, category: str, state: State, number: int, due: date | None) -> None:
        """Count some dossiers."""
        self.counts[category, state] += number
        if due is not None:
            self.due[state] = min(due, self.due.get(state, due))

    def of(self, *states: State) -> int:
        """How many stand in these states, whatever their category."""
        return sum(number for (_, state), number in self.counts.items() if state in states)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCount:
    """What one unit has: dossiers in all, and how many of them it has sent at least once."""

    code: str
    name: str
    number: int
    sent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """The days of intake: how many there are and have begun, and how many working days are left after today."""

    opens: date
    closes: date
    conference: date
    days: int
    begun: int
    left: int
    today_works: bool

    @property
    def state(self) -> str:
        """Where today lies: before, open, last or after."""
        if self.begun == 0:
            return "before"
        if self.begun > self.days:
            return "after"
        return "last" if self.begun == self.days else "open"


@dataclass(frozen=True, kw_only=True)
class Dashboard:
    """Everything the first page tells; `held`, `units`, `daily` and `decision` are None where the eyes see no overview.

    `all` is what these eyes see, `own` only their own units' dossiers as their units see them.
    """

    all: Tally
    own: Tally
    deadline: Deadline
    held: Mapping[str, int] | None = None
    units: tuple[UnitCount, ...] | None = None
    daily: Mapping[date, int] | None = None
    decision: DecisionState | None = None
    failed: int = 0
    alerts: int = 0


def dashboard(session: Session, context: Context, eyes: Eyes) -> Dashboard:
    """The campaign as these eyes see it: four queries for an overview, one for a unit."""
    own = tally_of_own(session, context, eyes)
    deadline = deadline_of(context)
    if not eyes.overview:
        return Dashboard(all=own, own=own, deadline=deadline)
    every, by_unit, daily = tallies(session, context)
    beside = session.execute(BESIDE, {"campaign": context.campaign_id}).one()
    return Dashboard(
        all=every,
        own=own,
        deadline=deadline,
        held=beside.held,
        units=units_of(context, dict(nominating_units(session)), by_unit),
        daily=daily,
        decision=DecisionState(beside.decision) if beside.decision else None,
        failed=beside.failed,
        alerts=beside.alerts,
    )


def tallies(session: Session, context: Context) -> tuple[Tally, dict[str, tuple[int, int]], dict[date, int]]:
    """Every dossier by category and state, by unit (all, sent), and by the day it was first sent."""
    every = Tally()
    by_unit: dict[str, tuple[int, int]] = {}
    daily: dict[date, int] = {}
    for row in session.execute(OVERALL, {"campaign": context.campaign_id}):
        if row.by_state:
            every.add(row.category, State(row.state), row.number, row.due)
        elif row.by_unit:
            by_unit[row.unit_code] = (row.number, row.sent)
        elif row.submitted is not None:
            daily[row.submitted] = row.number
    return every, by_unit, daily


def tally_of_own(session: Session, context: Context, eyes: Eyes) -> Tally:
    """The dossiers of the eyes' own units, as their unit sees them."""
    found = Tally()
    values: dict[str, Any] = {"campaign": context.campaign_id, "own": sorted(eyes.own)}
    for row in session.execute(OWN, values):
        released = row.released or context.decided
        state = visible_state(State(row.state), released=released, own_withdrawal=row.own_withdrawal)
        found.add(row.category, state, row.number, row.due if state is State.RETURNED else None)
    return found


def units_of(
    context: Context, entitled: Mapping[str, str], counts: Mapping[str, tuple[int, int]]
) -> tuple[UnitCount, ...]:
    """Every unit that may nominate or did, who sent most first."""
    names = {**{code: context.unit_names.get(code, code) for code in counts}, **entitled}
    units = [
        UnitCount(code=code, name=name, number=counts.get(code, (0, 0))[0], sent=counts.get(code, (0, 0))[1])
        for code, name in names.items()
    ]
    return tuple(sorted(units, key=lambda unit: (-unit.sent, -unit.number, unit.code)))


def deadline_of(context: Context) -> Deadline:
    """The intake against the context's day."""
    intake, today = context.campaign.intake, context.today
    days = (intake.closes - intake.opens).days + 1
    return Deadline(
        opens=intake.opens,
        closes=intake.closes,
        conference=context.campaign.conference,
        days=days,
        begun=min(max((today - intake.opens).days + 1, 0), days + 1),
        left=max(working_days_between(today, intake.closes), 0),
        today_works=is_working_day(today),
    )
