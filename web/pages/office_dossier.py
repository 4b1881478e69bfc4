"""A dossier as the offices see it."""

from fastapi.responses import Response

from engine.context import Context
from engine.dossier import Dossier
from engine.eyes import Eyes
from engine.views import nomination_view, note_sight
from web.pages.check_forms import checks_values
from web.pages.office_forms import office_values
from web.pages.paper_forms import papers_values
from web.pages.step_forms import steps_values
from web.visit import Visit


def show(visit: Visit, context: Context, dossier: Dossier, eyes: Eyes) -> Response:
    """The page; that a CCCD number was shown goes on the trail."""
    view = nomination_view(visit.session, context, dossier, eyes)
    note_sight(visit.session, context, dossier, eyes)
    panels = (steps_values, office_values, papers_values, checks_values)
    parts = {name: value for values in panels for name, value in values(visit, context, dossier, eyes).items()}
    return visit.page("office/dossier.html", dossier=view, **parts)
