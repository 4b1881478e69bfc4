"""What moving dossiers answers, as plain data: one step, or a plan of many."""

from typing import Any

from engine.plans import Outcome
from engine.steps import Taken


def taken_view(taken: Taken) -> dict[str, Any]:
    """A step that was taken."""
    return {
        "id": taken.id,
        "action": taken.action.value,
        "from": taken.source.value,
        "to": taken.target.value,
        "version": taken.version,
        "letters": taken.letters,
        "warnings": list(taken.warnings),
    }


def outcome_view(outcome: Outcome, *, applied: bool) -> dict[str, Any]:
    """What a plan did, or would do; `applied` is whether it stands."""
    return {
        "moved": [taken.id for taken in outcome.moved],
        "refused": [
            {
                "id": refused.id,
                "code": refused.error.code,
                "message": refused.error.message,
                "citations": list(refused.error.citations),
            }
            for refused in outcome.refused
        ],
        "applied": applied,
        "warnings": list(outcome.warnings),
    }
