"""Processes that race, and processes that are killed: exactly as many winners as places, and no half plans."""

import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from models.database import Database
from rules.vocabulary import State
from tests.acceptance.commands import CODE, done, finish, start
from tests.world import make_world, with_limits

pytestmark = pytest.mark.wide

DAY = ("--today", "2025-11-20")


def test_twelve_processes_race_for_the_last_three_slots(database: Database, tmp_path: Path) -> None:
    world = make_world(database, tmp_path, code=CODE, categories=with_limits(2, 5))
    world.code = CODE
    for _ in range(2):
        world.advance(world.draft(), State.SELECTED)
    contenders = [world.advance(world.draft(), State.ENDORSED) for _ in range(12)]
    racing = [start("nomination", "step", one, "select", "--as", "review-head", *DAY, "--json") for one in contenders]
    answers = [finish(process) for process in racing]
    assert Counter(answer.code for answer in answers) == {0: 3, 3: 9}
    assert {answer.data["refused"] for answer in answers if answer.code == 3} == {"quota"}
    assert sum(world.state(one) is State.SELECTED for one in contenders) == 3
    assert done("invariants")["ok"]


def test_one_dossier_decided_two_ways_at_once(database: Database, tmp_path: Path) -> None:
    world = make_world(database, tmp_path, code=CODE)
    world.code = CODE
    for _ in range(3):
        one = world.advance(world.draft(), State.IN_APPRAISAL)
        refuse = ("refuse", "--as", "appraisal-head", "--reason", "Không đạt, mục II.2.c Kế hoạch")
        query = ("query", "--as", "appraiser2", "--finding", "field:merit=Làm rõ", "--due", "2025-11-28")
        withdraw = ("withdraw", "--as", "appraisal-head", "--reason", "Công văn số 5 của đơn vị")
        ways = [refuse, withdraw] if _ else [refuse, query]
        version = ("--expected-version", str(world.look(one).version))
        racing = [start("nomination", "step", one, *way, *version, *DAY, "--json") for way in ways]
        codes = sorted(finish(process).code for process in racing)
        assert codes[0] == 0
        assert codes[1] in {3, 4}
    assert done("audit", "verify")["ok"]


@pytest.mark.parametrize("round_", range(4))
def test_a_plan_killed_at_any_moment_happened_wholly_or_not_at_all(
    database: Database, tmp_path: Path, round_: int
) -> None:
    world = make_world(database, tmp_path, code=CODE)
    world.code = CODE
    drafts = [world.draft() for _ in range(25)]
    words = ("nomination", "plan", "submit", "--campaign", CODE, "--from", "draft", "--as", "unit-head", *DAY)
    process = start(*words)
    time.sleep(0.45 + 0.25 * round_ + random.Random(round_).random() / 4)  # noqa: S311 - when to kill, no secret
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    states = {world.state(one) for one in drafts}
    assert states in ({State.DRAFT}, {State.SUBMITTED})
    assert done("invariants")["ok"]
    assert done("audit", "verify")["ok"]
