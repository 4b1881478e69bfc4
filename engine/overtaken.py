"""What somebody else wrote into a dossier while its form lay open somewhere: both values, field by field."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session

from engine.comparing import before_changes
from engine.context import Context
from engine.dossier import Dossier
from rules.errors import MalformedError
from rules.fields import Field, fields_of


@dataclass(frozen=True, kw_only=True)
class Meanwhile:
    """A field that somebody else wrote since the form was opened; `conflicts` if it was typed into as well."""

    stored: str
    typed: str
    conflicts: bool


def changed_meanwhile(
    session: Session, context: Context, dossier: Dossier, texts: Mapping[str, str], version: int | None
) -> dict[str, Meanwhile]:
    """The fields that were written since `version` and are other than what stands in the form, by key."""
    if version == dossier.version:
        return {}
    before = before_changes(session, dossier, version) if version is not None else None
    found = {}
    for one in fields_of(dossier.kind, context.campaign.rated_years):
        if one.key not in texts or (before is not None and one.key not in before):
            continue
        stored, words = one.written(dossier.fields.get(one.key)), texts[one.key]
        if same(context, one, words, stored):
            continue
        touched = before is None or not same(context, one, words, one.written(before[one.key]))
        found[one.key] = Meanwhile(stored=stored, typed=words, conflicts=touched)
    return found


def same(context: Context, one: Field, typed_words: str, written: str) -> bool:
    """Whether what was typed says what is written."""
    try:
        return one.written(one.parse(typed_words, context.register)) == written
    except MalformedError:
        return False
