"""The unit's head signs and sends several dossiers at once: looked at first, then all of them or none."""

from collections.abc import Mapping

from sqlmodel import Session

from engine.context import Context
from engine.dossier import Dossier
from engine.eyes import Eyes
from engine.nominating import chosen_dossiers
from engine.plans import Outcome, Refused, run_plan
from engine.steps import Request, Taken, take_step
from rules.vocabulary import Action


def send(
    session: Session,
    context: Context,
    versions: Mapping[str, int | None],
    eyes: Eyes,
    *,
    dry_run: bool,
    skip_refused: bool = False,
) -> tuple[Outcome, bool]:
    """Send the dossiers of these ids, each as it stood at its version; (what happens, whether it does).

    Nothing is sent in a dry run, or if a dossier is refused and is not to be skipped. Raises NotFoundError for one
    that is not the unit's own, StaleError for one that moved.
    """
    chosen = chosen_dossiers(session, context, list(versions), eyes)

    def step(dossier: Dossier) -> Taken:
        request = Request(expected_version=versions[dossier.id])
        return take_step(session, context, dossier.id, Action.SUBMIT, request)

    point = session.begin_nested()
    try:
        outcome = run_plan(session, chosen, step)
    except BaseException:
        point.rollback()
        raise
    applied = not dry_run and bool(outcome.moved) and (skip_refused or not outcome.refused)
    if applied:
        point.commit()
    else:
        point.rollback()
    return outcome, applied


def told(outcome: Outcome, names: Mapping[str, str]) -> list[dict[str, object]]:
    """What happens to each, by name, in the order of the plan; refused ones with the reason and its law."""
    moved: list[dict[str, object]] = [{"name": names[one.id], "refusal": None} for one in outcome.moved]
    refused = [refused_view(one, names[one.id]) for one in outcome.refused]
    return [*moved, *refused]


def refused_view(refused: Refused, name: str) -> dict[str, object]:
    """Why one is not sent."""
    return {"name": name, "refusal": refused.error.message, "citations": list(refused.error.citations)}
