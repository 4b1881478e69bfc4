"""Real processes at once, on real PostgreSQL; and processes killed in the middle of their work."""

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from models.database import Database
from rules.vocabulary import Action, Kind, State
from tests.engine.racer import carry_out
from tests.engine.workbooks import SAMPLE
from tests.world import ROOT, World, make_world, with_limits

pytestmark = pytest.mark.wide

CITED = "Trùng thành tích, mục II.2.c Kế hoạch"
PATIENCE = 60.0  # seconds for processes that share two cores with others
Order = dict[str, Any]


class Racer:
    """A process waiting for orders."""

    def __init__(self, world: World) -> None:
        """Start it, and have it connect."""
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "tests.engine.racer"],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        urls = [world.database.application_url, world.database.owner_url]
        self.tell({"urls": urls, "today": world.today.isoformat()})

    def tell(self, order: Order) -> None:
        """Give an order, without waiting."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()

    def hear(self) -> Order:
        """What it answers."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the racer died"
        answer: Order = json.loads(line)
        return answer

    def end(self) -> None:
        """Let it go, or make it."""
        self.process.kill()
        self.process.communicate()


@contextmanager
def racers(world: World, number: int) -> Iterator[list[Racer]]:
    """So many processes, connected and waiting."""
    started = [Racer(world) for _ in range(number)]
    try:
        for racer in started:
            assert racer.hear() == {"ready": True}
        yield started
    finally:
        for racer in started:
            racer.end()


def race(world: World, running: Sequence[Racer], orders: Sequence[Order]) -> list[Order]:
    """Give every racer its order and let them all go at once: they queue behind the campaign's row, held until then."""
    with world.database.owner.begin() as gate:
        gate.execute(text("SELECT 1 FROM campaign FOR UPDATE"))
        for racer, order in zip(running, orders, strict=True):
            racer.tell(order)
        deadline = time.monotonic() + PATIENCE
        while waiting(world) < len(orders):
            assert time.monotonic() < deadline, "not everybody came to the start"
            time.sleep(0.01)
    return [racer.hear() for racer in running]


