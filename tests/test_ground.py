"""The ground everything stands on: the launcher, the lock files, the environment tests run in."""

import hashlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from tests.conftest import NetworkRefusedError

pytestmark = pytest.mark.wide

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PRINT = """
import os, sys
import rules
for fact in (os.getcwd(), sys.argv[1:], sys.path[0], rules.__file__, os.environ["VINHDANH_HOME"],
             os.environ.get("PYTHONDONTWRITEBYTECODE"), sys.prefix):
    print(fact)
"""


@dataclass(frozen=True)
class Tree:
    """A small program with our launcher and a lock file of one local wheel."""

    root: Path

    def run(self, *arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.root / "vinhdanh", *arguments],
            cwd=cwd,
            env=os.environ | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def facts(self, *arguments: str, cwd: Path | None = None, **environment: str) -> list[str]:
        done = self.run(*arguments, cwd=cwd, **environment)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    def pretend_installed(self) -> None:
        """Make the environment look complete without the seconds it takes to make one."""
        programs = self.root / ".venv/bin"
        programs.mkdir(parents=True)
        (programs / "python").symlink_to(sys.executable)
        shutil.copy(self.root / "requirements.lock", self.root / ".venv")
        (self.root / ".venv/.system-libraries").touch()


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """A tree whose own package `rules` has a namesake in the wheel, in a folder with a space."""
    root = tmp_path / "chương trình"
    for package in ("cli", "engine", "flows", "models", "rules", "web"):
        (root / package).mkdir(parents=True)
        (root / package / "__init__.py").touch()
    (root / "cli/__main__.py").write_text(PRINT, encoding="utf-8")
    shutil.copy(ROOT / "vinhdanh", root)
    wheel = tmp_path / "tiny-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("rules/__init__.py", "")
        archive.writestr("tiny-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1\n")
        archive.writestr("tiny-1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("tiny-1.dist-info/RECORD", "")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (root / "requirements.lock").write_text(f"tiny @ file://{wheel} --hash=sha256:{digest}\n", encoding="utf-8")
    return Tree(root)


def test_it_prepares_what_is_missing_and_runs_our_packages_from_anywhere(tree: Tree, tmp_path: Path) -> None:
    surroundings = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": "/nonexistent", "HOME": "", "VINHDANH_HOME": ""}
    facts = tree.facts("a b", "papers/x.xlsx", cwd=tmp_path, **surroundings)
    assert facts[0] == str(tmp_path), "relative arguments mean the caller's folder"
    assert facts[1] == "['a b', 'papers/x.xlsx']"
    assert facts[2] == str(tree.root)
    assert facts[3] == str(tree.root / "rules/__init__.py"), "a namesake among the libraries was imported"
    assert facts[4:] == [str(tree.root / "var"), "None", str(tree.root / ".venv")]
    for compiled in (tree.root / "engine", tree.root / ".venv"):
        assert list(compiled.rglob("__init__.cpython-*.pyc")), f"not byte-compiled: {compiled}"
    assert list(tree.root.glob(".venv/lib/python*/site-packages/rules/__init__.py")), "there was no namesake"


def test_nothing_missing_costs_one_comparison(tree: Tree, tmp_path: Path) -> None:
    tree.pretend_installed()
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "cmp").symlink_to(str(shutil.which("cmp")))
    assert tree.facts(PATH=str(tools))[1] == "[]"
    assert tree.run(PATH=str(tools)).stderr == ""


def test_it_follows_links_to_itself(tree: Tree, tmp_path: Path) -> None:
    tree.pretend_installed()
    (tree.root / "first").symlink_to("vinhdanh")
    (tmp_path / "second").symlink_to(tree.root / "first")
    done = subprocess.run(
        ["second"], env=os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}, stdout=-1, check=True
    )
    assert done.stdout.decode().splitlines()[2] == str(tree.root)


def test_it_needs_no_home(tree: Tree) -> None:
    tree.pretend_installed()
    homeless = {name: value for name, value in os.environ.items() if name != "HOME"}
    assert (
        subprocess.run([tree.root / "vinhdanh"], env=homeless, stdout=subprocess.DEVNULL, check=False).returncode == 0
    )


def test_the_callers_home_of_papers_is_kept(tree: Tree) -> None:
    tree.pretend_installed()
    assert tree.facts(VINHDANH_HOME="/x y")[4] == "/x y"


