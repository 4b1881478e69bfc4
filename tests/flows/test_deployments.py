"""prefect.yaml is what people are told: every flow, at its hour in Vietnam, found by module, never twice at once."""

import pkgutil
from importlib import import_module
from typing import Any

import pytest
import yaml
from prefect import Flow
from prefect.client.schemas.schedules import CronSchedule
from prefect.flows import load_flow_from_entrypoint

import flows
from tests.world import ROOT

DECLARED: dict[str, Any] = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))
DEPLOYMENTS: list[dict[str, Any]] = DECLARED["deployments"]
EXPECTED = {  # written by hand: entrypoint, and when it is to run
    "flows.post.deliver_letters": "*/5 * * * *",
    "flows.papers.build_decision_papers": "*/15 * * * *",
    "flows.deadlines.close_intake": "5 0 * * *",
    "flows.screening.screen_nightly": "0 2 * * *",
    "flows.watch.checkpoint_trail": "0 3 * * *",
    "flows.watch.check_data": "30 3 * * *",
    "flows.deadlines.remind_units": "30 7 * * 1-5",
    "flows.deadlines.escalate_overdue": "40 7 * * 1-5",
}


def every_flow() -> set[str]:
    """Where every flow of the package is, by looking into every module that is no program."""
    found = set()
    for module in pkgutil.iter_modules(flows.__path__, "flows."):
        names = vars(import_module(module.name))
        found |= {f"{module.name}.{name}" for name, value in names.items() if isinstance(value, Flow)}
    return found


def test_every_flow_is_deployed_and_nothing_else() -> None:
    assert every_flow() == EXPECTED.keys()
    assert sorted(deployment["entrypoint"] for deployment in DEPLOYMENTS) == sorted(EXPECTED)
    names = [deployment["name"] for deployment in DEPLOYMENTS]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("deployment", DEPLOYMENTS, ids=lambda deployment: deployment["name"])
def test_a_deployment_runs_at_its_hour_in_vietnam_and_never_twice_at_once(deployment: dict[str, Any]) -> None:
    entrypoint = deployment["entrypoint"]
    loaded: Flow[..., Any] = load_flow_from_entrypoint(entrypoint)
    assert f"{loaded.fn.__module__}.{loaded.fn.__name__}" == entrypoint  # a module's, not a file's
    (schedule,) = deployment["schedules"]
    assert schedule == {"cron": EXPECTED[entrypoint], "timezone": "Asia/Ho_Chi_Minh"}
    assert CronSchedule(**schedule).timezone == "Asia/Ho_Chi_Minh"
    assert deployment["concurrency_limit"] == {"limit": 1, "collision_strategy": "CANCEL_NEW"}
    assert deployment["work_pool"] == {"name": "vinhdanh", "job_variables": {"working_dir": "."}}
    assert deployment["description"].endswith(".")
    assert not deployment["description"].isascii()  # Vietnamese, for the people at Prefect's page
    assert "parameters" not in deployment  # every campaign in earnest, today


def test_nothing_is_built_pushed_or_fetched() -> None:
    assert [DECLARED[step] for step in ("build", "push", "pull")] == [[], [], []]
