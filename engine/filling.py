"""A unit fills in the form of a dossier: what is good is saved, everything else is told and kept as it was typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlmodel import Session

from engine import typed
from engine.context import Context, may_act
from engine.dossier import Dossier
from engine.drafting import BEGUN, create_draft, find_draft
from engine.editing import EDITED, WRITERS, lock_editable, write_fields
from engine.keys import keys_of
from engine.overtaken import Meanwhile, changed_meanwhile
from engine.reading import read_typed
from engine.returns import answer_key, answer_problems, given_answers, new_answers
from engine.review import answer_finding
from engine.typed import Opening
from rules.answers import Answers, told
from rules.errors import MalformedAnswersError
from rules.facts import Value
from rules.fields import field_named, fields_of
from rules.text import vietnamese_sort_key
from rules.vocabulary import Kind

SOURCE = {"channel": "portal"}
TAKEN = "Đơn vị đã có một hồ sơ khác cho cùng tập thể, cá nhân này: {}."


@dataclass(frozen=True, kw_only=True)
class Posted:
    """A form as it was sent: what stands in it by key, the version it was opened on, and what to take as stored.

    `answers` are to points of a return, by their names in the form; with `only`, the one at that anchor is given and
    the others stay as typed.
    """

    opening: Opening
    version: int | None
    texts: Mapping[str, str]
    as_stored: frozenset[str] = frozenset()
    answers: Mapping[str, str] = field(default_factory=dict)
    only: str | None = None

    @property
    def content(self) -> dict[str, str]:
        """Everything that was typed."""
        return {**self.texts, **self.answers}


@dataclass(frozen=True, kw_only=True)
class Saved:
    """What became of a form.

    `id` and `version` are the dossier's (None: there is none yet); `problems` by key are what was not saved, with
    their texts kept. With `meanwhile` nothing was saved: the dossier had moved, and both values are there by key.
    """

    id: str | None
    version: int | None
    problems: Mapping[str, str] = field(default_factory=dict)
    meanwhile: Mapping[str, Meanwhile] = field(default_factory=dict)


def begin(session: Session, context: Context, category: str, posted: Posted, now: datetime) -> Saved:
    """A new draft from a form, once its name, unit and (for a person) birth date are good.

    Raises MalformedError for a category there is none of, RoleRefusedError for another unit's dossier.
    """
    account, kind = require_writer(context), context.campaign.category(category).kind
    catalogue = fields_of(kind, context.campaign.rated_years)
    answers, fields = read_new(session, context, category, posted.texts)
    if any(one.key in answers.problems for one in catalogue if one.required):
        typed.keep(session, account, posted.opening, None, posted.content, now)
        return Saved(id=None, version=None, problems=answers.problems)
    acting = may_act(context, WRITERS, str(fields["unit"]))
    identity = create_draft(session, context, acting, category, kind, fields, SOURCE, BEGUN)
    typed.drop(session, account, posted.opening)
    keep_rest(session, account, identity, 1, posted, answers, now)
    return Saved(id=identity, version=1, problems=answers.problems)


def read_new(
    session: Session, context: Context, category: str, texts: Mapping[str, str]
) -> tuple[Answers, dict[str, Value]]:
    """What can be read of a new dossier with every problem, and its fields; RoleRefusedError for another unit's."""
    kind = context.campaign.category(category).kind
    catalogue = fields_of(kind, context.campaign.rated_years)
    answers = read_typed(context, kind, {**{one.key: "" for one in catalogue}, **texts}, {})
    fields = {one.key: answers.values.get(one.key, one.blank) for one in catalogue}
    if fields["unit"] is not None:
        may_act(context, WRITERS, str(fields["unit"]))
    if all(fields[one.key] is not None for one in catalogue if one.required):
        answers = answers.without(taken(session, context, category, kind, fields))
    return answers, fields


def begin_whole(session: Session, context: Context, category: str, texts: Mapping[str, str]) -> str:
    """A new draft from answers that are all good, and its id; MalformedAnswersError with every one that is not."""
    require_writer(context)
    kind = context.campaign.category(category).kind
    catalogue = fields_of(kind, context.campaign.rated_years)
    named = {field_named(kind, name, context.campaign.rated_years).key: words for name, words in texts.items()}
    answers, fields = read_new(session, context, category, named)
    if answers.problems:
        raise MalformedAnswersError(told(answers.problems, catalogue), answers.problems)
    acting = may_act(context, WRITERS, str(fields["unit"]))
    return create_draft(session, context, acting, category, kind, fields, SOURCE, BEGUN)


