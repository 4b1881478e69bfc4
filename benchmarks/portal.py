"""How fast the portal answers with 100,000 dossiers: 20 clients without think time against two processes.

Run by `python -m benchmarks.portal [DOSSIERS [SECONDS]]` from the root. The clients, the server's two processes and
PostgreSQL share the machine's cores; every kind of request takes its turn in each round, beside two plain things.
"""

import itertools
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from sqlalchemy import text

from benchmarks.clients import Asked, get, measured
from benchmarks.crowd import FAMILY, GIVEN, Crowd
from engine import audit, clock, invariants, tokens
from engine.access import sessions
from models import embedded
from models.database import Database, embedded_database
from rules.text import search_key
from tests.world import ORIGIN, ROOT

DOSSIERS, SECONDS, ROUNDS = 100_000, 3.0, 3
WARM = 4  # so many times as long is asked before, so that every connection of the server has its statements planned
CLIENTS, PROCESSES, CAMPAIGNS = 20, 2, 4
SAMPLE = 1_000  # copies of which everything is checked, in a database of their own
LIMIT = 150.0  # milliseconds, at the 95th percentile
SELECT, HEALTH = "a bare SELECT", "/healthz"
IDS = "SELECT id FROM nomination WHERE state <> 'draft' ORDER BY md5(id) LIMIT 3000"
DEEP = (
    "SELECT id FROM nomination WHERE campaign_id = 1 ORDER BY arrival"
    " OFFSET (SELECT count(*) * 9 / 10 FROM nomination WHERE campaign_id = 1) LIMIT 100"
)
Paths = dict[str, Callable[[], str]]


def paths(database: Database) -> Paths:
    """What is asked for: a new address each time."""
    chance = random.Random(7)  # noqa: S311 - nothing is secret here
    with database.transaction() as session:
        ids = list(session.scalars(text(IDS)))
        deep = list(session.scalars(text(DEEP)))

    def words() -> str:
        return quote(f"{search_key(chance.choice(FAMILY))} {search_key(chance.choice(GIVEN))}")

    def queue() -> str:
        return f"/dot/dot-{chance.randint(1, CAMPAIGNS)}/ho-so"

    api = "/api/v1/nominations"
    return {
        HEALTH: lambda: HEALTH,
        "queue": queue,
        "queue, filtered": lambda: f"{queue()}?trang-thai=submitted&loai=collective&xep=ten",
        "queue, deep page": lambda: f"/dot/dot-1/ho-so?sau={chance.choice(deep)}",
        "search": lambda: f"{queue()}?q={words()}",
        "dossier": lambda: f"/ho-so/{chance.choice(ids)}",
        "API list": lambda: f"{api}?campaign=dot-{chance.randint(1, CAMPAIGNS)}&state=in_review",
        "API search": lambda: f"{api}?campaign=dot-{chance.randint(1, CAMPAIGNS)}&q={words()}",
        "API dossier": lambda: f"{api}/{chance.choice(ids)}",
    }


def headers(database: Database, names: list[str]) -> list[dict[str, str]]:
    """What the browser and the program of each reviewer send along."""
    with database.transaction() as session:
        ids = {row.name: row.id for row in session.execute(text("SELECT id, name FROM account"))}
        found = []
        for name in names:
            begun = sessions.begin(
                session, ids[name], method="password", now=clock.now(), address="127.0.0.1", agent="benchmark"
            )
            token = tokens.issue(session, name, ORIGIN)
            found.append({"Cookie": f"phien={begun[0]}", "Authorization": f"Bearer {token}"})
        return found


def asking(what: str, path: Callable[[], str], sent: dict[str, str]) -> Iterator[Asked]:
    """One client's requests, for ever."""
    while True:
        yield Asked(what, get(path(), **sent))


