"""What a step costs: `take_step`, action by action, against a bare transaction of as many round trips.

Run by `python -m benchmarks.steps [DOSSIERS]` from the root. Every dossier takes the whole course; after each step the
bare transaction runs once: lock a row, read it, write it. Both commit to the same durable server.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import text
from sqlmodel import insert

from benchmarks.rounds import Compared, seconds
from engine import decisions
from engine.context import Context
from engine.steps import Request, take_step
from models import embedded
from models.campaigns import Submission
from models.database import Database, embedded_database
from models.schema import APPLICATION
from rules.vocabulary import Action
from tests.world import IN_INTAKE, World, make_world

FEWEST = 15
DUE, LATER, OVERDUE = date(2025, 11, 26), date(2025, 11, 28), date(2025, 12, 1)
ASKED = (("field:merit", "Bổ sung số liệu."),)
BECAUSE = "Theo khoản 2 Điều 5 Luật Thi đua, khen thưởng."
BARE = (
    text("SELECT n FROM bare WHERE id = 1 FOR UPDATE"),
    text("SELECT n FROM bare WHERE id = 1"),
    text("UPDATE bare SET n = n + 1 WHERE id = 1"),
)


@dataclass(frozen=True, kw_only=True)
class Leg:
    """One step of the course: who takes it, on which day, and who answers what was asked before it (not measured)."""

    action: Action
    who: str | None
    request: Request = field(default_factory=Request)
    today: date = IN_INTAKE
    answered_by: str | None = None


REASONED = Request(reason=BECAUSE)
RETURN = Leg(action=Action.RETURN, who="reviewer", request=Request(findings=ASKED, due=DUE))
REOPEN = Leg(action=Action.REOPEN, who="review-head", request=REASONED)
ACCEPT = Leg(action=Action.ACCEPT, who="reviewer")
SELECT = Leg(action=Action.SELECT, who="review-head")
COURSE = (
    Leg(action=Action.SUBMIT, who="head"),
    Leg(action=Action.WITHDRAW, who="head", request=REASONED),
    REOPEN,
    RETURN,
    Leg(action=Action.EXTEND, who="reviewer", request=Request(due=LATER)),
    Leg(action=Action.RECALL, who="reviewer", request=REASONED),
    RETURN,
    Leg(action=Action.SUBMIT, who="head", answered_by="head"),
    ACCEPT,
    Leg(action=Action.DECLINE, who="review-head", request=REASONED),
    REOPEN,
    Leg(action=Action.ENDORSE, who="reviewer"),
    SELECT,
    Leg(action=Action.DESELECT, who="review-head", request=REASONED),
    SELECT,
    Leg(action=Action.FORWARD, who="review-head"),
    Leg(action=Action.QUERY, who="appraiser", request=Request(findings=ASKED, due=DUE)),
    Leg(action=Action.REPLY, who="review-head", answered_by="reviewer"),
    Leg(action=Action.APPROVE, who="appraiser"),
    Leg(action=Action.ENLIST, who="appraisal-head"),
    Leg(action=Action.STRIKE, who="appraisal-head", request=REASONED),
    Leg(action=Action.REFUSE, who="appraisal-head", request=REASONED),
    REOPEN,
    RETURN,
    Leg(action=Action.LAPSE, who=None, request=REASONED, today=OVERDUE),
)


@contextmanager
def small_world() -> Iterator[World]:
    """People, a rehearsal campaign and the bare table, on a durable server of its own."""
    home = Path(tempfile.mkdtemp(prefix="vinhdanh-steps-"))
    try:
        database = embedded_database(home, "steps")
        database.bring_up()
        with database.owner.begin() as connection:
            connection.execute(text("CREATE TABLE bare (id integer PRIMARY KEY, n integer NOT NULL)"))
            connection.execute(text("INSERT INTO bare VALUES (1, 0)"))
            connection.execute(text(f"GRANT SELECT, UPDATE ON bare TO {APPLICATION}"))
        yield make_world(database, home)
        database.close()
    finally:
        embedded.stop(home)
        shutil.rmtree(home)


def bare(database: Database) -> None:
    """A transaction of three round trips that changes one row."""
    with database.transaction() as session:
        for statement in BARE:
            session.execute(statement)


def papers(world: World) -> dict[Action, Request]:
    """What some steps must carry: a submission letter, an open decision."""
    with world.acting("review-head") as (session, context):
        row = {"campaign_id": context.campaign_id, "number": "01/TTr-SDTTG", "dated": IN_INTAKE}
        letter = session.execute(insert(Submission).values(row).returning(Submission.id)).scalar_one()  # type: ignore[call-overload]  # SQLModel columns read as their values
    with world.acting("appraisal-head") as (session, context):
        opened = decisions.open_decision(session, context).decision
    return {
        Action.FORWARD: Request(submission=(letter, "01/TTr-SDTTG")),
        Action.ENLIST: Request(decision_id=opened.id),
    }


def measure(world: World, dossiers: int) -> dict[Action, Compared]:
    """Take every dossier along the course; seconds by action."""
    carried = papers(world)
    contexts: dict[tuple[str | None, date], Context] = {}
    timed: dict[Action, list[tuple[float, float]]] = {}
    for _ in range(dossiers):
        identity = world.draft()
        for leg in COURSE:
            if leg.answered_by:
                world.answer(identity, name=leg.answered_by)
            pair = one_leg(world, contexts, identity, leg, carried.get(leg.action, leg.request))
            timed.setdefault(leg.action, []).append(pair)
    return {
        action: Compared(tuple(ours for ours, _ in pairs), tuple(plain for _, plain in pairs))
        for action, pairs in timed.items()
    }


def one_leg(
    world: World, contexts: dict[tuple[str | None, date], Context], identity: str, leg: Leg, request: Request
) -> tuple[float, float]:
    """Seconds of one step and of one bare transaction after it."""
    who = f"head-{world.look(identity).unit}" if leg.who == "head" else leg.who
    if (who, leg.today) not in contexts:
        with world.acting(who, leg.today) as (_, context):
            contexts[who, leg.today] = context

    def step() -> None:
        with world.database.transaction() as session:
            take_step(session, contexts[who, leg.today], identity, leg.action, request)

    return seconds(step), seconds(lambda: bare(world.database))


def main(arguments: list[str]) -> int:
    """Measure and print a line for each action."""
    with small_world() as world:
        measured = measure(world, max(FEWEST, int(arguments[0]) if arguments else FEWEST))
    sys.stdout.writelines(f"{action:9} {compared.told()}\n" for action, compared in measured.items())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