def save(session: Session, context: Context, nomination_id: str, posted: Posted, now: datetime) -> Saved:
    """Save what is good of a form; nothing at all if the dossier's answers changed since the form was opened.

    Raises StateRefusedError once the dossier was sent, RoleRefusedError for another unit's.
    """
    dossier, acting = lock_editable(session, context, nomination_id)
    account = context.require_actor().id
    texts = {key: words for key, words in posted.texts.items() if key not in {"unit", *posted.as_stored}}
    if found := changed_meanwhile(session, context, dossier, texts, posted.version):
        typed.keep(session, account, posted.opening, posted.version, {**texts, **posted.answers}, now)
        return Saved(id=dossier.id, version=dossier.version, meanwhile=found)
    answers = read_typed(context, dossier.kind, texts, dossier.fields)
    answers = answers.without(taken_by_change(session, context, dossier, answers.values))
    written = write_fields(session, context, dossier, acting, answers.values, EDITED)
    version = written or dossier.version
    given = new_answers(dossier, posted.answers, posted.only)
    for anchor, words in given.items():
        version = answer_finding(session, context, dossier.id, anchor, words).version
    typed.drop(session, account, posted.opening)
    known = {**given_answers(dossier), **{answer_key(anchor): words for anchor, words in given.items()}}
    left = {key: words for key, words in posted.answers.items() if words.strip() and words.strip() != known.get(key)}
    keep_rest(session, account, dossier.id, version, replace(posted, texts=texts, answers=left), answers, now)
    problems = {**answers.problems, **answer_problems(dossier, posted.answers, posted.only)}
    return Saved(id=dossier.id, version=version, problems=problems)


def note(session: Session, context: Context, dossier: Dossier | None, posted: Posted, now: datetime) -> bool:
    """Keep what stands in a form that is still being filled in, if it says more than what is stored; whether it does.

    Raises RoleRefusedError for another unit's dossier.
    """
    account = require_writer(context)
    stored: Mapping[str, str] = {}
    if dossier is not None:
        may_act(context, WRITERS, dossier.unit)
        stored = {**written_fields(context, dossier), **given_answers(dossier)}
    if all(words.strip() == stored.get(key, "") for key, words in posted.content.items() if key != "unit"):
        typed.drop(session, account, posted.opening)
        return False
    typed.keep(session, account, posted.opening, posted.version, posted.content, now)
    return True


def has_typed(session: Session, context: Context, dossier: Dossier, now: datetime) -> bool:
    """Whether the account typed something into the dossier's form that is not saved."""
    return typed.restored(session, context.require_actor().id, form_of(dossier.id), now) is not None


def written_fields(context: Context, dossier: Dossier) -> dict[str, str]:
    """The dossier's answers as people write them."""
    catalogue = fields_of(dossier.kind, context.campaign.rated_years)
    return {one.key: one.written(dossier.fields.get(one.key)) for one in catalogue}


def form_of(nomination_id: str) -> str:
    """What the form of a dossier is called among what was typed."""
    return f"dossier:{nomination_id}"


def new_form(context: Context, category: str) -> str:
    """What the form of a dossier that does not exist yet is called."""
    return f"new:{context.campaign.code}:{category}"


def keep_rest(
    session: Session,
    account: int,
    nomination_id: str,
    version: int,
    posted: Posted,
    answers: Answers,
    now: datetime,
) -> None:
    """Keep what could not be saved as it was typed, to be put right when the dossier's form is opened again."""
    rest = {key: words for key, words in posted.content.items() if key not in answers.values and key != "unit"}
    if rest:
        opening = Opening(form=form_of(nomination_id), name=posted.opening.name)
        typed.keep(session, account, opening, version, rest, now)


def require_writer(context: Context) -> int:
    """The account, if it writes for some unit; RoleRefusedError otherwise."""
    if not writes_for(context):
        may_act(context, WRITERS, "")
    return context.require_actor().id


def writes_for(context: Context) -> list[str]:
    """Codes of the units whose dossiers the account may write, by name of the unit."""
    actor = context.require_actor()
    held = {at for person in (actor, *context.delegators(actor)) for role, at in person.roles if role in WRITERS}
    return sorted(held, key=lambda code: vietnamese_sort_key(context.unit_names[code]))


def taken(session: Session, context: Context, category: str, kind: Kind, fields: Mapping[str, Value]) -> dict[str, str]:
    """The problem of a nominee whom the unit has nominated already."""
    unit = str(fields["unit"])
    other = find_draft(session, context, category, unit, keys_of(kind, unit, fields)["row_key"])
    return {"name": TAKEN.format(other)} if other else {}


def taken_by_change(
    session: Session, context: Context, dossier: Dossier, values: Mapping[str, Value]
) -> dict[str, str]:
    """The problem of a change that makes the nominee one whom the unit has nominated already."""
    fields = {**dossier.fields, **values}
    key = keys_of(dossier.kind, dossier.unit, fields)["row_key"]
    other = find_draft(session, context, dossier.category, dossier.unit, key)
    if other in {None, dossier.id}:
        return {}
    blamed = [name for name in ("cccd", "name") if name in values and values[name] != dossier.fields.get(name)]
    return dict.fromkeys(blamed, TAKEN.format(other))
