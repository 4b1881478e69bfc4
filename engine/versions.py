"""A dossier's answers as they stood before: every time they were written, and then and now side by side."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from engine.comparing import RETURNED, WRITTEN, Difference, before_changes
from engine.context import Context
from engine.dossier import Dossier
from engine.drafting import BEGUN, IMPORTED
from engine.editing import CORRECTED
from engine.eyes import Eyes
from engine.histories import Entry, last, past_of
from engine.views import require_overview
from rules.fields import Field, fields_of

BEGINNINGS = (IMPORTED, BEGUN)
WRITINGS = (*BEGINNINGS, *WRITTEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """Somebody wrote answers of a dossier: which are other since (None: the trail cannot tell any more), and why.

    `version` is the dossier's from then on. The first one has no differences: it is where the dossier began.
    """

    version: int
    first: bool
    corrected: bool
    on: date
    by: str | None
    on_behalf: str | None
    reason: str
    differences: tuple[Difference, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Then:
    """One answer at an earlier version and now, as people write them."""

    field: Field
    before: str
    now: str
    changed: bool


def writings(session: Session, context: Context, dossier: Dossier, eyes: Eyes) -> list[Writing]:
    """Every time the answers were written, newest first, as far as these eyes see them; for the offices only."""
    require_overview(eyes)
    shown = fields_seen(context, dossier, eyes)
    return [writing_of(entry, shown) for entry in reversed(past_of(session, dossier)) if entry.tag in WRITINGS]


def writing_of(entry: Entry, shown: tuple[Field, ...]) -> Writing:
    """One entry of the trail."""
    first = entry.tag in BEGINNINGS
    changes = {} if first else entry.told("changes")
    return Writing(
        version=entry.seq,
        first=first,
        corrected=entry.tag == CORRECTED,
        on=date.fromisoformat(entry.body["today"]),
        by=entry.told("by_name"),
        on_behalf=entry.told("on_behalf_name"),
        reason=entry.told("reason") or "",
        differences=None if changes is None else tuple(
            Difference(field, field.written(changes[field.key][0]), field.written(changes[field.key][1]))
            for field in shown
            if field.key in changes
        ),
    )  # fmt: skip


def side_by_side(session: Session, context: Context, dossier: Dossier, eyes: Eyes, version: int) -> list[Then] | None:
    """Every answer these eyes see, at `version` and now; None when the trail cannot tell. For the offices only."""
    require_overview(eyes)
    before = before_changes(session, dossier, version)
    if before is None:
        return None
    now = dossier.fields
    return [
        Then(
            field=field,
            before=field.written(before.get(field.key, now.get(field.key))),
            now=field.written(now.get(field.key)),
            changed=field.key in before and before[field.key] != now.get(field.key),
        )
        for field in fields_seen(context, dossier, eyes)
    ]


def answers(session: Session, context: Context, dossier: Dossier, eyes: Eyes) -> tuple[list[Then], int | None]:
    """Every answer these eyes see, beside what it was when the dossier was last returned; and that version.

    None when it never was returned, or the trail cannot tell any more: then nothing has changed.
    """
    version = last(session, dossier, RETURNED)
    then = None if version is None else side_by_side(session, context, dossier, eyes, version)
    return then or side_by_side(session, context, dossier, eyes, dossier.version) or [], version if then else None


def fields_seen(context: Context, dossier: Dossier, eyes: Eyes) -> tuple[Field, ...]:
    """The fields of the dossier without those withheld from these eyes."""
    sensitive = eyes.sees_sensitive(dossier.unit)
    every = fields_of(dossier.kind, context.campaign.rated_years)
    return tuple(field for field in every if sensitive or not field.sensitive)
