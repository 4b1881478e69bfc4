"""What commands and pages show of dossiers, as plain data: everything goes through the viewer's eyes."""

from typing import Any

from sqlmodel import Session

from engine import trail
from engine.context import Context
from engine.dossier import Dossier, FindingView
from engine.eyes import OF_A_UNIT, OPERATOR, Eyes, eyes_of
from engine.histories import history_of
from engine.listing import shown_to_unit
from engine.standing import Standing
from rules.anchors import anchors_of
from rules.errors import NotFoundError, RoleRefusedError
from rules.facts import Judgement
from rules.fields import fields_of
from rules.registry import FIELD, find_rule
from rules.vocabulary import STAFF_LABELS, UNIT_LABELS, Kind, Party, State

WITHHELD = "(Nội dung không hiển thị cho tài khoản này.)"


def eyes_in(context: Context) -> Eyes:
    """The eyes of whoever looks: the operator without --as, else the account and those it stands in for."""
    if context.actor is None:
        return OPERATOR
    return eyes_of(
        context.roles_held(context.actor), context.campaign.offices.review, context.campaign.offices.appraisal
    )


def require_seen(dossier: Dossier, eyes: Eyes) -> None:
    """NotFoundError, as if there were no such dossier, when it is another unit's."""
    if not eyes.sees(dossier.unit):
        raise NotFoundError(f"Không có hồ sơ “{dossier.id}”.")


def require_overview(eyes: Eyes) -> None:
    """RoleRefusedError for a view that names dossiers of several units."""
    if not eyes.overview:
        raise RoleRefusedError("Chỉ cơ quan xét chọn, cơ quan thẩm định và người giám sát được xem nội dung này.")


def listed(context: Context, dossier: Dossier, eyes: Eyes) -> dict[str, Any]:
    """A dossier as one line of a list."""
    state, version = standing_of(context, dossier, eyes)
    return {
        "id": dossier.id,
        "category": dossier.category,
        "unit": dossier.unit,
        "name": dossier.name,
        "state": state.value,
        "version": version,
        "source": {"sheet": dossier.source.get("sheet"), "row": dossier.source.get("row")},
    }


def standing_of(context: Context, dossier: Dossier, eyes: Eyes) -> tuple[State, int | None]:
    """Its state and version; under embargo a unit sees one neutral state and no version."""
    if eyes.overview:
        return dossier.state, dossier.version
    released = dossier.released or context.decided
    return shown_to_unit(dossier.state, dossier.version, released=released, own_withdrawal=dossier.own_withdrawal)


def nomination_view(session: Session, context: Context, dossier: Dossier, eyes: Eyes) -> dict[str, Any]:
    """One whole dossier; NotFoundError when these eyes may not know of it."""
    require_seen(dossier, eyes)
    item = listed(context, dossier, eyes)
    state = State(item["state"])
    sensitive = eyes.sees_sensitive(dossier.unit)
    catalogue = fields_of(dossier.kind, context.campaign.rated_years)
    due = dossier.due if eyes.overview or state is State.RETURNED else None
    return {
        **item,
        "unit_name": dossier.unit_name,
        "label": (STAFF_LABELS if eyes.overview else UNIT_LABELS)[state],
        "fields": {f.key: dossier.fields.get(f.key) for f in catalogue if sensitive or not f.sensitive},
        "withheld": [f.key for f in catalogue if f.sensitive and not sensitive],
        "papers": [
            {
                "key": f.key,
                "label": f.header,
                "required": f.key in context.campaign.required_papers,
                "present": bool(dossier.fields.get(f.key)),
            }
            for f in catalogue
            if f.paper
        ],
        "findings": findings_view(context, dossier, eyes),
        "due": due.isoformat() if due else None,
        **(evidence(dossier, eyes) if eyes.overview else NO_EVIDENCE),
        "history": history_of(session, dossier, only_roles=() if eyes.overview else OF_A_UNIT),
    }


