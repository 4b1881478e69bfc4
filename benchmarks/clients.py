"""Clients without think time: as many connections as clients, each asking again as soon as it is answered."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import cast

LONGEST = 60.0  # seconds anybody waits


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as it goes over the line."""

    what: str
    text: bytes


class Client(asyncio.Protocol):
    """One connection that is kept. It reads no more of an answer than where it ends: the cores are for the server."""

    def __init__(self, requests: Iterator[Asked], until: float, took: dict[str, list[float]]) -> None:
        self.requests, self.until, self.took = requests, until, took
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.buffer = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask the first."""
        self.transport = cast("asyncio.Transport", transport)
        self.ask()

    def ask(self) -> None:
        """The next request, if there is still time."""
        self.began = time.perf_counter()
        if self.began > self.until:
            self.over.set_result(None)
            self.transport.close()
            return
        self.asked = next(self.requests)
        self.transport.write(self.asked.text)

    def data_received(self, data: bytes) -> None:
        """Once the answer is whole, note how long it took."""
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self.buffer[:end]).lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        if len(self.buffer) < end + 4 + length:
            return
        if b" 200 " not in head[:20]:
            self.over.set_exception(RuntimeError(f"{self.asked.what}: {self.buffer[:500]!r}"))
            self.transport.close()
            return
        self.buffer.clear()
        self.took.setdefault(self.asked.what, []).append(time.perf_counter() - self.began)
        self.ask()

    def connection_lost(self, _: Exception | None) -> None:
        """The server hung up."""
        if not self.over.done():
            self.over.set_exception(ConnectionError(self.asked.what))


async def crowd(port: int, seconds: float, clients: list[Iterator[Asked]]) -> dict[str, list[float]]:
    """Let clients ask for so many seconds; how long each answer took, by what was asked."""
    took: dict[str, list[float]] = {}
    until = time.perf_counter() + seconds
    make: list[Callable[[], Client]] = [lambda one=one: Client(one, until, took) for one in clients]  # type: ignore[misc]  # mypy infers no type for it
    loop = asyncio.get_running_loop()
    joined = [await loop.create_connection(one, "127.0.0.1", port) for one in make]
    async with asyncio.timeout(seconds + LONGEST):
        await asyncio.gather(*(client.over for _, client in joined))
    return took


def measured(port: int, seconds: float, clients: list[Iterator[Asked]]) -> dict[str, list[float]]:
    """The same, from a program that does nothing else meanwhile."""
    return asyncio.run(crowd(port, seconds, clients))


def get(path: str, **headers: str) -> bytes:
    """A request for a path."""
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()
