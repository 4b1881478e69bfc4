"""What a refusal may tell of a dossier's state: the nominating unit hears no more than the embargo lets it."""

from engine.context import UNIT_ROLES, Acting, Context
from engine.dossier import Dossier
from rules.embargo import unit_label
from rules.vocabulary import STAFF_LABELS


def told_state(context: Context, dossier: Dossier, acting: Acting) -> str:
    """The state's label for whoever acts: the unit's own people read the unit's."""
    if acting.role not in UNIT_ROLES:
        return STAFF_LABELS[dossier.state]
    released = dossier.released or context.decided
    return unit_label(dossier.state, released=released, own_withdrawal=dossier.own_withdrawal)