def note_sight(session: Session, context: Context, dossier: Dossier, eyes: Eyes) -> None:
    """Put on the trail that a CCCD number was shown: on the account's, or on the campaign's for the operator."""
    if not dossier.fields.get("cccd") or not eyes.sees_sensitive(dossier.unit):
        return
    trail.note_looked(session, context, "cccd:seen", {"nomination": dossier.id})


NO_EVIDENCE: dict[str, Any] = {"slot": None, "score": None, "checks": [], "judgements": []}


def evidence(dossier: Dossier, eyes: Eyes) -> dict[str, Any]:
    """What the offices put on a dossier; its own unit does not see it."""
    return {
        "slot": dossier.slot,
        "score": None if dossier.score is None else round(float(dossier.score), 4),
        "checks": [{"agency": c.agency, "result": c.result.value if c.result else None} for c in dossier.checks],
        "judgements": [judgement_view(dossier, judgement, eyes) for judgement in dossier.judgements],
    }


def judgement_view(dossier: Dossier, judgement: Judgement, eyes: Eyes) -> dict[str, Any]:
    """What the review office concluded of one rule, and why."""
    hidden = not eyes.sees_sensitive(dossier.unit) and reads_sensitive(dossier.kind, judgement.rule)
    return {
        "rule": judgement.rule,
        "verdict": "pass" if judgement.passed else "fail",
        "reason": WITHHELD if hidden else judgement.reason,
    }


def findings_view(context: Context, dossier: Dossier, eyes: Eyes) -> list[dict[str, Any]]:
    """The points raised on a dossier, oldest first; a unit sees those addressed to it."""
    labels = anchors_of(dossier.kind, context.campaign.rated_years)
    shown = [f for f in dossier.findings if eyes.overview or f.addressee is Party.UNIT]
    return [finding_view(dossier, finding, labels.get(finding.anchor, ""), eyes) for finding in shown]


def finding_view(dossier: Dossier, finding: FindingView, label: str, eyes: Eyes) -> dict[str, Any]:
    """One point: where it is anchored, what was asked of whom, and the answer."""
    hidden = not eyes.sees_sensitive(dossier.unit) and is_sensitive(dossier.kind, finding.anchor)
    return {
        "anchor": finding.anchor,
        "label": label,
        "addressee": finding.addressee.value,
        "text": WITHHELD if hidden else finding.text,
        "status": finding.status,
        "answer": WITHHELD if hidden and finding.answer else finding.answer,
        "version": finding.version if eyes.overview else None,
    }


def is_sensitive(kind: Kind, anchor: str) -> bool:
    """Whether an anchor points to a sensitive answer, or to a rule that reads one."""
    what, _, name = anchor.partition(":")
    if what == "rule":
        return reads_sensitive(kind, name)
    return any(field.key == name and field.sensitive for field in fields_of(kind))


def reads_sensitive(kind: Kind, code: str) -> bool:
    """Whether the rule `code` reads a sensitive answer, so that its message may repeat it."""
    rule = find_rule(code, kind)
    sensitive = {f"{FIELD}{field.key}" for field in fields_of(kind) if field.sensitive}
    return rule is not None and not sensitive.isdisjoint(rule.reads)


def ranking_view(standing: Standing) -> dict[str, Any]:
    """The ordered list of a category with its reasons, and the reserve in order."""
    lines = [
        {
            "id": place.id,
            "name": standing.dossiers[place.id].name,
            "unit": standing.dossiers[place.id].unit,
            "place": place.place,
            "state": standing.dossiers[place.id].state.value,
            "criteria": {name: plain(measure) for name, measure in place.criteria.items()},
            "above_next_because": place.above_next_because,
            "unsettled": place.unsettled,
        }
        for place in standing.places
    ]
    reserve = {place.id for place in standing.reserve}
    return {
        "category": standing.category,
        "limit": standing.limit,
        "ranking": lines,
        "reserve": [{key: line[key] for key in ("id", "name", "place")} for line in lines if line["id"] in reserve],
    }


def plain(measure: object) -> object:
    """What a criterion saw as JSON has it: a Decimal becomes a number."""
    return measure if measure is None or isinstance(measure, bool | int | str) else round(float(str(measure)), 4)
