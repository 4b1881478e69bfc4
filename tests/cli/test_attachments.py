"""`nomination attach` and `nomination bundle`."""

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.engine.files import samples
from tests.world import World


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "Tờ trình số 14.pdf"
    path.write_bytes(samples.pdf(2))
    return path


def test_a_file_is_attached_once(shell: Shell, world: World, scan: Path) -> None:
    identity = world.draft()
    words = ("nomination", "attach", identity, "letter", scan, "--as", "officer-07282", "--today", "20/11/2025")
    first = shell(*words, "--json")
    assert first.code == 0
    assert first.data == {
        "id": identity,
        "version": 2,
        "paper": "letter",
        "name": "Tờ trình số 14.pdf",
        "sha256": hashlib.sha256(samples.pdf(2)).hexdigest(),
        "attached": True,
    }
    assert "Đã đính kèm “Tờ trình số 14.pdf”" in shell(*words[:3], "other", *words[4:]).out
    again = shell(*words, "--json")
    assert (again.code, again.data["attached"], again.data["version"]) == (0, False, 3)
    assert "đã có tệp này" in shell(*words).out
    assert "đính kèm giấy tờ" in shell("nomination", "show", identity).out


@pytest.mark.parametrize(
    ("content", "paper", "who", "code"),
    [
        pytest.param(samples.OLE_DOCUMENT, "letter", "officer-07282", 2, id="doc"),
        pytest.param(b"", "letter", "officer-07282", 2, id="empty"),
        pytest.param(None, "letter", "officer-07282", 2, id="no file"),
        pytest.param(b"%PDF-1.7\n%%EOF", "letter", "officer-07282", 2, id="damaged"),
        pytest.param(samples.jpeg(), "giấy", "officer-07282", 2, id="no such paper"),
        pytest.param(samples.jpeg(), "letter", "reviewer", 3, id="not theirs"),
        pytest.param(samples.jpeg(), "letter", "officer-07330", 5, id="another unit"),
    ],
)
def test_what_cannot_be_attached_changes_nothing(
    shell: Shell, world: World, scan: Path, trail_length: Callable[[], int],
    content: bytes | None, paper: str, who: str, code: int,
) -> None:  # fmt: skip
    identity = world.draft()
    scan.unlink()
    if content is not None:
        scan.write_bytes(content)
    before = trail_length()
    answer = shell("nomination", "attach", identity, paper, scan, "--as", who, "--json")
    assert answer.code == code
    assert answer.data["message"].endswith(".")
    assert trail_length() == before
    assert world.query("SELECT 1 FROM file") == []


def test_a_bundle_is_written_whole_and_for_its_owner_only(
    shell: Shell, world: World, scan: Path, tmp_path: Path
) -> None:
    identity = world.draft()
    shell("nomination", "attach", identity, "letter", scan, "--as", "officer-07282")
    out = tmp_path / "hồ sơ.zip"
    answer = shell("nomination", "bundle", identity, "--out", out, "--json")
    assert answer.code == 0
    assert answer.data["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    with zipfile.ZipFile(out) as archive:
        assert archive.namelist() == answer.data["entries"] + ["manifest.json"] * (
            "manifest.json" not in answer.data["entries"]
        )
        assert archive.read("giay-to/01-Tờ trình số 14.pdf") == samples.pdf(2)
        (tmp_path / "nhat-ky.jsonl").write_bytes(archive.read("nhat-ky.jsonl"))
    assert out.stat().st_mode & 0o077 == 0
    assert shell("audit", "verify", tmp_path / "nhat-ky.jsonl").code == 0
    observed = shell("nomination", "bundle", identity, "--out", out, "--as", "observer", "--json")
    assert observed.code == 0
    with zipfile.ZipFile(out) as archive:
        assert not any(name.startswith("giay-to") for name in archive.namelist())
        assert json.loads(archive.read("manifest.json"))["withheld"]
    assert "không đưa vào" in shell("nomination", "bundle", identity, "--out", out, "--as", "observer").out
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


def test_a_bundle_that_cannot_be_written_or_seen_leaves_nothing(shell: Shell, world: World, tmp_path: Path) -> None:
    identity = world.draft()
    assert shell("nomination", "bundle", identity, "--out", tmp_path / "nowhere" / "a.zip").code == 2
    (tmp_path / "folder").mkdir()
    assert shell("nomination", "bundle", identity, "--out", tmp_path / "folder").code == 2
    assert shell("nomination", "bundle", identity, "--out", tmp_path / "a.zip", "--as", "officer-07330").code == 5
    assert not (tmp_path / "a.zip").exists()
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []
