"""What changed in a dossier's answers, and when: told by its trail, as long as its personal data are kept."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session

from engine.context import Context
from engine.dossier import Dossier
from engine.editing import CORRECTED, EDITED
from engine.eyes import Eyes
from engine.histories import last, past_of
from rules.facts import Value
from rules.fields import Field, fields_of

RETURNED = "nomination:step:return"
WRITTEN = (EDITED, CORRECTED)


@dataclass(frozen=True, slots=True)
class Difference:
    """One answer that is another now; both as people write them."""

    field: Field
    before: str
    after: str


def before_changes(session: Session, dossier: Dossier, version: int) -> Mapping[str, Value] | None:
    """What stood at `version` in each field that was written since, by key; also where it stands there again.

    None when the trail cannot tell: personal data were erased, or there was no such version yet.
    """
    if not 0 < version <= dossier.version:
        return None
    found: dict[str, Value] = {}
    for entry in past_of(session, dossier):
        if entry.seq <= version or entry.tag not in WRITTEN:
            continue
        changes = entry.told("changes")
        if changes is None:
            return None
        found = {**{key: old for key, (old, _) in changes.items()}, **found}
    return found


def since_return(session: Session, context: Context, dossier: Dossier, eyes: Eyes) -> list[Difference] | None:
    """What the unit changed since the dossier was last returned, in the order of the fields.

    None when it never was, or when the trail cannot tell any more.
    """
    version = last(session, dossier, RETURNED)
    return None if version is None else differences(session, context, dossier, eyes, version)


def differences(
    session: Session, context: Context, dossier: Dossier, eyes: Eyes, version: int
) -> list[Difference] | None:
    """What is other now than at `version`, as far as these eyes see it; None when the trail cannot tell."""
    before = before_changes(session, dossier, version)
    if before is None:
        return None
    sensitive = eyes.sees_sensitive(dossier.unit)
    shown = [f for f in fields_of(dossier.kind, context.campaign.rated_years) if sensitive or not f.sensitive]
    return [
        Difference(field, field.written(before[field.key]), field.written(dossier.fields.get(field.key)))
        for field in shown
        if field.key in before and before[field.key] != dossier.fields.get(field.key)
    ]
