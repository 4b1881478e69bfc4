"""The frozen decision set: who is awarded what, as canonical JSON, and the money that follows from it."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, select
from sqlmodel.sql.expression import SelectOfScalar

from engine.context import Context
from engine.dossier import Dossier
from models.campaigns import Decision
from models.chain import canonical
from rules.campaign import Campaign
from rules.decision import DecisionState
from rules.errors import StateRefusedError
from rules.money import amount
from rules.text import name_sort_key, vietnamese_sort_key
from rules.vocabulary import Kind


def current_decision(session: Session, context: Context) -> Decision | None:
    """The campaign's decision that was not cancelled, locked; None before one is opened."""
    return session.exec(alive(context).with_for_update()).one_or_none()


def present_decision(session: Session, context: Context) -> Decision | None:
    """The same, unlocked: for who only looks, and must not wait for who decides."""
    return session.exec(alive(context)).one_or_none()


def alive(context: Context) -> SelectOfScalar[Decision]:
    """The decision of a campaign that was not cancelled; there is one at most."""
    return select(Decision).where(
        Decision.campaign_id == context.campaign_id, Decision.state != DecisionState.CANCELLED
    )


def required_decision(session: Session, context: Context) -> Decision:
    """The campaign's decision; StateRefusedError before one is opened."""
    decision = current_decision(session, context)
    if decision is None:
        raise StateRefusedError("Đợt khen thưởng chưa lập danh sách quyết định.")
    return decision


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


def attached_set(campaign: Campaign, decision: Decision, today: date) -> dict[str, Any]:
    """The set as it goes inside papers: without what still changes after signing, so that a late copy is the same."""
    data = exported_set(campaign, decision, today)
    lasting = {key: value for key, value in data["decision"].items() if key not in {"state", "version"}}
    return {**data, "decision": lasting}


def revocations(session: Session, decision: Decision) -> list[str]:
    """A sentence for each award of the decision that was revoked since, oldest first: papers keep naming it."""
    query = text(
        "SELECT nomination_id, number, dated FROM amendment WHERE decision_id = :id AND kind = 'revocation' ORDER BY id"
    )
    return [
        f"Hồ sơ {row.nomination_id} đã bị thu hồi theo Quyết định số {row.number} ngày {row.dated:%d/%m/%Y}; "
        "danh sách và Bằng khen xuất ra vẫn như khi ký."
        for row in session.execute(query, {"id": decision.id})
    ]
