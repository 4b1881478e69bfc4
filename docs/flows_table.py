"""The scheduled flows as a table: when each runs, from prefect.yaml, and what it does, from its docstring."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

import yaml

from docs.markdown import table

ROOT = Path(__file__).resolve().parent.parent
WORDS: tuple[tuple[str, Callable[..., str]], ...] = (
    (r"\*/(\d+) \* \* \* \*", lambda minutes: f"every {minutes} minutes"),
    (r"(\d+) (\d+) \* \* \*", lambda minute, hour: f"every day at {int(hour):02}:{int(minute):02}"),
    (r"(\d+) (\d+) \* \* 1-5", lambda minute, hour: f"Monday to Friday at {int(hour):02}:{int(minute):02}"),
)


def flows_table() -> str:
    """Every deployment, in the file's order."""
    deployments = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    rows = [(f"`{one['entrypoint']}`", when(one), sentence(one["entrypoint"])) for one in deployments]
    return table(("Flow", "When (Asia/Ho_Chi_Minh)", "Does"), rows)


def when(deployment: dict[str, list[dict[str, str]]]) -> str:
    """A deployment's schedules in words; ValueError for a cron line that has none yet."""
    return ", ".join(in_words(schedule["cron"]) for schedule in deployment["schedules"])


def in_words(cron: str) -> str:
    """A cron line in words."""
    for pattern, say in WORDS:
        if found := re.fullmatch(pattern, cron):
            return say(*found.groups())
    raise ValueError(f"no words for the schedule {cron!r}: add them to docs/flows_table.py")


def sentence(entrypoint: str) -> str:
    """The first line of a flow's docstring, without importing Prefect."""
    module, _, name = entrypoint.rpartition(".")
    source = (ROOT / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8")
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return (ast.get_docstring(node) or "").splitlines()[0]
    raise ValueError(f"prefect.yaml names {entrypoint}, which is not there")
