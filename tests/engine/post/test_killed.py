"""Deliveries that are killed, and two at once: processes of their own, shot at the worst moments."""

import asyncio
import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy import text

from engine.post import Delivered, deliver
from engine.post.tray import LOCK
from tests.acceptance.commands import finish, start
from tests.engine.post.sink import Exchange, Sink, serving
from tests.engine.post.tray_of import Tray
from tests.world import World

pytestmark = pytest.mark.wide

Submitted = Callable[[int], list[str]]


def delivering(world: World, sink: Sink, *words: str) -> subprocess.Popen[str]:
    """`letters deliver` as a program of its own."""
    address = {"VINHDANH_DATABASE_URL": world.database.owner_url}
    return start("letters", "deliver", "--json", *words, **address, **sink.environment())


def once_free(world: World) -> None:
    """Wait until PostgreSQL has noticed that a killed process is gone."""
    query = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = :key")
    for _ in range(200):
        with world.database.transaction() as session:
            if not session.scalar(query, {"key": LOCK}):
                return
        time.sleep(0.02)
    pytest.fail("the lock of the killed process is still held")


@pytest.mark.parametrize("number", [0, 3, 5])
@pytest.mark.parametrize("command", ["mail", "recipient", "data"])
def test_killed_at_any_command_no_letter_is_lost(
    world: World, tray: Tray, submitted: Submitted, command: str, number: int
) -> None:
    async def kill(exchange: Exchange) -> str | None:
        if exchange.number == number:
            os.kill(process.pid, signal.SIGKILL)
        return None

    submitted(1)
    with serving(Sink(**{f"on_{command}": kill})) as sink:  # type: ignore[arg-type]  # one of the three
        process = delivering(world, sink)
        finish(process)
        assert process.returncode == -signal.SIGKILL
        once_free(world)
        assert tray.statuses().get("sending", 0) == 1
        delivered = deliver(world.database, sink.settings())
    assert delivered == Delivered(sent=6 - number, swept=1)
    assert {row.status for row in tray.rows()} == {"sent"}
    arrived = Counter(letter.identity for letter in sink.received)
    assert len(arrived) == 6, "every letter arrived"
    twice = [identity for identity, times in arrived.items() if times > 1]
    assert len(twice) == (1 if command == "data" else 0), "only what the server had taken can come again"
    assert max(arrived.values()) <= 2
    assert Counter(sink.recipients).keys() == {row.recipient for row in tray.rows()}
    world.assert_sound()


def test_killed_between_two_letters(world: World, tray: Tray, submitted: Submitted) -> None:
    submitted(3)
    with serving(Sink()) as sink:
        process = delivering(world, sink)
        while len(sink.received) < 7:
            time.sleep(0.0005)
        os.kill(process.pid, signal.SIGKILL)
        finish(process)
        once_free(world)
        delivered = deliver(world.database, sink.settings())
        assert delivered.swept <= 1
    arrived = Counter(letter.identity for letter in sink.received)
    assert len(arrived) == 18
    assert sum(arrived.values()) - 18 <= delivered.swept
    assert tray.statuses() == {"sent": 18}


def test_two_at_once_send_every_letter_once(world: World, tray: Tray, submitted: Submitted) -> None:
    submitted(4)
    with serving(Sink()) as sink:
        answers = [finish(process) for process in [delivering(world, sink) for _ in range(3)]]
    assert [answer.code for answer in answers] == [0, 0, 0]
    assert sum(answer.data["sent"] for answer in answers) == 24
    assert len(sink.received) == 24
    assert set(Counter(letter.identity for letter in sink.received).values()) == {1}
    assert tray.statuses() == {"sent": 24}


def test_whoever_comes_second_is_told_at_once(world: World, submitted: Submitted) -> None:
    async def meanwhile(exchange: Exchange) -> str | None:
        if exchange.number == 0:
            second.append(await asyncio.to_thread(deliver, world.database, sink.settings()))
        return None

    submitted(1)
    second: list[Delivered] = []
    with serving(Sink(on_data=meanwhile)) as sink:
        assert deliver(world.database, sink.settings()) == Delivered(sent=6)
        assert deliver(world.database, sink.settings()) == Delivered(), "the lock is given back"
    assert second == [Delivered(busy=True, waiting=5)]
