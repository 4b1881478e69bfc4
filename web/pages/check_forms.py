"""What parts/checks.html shows: the third-party checks of a dossier, and what was typed into a form just refused."""

from typing import Any

from engine.checking import panel_of
from engine.context import Context
from engine.dossier import Dossier
from engine.eyes import Eyes
from web.visit import Visit


def checks_values(visit: Visit, context: Context, dossier: Dossier, eyes: Eyes) -> dict[str, Any]:
    """The values the part needs, under one name."""
    form, refused = visit.form, bool(visit.errors)
    typed = {name: form.get(name, "") if refused else "" for name in ("agency", "result", "text")}
    panel = panel_of(visit.session, context, dossier, eyes)
    return {"check_panel": panel, "check_typed": typed, "check_tried": form.text("check") if refused else ""}
