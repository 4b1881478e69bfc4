"""Escalation: what lies too long in an office, or past its due date, is told to the office's head."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlmodel import Session

from engine.context import Context
from engine.dossier import Dossier, load_dossiers
from engine.notices import Notice, addresses_of, common_values, tell, told
from rules.vocabulary import STAFF_LABELS, Party, Role, State
from rules.working_days import working_days_between

TAG = "campaign:office:reminded"
# Who owes the next step in these states. Endorsed, selected, approved and listed dossiers wait for all the others.
OWED_BY = {
    State.SUBMITTED: Party.REVIEW_OFFICE,
    State.IN_REVIEW: Party.REVIEW_OFFICE,
    State.QUERIED: Party.REVIEW_OFFICE,
    State.IN_APPRAISAL: Party.APPRAISAL_OFFICE,
}
HEADS = {Party.REVIEW_OFFICE: Role.REVIEW_HEAD, Party.APPRAISAL_OFFICE: Role.APPRAISAL_HEAD}
LAST_STEPS = text(
    "SELECT DISTINCT ON (subject) substr(subject, 12) AS id, body::jsonb ->> 'today' AS day FROM trail"
    " WHERE subject = ANY(:subjects) AND tag LIKE 'nomination:step:%' ORDER BY subject, seq DESC"
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A dossier an office owes a step: since which day, how many working days over what it may take."""

    dossier: Dossier
    since: date
    over: int

    def key(self, context: Context) -> list[object]:
        """What is said once: this dossier, waiting since then, for so many periods."""
        return [self.dossier.id, self.since.isoformat(), self.over // context.campaign.clock.waiting]


def escalate(session: Session, context: Context) -> int:
    """One letter to the head of each office that lets dossiers wait; returns how many offices were written to.

    A dossier is named when it has waited longer than the campaign's `clock.waiting` working days (a query: once its
    due date has passed), and again each time as many days have gone by. The campaign must have been loaded `exclusive`.
    """
    before = [item for entry in told(session, context, TAG) for item in entry["dossiers"]]
    late = [one for one in waiting_too_long(session, context) if one.key(context) not in before]
    offices = [(party, [one for one in late if OWED_BY[one.dossier.state] is party]) for party in HEADS]
    for party, owed in offices:
        if owed:
            public = {"office": party.value, "dossiers": [one.key(context) for one in owed]}
            tell(session, context, TAG, escalation(context, party, owed), public)
    return sum(bool(owed) for _, owed in offices)


def waiting_too_long(session: Session, context: Context) -> list[Waiting]:
    """Every dossier an office owes a step for longer than it may take, the longest first."""
    dossiers = load_dossiers(session, context, states=tuple(OWED_BY))
    subjects = [dossier.subject for dossier in dossiers]
    arrived = {row.id: date.fromisoformat(row.day) for row in session.execute(LAST_STEPS, {"subjects": subjects})}
    waiting = [waiting_of(context, dossier, arrived[dossier.id]) for dossier in dossiers]
    return sorted((one for one in waiting if one.over > 0), key=lambda one: (-one.over, one.dossier.arrival))


def waiting_of(context: Context, dossier: Dossier, arrived: date) -> Waiting:
    """How long a dossier has waited: from the step that brought it, or from the due date it was given."""
    allowed = 0 if dossier.due else context.campaign.clock.waiting
    since = dossier.due or arrived
    return Waiting(dossier, since, working_days_between(since, context.today) - allowed)


def escalation(context: Context, party: Party, owed: list[Waiting]) -> Notice:
    """The letter to an office's head."""
    items = [
        {
            "name": one.dossier.name,
            "unit": one.dossier.unit_name,
            "dossier": one.dossier.id,
            "state": STAFF_LABELS[one.dossier.state],
            "since": f"{one.since:%d/%m/%Y}",
            "due": one.dossier.due is not None,
            "days": working_days_between(one.since, context.today),
        }
        for one in owed
    ]
    values = {**common_values(context), "items": items, "waiting": context.campaign.clock.waiting}
    addresses = addresses_of(context, (HEADS[party],))
    return Notice(kind=f"overdue.{party.value}", party=party, addresses=addresses, values=values)
