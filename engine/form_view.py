"""The form of a dossier as a page shows it: every question with what stands in it, what is wrong, what was asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from engine import typed
from engine.context import Context
from engine.dossier import Dossier
from engine.filling import Posted, Saved, form_of, new_form, require_writer, writes_for, written_fields
from engine.missing import fields_read
from engine.overtaken import Meanwhile, changed_meanwhile, same
from engine.reading import read_typed
from engine.returns import answer_key, answer_problems, asked_view
from engine.typed import Opening
from rules.citations import citation
from rules.fields import Field, Form, fields_of
from rules.questions import choice_and_words, groups_of, quote_for
from rules.vocabulary import Kind, State

TALL = {"merit": 8, "model": 4}  # lines of a field for prose
EVIDENT = {"email"}  # what the workbook says of it, its label says on a page; where one chooses, the choices do


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A form as it lies open: what stands in it, what is stored, what is wrong with it.

    `restored` is when what stands in it was typed, if it was not saved then.
    """

    opening: Opening
    version: int | None
    texts: Mapping[str, str]
    stored: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    meanwhile: Mapping[str, Meanwhile] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    restored: datetime | None = None


def open_form(session: Session, context: Context, dossier: Dossier, now: datetime) -> Sheet:
    """The form of a dossier, with what this account typed into it and has not saved."""
    stored = written_fields(context, dossier)
    opening = typed.opened(form_of(dossier.id), now)
    sheet = Sheet(opening=opening, version=dossier.version, texts=stored, stored=stored)
    kept = typed.restored(session, require_writer(context), opening.form, now)
    if kept is None:
        return sheet
    texts = {key: words for key, words in kept.content.items() if key in stored}
    given = {key: words for key, words in kept.content.items() if key not in stored}
    meanwhile = changed_meanwhile(session, context, dossier, texts, kept.version)
    answers = read_typed(context, dossier.kind, texts, dossier.fields)
    return replace(
        sheet,
        opening=replace(opening, after=kept.opening),
        texts={**stored, **merged(texts, meanwhile)},
        problems={**answers.problems, **answer_problems(dossier, given)},
        meanwhile=meanwhile,
        answers=given,
        restored=kept.saved_at,
    )


def open_new(session: Session, context: Context, category: str, now: datetime) -> Sheet:
    """The form of a dossier that does not exist yet, with what this account typed into it before."""
    units = writes_for(context)
    account, kind = require_writer(context), context.campaign.category(category).kind
    blank = {one.key: "" for one in fields_of(kind, context.campaign.rated_years)}
    if len(units) == 1:
        blank["unit"] = units[0]
    sheet = Sheet(opening=typed.opened(new_form(context, category), now), version=None, texts=blank)
    kept = typed.restored(session, account, sheet.opening.form, now)
    if kept is None:
        return sheet
    texts = {key: words for key, words in kept.content.items() if key in blank}
    problems = read_typed(context, kind, {key: words for key, words in texts.items() if words.strip()}, {}).problems
    opening = replace(sheet.opening, after=kept.opening)
    return replace(sheet, opening=opening, texts={**blank, **texts}, problems=problems, restored=kept.saved_at)


def shown_again(context: Context, dossier: Dossier | None, posted: Posted, saved: Saved) -> Sheet:
    """The form as it was sent, with why it was not saved."""
    stored = written_fields(context, dossier) if dossier else {}
    return Sheet(
        opening=posted.opening,
        version=saved.version,
        texts={**stored, **merged(posted.texts, saved.meanwhile)},
        stored=stored,
        problems=saved.problems,
        meanwhile=saved.meanwhile,
        answers=posted.answers,
    )


def merged(texts: Mapping[str, str], meanwhile: Mapping[str, Meanwhile]) -> dict[str, str]:
    """What stands in the form after somebody else wrote: theirs where this account typed nothing of its own."""
    theirs = {key: found.stored for key, found in meanwhile.items() if not found.conflicts}
    return {**texts, **theirs}


