"""Reminders: units hear some working days ahead which of their drafts and returns still wait to be sent."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any

from sqlmodel import Session

from engine.context import UNIT_ROLES, Context
from engine.dossier import Dossier, load_dossiers
from engine.notices import Notice, addresses_of, common_values, tell, told
from engine.post.stale import REMINDED, REMINDER, supersede_reminders
from rules.text import vietnamese_sort_key
from rules.vocabulary import EDITABLE, UNIT_LABELS, Party, State
from rules.working_days import working_days_between

TAG = REMINDED


def remind(session: Session, context: Context) -> int:
    """One letter to each unit that has something due; returns how many units were written to.

    Each dossier is named once for each of the campaign's `clock.remind` days (working days before its deadline), also
    when that very day was missed; a new deadline begins again. Unsent reminders that say nothing any more are
    superseded. The campaign must have been loaded `exclusive`.
    """
    before = {tuple(item) for entry in told(session, context, TAG) for item in entry["dossiers"]}
    due = [d for d in load_dossiers(session, context, states=EDITABLE) if is_due(context, d, before)]
    due.sort(key=lambda dossier: dossier.unit)
    units = [(unit, list(dossiers)) for unit, dossiers in groupby(due, key=lambda dossier: dossier.unit)]
    for unit, dossiers in units:
        said = [[d.id, deadline_of(context, d).isoformat(), days_left(context, d)] for d in dossiers]
        tell(session, context, TAG, reminder(context, unit, dossiers), {"unit": unit, "dossiers": said})
    supersede_reminders(session, f"campaign:{context.campaign.code}")
    return len(units)


def deadline_of(context: Context, dossier: Dossier) -> date:
    """The last day on which the unit can send it."""
    return dossier.due or context.campaign.intake.closes


def days_left(context: Context, dossier: Dossier) -> int:
    """Working days to its deadline, today not counted; negative once it has passed."""
    deadline = deadline_of(context, dossier)
    return -1 if deadline < context.today else working_days_between(context.today, deadline)


def is_due(context: Context, dossier: Dossier, before: Iterable[tuple[Any, ...]]) -> bool:
    """Whether a reminder day has come for it since it was last named."""
    left = days_left(context, dossier)
    reached = [day for day in context.campaign.clock.remind if 0 <= left <= day]
    if not reached or (dossier.state is State.DRAFT and context.today < context.campaign.intake.opens):
        return False
    deadline = deadline_of(context, dossier).isoformat()
    return not any(told[:2] == (dossier.id, deadline) and told[2] <= min(reached) for told in before)


def reminder(context: Context, unit: str, dossiers: list[Dossier]) -> Notice:
    """The letter to one unit's officers and head, soonest deadline first."""
    dossiers.sort(key=lambda d: (deadline_of(context, d), vietnamese_sort_key(d.name), d.id))
    items = [
        {
            "name": dossier.name,
            "category": context.campaign.category(dossier.category).title,
            "dossier": dossier.id,
            "state": UNIT_LABELS[dossier.state],
            "due": f"{deadline_of(context, dossier):%d/%m/%Y}",
            "left": days_left(context, dossier),
            "today": deadline_of(context, dossier) == context.today,
            "open": len(dossier.open_findings(Party.UNIT)),
        }
        for dossier in dossiers
    ]
    values = {**common_values(context), "unit": context.unit_names[unit], "items": items, "first": items[0]["due"]}
    return Notice(kind=REMINDER, party=Party.UNIT, addresses=addresses_of(context, UNIT_ROLES, unit), values=values)