@pytest.mark.parametrize("version", [None, "old"])
def test_without_a_usable_python_it_says_what_to_install(tree: Tree, tmp_path: Path, version: str | None) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    if version:
        (tools / "python3").write_text("#!/bin/sh\nexit 1\n")
        (tools / "python3").chmod(0o755)
    done = tree.run(PATH=str(tools))
    assert done.returncode == 2
    assert "cần Python 3.11 trở lên" in done.stderr
    assert not (tree.root / ".venv").exists()


LIBRARY = "libharfbuzz-subset.so.0"
STRANGE = "libvinhdanh-test-nowhere.so.0"


@pytest.fixture
def lacking(tree: Tree, tmp_path: Path) -> tuple[Tree, Path]:
    """An installed tree that wants a library nobody has, and tools that pretend and note what they are told."""
    tree.pretend_installed()
    (tree.root / ".venv/.system-libraries").unlink()
    launcher = tree.root / "vinhdanh"
    launcher.write_text(launcher.read_text(encoding="utf-8").replace(LIBRARY, STRANGE), encoding="utf-8")
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "apt-get").write_text(f'#!/bin/sh\necho "$@" >>"{tmp_path}/told"\n', encoding="utf-8")
    (tools / "sudo").write_text(f'#!/bin/sh\necho sudo >>"{tmp_path}/told"\n', encoding="utf-8")
    for tool in tools.iterdir():
        tool.chmod(0o755)
    return tree, tools


@pytest.mark.parametrize(("uid", "told"), [("1000", None), ("0", ["update", "install"])])
def test_a_missing_system_library_is_installed_by_root_else_named(
    lacking: tuple[Tree, Path], tmp_path: Path, uid: str, told: list[str] | None
) -> None:
    tree, tools = lacking
    (tools / "id").write_text(f"#!/bin/sh\necho {uid}\n", encoding="utf-8")
    (tools / "id").chmod(0o755)
    done = tree.run(PATH=f"{tools}:{os.environ['PATH']}")
    assert done.returncode == 2, "it is still missing: apt-get only pretended"
    assert done.stdout == ""
    assert STRANGE in done.stderr
    assert "libpango-1.0.so.0" not in done.stderr, "a library that is there was named"
    assert "apt-get install libpango-1.0-0" in done.stderr
    log = tmp_path / "told"
    assert (log.exists() and [line.split()[0] for line in log.read_text().splitlines()]) == (told or False)


BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture
def testing(tree: Tree, tmp_path: Path) -> tuple[Tree, Path]:
    """A tree whose tests only print, and a folder with all the tools it may use: no browser among them."""
    tree.pretend_installed()
    (tree.root / "tests").mkdir()
    (tree.root / "tests/run.py").write_text(PRINT, encoding="utf-8")
    for place in (tree.root, tree.root / ".venv"):
        (place / "requirements-dev.lock").write_text("# nothing\n", encoding="utf-8")
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("cmp", "tail"):
        (tools / tool).symlink_to(str(shutil.which(tool)))
    return tree, tools


def a_program(path: Path, script: str) -> None:
    """Put a shell script there that can be run."""
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.mark.parametrize("browser", BROWSERS)
def test_tests_take_the_browser_that_is_there(testing: tuple[Tree, Path], tmp_path: Path, browser: str) -> None:
    tree, tools = testing
    a_program(tools / browser, "exit 1")
    a_program(tools / "id", f"touch {tmp_path}/asked")
    done = tree.run("test", "tests/web", PATH=str(tools))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[1] == "['tests/web']"
    assert not (tmp_path / "asked").exists()


def test_a_missing_browser_is_installed_by_root_for_tests(testing: tuple[Tree, Path], tmp_path: Path) -> None:
    tree, tools = testing
    assert tree.run(PATH=str(tools)).stderr == "", "whoever runs the program needs no browser"
    a_program(tools / "id", "echo 0")
    a_program(tools / "apt-get", f'echo "$*" >>"{tmp_path}/told"; [ $1 = update ] || : >{tools}/chromium')
    (tools / "chmod").symlink_to(str(shutil.which("chmod")))
    with (tools / "apt-get").open("a", encoding="utf-8") as script:
        script.write(f'[ $1 = update ] || chmod +x "{tools}/chromium"\n')
    done = tree.run("test", PATH=str(tools))
    assert done.returncode == 0, done.stderr
    assert "Đang cài trình duyệt để kiểm thử các trang: chromium…" in done.stderr
    update, install = (tmp_path / "told").read_text().splitlines()
    assert (update.split()[0], install.split()[0], install.split()[-1]) == ("update", "install", "chromium")
    assert tree.run("test", PATH=str(tools)).stderr == ""


