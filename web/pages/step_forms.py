"""What parts/steps.html shows: the steps open to the account, and what was typed into the one just refused."""

from typing import Any

from engine.context import Context
from engine.dossier import Dossier
from engine.eyes import Eyes
from engine.openings import openings
from rules.anchors import anchors_of
from rules.vocabulary import EDITABLE
from web.visit import Visit


def steps_values(visit: Visit, context: Context, dossier: Dossier, eyes: Eyes) -> dict[str, Any]:
    """The values the part needs; after a refusal the step that was tried is open again with every word in it."""
    form = visit.form
    anchors, texts = form.many("anchor"), form.many("text")
    found = openings(context, dossier, eyes)
    return {
        "openings": found,
        "head_sends": not found and dossier.unit in eyes.own and dossier.state in EDITABLE and not context.decided,
        "asking": next((one.action.value for one in found if one.findings and not one.refusal), ""),
        "anchors": anchors_of(dossier.kind, context.campaign.rated_years),
        "tried": form.text("action") if visit.errors else "",
        "typed": {"reason": form.get("reason", ""), "due": form.text("due")},
        "asked": [pair for pair in zip(anchors, texts, strict=False) if any(pair)] if visit.errors else [],
    }
