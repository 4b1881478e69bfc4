"""How fast a command starts: `nomination list --json` against importing what any such command must import.

Run by `python -m benchmarks.startup [ROUNDS]` from the root. The database runs; both sides are byte-compiled.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.rounds import in_turn

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 1.6
FEWEST = 15
CODE = "bang-khen-2021-2025"
OFFICER = "Chuyên viên xét chọn"
LIST = ("nomination", "list", "--campaign", CODE, "--json")
PREPARATION: tuple[tuple[str, ...], ...] = (
    ("unit", "import", "data/units.csv"),
    ("campaign", "load", f"campaigns/{CODE}.yaml"),
)


def run(home: Path, *command: str | Path) -> None:
    """Run a command from the root with this home, quietly; CalledProcessError when it fails."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("VINHDANH_")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    subprocess.run(  # noqa: S603 - our own command and interpreter
        command, cwd=ROOT, env=environment | {"VINHDANH_HOME": str(home)}, stdout=subprocess.DEVNULL, check=True
    )


def fill(home: Path) -> None:
    """A running database with the sample workbook in it."""
    accounts = home / "accounts.csv"
    accounts.write_text(f"name,unit,role,email\n{OFFICER},SDTTG,review_officer,\n", encoding="utf-8")
    workbook = ("nomination", "import", "data/nominations-sample.xlsx", "--campaign", CODE, "--as", OFFICER)
    for command in (("init",), *PREPARATION, ("account", "import", str(accounts)), workbook):
        run(home, ROOT / "vinhdanh", *command)


def measure(rounds: int) -> float:
    """Print and return the ratio."""
    home = Path(tempfile.mkdtemp(prefix="vinhdanh-startup-"))
    python = ROOT / ".venv" / "bin" / "python"
    try:
        fill(home)
        compared = in_turn(
            lambda: run(home, ROOT / "vinhdanh", *LIST),
            lambda: run(home, python, "-c", "import sqlmodel, typer, psycopg"),
            rounds,
        )
    finally:
        run(home, ROOT / "vinhdanh", "database", "stop")
        shutil.rmtree(home)
    sys.stdout.write(f"nomination list --json: {compared.told()}; at most {LIMIT}\n")
    return compared.ratio


def main(arguments: list[str]) -> int:
    """Measure; returns 1 when the ratio is over the limit."""
    return 0 if measure(max(FEWEST, int(arguments[0]) if arguments else FEWEST)) <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
