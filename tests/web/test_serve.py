"""`./vinhdanh serve` as a process of its own: it says where it is, answers, and stops when told to."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from lxml import html  # type: ignore[import-untyped]  # it ships no types
from sqlalchemy import text

from engine.access.passwords import set_password
from models.embedded import Server
from rules.vocabulary import State
from tests.databases import copied
from tests.web.client import DAY, token_for
from tests.world import ORIGIN, ROOT, World
from web.processes import TOO_SOON
from web.serve import listen, main

COMMAND = [sys.executable, "-P", "-m", "cli", "serve"]


def environment(owner_url: str, home: Path) -> dict[str, str]:
    """Where the command finds us and the database."""
    return os.environ | {"PYTHONPATH": str(ROOT), "VINHDANH_DATABASE_URL": owner_url, "VINHDANH_HOME": str(home)}


@contextmanager
def serving(owner_url: str, home: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The server on a free port, and its address; ended at last."""
    command = [*COMMAND, "--port", "0", "--json", *options]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environment(owner_url, home), stdout=pipe, stderr=pipe, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, json.loads(process.stdout.readline())["url"]
        finally:
            process.kill()


@pytest.mark.parametrize("processes", ["1", "2"])
def test_it_serves_this_machine_only_and_ends_in_good_order(world: World, tmp_path: Path, processes: str) -> None:
    """A request under way when the signal comes is finished first."""
    token = token_for(world, "head-07282")
    identity = world.draft()
    with (
        serving(world.database.owner_url, tmp_path, "--processes", processes) as (process, url),
        httpx.Client(base_url=url, trust_env=False) as http,
    ):
        assert url.startswith("http://127.0.0.1:")
        assert http.get("/readyz").json() == {"ok": True}
        assert "server" not in http.get("/healthz").headers
        asked = {
            "headers": {"Authorization": f"Bearer {token}"},
            "json": {"action": "submit", "today": DAY},
            "timeout": 30,
        }
        with ThreadPoolExecutor(1) as pool, world.database.owner.begin() as holding:
            holding.execute(text("SELECT 1 FROM nomination WHERE id = :id FOR UPDATE"), {"id": identity})
            waiting = pool.submit(http.post, f"/api/v1/nominations/{identity}/steps", **asked)  # type: ignore[arg-type]  # options of several types
            while not world.query("SELECT 1 FROM pg_locks WHERE NOT granted"):
                assert not waiting.done()
            process.send_signal(signal.SIGTERM)
            holding.rollback()
            assert waiting.result().json()["to"] == "submitted"
        out, said = process.communicate(timeout=20)
        assert (process.returncode, out) == (0, "")
        assert "Đang phục vụ tại http://127.0.0.1:" in said
        assert said.count("Đã dừng.") == 1
        assert "Traceback" not in said
    assert world.state(identity) is State.SUBMITTED


def test_an_empty_database_is_brought_up_first(cluster: Server, tmp_path: Path) -> None:
    with (
        copied(cluster, "template0", "served") as empty,
        serving(empty.owner_url, tmp_path) as (process, url),
    ):
        assert httpx.get(f"{url}/readyz", trust_env=False).json() == {"ok": True}
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0


@pytest.mark.parametrize("processes", ["1", "2"])
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_that_comes_before_the_server_listens_to_it_is_not_lost(
    world: World, tmp_path: Path, stop: signal.Signals, processes: str
) -> None:
    early = f"""
import os, sys
from web import serve
serve.announce = lambda *_, **__: os.kill(os.getpid(), {int(stop)})
sys.exit(serve.main(["--port", "0", "--processes", "{processes}"]))
"""
    command, place = [sys.executable, "-P", "-c", early], environment(world.database.owner_url, tmp_path)
    done = subprocess.run(command, env=place, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "Đã dừng.\n")


