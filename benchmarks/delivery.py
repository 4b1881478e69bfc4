"""What delivering costs: `deliver` with its two commits for each letter, against bare sends of the same bytes.

Run by `python -m benchmarks.delivery [ROUNDS]` from the root. Both send to one local sink, a process of its own, over
one connection a round; the database is a durable server.
"""

import asyncio
import multiprocessing
import smtplib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from statistics import median

from aiosmtpd.smtp import SMTP

from benchmarks.rounds import Compared, seconds
from benchmarks.steps import small_world
from engine.post import MailSettings, Security, deliver
from engine.post.delivery import signed
from rules.vocabulary import Action
from tests.world import World

FEWEST = 15
DOSSIERS = 10  # each writes six letters when it is submitted
LOCALHOST = "127.0.0.1"


class Swallow:
    """Takes every letter and forgets it."""

    async def handle_DATA(self, _server: object, _session: object, _envelope: object) -> str:  # noqa: N802 - aiosmtpd's name
        """The end of DATA."""
        return "250 OK"


def serve(tell: Connection) -> None:
    """Listen on a port of the system's choice and tell which."""

    async def listen() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(Swallow(), hostname="sink.example", loop=loop), LOCALHOST, 0)
        tell.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(listen())


@contextmanager
def sink() -> Iterator[int]:
    """A mail server in a process of its own; its port."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs,), daemon=True)
    process.start()
    theirs.close()  # so that a sink that cannot start ends the waiting for its port
    try:
        yield ours.recv()
    finally:
        process.terminate()
        process.join()


def measure(world: World, port: int, rounds: int) -> tuple[int, Compared]:
    """How many letters a round has, and the seconds of each round."""
    for _ in range(DOSSIERS):
        world.step(world.draft(), Action.SUBMIT, "head")
    settings = MailSettings(host=LOCALHOST, port=port, security=Security.NONE, sender="thidua@bacninh.example", rate=0)
    letters = [
        (row.recipient, signed(bytes(row.message), settings))
        for row in world.query("SELECT recipient, message FROM letter ORDER BY id")
    ]

    def ours() -> None:
        delivered = deliver(world.database, settings)
        if delivered.sent != len(letters):
            raise RuntimeError(f"not everything went: {delivered}")

    def plain() -> None:
        with smtplib.SMTP(LOCALHOST, port, local_hostname="[127.0.0.1]") as client:
            for recipient, message in letters:
                client.sendmail(settings.address, recipient, message)

    timed: list[tuple[float, float]] = []
    for number in range(rounds + 1):
        world.change("UPDATE letter SET status = 'queued', sent_at = NULL")
        first, second = (ours, plain) if number % 2 else (plain, ours)
        pair = seconds(first), seconds(second)
        timed.append(pair if number % 2 else pair[::-1])
    warm = timed[1:]  # the first round does not count
    return len(letters), Compared(tuple(one for one, _ in warm), tuple(other for _, other in warm))


def main(arguments: list[str]) -> int:
    """Measure and print the comparison and letters a second."""
    with small_world() as world, sink() as port:
        count, compared = measure(world, port, max(FEWEST, int(arguments[0]) if arguments else FEWEST))
    ours, plain = (count / median(times) for times in (compared.ours, compared.plain))
    sys.stdout.write(f"{count} letters {compared.told()}; {ours:.0f} letters a second against {plain:.0f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
