"""The frozen decision set: who is awarded what, as canonical JSON, and the money that follows from it."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from engine.context import Context
from engine.dossier import Dossier
from models.campaigns import Decision
from models.chain import canonical
from rules.campaign import Campaign
from rules.money import amount
from rules.text import name_sort_key, vietnamese_sort_key
from rules.vocabulary import Kind


def canonical_set(context: Context, dossiers: Sequence[Dossier]) -> str:
    """The set as text: category by category as the campaign lists them, Vietnamese collation, numbered in each.

    Nothing that only reviewers may see is in it: no CCCD, ethnicity, discipline or score.
    """
    ordered: list[Dossier] = []
    for category in context.campaign.categories:
        ordered += sorted((d for d in dossiers if d.category == category.key), key=list_order)
    awards = [award_of(dossier, serial) for serial, dossier in enumerate(ordered, start=1)]
    return canonical({"campaign": context.campaign.code, "title": context.campaign.title, "awards": awards})


def list_order(dossier: Dossier) -> tuple[object, ...]:
    """Individuals by given name as Vietnamese lists are, collectives by name; then unit and id."""
    by_name = name_sort_key if dossier.kind is Kind.INDIVIDUAL else vietnamese_sort_key
    return (by_name(dossier.name), vietnamese_sort_key(dossier.unit_name), dossier.id)


def award_of(dossier: Dossier, serial: int) -> dict[str, Any]:
    """One line of the set."""
    return {
        "id": dossier.id,
        "serial": serial,
        "category": dossier.category,
        "name": dossier.name,
        "position": dossier.fields.get("position"),
        "workplace": dossier.fields.get("workplace"),
        "unit": dossier.unit,
        "unit_name": dossier.unit_name,
        "merit": dossier.fields.get("merit"),
    }


def set_hash(content: str) -> str:
    """SHA-256 of the set's text, in hexadecimal."""
    return hashlib.sha256(content.encode()).hexdigest()


def money_of(campaign: Campaign, awards: Sequence[dict[str, Any]], decided: date) -> dict[str, int]:
    """What each category and everything together costs, in whole đồng, by a decision of `decided`."""
    money = {}
    for category in campaign.categories:
        number = sum(award["category"] == category.key for award in awards)
        money[category.key] = number * amount(campaign.award, category.kind, decided) if number else 0
    return {**money, "total": sum(money.values())}


def exported_set(campaign: Campaign, decision: Decision, today: date) -> dict[str, Any]:
    """The whole set for export: campaign, decision, awards with amounts, money. An unsigned one counts as of today."""
    content = json.loads(decision.content or '{"awards": []}')
    decided = decision.dated or decision.frozen_on or today
    kinds = {category.key: category.kind for category in campaign.categories}
    awards = [
        {**award, "money": amount(campaign.award, kinds[award["category"]], decided)} for award in content["awards"]
    ]
    return {
        "campaign": campaign.code,
        "title": campaign.title,
        "decision": {
            "number": decision.number,
            "date": decision.dated.isoformat() if decision.dated else None,
            "signer": decision.signer,
            "hash": decision.content_hash,
            "state": decision.state.value,
            "version": decision.version,
        },
        "awards": awards,
        "money": money_of(campaign, awards, decided),
    }