def refused(owner_url: str, home: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """A server that does not come up."""
    return subprocess.run(
        [*COMMAND, *options], env=environment(owner_url, home), capture_output=True, text=True, check=False, timeout=30
    )


def test_a_port_or_an_address_that_cannot_be_had_is_told(world: World, tmp_path: Path) -> None:
    with listen("127.0.0.1", 0) as taken:
        port = str(taken.getsockname()[1])
        for options in (("--port", port), ("--port", "70000"), ("--host", "192.0.2.1"), ("--host", "x y")):
            done = refused(world.database.owner_url, tmp_path, *options)
            assert done.returncode == 2, options
            assert "Không phục vụ được" in done.stderr
            assert "Traceback" not in done.stderr


@pytest.mark.parametrize("number", ["0", "65"])
def test_a_number_of_processes_that_makes_no_sense_is_told(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--processes", number]) == 2
    assert capsys.readouterr().err == "Số tiến trình phải từ 1 đến 64.\n"


def children_of(process: subprocess.Popen[str], number: int) -> list[int]:
    """The processes of a server, once there are so many of them in a group of their own."""
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    children: list[int] = []
    for _ in range(500):
        children = [int(child) for child in listed.read_text().split()]
        if len(children) == number and all(os.getpgid(child) == child for child in children):
            return children
        time.sleep(0.02)
    raise AssertionError(f"{children} instead of {number}")


def gone(children: list[int]) -> bool:
    """Whether these processes end, which may take them a moment."""
    for _ in range(500):
        if not any(Path(f"/proc/{child}").exists() for child in children):
            return True
        time.sleep(0.02)
    return False


def test_a_process_that_dies_is_replaced_and_all_answer(world: World, tmp_path: Path) -> None:
    with serving(world.database.owner_url, tmp_path, "--processes", "2") as (process, url):
        first, second = children_of(process, 2)
        time.sleep(TOO_SOON)
        os.kill(first, signal.SIGKILL)
        assert gone([first])
        replaced = children_of(process, 2)
        assert second in replaced
        for child in replaced:  # whichever of them is left answers
            others = [other for other in replaced if other != child]
            for other in others:
                os.kill(other, signal.SIGSTOP)
            assert httpx.get(f"{url}/readyz", trust_env=False, timeout=20).json() == {"ok": True}
            for other in others:
                os.kill(other, signal.SIGCONT)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
        assert process.returncode == 0
        assert f"Tiến trình {first} đã dừng (tín hiệu 9); một tiến trình khác thay thế." in said
        assert gone(replaced)


def test_processes_that_cannot_live_end_the_whole(world: World, tmp_path: Path) -> None:
    with serving(world.database.owner_url, tmp_path, "--processes", "2") as (process, _):
        children = children_of(process, 2)
        os.kill(children[0], signal.SIGKILL)
        _, said = process.communicate(timeout=20)
        assert process.returncode == 1
        assert f"Tiến trình {children[0]} không phục vụ được (tín hiệu 9): dừng tất cả." in said
        assert gone(children)


def test_no_process_outlives_the_one_that_was_started(world: World, tmp_path: Path) -> None:
    with serving(world.database.owner_url, tmp_path, "--processes", "2") as (process, _):
        children = children_of(process, 2)
        process.kill()
        assert gone(children)


def test_a_second_interruption_waits_for_nobody(world: World, tmp_path: Path) -> None:
    token, identity = token_for(world, "head-07282"), world.draft()
    with (
        serving(world.database.owner_url, tmp_path, "--processes", "2") as (process, url),
        httpx.Client(base_url=url, trust_env=False, headers={"Authorization": f"Bearer {token}"}, timeout=30) as http,
        ThreadPoolExecutor(1) as pool,
        world.database.owner.begin() as holding,
    ):
        children = children_of(process, 2)
        holding.execute(text("SELECT 1 FROM nomination WHERE id = :id FOR UPDATE"), {"id": identity})
        body = {"action": "submit", "today": DAY}
        waiting = pool.submit(http.post, f"/api/v1/nominations/{identity}/steps", json=body)
        while not world.query("SELECT 1 FROM pg_locks WHERE NOT granted"):
            assert not waiting.done()
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
        assert gone(children)
        with pytest.raises(httpx.HTTPError):
            waiting.result()
        holding.rollback()
    assert world.state(identity) is State.DRAFT


def test_a_setting_that_is_wrong_is_told_before_anybody_comes(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = {
        "VINHDANH_PUBLIC_URL": "vinhdanh.example",
        "VINHDANH_PROXY": "127.0.0.1, proxy",
        "VINHDANH_OIDC_ISSUER": "http://dangnhap.example",
    }
    for name, value in wrong.items():
        with monkeypatch.context() as setting:
            setting.setenv(name, value)
            done = refused(world.database.owner_url, tmp_path, "--port", "0")
        assert (done.returncode, name in done.stderr, "Traceback" in done.stderr) == (2, True, False)


def test_behind_a_proxy_people_have_the_addresses_it_tells(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the proxy's own word counts, not what a client put before it; and without a proxy nobody's."""
    password = "một câu đủ dài để thử"  # noqa: S105 - a test's
    with world.acting("reviewer") as (session, context):
        set_password(session, context.require_actor().id, "reviewer", password, ORIGIN)
    for proxy, expected in (("127.0.0.0/8", "203.0.113.9"), ("", "127.0.0.1")):
        monkeypatch.setenv("VINHDANH_PROXY", proxy)
        with (
            serving(world.database.owner_url, tmp_path) as (_, url),
            httpx.Client(base_url=url, trust_env=False, headers={"X-Forwarded-For": "1.2.3.4, 203.0.113.9"}) as http,
        ):
            token = html.fromstring(http.get("/dang-nhap").text).xpath("//input[@name='_csrf']/@value")[0]
            http.post("/dang-nhap", data={"_csrf": token, "name": "reviewer", "password": password})
        (row,) = world.query("SELECT address FROM web_session ORDER BY began_at DESC LIMIT 1")
        assert row.address == expected


def test_an_older_database_is_refused_with_the_command_that_helps(world: World, tmp_path: Path) -> None:
    with world.database.owner.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0002'")
    done = refused(world.database.owner_url, tmp_path, "--port", "0")
    assert (done.returncode, "./vinhdanh init" in done.stderr) == (2, True)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_it_listens_without_waiting_for_acknowledgements(host: str) -> None:
    with listen(host, 0) as listener, socket.create_connection(listener.getsockname()[:2]):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