def selecting(database: Database, seconds: float) -> list[float]:
    """As many clients, each asking PostgreSQL itself for one row again and again; how long each took."""
    took: list[float] = []
    until = time.perf_counter() + seconds

    def select() -> None:
        with psycopg.connect(database.application_url) as connection:
            while (began := time.perf_counter()) < until:
                connection.execute("SELECT state FROM nomination WHERE arrival = 1").fetchone()
                took.append(time.perf_counter() - began)

    threads = [threading.Thread(target=select) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took


@contextmanager
def serving(database: Database, home: Path) -> Iterator[int]:
    """The server in two processes over this database; its port."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("VINHDANH_")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment |= {
        "PYTHONPATH": str(ROOT), "VINHDANH_HOME": str(home), "VINHDANH_DATABASE_URL": database.owner_url,
    }  # fmt: skip
    command = [sys.executable, "-P", "-m", "web.serve", "--port", "0", "--processes", str(PROCESSES), "--json"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ours
        try:
            assert process.stdout is not None  # noqa: S101 - it is a pipe
            yield int(json.loads(process.stdout.readline())["url"].rpartition(":")[2])
        finally:
            process.terminate()


def measure(database: Database, port: int, names: list[str], seconds: float) -> dict[str, list[float]]:
    """Seconds of every answer, by what was asked, once everything is warm."""
    wanted, sent = paths(database), headers(database, names)
    took: dict[str, list[float]] = {SELECT: [], **{what: [] for what in wanted}}
    for path in wanted.values():
        measured(port, WARM * seconds, [asking("", path, one_sent) for one_sent in sent])
    for _ in range(ROUNDS):
        one: dict[str, list[float]] = {SELECT: selecting(database, seconds)}
        for what, path in wanted.items():
            one |= measured(port, seconds, [asking(what, path, one_sent) for one_sent in sent])
        for what, times in one.items():
            took[what] += times
    return took


def percentile(times: list[float], part: float) -> float:
    """In milliseconds: so large a part of the answers took no longer."""
    return 1000 * sorted(times)[min(len(times) - 1, int(len(times) * part))]


def told(took: dict[str, list[float]], seconds: float) -> bool:
    """Print a line for each kind; whether all of them keep the limit."""
    plain = {what: percentile(took[what], 0.5) for what in (SELECT, HEALTH)}
    for what, times in took.items():
        half, most = percentile(times, 0.5), percentile(times, 0.95)
        ratios = ", ".join(f"{half / one:6.1f} × {name}" for name, one in plain.items())
        rate = len(times) / (seconds * ROUNDS)
        sys.stdout.write(f"{what:17} p50 {half:7.1f} ms  p95 {most:7.1f} ms  {rate:7.1f}/s  median {ratios}\n")
    return max(percentile(times, 0.95) for what, times in took.items() if what not in plain) <= LIMIT


def filled(home: Path, name: str, number: int, campaigns: int) -> tuple[Database, Crowd]:
    """A database of the server under `home` with so many dossiers."""
    database = embedded_database(home, name)
    database.bring_up()
    crowd = Crowd(database, home)
    crowd.fill(number, campaigns, CLIENTS)
    return database, crowd


def check_sample(home: Path) -> None:
    """RuntimeError unless everything holds of a smaller database that was filled alike."""
    database, _ = filled(home, "sample", SAMPLE, 1)
    for check in (invariants.check, audit.verify):
        with database.transaction() as session:
            if problems := check(session).problems:
                raise RuntimeError(f"the copies are not sound: {list(itertools.islice(problems, 3))}")
    database.close()


def main(arguments: list[str]) -> int:
    """Fill, serve, measure, tell; returns 1 when a 95th percentile is over the limit."""
    number = int(arguments[0]) if arguments else DOSSIERS
    seconds = float(arguments[1]) if arguments[1:] else SECONDS
    home = Path(tempfile.mkdtemp(prefix="vinhdanh-portal-"))
    try:
        check_sample(home)
        began = time.monotonic()
        database, crowd = filled(home, "portal", number, CAMPAIGNS)
        sys.stdout.write(f"{number} dossiers over {CAMPAIGNS} campaigns, made in {time.monotonic() - began:.0f} s\n")
        with serving(database, home) as port:
            took = measure(database, port, crowd.reviewers, seconds)
        database.close()
    finally:
        embedded.stop(home)
        shutil.rmtree(home)
    return 0 if told(took, seconds) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
