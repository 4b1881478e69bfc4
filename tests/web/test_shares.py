"""Several processes on one socket hold the same number of connections; one that takes none keeps nobody waiting."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest

from web.serve import listen
from web.shares import Shares, take


class Held(asyncio.Protocol):
    """A connection that counts while it is there."""

    def __init__(self, there: set["Held"]) -> None:
        self.there = there

    def connection_made(self, _: asyncio.BaseTransport) -> None:
        """It is there."""
        self.there.add(self)

    def connection_lost(self, _: Exception | None) -> None:
        """It is gone."""
        self.there.discard(self)


@contextmanager
def taking(listener: socket.socket, shares: Shares, place: int) -> Iterator[set[Held]]:
    """Somebody at `place` who takes connections, on a loop of their own as a process has; what they hold."""
    there: set[Held] = set()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    task = asyncio.run_coroutine_threadsafe(
        take(listener, shares.of(place), there.__len__, lambda: Held(there)), loop
    )  # fmt: skip
    yield there
    task.cancel()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


def settled(done: Callable[[], bool]) -> None:
    """Wait until it is so, no longer than ten seconds."""
    until = time.monotonic() + 10
    while not done():
        assert time.monotonic() < until
        time.sleep(0.001)


def shared_out(takers: int, processes: int, connections: int, closed: int = 0) -> list[int]:
    """How many connections each taker holds in the end; the first `closed` are closed again, and as many made anew."""
    shares = Shares(processes)
    with ExitStack() as stack:
        listener = stack.enter_context(listen("127.0.0.1", 0))
        listener.settimeout(0)
        there = [stack.enter_context(taking(listener, shares, place)) for place in range(takers)]
        clients: list[socket.socket] = []
        for number in range(connections + closed):
            if number >= connections:
                clients.pop(0).close()
                settled(lambda: sum(map(len, there)) == connections - 1)
            clients.append(socket.create_connection(listener.getsockname()))
            expected = min(number + 1, connections)
            settled(lambda expected=expected: sum(map(len, there)) == expected)  # type: ignore[misc]  # mypy infers no type for it
        held = [len(mine) for mine in there]
        for client in clients:
            client.close()
        settled(lambda: not any(there))
    return held


@pytest.mark.parametrize("processes", [2, 3])
def test_each_takes_its_part(processes: int) -> None:
    assert shared_out(processes, processes, 4 * processes) == [4] * processes


def test_what_was_given_back_is_taken_by_who_has_room() -> None:
    held = shared_out(2, 2, 8, closed=8)
    assert sorted(held) in ([4, 4], [3, 5])  # the others may hear late that one is gone


def test_a_process_that_takes_none_keeps_nobody_waiting() -> None:
    assert shared_out(1, 2, 5) == [5]


def test_one_that_left_counts_no_more() -> None:
    shares = Shares(2)
    shares.of(0).tell(3)
    assert (shares.of(0).is_due(), shares.of(1).is_due()) == (False, True)
    shares.leave(0)
    assert shares.of(0).is_due()