def waiting(world: World) -> int:
    """How many of the database's sessions wait for a lock."""
    (row,) = world.query(
        "SELECT count(*) AS number FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    return int(row.number)


def step(who: str, nomination_id: str, action: Action, **request: Any) -> Order:  # noqa: ANN401 - see Request
    return {"do": "step", "as": who, "id": nomination_id, "action": action.value, "request": request}


def test_twelve_processes_race_for_the_three_last_places(database: Database, tmp_path: Path) -> None:
    world = make_world(database, tmp_path, categories=with_limits(1, 5))
    for _ in range(2):
        world.advance(world.draft(), State.SELECTED)
    ids = [world.advance(world.draft(), State.ENDORSED) for _ in range(12)]
    with racers(world, 12) as running:
        answers = race(world, running, [step("review-head", one, Action.SELECT) for one in ids])
    assert Counter(json.dumps(answer) for answer in answers) == {
        '{"done": "selected"}': 3,
        '{"refused": "quota"}': 9,
    }
    winners = [one for one, answer in zip(ids, answers, strict=True) if "done" in answer]
    assert {one for one in ids if world.state(one) is State.SELECTED} == set(winners)
    assert sorted(row.number for row in world.query("SELECT number FROM slot WHERE nomination_id IS NOT NULL")) == [
        1, 2, 3, 4, 5,
    ]  # fmt: skip
    world.assert_sound()


def test_one_dossier_is_decided_one_way_only(world: World) -> None:
    ids = [world.advance(world.draft(), State.IN_APPRAISAL) for _ in range(6)]
    with racers(world, 2) as running:
        for one in ids[:3]:
            ways = [
                step("appraisal-head", one, Action.REFUSE, reason=CITED),
                step("appraisal-head", one, Action.WITHDRAW, reason="Công văn 12/UBND-VX"),
            ]
            answers = race(world, running, ways)
            assert sorted(next(iter(answer)) for answer in answers) == ["done", "refused"]
            assert next(answer["refused"] for answer in answers if "refused" in answer) == "state"
            assert [answer["done"] for answer in answers if "done" in answer] == [world.state(one).value]
        for one in ids[3:]:
            seen = world.look(one).version
            ways = [
                step("appraiser", one, Action.APPROVE, expected_version=seen),
                step("appraisal-head", one, Action.REFUSE, reason=CITED, expected_version=seen),
            ]
            answers = race(world, running, ways)
            assert sorted(next(iter(answer)) for answer in answers) == ["done", "failed"]
            assert next(answer["failed"] for answer in answers if "failed" in answer) == "stale"
            assert len(world.entries(one)) == seen + 1
    world.assert_sound()


def test_one_step_taken_twice_at_once_is_taken_once_and_writes_its_letters_once(world: World) -> None:
    one = world.advance(world.draft(), State.SUBMITTED)
    with racers(world, 4) as running:
        orders = [step(who, one, Action.ACCEPT) for who in ("reviewer", "reviewer2", "reviewer", "reviewer2")]
        answers = race(world, running, orders)
    assert sorted(next(iter(answer)) for answer in answers) == ["done", "refused", "refused", "refused"]
    kinds = [kind for kind, _, _ in world.letters(one)]
    assert kinds.count("accept.unit") == len({a for kind, a, _ in world.letters(one) if kind == "accept.unit"})


def test_plans_at_once_wait_for_each_other_and_do_not_deadlock(world: World) -> None:
    for number in range(12):
        world.advance(world.draft(Kind.COLLECTIVE if number % 2 else Kind.INDIVIDUAL), State.SUBMITTED)
    with racers(world, 4) as running:
        accept = {"do": "plan", "action": "accept", "source": "submitted", "request": {}, "skip_refused": True}
        answers = race(world, running, [{**accept, "as": who} for who in ("reviewer", "reviewer2") * 2])
        assert sorted(answer["done"][0] for answer in answers) == [0, 0, 0, 12]
        endorse = {**accept, "action": "endorse", "source": "in_review"}
        decline = {**accept, "action": "decline", "source": "in_review", "request": {"reason": CITED}}
        orders = [{**endorse, "as": "reviewer"}, {**decline, "as": "review-head"}] * 2
        answers = race(world, running, orders)
    assert [answer for answer in answers if "done" not in answer] == []
    assert {world.state(row.id) for row in world.query("SELECT id FROM nomination")} <= {State.ENDORSED, State.DECLINED}
    world.assert_sound()


def test_two_imports_of_one_workbook_at_once_make_one_set_of_drafts(world: World) -> None:
    with racers(world, 2) as running:
        orders = [{"do": "import", "as": who, "path": str(SAMPLE)} for who in ("reviewer", "reviewer2")]
        answers = race(world, running, orders)
    (first, second) = sorted((answer["done"] for answer in answers), reverse=True)
    (stored,) = world.query(
        "SELECT count(*) AS number, count(DISTINCT (category, unit_code, row_key)) AS keys FROM nomination"
    )
    assert first[0] == stored.number == stored.keys > 40
    assert second == [0, first[0] + first[1]]
    world.assert_sound()


def test_two_signatures_at_once_make_one_decision(world: World) -> None:
    world.advance(world.draft(), State.LISTED)
    world.freeze()
    with racers(world, 2) as running:
        answers = race(
            world, running, [{"do": "sign", "as": "clerk", "number": f"{number}/QĐ-UBND"} for number in (55, 56)]
        )
    assert sorted(next(iter(answer)) for answer in answers) == ["done", "refused"]
    (row,) = world.query("SELECT number FROM decision WHERE state = 'signed'")
    assert {"done": row.number} in answers
    assert len(world.query("SELECT 1 FROM register_entry WHERE issuer = 'chairman'")) == 1
    world.assert_sound()


def test_one_number_is_given_to_one_letter(world: World) -> None:
    ids = [world.advance(world.draft(), State.SELECTED) for _ in range(2)]
    with racers(world, 2) as running:
        answers = race(world, running, [{"do": "forward", "as": "review-head", "number": "9/TTr-SDTTG"}] * 2)
    assert [answer for answer in answers if "done" in answer] == [{"done": 2}]
    assert {world.state(one) for one in ids} == {State.IN_APPRAISAL}
    assert len(world.query("SELECT 1 FROM submission")) == 1
    world.assert_sound()


# What plans are killed in the middle of: the action, from which state to which, and by whom.
ROUNDS: tuple[tuple[str, str, str, str, dict[str, str]], ...] = (
    ("submit", "draft", "submitted", "head-07282", {}),
    ("accept", "submitted", "in_review", "reviewer", {}),
    ("endorse", "in_review", "endorsed", "reviewer", {}),
    ("select", "endorsed", "selected", "review-head", {}),
    ("deselect", "selected", "endorsed", "review-head", {"reason": "Xếp lại"}),
)


def test_a_plan_killed_at_any_moment_happened_wholly_or_not_at_all(world: World) -> None:
    ids = [world.draft() for _ in range(20)]
    chance = random.Random(20251120)  # noqa: S311 - the moment of a kill, not a secret
    took, killed = 0.4, 0
    for action, source, target, who, request in ROUNDS:
        order = {"do": "plan", "as": who, "action": action, "source": source, "request": request}
        killed += killed_midway(world, ids, order, State(target), chance.uniform(0.1, 0.9) * took)
        if {world.state(one) for one in ids} == {State(target)}:
            took /= 2  # it was done already: this machine is faster than that
        else:
            began = time.monotonic()
            assert carry_out(world, order) == {"done": [20, 0]}
            took = time.monotonic() - began
    assert killed >= 2, "the kills came too late to prove anything"
    assert {world.state(one) for one in ids} == {State.ENDORSED}
    world.assert_sound()


def killed_midway(world: World, ids: list[str], order: Order, target: State, after: float) -> int:
    """Kill a plan after so many seconds; 1 if it was cut short, 0 if it was done already. Nothing in between."""
    before = {world.state(one) for one in ids}
    letters = world.query("SELECT count(*) AS number FROM letter")
    with racers(world, 1) as (racer,):
        racer.tell(order)
        time.sleep(after)
        racer.end()
    wait_until_alone(world)
    states = {world.state(one) for one in ids}
    assert states in (before, {target}), "a plan half done"
    if states == before:
        assert world.query("SELECT count(*) AS number FROM letter") == letters
    world.assert_sound()
    return int(states == before)


def wait_until_alone(world: World) -> None:
    """The server has noticed that the other side is gone."""
    alone = (
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND backend_type = 'client backend'"
    )
    deadline = time.monotonic() + PATIENCE
    while world.query(alone):
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_killed_again_and_again(world: World, seed: int) -> None:
    ids = [world.draft() for _ in range(20)]
    order = {"do": "plan", "as": "head-07282", "action": "submit", "source": "draft", "request": {}}
    after = random.Random(seed).uniform(0.0, 0.8)  # noqa: S311 - as above
    killed_midway(world, ids, order, State.SUBMITTED, after)
