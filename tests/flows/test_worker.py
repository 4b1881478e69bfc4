"""`./vinhdanh worker` with a server of its own: it runs what is due, keeps others out, and leaves nothing behind.

One story, since each start takes seconds; the steps of it are functions.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import PIPE

import httpx
import pytest

from flows.own_server import remembered
from models.embedded.process import is_alive
from tests.flows.prefect_tools import Api, children_of, environment, until
from tests.flows.test_deployments import EXPECTED
from tests.world import ROOT, World

GONE_WITHIN = 40.0  # seconds


@dataclass
class Started:
    """A running worker: its first process, all processes below it, and its server."""

    process: subprocess.Popen[str]
    api: Api = field(init=False)

    def family(self) -> dict[str, int]:
        """The ids of the processes it started, by what they are."""
        commands = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children_of(self.process.pid)}
        return {"hands" if b"flows.hands" in command else "server": pid for pid, command in commands.items()}


@contextmanager
def worker(home: Path) -> Iterator[Started]:
    """A worker that is ready; whatever becomes of it, it and its children are ended by their ids."""
    process = begin(home)
    started = Started(process)
    below: dict[str, int] = {}
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        below = started.family()
        assert line, process.communicate()[1]
        ready = json.loads(line)
        assert len(ready["deployments"]) == len(EXPECTED)
        url, key = remembered(home / "prefect" / "profiles.toml")
        assert url == f"{ready['page']}/api"
        name, _, password = key.partition(":")
        started.api = Api(url, (name, password))
        with started.api.client:
            yield started
    finally:
        for pid in (process.pid, *below.values()):
            if is_alive(pid):
                os.kill(pid, signal.SIGKILL)
        process.communicate()


def begin(home: Path) -> subprocess.Popen[str]:
    """Start the command as the launcher does, where nothing says that text is UTF-8."""
    variables = environment(PYTHONPATH=str(ROOT), VINHDANH_HOME=str(home), LC_ALL="POSIX", PYTHONUTF8="0")
    command = [sys.executable, "-P", "-m", "cli", "worker", "--json"]
    return subprocess.Popen(command, env=variables, stdin=subprocess.DEVNULL, stdout=PIPE, stderr=PIPE, text=True)


def test_the_worker(world: World, tmp_path: Path) -> None:
    home = tmp_path / "home with a space"
    with worker(home) as started:
        family = started.family()
        assert family.keys() == {"server", "hands"}
        nobody_comes_in_without_the_key(started.api)
        everything_is_deployed_and_planned(started.api)
        a_run_by_hand_changes_the_database(started.api, world)
        a_second_one_is_told_of_the_first(home, started.process.pid)
        port = started.api.url
        stopped_it_leaves_nothing(started, family)
    with worker(home) as started:
        assert started.api.url == port  # people keep their bookmark
        if_the_server_dies_it_ends(started)
    with worker(home) as started:
        if_it_is_killed_its_children_go(started)


def nobody_comes_in_without_the_key(api: Api) -> None:
    """Who may deploy has our worker run what they like: not for everybody on this machine."""
    assert httpx.post(f"{api.url}/deployments/filter", json={}, trust_env=False).status_code == httpx.codes.UNAUTHORIZED
    foreign = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    allowed = httpx.options(f"{api.url}/deployments/filter", headers=foreign, trust_env=False).headers
    assert allowed.get("access-control-allow-origin") not in {"*", "https://evil.example"}


def everything_is_deployed_and_planned(api: Api) -> None:
    assert api.deployments().keys() == EXPECTED.keys()
    planned = {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}
    of = {one["deployment_id"] for one in until("runs are planned", lambda: api.ask("/flow_runs/filter", planned))}
    assert of <= {deployment["id"] for deployment in api.deployments().values()}


def a_run_by_hand_changes_the_database(api: Api, world: World) -> None:
    run = api.start_run("flows.watch.checkpoint_trail")
    assert api.outcome(run)["type"] == "COMPLETED", api.log(run)
    assert len(world.query("SELECT 1 FROM checkpoint")) == 1


def a_second_one_is_told_of_the_first(home: Path, first: int) -> None:
    second = begin(home)
    out, said = second.communicate(timeout=180)
    assert (second.returncode, out) == (3, "")
    assert f"tiến trình {first}" in said


def stopped_it_leaves_nothing(started: Started, family: dict[str, int]) -> None:
    started.process.send_signal(signal.SIGTERM)
    out, said = started.process.communicate(timeout=GONE_WITHIN)
    assert started.process.returncode == 0, said
    assert out == ""  # one document, and that was read
    assert "Đang dừng" in said
    assert not [pid for pid in family.values() if is_alive(pid)]
    with pytest.raises(httpx.ConnectError):
        started.api.client.get("/health")


def if_the_server_dies_it_ends(started: Started) -> None:
    family = started.family()
    os.kill(family["server"], signal.SIGKILL)
    _, said = started.process.communicate(timeout=GONE_WITHIN)
    assert started.process.returncode == 1
    assert "Máy chủ Prefect đã dừng ngoài dự kiến" in said
    assert not is_alive(family["hands"])


def if_it_is_killed_its_children_go(started: Started) -> None:
    family = started.family()
    started.process.kill()
    started.process.wait()
    before = time.monotonic()
    until("its children are gone", lambda: not [p for p in family.values() if is_alive(p)], GONE_WITHIN)
    assert time.monotonic() - before < GONE_WITHIN
