"""A dossier as its own unit sees it: where it stands, what was asked, what is missing, what it says."""

from typing import Any

from fastapi.responses import Response

from engine.comparing import since_return
from engine.context import Context
from engine.desk import answers_view, outcome_view, progress_view
from engine.dossier import Dossier
from engine.eyes import Eyes
from engine.filling import has_typed
from engine.form_view import named
from engine.missing import missing_view
from engine.returns import asked_view
from engine.views import nomination_view, note_sight
from rules.vocabulary import State
from web.pages.paper_forms import papers_values
from web.pages.step_forms import steps_values
from web.visit import Visit


def show(visit: Visit, context: Context, dossier: Dossier, eyes: Eyes) -> Response:
    """The page; that a CCCD number was shown goes on the trail."""
    view = nomination_view(visit.session, context, dossier, eyes)
    note_sight(visit.session, context, dossier, eyes)
    return visit.page(
        "unit/dossier.html",
        dossier=view,
        category=context.campaign.category(dossier.category).title,
        outcome=outcome_view(visit.session, context, dossier, eyes),
        groups=answers_view(context, dossier),
        **work_left(visit, context, dossier, eyes),
        **steps_values(visit, context, dossier, eyes),
        **papers_values(visit, context, dossier, eyes),
    )


def work_left(visit: Visit, context: Context, dossier: Dossier, eyes: Eyes) -> dict[str, Any]:
    """What the unit still has to do, as long as the dossier lies with it."""
    progress = progress_view(context, dossier, eyes)
    returned = progress["state"] == State.RETURNED.value
    changed = since_return(visit.session, context, dossier, eyes) if returned else None
    return {
        "progress": progress,
        "missing": missing_view(context, dossier, eyes) if progress["editable"] else None,
        "unsaved": progress["editable"] and has_typed(visit.session, context, dossier, visit.began),
        "points": asked_view(context, dossier) if returned else [],
        "changed": [
            {
                "label": one.field.header,
                "before": named(context, one.field, one.before),
                "after": named(context, one.field, one.after),
            }
            for one in changed or ()
        ],
    }
