"""What `./vinhdanh test` does: linters, types, import contracts, then every test.

With `--measured` it measures which lines the tests run, all but the wide ones, and fails below the floor.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTEST = ("-m", "pytest")
WORKERS = "2"
SLOW, MEASURED = "--slow", "--measured"


def checks() -> list[tuple[str, ...]]:
    """Give the command lines, after the interpreter, of everything that reads our source without running it."""
    found: list[tuple[str, ...]] = [
        ("-m", "ruff", "check", "."),
        ("-m", "ruff", "format", "--check", "."),
        ("-m", "mypy"),
        ("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"),
    ]
    if any((ROOT / "templates").rglob("*.html")):
        found.append(("-m", "djlint", "--lint", "--quiet", "templates"))
    return found


def run(*command: str) -> bool:
    """Run one command of this environment from the root; True if it found nothing wrong."""
    print("$", *command, flush=True)  # noqa: T201 - the reader of a build log needs to see which tool speaks
    return subprocess.run([sys.executable, "-P", *command], cwd=ROOT, check=False).returncode == 0


def run_everything(options: set[str]) -> bool:
    """Run the checks and all tests, none left out because an earlier one failed."""
    slow = [SLOW] if SLOW in options else []
    parts: list[tuple[str, ...]] = [("-m", "wide"), ("-m", "not wide", "--cov")] if MEASURED in options else [()]
    # A file's tests run in one process, in order: what they share is made once. The wide ones come first (conftest.py),
    # so that no process is left alone with a long file at the end.
    together = (*PYTEST, "--numprocesses", WORKERS, "--dist", "loadfile", "--no-loadscope-reorder", *slow)
    passed = [run(*command) for command in (*checks(), *((*together, *part) for part in parts))]
    return all(passed)


def main(arguments: list[str]) -> int:
    """Run everything, or only pytest with the caller's arguments when there are any but ours."""
    if set(arguments) <= {SLOW, MEASURED}:
        return 0 if run_everything(set(arguments)) else 1
    return 0 if run(*PYTEST, *arguments) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
