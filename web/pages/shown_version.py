"""A form acts on the dossier as its page showed it; whoever is shown no version is told of none."""

from engine.context import Context
from engine.dossier import Dossier, lock_dossier
from engine.eyes import Eyes
from engine.records import require_version
from engine.views import standing_of
from web.visit import Visit


def require_shown_version(visit: Visit, context: Context, dossier: Dossier, eyes: Eyes) -> None:
    """StaleError if the dossier, now locked, is at another version than the form names.

    Under embargo the version would tell a unit how much the offices did: to its eyes every version is the right one,
    and whether it may do what it asks for is answered next.
    """
    locked = lock_dossier(visit.session, dossier.id)
    if standing_of(context, locked, eyes)[1] is not None:
        require_version(locked, visit.form.number("version"))
