"""A dossier as its own unit sees it."""

from fastapi.responses import Response

from engine.context import Context
from engine.dossier import Dossier
from engine.eyes import Eyes
from engine.views import nomination_view, note_sight
from web.pages.paper_forms import papers_values
from web.pages.step_forms import steps_values
from web.visit import Visit


def show(visit: Visit, context: Context, dossier: Dossier, eyes: Eyes) -> Response:
    """The page; that a CCCD number was shown goes on the trail."""
    view = nomination_view(visit.session, context, dossier, eyes)
    note_sight(visit.session, context, dossier, eyes)
    parts = {**steps_values(visit, context, dossier, eyes), **papers_values(visit, context, dossier, eyes)}
    return visit.page("unit/dossier.html", dossier=view, **parts)