def form_view(context: Context, kind: Kind, sheet: Sheet, dossier: Dossier | None = None) -> dict[str, Any]:
    """The form as plain data; what was asked of the `dossier` when it was returned stands beside what it is about."""
    beside: dict[str | None, list[dict[str, Any]]] = {}
    for asked in asked_view(context, dossier) if dossier and dossier.state is State.RETURNED else ():
        key = answer_key(asked["anchor"])
        shown = {**asked, "answer": sheet.answers.get(key, asked["answer"]), "problem": sheet.problems.get(key)}
        beside.setdefault(fields_read(context, kind, asked["anchor"]), []).append(shown)
    groups = [
        with_common_quote(group.title, [question(context, kind, one, sheet, beside) for one in group.fields])
        for group in groups_of(kind, context.campaign.rated_years)
    ]
    headers = {one.key: one.header for one in fields_of(kind, context.campaign.rated_years)}
    return {
        "groups": groups,
        "problems": [
            {"key": key, "header": headers[key], "message": sheet.problems[key]}
            for key in headers
            if key in sheet.problems
        ],
        "asked": [one for asked in beside.values() for one in asked],
        "unplaced": beside.get(None, []),
        "opening": sheet.opening.name,
        "after": sheet.opening.after or "",
        "version": sheet.version,
        "restored": sheet.restored,
        "moved": bool(sheet.meanwhile),
    }


def with_common_quote(title: str, questions: list[dict[str, Any]]) -> dict[str, Any]:
    """A group of questions; what the plan says of all of them alike is said once."""
    common = questions[0]["quote"]
    if len(questions) == 1 or any(one["quote"] != common for one in questions):
        return {"title": title, "quote": None, "questions": questions}
    return {"title": title, "quote": common, "questions": [{**one, "quote": None} for one in questions]}


def question(
    context: Context, kind: Kind, one: Field, sheet: Sheet, beside: Mapping[str | None, list[dict[str, Any]]]
) -> dict[str, Any]:
    """One question."""
    words, quote, found = sheet.texts.get(one.key, ""), quote_for(kind, one), sheet.meanwhile.get(one.key)
    choice, more = choice_and_words(words) if one.form is Form.DECLARATION else ("", "")
    stored = sheet.stored.get(one.key)
    unsaved = stored is not None and not same(context, one, words, stored)
    offered = choices(context, one, words, fixed_unit=bool(sheet.stored))
    return {
        "key": one.key,
        "label": one.header,
        "help": "" if offered or one.form is Form.DECLARATION or one.key in EVIDENT else one.help,
        "form": one.form.value,
        "required": one.required,
        "needs": one.needs,
        "rows": TALL.get(one.key, 3),
        "text": words,
        "choices": offered,
        "choice": choice,
        "words": more,
        "quote": quote and {"words": quote.words, "clause": citation(quote.clause).text},
        "problem": sheet.problems.get(one.key),
        "stored": stored if unsaved or found else None,
        "conflicts": bool(found and found.conflicts),
        "theirs": bool(found and not found.conflicts),
        "findings": beside.get(one.key, []),
    }


def named(context: Context, one: Field, words: str) -> str:
    """What people read for an answer: the code of a unit or a project with its name, anything else as it is."""
    if one.key == "unit" and words in context.unit_names:
        return f"{context.unit_names[words]} ({words})"
    titles = {project.code: project.title for project in context.campaign.projects} if one.key == "project" else {}
    return f"{words}. {titles[words]}" if words in titles else words


def choices(context: Context, one: Field, words: str, *, fixed_unit: bool) -> list[tuple[str, str]]:
    """(what is sent, what is read) of a question with a list to choose from; what stands in it is always there."""
    if one.key == "unit":
        # By name alone: with its code the only choice is cut on a telephone.
        return [(code, context.unit_names.get(code, code)) for code in ([words] if fixed_unit else writes_for(context))]
    codes = [project.code for project in context.campaign.projects] if one.key == "project" else one.choices
    found = [(code, named(context, one, code)) for code in codes]
    strange = found and words and words not in {value for value, _ in found}
    return [*found, (words, words)] if strange else found
