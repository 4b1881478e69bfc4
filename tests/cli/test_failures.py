"""What goes wrong ends in one place: exit codes, the JSON of refusals and errors, no traceback unless asked for."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from sqlalchemy import text
from typer._click.exceptions import BadOptionUsage, BadParameter, MissingParameter, NoSuchOption, UsageError
from typer._coercion import bool_flag_type_descriptor
from typer.core import TyperOption

from cli import failures
from models.database import DatabaseUnreachableError
from models.embedded.account import EmbeddedServerError
from rules import errors
from rules.vocabulary import State
from tests.cli.conftest import Shell
from tests.world import CODE, ROOT, World

REFUSALS = [
    errors.RuleRefusedError,
    errors.RoleRefusedError,
    errors.StateRefusedError,
    errors.QuotaRefusedError,
    errors.DutiesRefusedError,
    errors.EvidenceRefusedError,
    errors.RepeatRefusedError,
]


@pytest.mark.parametrize("refusal", REFUSALS)
def test_every_refusal_is_3_and_carries_its_code_and_citations(
    refusal: type[errors.RefusedError], capsys: pytest.CaptureFixture[str]
) -> None:
    assert failures.report(refusal("Không được.", ("Điều 1", "Điều 2")), as_json=True) == 3
    said = capsys.readouterr()
    assert json.loads(said.out) == {
        "refused": refusal.code,
        "message": "Không được.",
        "citations": ["Điều 1", "Điều 2"],
    }
    assert said.err.splitlines() == ["Bị từ chối: Không được.", "Căn cứ: Điều 1", "Căn cứ: Điều 2"]


def test_no_class_of_refusal_is_left_out() -> None:
    assert set(REFUSALS) == set(errors.RefusedError.__subclasses__())


@pytest.mark.parametrize(
    ("error", "code", "named"),
    [
        (errors.StaleError("Cũ."), 4, "stale"),
        (errors.NotFoundError("Không có."), 5, "not_found"),
        (errors.MalformedError("Sai."), 2, "malformed"),
        (errors.SchemaError("Cũ."), 2, "schema"),
        (DatabaseUnreachableError("Không tới."), 2, "database"),
        (EmbeddedServerError("Không chạy."), 2, "embedded_server"),
        (UsageError("Sai."), 2, "usage"),
        (FileNotFoundError(errno.ENOENT, "No such file", "x.csv"), 2, "file"),
        (IsADirectoryError(errno.EISDIR, "Is a directory", "x"), 2, "file"),
        (OSError(errno.ENOSPC, "No space left"), 1, "unexpected"),
        (RuntimeError("vỡ"), 1, "unexpected"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else str(value),
)
def test_other_errors_have_their_code_and_name(
    error: BaseException, code: int, named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert failures.report(error, as_json=True) == code
    document = json.loads(capsys.readouterr().out)
    assert document.keys() == {"error", "message"}
    assert document["error"] == named


def test_without_json_nothing_is_said_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    assert failures.report(errors.RoleRefusedError("Không được."), as_json=False) == 3
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "Bị từ chối: Không được.\n")


def test_an_unexpected_error_says_one_short_line_and_no_more(capsys: pytest.CaptureFixture[str]) -> None:
    failures.report(ValueError("dòng đầu " + "x" * 1000 + "\n099180000001"), as_json=False)
    said = capsys.readouterr().err
    assert "Lỗi ngoài dự kiến (ValueError): dòng đầu" in said
    assert "VINHDANH_DEBUG=1" in said
    assert len(said) < 500
    assert "Traceback" not in said
    assert "099180000001" not in said


def test_a_traceback_comes_when_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VINHDANH_DEBUG", "1")
    with pytest.raises(ValueError, match="vỡ") as raised:
        int("vỡ")
    failures.report(raised.value, as_json=False)
    said = capsys.readouterr().err
    assert "Traceback" in said
    assert "test_failures.py" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("screen", "--json"), "Thiếu tùy chọn '--campaign'."),
        (("nomination", "show", "--json"), "Thiếu tham số 'ID'."),
        (("nomination", "list", "--campain", "x", "--json"), "Không có tùy chọn --campain. Có phải: --campaign?"),
        (("nomination", "list", "--json", "--campaign"), "Dùng sai tùy chọn --campaign"),
        (("nomination", "lisst", "--json"), "Không có lệnh “lisst”. Có phải: list?"),
        (("zzz", "--json"), "Không có lệnh “zzz”. Có: demo, init,"),
        (("nomination", "--json", "--", "-x"), "--json"),
        (("nomination", "--", "-x", "--json"), "-x"),
        (("screen", "--campaign", "x", "thừa", "--json"), "thừa"),
    ],
)
def test_a_wrong_command_line_is_2_in_vietnamese(shell: Shell, words: tuple[str, ...], said: str) -> None:
    answer = shell(*words)
    assert answer.code == 2
    assert answer.data["error"] == "usage"
    assert said in answer.data["message"]
    assert said in answer.err


def test_a_value_the_parser_refuses_by_itself_is_told_in_vietnamese() -> None:
    option = TyperOption(param_decls=["--x"], type_descriptor=bool_flag_type_descriptor())
    said = failures.usage_message(BadParameter("not a number", param=option))
    assert said == "Giá trị của '--x' không hợp lệ: not a number."


def test_usage_errors_without_context_are_told_too() -> None:
    assert failures.usage_message(NoSuchOption("--x")) == "Không có tùy chọn --x."
    assert "--x" in failures.usage_message(BadOptionUsage("--x", "?"))
    assert failures.usage_message(MissingParameter(param_hint="x", param_type="option"))


def test_no_command_shows_the_help_and_is_2(shell: Shell) -> None:
    answer = shell()
    assert answer.code == 2
    assert "nomination" in answer.out
    assert answer.err == ""


def test_the_version_is_the_project_s(shell: Shell) -> None:
    answer = shell("--version")
    assert answer.code == 0
    assert answer.out.startswith("vinhdanh ")


def program(*words: str) -> subprocess.Popen[str]:
    """A command as a program of its own."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "cli", *words],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def waits(world: World) -> bool:
    """Whether some command of the test waits for a lock."""
    with world.database.owner.connect() as connection:
        query = text("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")
        return connection.scalar(query) is not None


