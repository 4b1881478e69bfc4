"""Escalation: what lies too long in an office, or past its due date, is told to the office's head."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session

from engine.context import Context
from engine.notices import Notice, addresses_of, common_values, tell, told
from rules.vocabulary import STAFF_LABELS, Party, Role, State
from rules.working_days import day_before_working_days, working_days_between

TAG = "campaign:office:reminded"
# Who owes the next step in these states. Endorsed, selected, approved and listed dossiers wait for all the others.
OWED_BY = {
    State.SUBMITTED: Party.REVIEW_OFFICE,
    State.IN_REVIEW: Party.REVIEW_OFFICE,
    State.QUERIED: Party.REVIEW_OFFICE,
    State.IN_APPRAISAL: Party.APPRAISAL_OFFICE,
}
HEADS = {Party.REVIEW_OFFICE: Role.REVIEW_HEAD, Party.APPRAISAL_OFFICE: Role.APPRAISAL_HEAD}
LATE = text(
    "SELECT q.nomination_id AS id, n.name, u.name AS unit_name, q.state, q.due, coalesce(q.due, q.since) AS since,"
    " q.arrival FROM queue_line q JOIN nomination n ON n.id = q.nomination_id JOIN unit u ON u.code = q.unit_code"
    " WHERE q.campaign_id = :campaign AND q.state = ANY(:states)"
    " AND (q.due <= :due OR (q.due IS NULL AND q.since <= :cut)) ORDER BY since, q.arrival LIMIT :most"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A dossier an office owes a step.

    `since` is the due date it was given, else the day of the step that brought it; `over`, how many working days over
    what the office may take.
    """

    id: str
    name: str
    unit_name: str
    state: State
    due: date | None
    since: date
    waited: int
    over: int
    arrival: int

    @property
    def owed_by(self) -> Party:
        """The office that owes the next step."""
        return OWED_BY[self.state]

    def key(self, context: Context) -> list[object]:
        """What is said once: this dossier, waiting since then, for so many periods."""
        return [self.id, self.since.isoformat(), self.over // context.campaign.clock.waiting]


def escalate(session: Session, context: Context) -> int:
    """One letter to the head of each office that lets dossiers wait; returns how many offices were written to.

    A dossier is named when it has waited longer than the campaign's `clock.waiting` working days (a query: once its
    due date has passed), and again each time as many days have gone by. The campaign must have been loaded `exclusive`.
    """
    before = [item for entry in told(session, context, TAG) for item in entry["dossiers"]]
    late = [one for one in waiting_too_long(session, context) if one.key(context) not in before]
    offices = [(party, [one for one in late if one.owed_by is party]) for party in HEADS]
    for party, owed in offices:
        if owed:
            public = {"office": party.value, "dossiers": [one.key(context) for one in owed]}
            tell(session, context, TAG, escalation(context, party, owed), public)
    return sum(bool(owed) for _, owed in offices)


def waiting_too_long(session: Session, context: Context, most: int | None = None) -> list[Waiting]:
    """Every dossier an office owes a step for longer than it may take, the longest first; no more than `most`."""
    values = {
        "campaign": context.campaign_id,
        "states": [state.value for state in OWED_BY],
        "due": day_before_working_days(context.today, 1),
        "cut": day_before_working_days(context.today, context.campaign.clock.waiting + 1),
        "most": most,
    }
    waiting = [waiting_of(context, row) for row in session.execute(LATE, values)]
    return sorted(waiting, key=lambda one: (-one.over, one.arrival))


def waiting_of(context: Context, row: Row[Any]) -> Waiting:
    """How long a dossier has waited."""
    waited = working_days_between(row.since, context.today)
    return Waiting(
        id=row.id,
        name=row.name,
        unit_name=row.unit_name,
        state=State(row.state),
        due=row.due,
        since=row.since,
        waited=waited,
        over=waited - (0 if row.due else context.campaign.clock.waiting),
        arrival=row.arrival,
    )


def escalation(context: Context, party: Party, owed: list[Waiting]) -> Notice:
    """The letter to an office's head."""
    items = [
        {
            "name": one.name,
            "unit": one.unit_name,
            "dossier": one.id,
            "state": STAFF_LABELS[one.state],
            "since": f"{one.since:%d/%m/%Y}",
            "due": one.due is not None,
            "days": one.waited,
        }
        for one in owed
    ]
    values = {**common_values(context), "items": items, "waiting": context.campaign.clock.waiting}
    addresses = addresses_of(context, (HEADS[party],))
    return Notice(kind=f"overdue.{party.value}", party=party, addresses=addresses, values=values)
