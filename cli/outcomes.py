"""What a plan did or would do: nothing stays of a plan with refusals that were not left out on purpose."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from cli import output
from engine.answers import outcome_view
from engine.plans import Outcome

REFUSED = 3  # the exit code of a refusal (design.md §7)
IDS_PER_LINE = 8


@dataclass(frozen=True, slots=True)
class Concluded:
    """A plan's answer and the command's exit code."""

    data: dict[str, Any]
    code: int


def conclude(
    session: Session, outcome: Outcome, *, dry_run: bool = False, skip_refused: bool = False, **more: object
) -> Concluded:
    """Undo the transaction unless the plan stands; `more` joins the answer."""
    stopped = bool(outcome.refused) and not skip_refused
    applied = not (dry_run or stopped)
    if not applied:
        session.rollback()
    data = {**outcome_view(outcome, applied=applied), **more}
    return Concluded(data, REFUSED if stopped and not dry_run else 0)


def answer(concluded: Concluded, as_json: bool, done: str, *, counted: bool = True) -> int:
    """Tell a plan's outcome; `done` is what happened, in Vietnamese, `counted` whether to dossiers.

    Returns the exit code.
    """
    output.warn(tuple(concluded.data["warnings"]))
    output.answer(concluded.data, as_json, lambda: tell_people(concluded.data, done, counted=counted))
    return concluded.code


def tell_people(data: dict[str, Any], done: str, *, counted: bool) -> None:
    """The outcome as text: how many moved, which were refused and why."""
    if data["refused"]:
        rows = [(r["id"], r["message"], "; ".join(r["citations"])) for r in data["refused"]]
        output.table("Không thực hiện được", ("Hồ sơ", "Lý do", "Căn cứ"), rows)
    moved = f": {len(data['moved'])} hồ sơ" if counted else ""
    if data["applied"]:
        output.say(f"Đã {done}{moved}.", *in_lines(data["moved"]))
    else:
        output.say(f"Chưa ghi gì. Có thể {done}{moved}; bị từ chối: {len(data['refused'])} hồ sơ.")


def in_lines(ids: list[str]) -> list[str]:
    """Ids, several to a line."""
    return ["  " + " ".join(ids[start : start + IDS_PER_LINE]) for start in range(0, len(ids), IDS_PER_LINE)]
