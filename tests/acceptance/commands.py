"""Run the command line as a program of its own and read what it says."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.world import ROOT, accounts_csv, campaign_data

CODE = "dot-thu"
EVERY_UNIT = [line.split(",")[0] for line in (ROOT / "data" / "units.csv").read_text(encoding="utf-8").splitlines()[1:]]


@dataclass(frozen=True)
class Answer:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:  # noqa: ANN401 - one JSON document
        """Standard output, which must be one JSON document."""
        return json.loads(self.out)


def start(*words: str, **environment: str) -> subprocess.Popen[str]:
    """Start a command, its answer to be read later."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "cli", *words],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> Answer:
    """The answer of a started command."""
    out, err = process.communicate(timeout=300)
    return Answer(process.returncode, out, err)


def run(*words: str, **environment: str) -> Answer:
    """Run a command to its end."""
    return finish(start(*words, **environment))


def done(*words: str) -> Any:  # noqa: ANN401 - one JSON document
    """Run a command that must succeed, with --json; what it says."""
    answer = run(*words, "--json")
    assert answer.code == 0, (words, answer)
    return answer.data


def prepare(folder: Path, **changes: Any) -> None:  # noqa: ANN401 - campaign data
    """Units, accounts for every unit and office, and a rehearsal campaign, all by commands."""
    accounts = folder / "accounts.csv"
    known = accounts_csv()
    heads = [f"head-{unit}" for unit in EVERY_UNIT if f"head-{unit}," not in known]
    more = [f"{head},{head[5:]},unit_head,{head.lower()}@bacninh.example" for head in heads]
    accounts.write_text(known + "\n".join(more) + "\n", encoding="utf-8")
    campaign = folder / "campaign.yaml"
    campaign.write_text(yaml.safe_dump(campaign_data(code=CODE, **changes), allow_unicode=True), encoding="utf-8")
    done("unit", "import", str(ROOT / "data" / "units.csv"))
    done("account", "import", str(accounts))
    done("campaign", "load", str(campaign))


def nominations(state: str | None = None, category: str | None = None) -> list[dict[str, Any]]:
    """The campaign's nominations as `nomination list` gives them."""
    words = ["nomination", "list", "--campaign", CODE]
    words += ["--state", state] if state else []
    words += ["--category", category] if category else []
    listed: list[dict[str, Any]] = done(*words)["nominations"]
    return listed