@pytest.mark.parametrize("uid", ["1000", "0"])
def test_whoever_cannot_install_a_browser_reads_what_to_install(
    testing: tuple[Tree, Path], tmp_path: Path, uid: str
) -> None:
    tree, tools = testing
    a_program(tools / "id", f"echo {uid}")
    a_program(tools / "sudo", f"touch {tmp_path}/sudo")
    a_program(tools / "apt-get", f"touch {tmp_path}/asked; echo không có mạng >&2; exit 100")
    (tools / "touch").symlink_to(str(shutil.which("touch")))
    done = tree.run("test", PATH=str(tools))
    assert (done.returncode, done.stdout) == (2, "")
    assert "apt-get install chromium" in done.stderr
    assert ("không có mạng" in done.stderr, (tmp_path / "asked").exists()) == ((uid == "0",) * 2)
    assert not (tmp_path / "sudo").exists()


def test_two_first_runs_at_once_prepare_once(tree: Tree) -> None:
    first, second = (
        subprocess.Popen([tree.root / "vinhdanh"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    )
    (facts, said), (other_facts, other_said) = first.communicate(), second.communicate()
    assert (first.returncode, second.returncode) == (0, 0), said + other_said
    assert facts == other_facts
    assert (said + other_said).count("Đang chuẩn bị môi trường") == 1


def test_a_killed_preparation_is_done_again(tree: Tree) -> None:
    with subprocess.Popen([tree.root / "vinhdanh"], stderr=subprocess.DEVNULL, start_new_session=True) as killed:
        while not (tree.root / ".venv/pyvenv.cfg").exists():
            assert killed.poll() is None
            time.sleep(0.005)
        os.killpg(killed.pid, signal.SIGKILL)
    assert tree.facts()[6] == str(tree.root / ".venv")


@pytest.mark.parametrize("change", ["lock", "killed while tools were added"])
def test_what_is_not_as_the_lock_says_is_made_anew(tree: Tree, change: str) -> None:
    tree.pretend_installed()
    if change == "lock":
        with (tree.root / "requirements.lock").open("a") as lock:
            lock.write("# changed\n")
    else:
        (tree.root / ".venv/.unfinished").touch()
    done = tree.run()
    assert (done.returncode, "Đang chuẩn bị" in done.stderr) == (0, True)
    assert (tree.root / ".venv/requirements.lock").read_text() == (tree.root / "requirements.lock").read_text()
    assert tree.run().stderr == ""


def test_an_environment_of_another_tree_is_used_but_never_emptied(tree: Tree, tmp_path: Path) -> None:
    tree.pretend_installed()
    (tree.root / ".venv").rename(tmp_path / "elsewhere")
    (tree.root / ".venv").symlink_to(tmp_path / "elsewhere")
    assert tree.run().returncode == 0
    with (tree.root / "requirements.lock").open("a") as lock:
        lock.write("# changed\n")
    before = sorted((tmp_path / "elsewhere").rglob("*"))
    done = tree.run()
    assert (done.returncode, "chưa thay đổi gì" in done.stderr) == (2, True)
    assert sorted((tmp_path / "elsewhere").rglob("*")) == before


def test_a_library_with_another_hash_is_not_installed(tree: Tree) -> None:
    lock = tree.root / "requirements.lock"
    lock.write_text(re.sub("sha256:.*", "sha256:" + "0" * 64, lock.read_text()))
    done = tree.run()
    assert done.returncode == 2
    assert "không cài được các thư viện" in done.stderr
    assert "DO NOT MATCH" in done.stderr
    assert not (tree.root / ".venv/requirements.lock").exists(), "the next run must try again"


def test_a_folder_that_a_search_path_cannot_hold_is_refused_in_words(tree: Tree, tmp_path: Path) -> None:
    tree.root.rename(tmp_path / "a:b")
    done = Tree(tmp_path / "a:b").run()
    assert (done.returncode, "dấu hai chấm" in done.stderr) == (2, True)


def locked(name: str) -> dict[str, tuple[Requirement, str]]:
    """Give each entry of a lock file by name: what it requires, and its whole text."""
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[a-z0-9])", text)[1:]
    requirements = [(Requirement(re.split(r"\s\\\n", entry)[0]), entry) for entry in entries]
    return {requirement.name: (requirement, entry) for requirement, entry in requirements}


def direct() -> Iterator[tuple[str, Requirement]]:
    """Give what pyproject.toml asks for, with the lock file it belongs in."""
    for lock, wanted in zip(
        LOCKS, (PROJECT["project"]["dependencies"], PROJECT["dependency-groups"]["dev"]), strict=True
    ):
        yield from ((lock, Requirement(text)) for text in wanted)


@pytest.mark.parametrize(("lock", "wanted"), list(direct()), ids=str)
def test_every_direct_requirement_is_locked_within_its_range(lock: str, wanted: Requirement) -> None:
    (pin,) = locked(lock)[wanted.name][0].specifier
    assert pin.operator == "=="
    assert wanted.specifier.contains(pin.version)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_hashes_and_the_lock_names_no_place(lock: str) -> None:
    entries = locked(lock)
    assert len(entries) > 20
    for requirement, text in entries.values():
        assert "--hash=sha256:" in text, requirement
    everything = (ROOT / lock).read_text(encoding="utf-8")
    assert "#    ./vinhdanh lock\n" in everything
    assert not re.search(r"https?:|file:|index-url|find-links|trusted-host|(^|\s)/\w", everything)


def test_tests_run_on_the_versions_that_are_shipped() -> None:
    shipped, tools = (locked(lock) for lock in LOCKS)
    shared = shipped.keys() & tools.keys()
    assert shared
    assert {name: shipped[name][0].specifier for name in shared} == {name: tools[name][0].specifier for name in shared}


def test_only_our_folders_are_packed() -> None:
    packed = PROJECT["tool"]["hatch"]["build"]["only-include"]
    assert {"rules", "models", "engine", "flows", "cli", "templates", "campaigns", "data"} <= set(packed)
    assert all((ROOT / folder).is_dir() for folder in packed)
    assert set(PROJECT["tool"]["importlinter"]["root_packages"]) == {
        folder for folder in packed if (ROOT / folder / "__init__.py").exists()
    }


def test_continuous_integration_runs_the_test_command_and_nothing_else() -> None:
    commands = [line for line in (ROOT / ".ci/run").read_text().splitlines() if line and not line.startswith("#")]
    assert commands == ["set -eu", 'cd "$(dirname -- "${BASH_SOURCE[0]}")/.."', "exec ./vinhdanh test --measured"]
    assert os.access(ROOT / ".ci/run", os.X_OK)


def test_prefect_finds_a_list_of_deployments() -> None:
    settings = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))
    assert settings["name"] == "vinhdanh"
    assert isinstance(settings["deployments"], list)


def test_arguments_go_to_pytest_alone() -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "tests.run", "--version"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("$ -m pytest --version\n")
    assert "ruff" not in done.stdout


def test_no_test_reaches_another_machine() -> None:
    with pytest.raises(NetworkRefusedError), socket.socket(socket.AF_INET, socket.SOCK_STREAM) as outside:
        outside.connect(("192.0.2.1", 80))
    with pytest.raises(NetworkRefusedError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outside:
        outside.sendto(b"", ("192.0.2.1", 53))
    with pytest.raises(NetworkRefusedError):
        socket.getaddrinfo("example.org", 80)
    with socket.create_server(("127.0.0.1", 0)) as here, socket.create_connection(("localhost", here.getsockname()[1])):
        pass


def test_no_test_sees_the_configured_database_or_mail_server() -> None:
    ours = {name for name in os.environ if name.startswith(("VINHDANH_", "PG", "SMTP_"))}
    assert ours == {"VINHDANH_HOME", "VINHDANH_TEST_SCRATCH"}
    assert Path(os.environ["VINHDANH_HOME"]).is_relative_to(os.environ["VINHDANH_TEST_SCRATCH"])
