"""The embedded server through commands: any of them starts it and brings an empty database up; `stop` ends it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models import embedded
from tests.cli.conftest import Shell


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty home, and no other database configured; nothing of it runs on afterwards."""
    monkeypatch.setenv("VINHDANH_HOME", str(tmp_path))
    yield tmp_path
    embedded.stop(tmp_path)


def test_any_command_brings_an_empty_home_up(shell: Shell, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VINHDANH_DATABASE_URL")
    answer = shell("nomination", "list", "--campaign", "chua-co", "--json")
    assert (answer.code, answer.data["error"]) == (5, "not_found")
    assert shell("database", "url", "--json").data["url"].startswith("postgresql://vinhdanh_app@")
    assert "vinhdanh_owner" in shell("database", "url", "--owner").out
    assert embedded.is_running(home)
    assert shell("database", "stop", "--json").data == {"stopped": True}
    assert not embedded.is_running(home)
    assert shell("database", "stop").out == "Máy chủ PostgreSQL đi kèm không chạy.\n"
