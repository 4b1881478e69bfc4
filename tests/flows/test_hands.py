"""What keeps the worker from working is said, and what will not leave is made to."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE

import pytest
from prefect.client.orchestration import PrefectClient

from flows import hands, worker
from models.embedded.process import is_alive
from tests.engine.post.sink import nobody_listens
from tests.flows.prefect_tools import children_of, environment, until
from tests.world import ROOT, World

STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)"
)


def test_a_server_that_never_answers_is_named() -> None:
    url = f"http://127.0.0.1:{nobody_listens()}/api"

    async def ask() -> None:
        async with PrefectClient(url) as client:
            await hands.server_answers(client, patience=0.1)

    with pytest.raises(hands.NotWorkingError, match=rf"Máy chủ Prefect {url}.* không trả lời"):
        asyncio.run(ask())


def test_deployments_that_cannot_be_made_are_told_with_prefect_s_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "prefect.yaml").write_text("deployments: [{name: thu, entrypoint: khong.co.gi}]\n", encoding="utf-8")
    monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{nobody_listens()}/api")
    with pytest.raises(hands.NotWorkingError, match=r"Không nạp được prefect.yaml:\n[^$]*khong"):
        asyncio.run(hands.deploy(tmp_path))


def test_a_home_that_cannot_be_used_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("VINHDANH_HOME", str(tmp_path / "file"))
    assert worker.main([]) == 2
    assert f"Không dùng được thư mục {tmp_path / 'file' / 'prefect'}" in capsys.readouterr().err


def test_a_process_that_will_not_leave_is_ended() -> None:
    child = subprocess.Popen([sys.executable, "-c", STUBBORN], stdout=PIPE)
    assert child.stdout is not None
    assert child.stdout.readline() == b"ready\n"
    worker.end(child, patience=0.2)
    assert not is_alive(child.pid)
    child.stdout.close()


def test_told_to_stop_while_there_is_no_server_yet_it_leaves_at_once(world: World) -> None:
    """As an operator who mistyped the address expects of Ctrl-C."""
    url = f"http://127.0.0.1:{nobody_listens()}/api"
    variables = environment(PYTHONPATH=str(ROOT), PREFECT_API_URL=url)
    command = [sys.executable, "-P", "-m", "cli", "worker"]
    with subprocess.Popen(command, env=variables, stdout=PIPE, stderr=PIPE, text=True) as process:
        assert process.stderr is not None
        assert url in process.stderr.readline()
        hands_below = until("the hands are there", lambda: children_of(process.pid))
        until("they have imported Prefect", lambda: catches_signals(hands_below[0]))
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=20)
    assert process.returncode == 0, said
    assert not [pid for pid in hands_below if is_alive(pid)]


def catches_signals(pid: int) -> bool:
    """Whether a process handles SIGTERM by itself."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    caught = int(status.partition("SigCgt:")[2].split()[0], 16)
    return bool(caught >> (signal.SIGTERM - 1) & 1)
