"""A process that waits for orders on its standard input and carries them out: what races against what, and is killed.

Orders and answers are lines of JSON. Run as `python -m tests.engine.racer`.
"""

import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from engine import decisions, submissions
from engine.context import Context
from engine.plans import plan
from engine.steps import Request, take_step
from models.database import Database
from rules.errors import RefusedError, VinhDanhError
from rules.vocabulary import Action, State
from tests.world import World

Work = Callable[[Session, Context], object]


def step(order: dict[str, Any]) -> Work:
    """One step on one dossier."""
    request = Request(**order["request"])
    return lambda session, context: take_step(session, context, order["id"], Action(order["action"]), request).target


def many(order: dict[str, Any]) -> Work:
    """A plan over everything in one state."""

    def work(session: Session, context: Context) -> object:
        outcome = plan(
            session,
            context,
            Action(order["action"]),
            Request(**order["request"]),
            source=State(order["source"]),
            skip_refused=order.get("skip_refused", False),
            each_unit_head=order.get("each_unit_head", False),
        )
        if outcome.refused and not order.get("skip_refused"):
            raise outcome.refused[0].error
        return [len(outcome.moved), len(outcome.refused)]

    return work


def bring_in(order: dict[str, Any]) -> Work:
    """An import of a workbook."""
    from engine.importing import import_workbook  # noqa: PLC0415 - openpyxl is slow to import, and twelve racers start

    def work(session: Session, context: Context) -> object:
        report = import_workbook(session, context, Path(order["path"]))
        return [report.imported, report.unchanged]

    return work


def sign(order: dict[str, Any]) -> Work:
    """The decision's number and date."""
    return lambda session, context: (
        decisions.sign(session, context, order["number"], context.today, "Người Ký Giả Định").decision.number
    )


def forward(order: dict[str, Any]) -> Work:
    """Everything selected under one letter."""
    return lambda session, context: len(
        submissions.forward(session, context, order["number"], context.today).outcome.moved
    )


WORKS = {"step": step, "plan": many, "import": bring_in, "sign": sign, "forward": forward}
ALONE = ("sign", "forward")  # as their commands do


def carry_out(world: World, order: dict[str, Any]) -> dict[str, Any]:
    """Do it in one transaction; how it went."""
    try:
        with world.acting(order["as"], alone=order["do"] in ALONE) as (session, context):
            done = WORKS[order["do"]](order)(session, context)
    except RefusedError as refusal:
        return {"refused": refusal.code}
    except VinhDanhError as error:
        return {"failed": error.code}
    return {"done": done}


def main() -> None:
    """The first line names the database; an order a line follows."""
    first = json.loads(sys.stdin.readline())
    world = World(Database(*first["urls"]), today=date.fromisoformat(first["today"]))
    with world.database.transaction() as session:
        session.execute(text("SELECT 1"))
    answer({"ready": True})
    for line in sys.stdin:
        answer(carry_out(world, json.loads(line)))


def answer(data: dict[str, Any]) -> None:
    """One line of JSON, at once."""
    sys.stdout.write(json.dumps(data) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
