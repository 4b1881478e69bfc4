"""What was asked of a unit when its dossier was returned, and the answers it gives while it fills in the form."""

from collections.abc import Mapping
from typing import Any

from engine.context import Context
from engine.dossier import Dossier, FindingView
from rules.anchors import anchors_of
from rules.guards import has_reason
from rules.vocabulary import Party

TOO_SHORT = "Nội dung trả lời còn trống hoặc quá ngắn."


def open_return(dossier: Dossier) -> list[FindingView]:
    """What was asked of the unit when the dossier was last returned; what was taken back is asked no more."""
    of_unit = [f for f in dossier.findings if f.addressee is Party.UNIT and f.status != "recalled"]
    last = max((f.version for f in of_unit), default=0)
    return [f for f in of_unit if f.version == last]


def answer_key(anchor: str) -> str:
    """How the answer to a finding is called in the form."""
    return f"answer:{anchor}"


def asked_view(context: Context, dossier: Dossier) -> list[dict[str, Any]]:
    """What was last asked, point by point, with the answers given."""
    labels = anchors_of(dossier.kind, context.campaign.rated_years)
    return [
        {
            "anchor": finding.anchor,
            "label": labels.get(finding.anchor, ""),
            "text": finding.text,
            "answered": finding.status == "answered",
            "answer": finding.answer or "",
        }
        for finding in open_return(dossier)
    ]


def given_answers(dossier: Dossier) -> dict[str, str]:
    """The answers the unit has given to what was last asked, by their names in the form."""
    return {answer_key(finding.anchor): finding.answer or "" for finding in open_return(dossier)}


def new_answers(dossier: Dossier, typed: Mapping[str, str], only: str | None) -> dict[str, str]:
    """Answers to be given, by anchor: those that were typed and are not given yet, or just the one at `only`."""
    given = given_answers(dossier)
    return {
        finding.anchor: words
        for finding in open_return(dossier)
        for words in (typed.get(answer_key(finding.anchor), "").strip(),)
        if only in {None, finding.anchor} and has_reason(words) and words != given[answer_key(finding.anchor)]
    }


def answer_problems(dossier: Dossier, typed: Mapping[str, str], only: str | None = None) -> dict[str, str]:
    """Answers that say nothing, by their names in the form: those begun, and a blank one that was meant to be given."""
    return {
        answer_key(finding.anchor): TOO_SHORT
        for finding in open_return(dossier)
        for words in (typed.get(answer_key(finding.anchor), "").strip(),)
        if (words or only == finding.anchor) and not has_reason(words)
    }
