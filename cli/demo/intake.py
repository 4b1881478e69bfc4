"""The demonstration's first acts: units, accounts, the workbook, what the clock says, submitting, accepting."""

from datetime import date
from pathlib import Path

from cli.demo import cast
from cli.demo.days import ACCEPT_DAY, IMPORT_DAY, SUBMIT_DAY
from cli.demo.story import Story
from engine import campaigns, editing, escalation, nightly, reminders
from engine.context import command_origin
from engine.dossier import load_dossiers, screen_dossier
from engine.importing import import_workbook
from engine.people import UNIT_COLUMNS, import_accounts, import_units, read_rows
from engine.plans import as_unit_head, plan
from engine.steps import Request
from rules.vocabulary import Action, Overall, State


def prepare(story: Story) -> None:
    """Units, accounts and the campaign."""
    cast.write_accounts(story.accounts, unit_codes(story.units))
    origin = command_origin("demo")
    with story.database.transaction() as session:
        import_units(session, story.units)
        import_accounts(session, story.accounts, origin)
        campaigns.load_campaign(session, story.campaign, origin)


def overnight(story: Story, today: date) -> None:
    """What happens by itself: units are reminded, heads hear of what waits, everything is screened as of the day."""
    work = (("reminded", reminders.remind), ("escalated", escalation.escalate), ("rescreened", nightly.screen_all))
    for name, do in work:
        with story.acting(None, today, alone=True) as (session, context):
            story.counts[name] = story.counts.get(name, 0) + do(session, context)


def unit_codes(path: Path) -> list[str]:
    """The codes of the units file."""
    return [row["code"] for _, row in read_rows(path, UNIT_COLUMNS)]


def take_in(story: Story) -> None:
    """The review office enters the units' workbook in their place; their heads still submit."""
    with story.acting(cast.CLERK_OF_REVIEW, IMPORT_DAY) as (session, context):
        story.report = import_workbook(session, context, story.workbook)


def screen_drafts(story: Story) -> None:
    """Count what the rules find before anything is sent."""
    for overall in Overall:
        story.counts[f"screened.{overall.value}"] = 0
    with story.acting(None, IMPORT_DAY) as (session, context):
        for dossier in load_dossiers(session, context):
            story.counts[f"screened.{screen_dossier(context, dossier).overall.value}"] += 1
    overnight(story, IMPORT_DAY)


def submit(story: Story) -> None:
    """One unit supplies a missing paper; every head submits what is complete."""
    with story.acting(None, SUBMIT_DAY) as (session, context):
        missing = next(d for d in load_dossiers(session, context, category="collective") if not d.fields["report"])
        editing.set_fields(session, as_unit_head(context, missing), missing.id, {"report": "Có"})
    with story.acting(None, SUBMIT_DAY) as (session, context):
        outcome = plan(session, context, Action.SUBMIT, Request(), source=State.DRAFT, skip_refused=True,
                       each_unit_head=True)  # fmt: skip
    story.counts["submitted"] = len(outcome.moved)
    story.counts["not_submitted"] = len(outcome.refused)


def accept(story: Story) -> None:
    """Intake is over: drafts lapse, the review office accepts what was sent."""
    with story.acting(None, ACCEPT_DAY, alone=True) as (session, context):
        story.counts["lapsed_drafts"] = len(campaigns.lapse(session, context).moved)
    story.counts["accepted"] = len(story.step_all(cast.REVIEWER, ACCEPT_DAY, Action.ACCEPT, State.SUBMITTED).moved)