def until(condition: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_ctrl_c_ends_a_waiting_command_with_130_and_changes_nothing(world: World) -> None:
    nomination = world.draft()
    with world.database.owner.begin() as connection:
        connection.execute(text("SELECT 1 FROM nomination FOR UPDATE"))
        words = ("nomination", "step", nomination, "submit", "--as", "head-07282", "--today", "2025-11-20", "--json")
        process = program(*words)
        until(lambda: waits(world))
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=90)
    assert process.returncode == 130
    assert json.loads(out)["error"] == "interrupted"
    assert "Traceback" not in err
    assert world.state(nomination) is State.DRAFT


def test_a_reader_that_goes_away_changes_neither_code_nor_peace(world: World) -> None:
    world.draft()
    process = program("nomination", "list", "--campaign", CODE, "--json")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert (process.wait(timeout=90), err) == (0, "")


@pytest.mark.usefixtures("world")
def test_text_that_is_no_utf_8_is_2() -> None:
    done = subprocess.run(
        [sys.executable.encode(), b"-P", b"-m", b"cli", b"nomination", b"show", b"\xff", b"--json"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
    assert json.loads(done.stdout)["error"] == "malformed"


def test_a_locale_without_vietnamese_letters_does_not_matter(world: World) -> None:
    world.draft()
    done = subprocess.run(
        [sys.executable, "-P", "-m", "cli", "nomination", "list", "--campaign", CODE, "--json"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0
    assert "Nông Thị Mẫu 1" in done.stdout.decode()
