"""Every invariant is broken here at least once, behind the system's back, and says so."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import text
from sqlmodel import Session

from engine import invariants
from engine.invariants.records import FLAWS
from engine.invariants.registry import INVARIANTS
from models.database import Database
from rules.vocabulary import HOLDING, MAY_HOLD, Action, Kind, State
from tests.engine import scenario
from tests.engine.scenario import Eventful, look
from tests.engine.tampering import run
from tests.world import World, make_world

eventful = scenario.eventful  # the fixture
ROOT = Path(__file__).resolve().parent.parent.parent
# What is done, the beginning of the sentence of the invariant it breaks, and whom the problem names.
CASES = yaml.safe_load((ROOT / "tests/engine/broken_invariants.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: " ".join(case["does"]))
def test_a_broken_invariant_says_where(eventful: Eventful, case: dict[str, Any]) -> None:
    with eventful.tampered() as connection:
        for statement in case["does"]:
            connection.exec_driver_sql(eventful.filled(statement))
        verification = look(connection, invariants.check)
    assert verification.checked == len(INVARIANTS)
    subject = eventful.filled(case["names"])
    assert [p for p in verification.problems if p.subject == subject and p.problem.startswith(case["breaks"])]


def test_every_invariant_is_broken_by_some_case() -> None:
    breaks = {case["breaks"] for case in CASES}
    assert [
        i.sentence for i in INVARIANTS if not any(i.sentence.startswith(begin.partition(":")[0]) for begin in breaks)
    ] == []
    assert len({i.sentence for i in INVARIANTS}) == len(INVARIANTS)


def test_triggers_switched_off_for_a_whole_session_are_seen(eventful: Eventful) -> None:
    with Session(eventful.world.database.owner) as session:
        session.connection().exec_driver_sql("SET session_replication_role = replica")
        problems = invariants.check(session).problems
    assert ["session_replication_role" in problem.problem for problem in problems] == [True]


def test_every_flaw_of_evidence_has_vietnamese_words() -> None:
    sql = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "models/migrations/versions").glob("*.sql"))
    flaws = set(re.findall(r"THEN '((?:is|was|has|holds|still) [^']*)'", sql))
    assert flaws == FLAWS.keys()


def test_each_unsound_dossier_is_named_by_itself(eventful: Eventful) -> None:
    with eventful.tampered() as connection:
        run(connection, "DELETE FROM duty WHERE kind = 'endorse'")
        verification = look(connection, invariants.check)
    named = {p.subject for p in verification.problems if "không có người xác nhận đủ điều kiện" in p.problem}
    assert named == {eventful.subject(name) for name in ("plain", "fixed", "bounced", "group", "revoked")}


def test_every_state_that_may_hold_a_place_or_must_is_known() -> None:
    """A state added to the vocabulary must be told here whether it holds a place."""
    free = {
        State.DRAFT,
        State.ENDORSED,
        State.DECLINED,
        State.REFUSED,
        State.WITHDRAWN,
        State.LAPSED,
        State.NOT_SELECTED,
    }
    assert {*HOLDING, *MAY_HOLD} | free == set(State)


def test_an_empty_database_is_sound(database: Database) -> None:
    with database.transaction() as session:
        verification = invariants.check(session)
    assert verification.problems == []
    assert verification.ok
    assert verification.checked == len(INVARIANTS) > 15


def test_a_returned_dossier_may_keep_its_place_or_have_none(database: Database, tmp_path: Path) -> None:
    world = make_world(database, tmp_path)
    kept, without = world.advance(world.draft(), State.IN_APPRAISAL), world.advance(world.draft(), State.IN_REVIEW)
    question = (("field:merit", "Nêu rõ."),)
    world.step(kept, Action.QUERY, "appraiser", findings=question, due=world.today)
    world.step(kept, Action.RETURN, "reviewer", findings=question, due=world.today)
    world.give_back(without)
    group = world.advance(world.draft(Kind.COLLECTIVE), State.LISTED)
    assert [world.state(identity) for identity in (kept, without, group)] == ["returned", "returned", "listed"]
    assert sound(world)


def sound(world: World) -> bool:
    with world.database.transaction() as session:
        problems = invariants.check(session).problems
        assert problems == []
        return bool(session.scalar(text("SELECT count(*) FROM slot WHERE nomination_id IS NOT NULL")) == 2)
