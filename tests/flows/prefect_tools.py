"""Real Prefect processes for tests, spoken to by their REST API; every one is ended by its id."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar

import httpx

from tests.engine.post.sink import nobody_listens
from tests.world import ROOT

T = TypeVar("T")
PATIENCE = 90.0  # seconds; two cores may be busy with other tests
OFFLINE = {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
QUICK = {"PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "3", "PREFECT_WORKER_QUERY_SECONDS": "2"}
OVER = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


def until(what: str, look: Callable[[], T | None], patience: float = PATIENCE) -> T:
    """What `look` sees once it sees something."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        seen = look()
        if seen:
            return seen
        time.sleep(0.1)
    raise AssertionError(f"waited in vain: {what}")


@dataclass
class Api:
    """A Prefect server as its API shows it."""

    url: str
    key: tuple[str, str] | None = None
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = httpx.Client(base_url=self.url, auth=self.key, timeout=30, trust_env=False)

    def ask(self, path: str, data: Any = None, method: str = "") -> Any:  # noqa: ANN401 - JSON
        """POST `data`, or GET without any, or another method; the answer. A busy server (503) is asked again."""

        def answered() -> httpx.Response | None:
            answer = self.client.request(method or ("GET" if data is None else "POST"), path, json=data)
            return None if answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE else answer

        answer = until(f"{path} is answered", answered)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def healthy(self) -> bool:
        """Whether it answers."""
        try:
            return self.client.get("/health").is_success
        except httpx.TransportError:
            return False

    def deployments(self) -> dict[str, Any]:
        """Every deployment, by its entrypoint."""
        return {one["entrypoint"]: one for one in self.ask("/deployments/filter", {})}

    def start_run(self, entrypoint: str, **parameters: Any) -> str:  # noqa: ANN401 - JSON
        """Ask for a run by hand; its id."""
        deployment = self.deployments()[entrypoint]["id"]
        return str(self.ask(f"/deployments/{deployment}/create_flow_run", {"parameters": parameters})["id"])

    def outcome(self, run: str) -> dict[str, Any]:
        """The state a run ends in."""

        def over() -> dict[str, Any] | None:
            state: dict[str, Any] = self.ask(f"/flow_runs/{run}")["state"]
            return state if state["type"] in OVER else None

        return until(f"run {run} is over", over)

    def log(self, run: str) -> str:
        """What a run has said; its lines come in a little later than its end."""

        def lines() -> str:
            wanted = {"logs": {"flow_run_id": {"any_": [run]}}}
            return "\n".join(line["message"] for line in self.ask("/logs/filter", wanted))

        return until(f"run {run} says it finished", lambda: lines() if "Finished in state" in lines() else None)


def children_of(pid: int) -> list[int]:
    """The ids of the processes a process has started and that are still there."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(entry.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        found += [int(entry.parent.name)] if parent == pid else []
    return found


def environment(**ours: str) -> dict[str, str]:
    """The environment of a process: neither somebody's Prefect nor this checkout on the path, unless `ours` say so."""
    theirs = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "PYTHONPATH"))}
    return {**theirs, **OFFLINE, **QUICK, **ours}


def unmeasured(variables: Mapping[str, str]) -> dict[str, str]:
    """The same without coverage, which there is nothing of ours in to be measured."""
    return {name: value for name, value in variables.items() if not name.startswith("COVERAGE")}


@contextmanager
def running(*command: str, env: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process of this environment's Python in the checkout, told to stop at the end."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def prefect_server(folder: Path) -> Iterator[tuple[Api, dict[str, str]]]:
    """A Prefect server as an administrator starts one; how to ask it, and the environment that leads to it."""
    port = nobody_listens()
    variables = environment(PREFECT_HOME=str(folder), PREFECT_API_URL=f"http://127.0.0.1:{port}/api")
    command = ("-P", "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port))
    with running(*command, env=unmeasured(variables), log=folder / "server.log"):
        api = Api(variables["PREFECT_API_URL"])
        with api.client:
            until("the server answers", api.healthy)
            yield api, variables


def prefect(*words: str, env: Mapping[str, str]) -> str:
    """Run one `prefect` command to its end; what it says."""
    command = [sys.executable, "-P", "-m", "prefect", "--no-prompt", *words]
    done = subprocess.run(command, cwd=ROOT, env=unmeasured(env), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
