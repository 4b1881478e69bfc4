"""What the rules say of a dossier, as plain data: screened in a list, or explained one by one."""

from dataclasses import replace
from typing import Any

from engine.context import Context
from engine.dossier import Dossier, facts_of
from engine.eyes import Eyes
from engine.review import NAMED_ONCE
from engine.views import WITHHELD, listed, reads_sensitive, require_seen
from rules.errors import StateRefusedError
from rules.screening import Finding, Screening, explain, screen
from rules.vocabulary import EDITABLE


def screening_seen(context: Context, dossier: Dossier, eyes: Eyes) -> Screening:
    """The rules' verdicts for these eyes: its unit sees what its own answers say, and only while it can change them.

    Whether somebody else names the same nominee is not among that: to ask it would tell of other units' dossiers.
    Raises NotFoundError for another unit's dossier, StateRefusedError for the unit's own once it was sent.
    """
    require_seen(dossier, eyes)
    if eyes.overview:
        return screen(facts_of(context, dossier))
    if dossier.state not in EDITABLE:
        raise StateRefusedError("Hồ sơ đã nộp: đơn vị xem kết quả rà soát khi còn là bản nháp hoặc được trả lại.")
    found = screen(replace(facts_of(context, dossier), judgements=(), checks=(), others=()))
    return replace(found, findings=tuple(one for one in found.findings if one.rule != NAMED_ONCE))


def screened_view(context: Context, dossier: Dossier, eyes: Eyes) -> dict[str, Any]:
    """A dossier as one line of a screening: overall verdict and every rule's finding."""
    screening = screening_seen(context, dossier, eyes)
    return {**listed(context, dossier, eyes), **screening_view(dossier, screening, eyes)}


def screening_view(dossier: Dossier, screening: Screening, eyes: Eyes) -> dict[str, Any]:
    """What the rules find, as data."""
    return {
        "overall": screening.overall.value,
        "findings": [rule_finding_view(dossier, finding, eyes) for finding in screening.findings],
    }


def rule_finding_view(dossier: Dossier, finding: Finding, eyes: Eyes) -> dict[str, Any]:
    """One rule's finding with its provisions."""
    hidden = not eyes.sees_sensitive(dossier.unit) and reads_sensitive(dossier.kind, finding.rule)
    return {
        "rule": finding.rule,
        "verdict": finding.verdict.value,
        "citation": "; ".join(finding.citations),
        "message": WITHHELD if hidden else finding.message,
        "note": finding.note,
        "who": finding.who.value if finding.who else None,
    }


def explained_view(context: Context, dossier: Dossier, eyes: Eyes) -> dict[str, Any]:
    """Why, and what would help: null when nothing can, empty when nothing is needed."""
    screening = screening_seen(context, dossier, eyes)
    helps = explain(screening)
    return {
        "id": dossier.id,
        **screening_view(dossier, screening, eyes),
        "would_help": None
        if helps is None
        else [{"rule": one.rule, "who": one.who.value, "what": one.what} for one in helps],
    }


def may_be_screened(dossier: Dossier, eyes: Eyes) -> bool:
    """Whether a list for these eyes shows the dossier's screening; see `screening_seen`."""
    return eyes.overview or (eyes.sees(dossier.unit) and dossier.state in EDITABLE)
