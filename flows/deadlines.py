"""Deadlines: units are reminded, heads hear of dossiers that wait too long in their offices, the overdue lapses."""

from datetime import date

from sqlmodel import Session

from engine.campaigns import lapse
from engine.context import Context
from engine.escalation import escalate
from engine.reminders import remind
from flows.edge import Counts, Result, clockwork, in_each_campaign


@clockwork
def remind_units(campaign: str | None = None, today: date | None = None) -> Result:
    """Remind units of drafts and returns whose deadline draws near."""

    def step(session: Session, context: Context) -> Counts:
        return {"units": remind(session, context)}

    return in_each_campaign(step, "đã nhắc {units} đơn vị.", campaign, today)


@clockwork
def escalate_overdue(campaign: str | None = None, today: date | None = None) -> Result:
    """Tell the heads of offices which dossiers wait too long there."""

    def step(session: Session, context: Context) -> Counts:
        return {"offices": escalate(session, context)}

    return in_each_campaign(step, "đã báo lãnh đạo {offices} cơ quan.", campaign, today)


@clockwork
def close_intake(campaign: str | None = None, today: date | None = None) -> Result:
    """Let drafts lapse once intake is closed, and returns once their due date has passed."""

    def step(session: Session, context: Context) -> Counts:
        outcome = lapse(session, context)
        return {"lapsed": len(outcome.moved), "refused": len(outcome.refused)}

    return in_each_campaign(step, "{lapsed} hồ sơ hết hạn, {refused} hồ sơ không cho hết hạn được.", campaign, today)
