"""Connections shared out among several processes: one that is kept stays where it was taken, so each takes its part."""

import asyncio
import mmap
import socket
from asyncio import AbstractEventLoop
from collections.abc import Callable
from dataclasses import dataclass

MOMENT, MOMENTS = 0.001, 20  # seconds, and how many of them, that a connection is left to a process that holds fewer
EXHAUSTED = 1.0  # seconds until another try when there are no more file descriptors


class Shares:
    """How many connections each process holds, in memory that all of them see; made before they are."""

    def __init__(self, processes: int) -> None:
        self.held = memoryview(mmap.mmap(-1, 4 * processes)).cast("I")

    def leave(self, place: int) -> None:
        """The process at `place` is no more."""
        self.of(place).tell(0)

    def of(self, place: int) -> "Share":
        """The share of the process at `place`."""
        return Share(self, place)


@dataclass(frozen=True, slots=True)
class Share:
    """One process's."""

    shares: Shares
    place: int

    def tell(self, held: int) -> None:
        """Let the others know how many connections there are here."""
        self.shares.held[self.place] = held

    def is_due(self) -> bool:
        """Whether no other process holds fewer."""
        return self.shares.held[self.place] <= min(self.shares.held)


async def take(
    listener: socket.socket, share: Share, held: Callable[[], int], protocol: Callable[[], asyncio.Protocol]
) -> None:
    """Take connections for ever, each with a `protocol` of its own; `held` counts those there are.

    A process that does not answer does not keep the others waiting for longer than a moment.
    """
    loop = asyncio.get_running_loop()
    while True:
        await readable(loop, listener)
        for _ in range(MOMENTS):
            share.tell(held())
            if share.is_due():
                break
            await asyncio.sleep(MOMENT)
        try:
            taken, _ = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):  # another process took it, or it is gone
            continue
        except OSError:
            await asyncio.sleep(EXHAUSTED)
            continue
        taken.settimeout(0)
        await loop.connect_accepted_socket(protocol, taken)
        share.tell(held())


async def readable(loop: AbstractEventLoop, listener: socket.socket) -> None:
    """Wait until a connection may be taken."""
    ready = asyncio.Event()
    loop.add_reader(listener, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(listener)
