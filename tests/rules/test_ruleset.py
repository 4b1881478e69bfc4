"""The version of the rules: one for one state of the sources."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from rules import ruleset as module
from rules.ruleset import SOURCES, ruleset

RULES_FOLDER = Path(module.__file__).parent


def version_of(folder: Path) -> str:
    """The version that a copy of the package finds, in a process of its own."""
    script = "from rules.ruleset import ruleset; print(ruleset())"
    done = subprocess.run([sys.executable, "-c", script], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(RULES_FOLDER, tmp_path / "rules", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_the_version_does_not_depend_on_the_place(copy: Path) -> None:
    assert version_of(copy) == ruleset()


@pytest.mark.parametrize(
    "name", ["citations.yaml", "parameters.yaml", "dates.py", "screening.py", "eligibility/conduct.py"]
)
def test_a_changed_rule_is_another_version(copy: Path, name: str) -> None:
    with (copy / "rules" / name).open("a", encoding="utf-8") as source:
        source.write("\n# đổi\n")
    assert version_of(copy) != ruleset()


def test_every_source_named_exists() -> None:
    assert all(list(RULES_FOLDER.glob(pattern)) for pattern in SOURCES)
