"""“Còn thiếu gì”: what the rules say of answers that are still being typed, each point with its law and its fields."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from engine.context import Context
from engine.dossier import Dossier
from engine.eyes import Eyes
from engine.reading import read_typed
from engine.screened import explained_view
from rules.facts import Value
from rules.fields import fields_of
from rules.registry import FIELD, YEAR, find_rule
from rules.vocabulary import Kind, State, Verdict


def missing_view(context: Context, dossier: Dossier, eyes: Eyes) -> dict[str, Any]:
    """Every point that is not met, in the order of the rules; `hopeless` if nothing can make the dossier eligible."""
    view = explained_view(context, dossier, eyes)
    helps: dict[str, list[dict[str, str]]] = {}
    for one in view["would_help"] or ():
        helps.setdefault(one["rule"], []).append({"who": one["who"], "what": one["what"]})
    points = [
        {**finding, "helps": helps.get(finding["rule"], []), "field": field_of(context, dossier.kind, finding["rule"])}
        for finding in view["findings"]
        if finding["verdict"] != Verdict.PASS.value
    ]
    return {"overall": view["overall"], "points": points, "hopeless": view["would_help"] is None}


def field_of(context: Context, kind: Kind, code: str) -> str | None:
    """The key of the first field a rule reads, to put what it says beside; None when it reads none."""
    rule = find_rule(code, kind)
    known = {field.key for field in fields_of(kind, context.campaign.rated_years)}
    first_year = str(context.campaign.rated_years[0])
    read = [name.removeprefix(FIELD).replace(YEAR, first_year) for name in rule.reads] if rule else []
    return next((name for name in read if name in known), None)


def fields_read(context: Context, kind: Kind, anchor: str) -> str | None:
    """The key of the field a finding's anchor belongs beside: its field or paper, or the first one its rule reads."""
    what, _, name = anchor.partition(":")
    if what == "rule":
        return field_of(context, kind, name)
    known = {field.key for field in fields_of(kind, context.campaign.rated_years)}
    return name if name in known else None


def missing_while_typing(
    session: Session, context: Context, category: str, dossier: Dossier | None, texts: Mapping[str, str], eyes: Eyes
) -> dict[str, Any] | None:
    """The same of what stands in a form, as if it were saved; None before it says which of the eyes' own units."""
    kind = context.campaign.category(category).kind
    answers = read_typed(context, kind, texts, dossier.fields if dossier else {}).values
    if dossier is not None:
        return missing_view(context, replace(dossier, fields={**dossier.fields, **answers}), eyes)
    unit = answers.get("unit")
    return (
        missing_view(context, provisional(session, context, category, str(unit), answers), eyes)
        if unit in eyes.own
        else None
    )


def provisional(session: Session, context: Context, category: str, unit: str, answers: Mapping[str, Value]) -> Dossier:
    """The draft these answers would make, before there is one.

    Nobody else's dossier is looked at for it: whether the nominee is named twice shows once it is saved.
    """
    row = session.execute(text("SELECT name, nominates FROM unit WHERE code = :code"), {"code": unit}).one()
    kind = context.campaign.category(category).kind
    blanks = {field.key: field.blank for field in fields_of(kind, context.campaign.rated_years)}
    return Dossier(
        id="", arrival=0, campaign=context.campaign.code, category=category, kind=kind, unit=unit, unit_name=row.name,
        unit_entitled=row.nominates,
        name=str(answers.get("name") or ""), fields={**blanks, **answers, "unit": unit}, source={}, state=State.DRAFT,
        version=0, left_state=None, due=None, head_submitted=False, own_withdrawal=False, released=False,
        submission_id=None, decision_id=None, serial=None, head=(0, ""), slot=None, decision=None, findings=(),
        duties={}, authors=frozenset(), judgements=(), checks=(), others=(), score=None,
    )  # fmt: skip
