"""What a unit has in a campaign: its dossiers with their progress, what each still lacks, and until when."""

from dataclasses import replace
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from engine.context import Context
from engine.dossier import Dossier, load_dossiers
from engine.eyes import Eyes
from engine.form_view import named
from engine.missing import missing_view
from engine.reminders import days_left, deadline_of
from engine.returns import open_return
from engine.views import eyes_in, standing_of
from rules.progress import stages
from rules.questions import groups_of
from rules.text import vietnamese_sort_key
from rules.vocabulary import EDITABLE, UNIT_LABELS, Party, State

ORDER = (State.RETURNED, State.DRAFT, State.SUBMITTED, State.IN_REVIEW)  # what waits for the unit first, ends last
DECIDED = text("SELECT number, dated FROM decision WHERE id = :id AND number IS NOT NULL")


def unit_eyes(context: Context) -> Eyes:
    """The account's eyes as those of its units alone: even who works in an office too sees here what units see."""
    return replace(eyes_in(context), overview=False, sensitive=False)


def desk_of(session: Session, context: Context) -> list[Dossier]:
    """The dossiers of the account's units, what waits for the unit first, then by name."""
    eyes = unit_eyes(context)
    found = load_dossiers(session, context, units=tuple(sorted(eyes.own)))

    def place(dossier: Dossier) -> tuple[object, ...]:
        shown, _ = standing_of(context, dossier, eyes)
        order = ORDER.index(shown) if shown in ORDER else len(ORDER)
        return order, vietnamese_sort_key(dossier.name), dossier.id

    return sorted(found, key=place)


def desk_view(session: Session, context: Context) -> list[dict[str, Any]]:
    """The same as lines of a list."""
    eyes = unit_eyes(context)
    return [line(context, dossier, eyes) for dossier in desk_of(session, context)]


def line(context: Context, dossier: Dossier, eyes: Eyes) -> dict[str, Any]:
    """One dossier as its unit sees it in a list."""
    missing = missing_view(context, dossier, eyes) if dossier.state in EDITABLE else None
    return {
        "id": dossier.id,
        "name": dossier.name,
        "category": context.campaign.category(dossier.category).title,
        "unit_name": dossier.unit_name,
        **progress_view(context, dossier, eyes),
        "missing": None if missing is None else by_unit(missing),
        "hopeless": missing is not None and missing["hopeless"],
    }


def by_unit(missing: dict[str, Any]) -> int:
    """How many things the unit itself has to supply or cure."""
    return sum(one["who"] == Party.UNIT.value for point in missing["points"] for one in point["helps"])


def progress_view(context: Context, dossier: Dossier, eyes: Eyes) -> dict[str, Any]:
    """Where a dossier stands, as far as its unit may know, and until when the unit has to do something."""
    own = replace(eyes, overview=False)
    shown, version = standing_of(context, dossier, own)
    waiting = shown in EDITABLE
    left = dossier.left_state if shown is dossier.state else None  # only where its end may be told
    return {
        "state": shown.value,
        "version": version,
        "label": UNIT_LABELS[shown],
        "stages": [{"label": one.label, "reached": one.reached.value} for one in stages(shown, left)],
        "editable": waiting,
        "due": deadline_of(context, dossier) if waiting else None,
        "left": days_left(context, dossier) if waiting else None,
        "open": sum(finding.status == "open" for finding in open_return(dossier)) if shown is State.RETURNED else 0,
    }


def outcome_view(session: Session, context: Context, dossier: Dossier, eyes: Eyes) -> dict[str, Any] | None:
    """How it ended, once that may be told to the unit; None as long as it is on its way."""
    shown, _ = standing_of(context, dossier, replace(eyes, overview=False))
    if shown in ORDER:
        return None
    signed = shown in {State.AWARDED, State.REVOKED}
    row = session.execute(DECIDED, {"id": dossier.decision_id}).one_or_none() if signed else None
    return {
        "state": shown.value,
        "label": UNIT_LABELS[shown],
        "decision": {"number": row.number, "dated": row.dated, "serial": dossier.serial} if row else None,
    }


def answers_view(context: Context, dossier: Dossier) -> list[dict[str, Any]]:
    """What the dossier says, in the groups of the form, as people write it."""
    return [
        {
            "title": group.title,
            "answers": [
                (one.header, named(context, one, one.written(dossier.fields.get(one.key)))) for one in group.fields
            ],
        }
        for group in groups_of(dossier.kind, context.campaign.rated_years)
    ]
