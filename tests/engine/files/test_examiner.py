"""Files are examined in a process of their own, which neither time nor memory of ours depends on."""

import hashlib
import subprocess
from pathlib import Path
from typing import Any

import pytest

from engine.files import apart, examiner
from engine.files.apart import examine
from rules.errors import MalformedError
from tests.engine.files import samples


def put(folder: Path, content: bytes) -> Path:
    path = folder / "upload"
    path.write_bytes(content)
    return path


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """What every process that is started is given."""
    started: list[dict[str, object]] = []
    run = subprocess.run

    def noting(*arguments: Any, **options: Any) -> subprocess.CompletedProcess[bytes]:  # noqa: ANN401 - as subprocess.run
        started.append(options)
        return run(*arguments, **options)

    monkeypatch.setattr(subprocess, "run", noting)
    return started


@pytest.mark.parametrize("make", [samples.pdf, samples.jpeg, samples.png, samples.docx])
def test_it_says_what_a_file_is_with_its_fingerprint(tmp_path: Path, make: samples.Make) -> None:
    content = make()
    found = examine(put(tmp_path, content))
    assert (found.sha256, found.size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert (
        found.media
        == {
            samples.pdf: "application/pdf",
            samples.jpeg: "image/jpeg",
            samples.png: "image/png",
            samples.docx: samples.DOCX,
        }[make]
    )


def test_a_refusal_comes_through_in_its_own_words(tmp_path: Path) -> None:
    with pytest.raises(MalformedError, match="có mã lệnh"):
        examine(put(tmp_path, samples.in_catalogue(OpenAction=samples.script())))
    with pytest.raises(MalformedError, match="lớn hơn 20 MB"):
        examine(put(tmp_path, samples.pdf() + bytes(20 * 1024**2 + 1)))
    with pytest.raises(MalformedError, match="Ảnh quá lớn"):
        examine(put(tmp_path, samples.png_bomb()))


def test_it_knows_nothing_of_the_database(
    tmp_path: Path, children: list[dict[str, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VINHDANH_DATABASE_URL", "postgresql://owner:secret@127.0.0.1/db")
    examine(put(tmp_path, samples.pdf()))
    (options,) = children
    environment = options["env"]
    assert isinstance(environment, dict)
    assert set(environment) == {"PYTHONPATH", "PYTHONUTF8"}
    assert options["cwd"] == "/"


def run_as_examiner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str) -> Path:
    """Have the examiner's process do something else, under the examiner's limits."""
    module = tmp_path / "engine" / "files"
    module.mkdir(parents=True)
    for package in (module.parent, module):
        (package / "__init__.py").touch()
    source = Path(examiner.__file__).read_text(encoding="utf-8")
    stand_in = source.replace("print(json.dumps(examined(path)))", words)
    assert stand_in != source
    for name in ("content", "limits"):
        (module / f"{name}.py").write_text("media_of = too_large = MAX_FILE = None\n")
    (module / "examiner.py").write_text(stand_in, encoding="utf-8")
    rules = tmp_path / "rules"
    rules.symlink_to(apart.ROOT / "rules")
    monkeypatch.setattr(apart, "ROOT", tmp_path)
    return put(tmp_path, b"x")


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("bytearray(3 * 1024**3)", id="memory"),
        pytest.param("path.write_bytes(b'y' * 100)", id="writing a file"),
        pytest.param("sys.exit(3)", id="dying"),
        pytest.param("__import__('os').kill(__import__('os').getpid(), 9)", id="killed"),
    ],
)
def test_a_file_that_its_examiner_does_not_survive_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    path = run_as_examiner(tmp_path, monkeypatch, words)
    with pytest.raises(MalformedError, match="quá phức tạp"):
        examine(path)
    assert path.read_bytes() in {b"x", b""}


def test_a_file_that_never_ends_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = run_as_examiner(tmp_path, monkeypatch, "__import__('time').sleep(60)")
    monkeypatch.setattr(apart, "PATIENCE", 1)
    with pytest.raises(MalformedError, match="quá phức tạp"):
        examine(path)


def test_the_time_of_the_processor_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = run_as_examiner(
        tmp_path, monkeypatch, "print(json.dumps({'refused': str(resource.getrlimit(resource.RLIMIT_CPU))}))"
    )
    with pytest.raises(MalformedError, match=r"^\(20, 20\)$"):
        examine(path)


def test_the_file_is_examined_where_it_lies(tmp_path: Path) -> None:
    with pytest.raises(MalformedError, match="quá phức tạp"):
        examine(tmp_path / "nowhere")
    assert list(tmp_path.iterdir()) == []
