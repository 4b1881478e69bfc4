"""On a real Prefect server, with any worker: everything deployed, run by schedule and by hand, seen in the database.

One story, since a server takes seconds to come up; the steps of it are functions.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest
from sqlalchemy import text

from rules.vocabulary import State
from tests.engine.post.sink import Sink, serving
from tests.flows.earnest import in_earnest
from tests.flows.prefect_tools import Api, prefect, prefect_server, running, until
from tests.flows.test_deployments import EXPECTED
from tests.world import CODE, ROOT, World

pytestmark = pytest.mark.wide

CLOSE = "flows.deadlines.close_intake"
CHECKPOINT = "flows.watch.checkpoint_trail"
DELIVER = "flows.post.deliver_letters"
DIRECTLY = """
import json, sys
from flows.deadlines import close_intake
print(json.dumps(close_intake(campaign=sys.argv[1])))
"""


def test_prefect_runs_what_is_deployed(world: World, tmp_path: Path) -> None:
    with serving(Sink()) as sink, prefect_server(tmp_path) as (api, leading_there):
        variables = leading_there | sink.environment()
        log = tmp_path / "worker.log"
        worker = ("-m", "prefect", "worker", "start", "--pool", "vinhdanh", "--type", "process")
        with running(*worker, env=variables, log=log):
            until("the worker has made its pool", lambda: api.ask("/work_pools/filter", {}))
            deploys_everything(api, variables)
            lapses_by_schedule(api, world)
            fixes_the_trail_by_hand(api, world)
            delivers_by_hand(api, world, sink)
            does_its_work_once_when_called_twice_at_once(world, variables)
            does_its_work_once_when_run_twice_at_once(api, world)
            fails_in_words(api, world)
        assert "Đợt thu" in log.read_text(encoding="utf-8")
        our_worker_uses_the_same_server(api, variables)
    world.assert_sound()


def deploys_everything(api: Api, variables: dict[str, str]) -> None:
    prefect("deploy", "--all", env=variables)
    deployed = api.deployments()
    found = {}
    for entrypoint, deployment in deployed.items():
        (schedule,) = deployment["schedules"]
        assert schedule["active"]
        assert schedule["schedule"]["timezone"] == "Asia/Ho_Chi_Minh"
        found[entrypoint] = schedule["schedule"]["cron"]
        assert deployment["work_pool_name"] == "vinhdanh"
        assert deployment["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
        assert deployment["global_concurrency_limit"]["limit"] == 1
    assert found == EXPECTED
    until("runs are planned ahead", lambda: planned(api) == set(EXPECTED))


def planned(api: Api) -> set[str]:
    """Which deployments Prefect's scheduler has planned runs of."""
    by_id = {deployment["id"]: entrypoint for entrypoint, deployment in api.deployments().items()}
    wanted = {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}
    return {by_id[run["deployment_id"]] for run in api.ask("/flow_runs/filter", wanted)}


def lapses_by_schedule(api: Api, world: World) -> None:
    """A schedule that comes due by itself moves a dossier of the rehearsal it names, on the day it names."""
    dossier, sent = world.draft(), world.advance(world.draft(), State.SUBMITTED)
    soon = {"interval": 10, "anchor_date": datetime.now(UTC).isoformat(), "timezone": "Asia/Ho_Chi_Minh"}
    wanted = {"schedule": soon, "active": True, "parameters": {"campaign": CODE, "today": "2025-12-01"}}
    path = f"/deployments/{api.deployments()[CLOSE]['id']}/schedules"
    (schedule,) = api.ask(path, [wanted])
    until("the draft lapses", lambda: world.state(dossier) is State.LAPSED)
    api.ask(f"{path}/{schedule['id']}", method="DELETE")
    assert world.state(sent) is State.SUBMITTED
    assert lapsed_once(world, dossier)
    assert world.entries(dossier)[-1]["channel"] == "flow"


def lapsed_once(world: World, dossier: str) -> bool:
    """Whether it has one lapse on the trail and one set of letters about it."""
    written = world.query("SELECT recipient FROM letter WHERE nomination_id = :id", id=dossier)
    letters = [row.recipient for row in written]
    tag, subject = "nomination:step:lapse", f"nomination:{dossier}"
    lapses = world.query("SELECT 1 FROM trail WHERE subject = :subject AND tag = :tag", subject=subject, tag=tag)
    return len(lapses) == 1 and len(letters) == len(set(letters)) > 0


def fixes_the_trail_by_hand(api: Api, world: World) -> None:
    run = api.start_run(CHECKPOINT)
    assert api.outcome(run)["type"] == "COMPLETED", api.log(run)
    (fixed,) = world.query("SELECT number, hash FROM checkpoint")
    assert f"Điểm kiểm tra số {fixed.number}" in api.log(run)
    assert fixed.hash in api.log(run)


def delivers_by_hand(api: Api, world: World, sink: Sink) -> None:
    """Its own schedule, every five minutes, may come due in the meantime: then one of both is cancelled."""
    assert api.outcome(api.start_run(DELIVER))["type"] in {"COMPLETED", "CANCELLED"}
    unsent = "SELECT 1 FROM letter WHERE status NOT IN ('sent', 'superseded')"
    until("every letter is sent", lambda: not world.query(unsent))
    sent = world.query("SELECT 1 FROM letter WHERE status = 'sent'")
    assert len({(letter.identity, letter.recipient) for letter in sink.received}) == len(sink.received) == len(sent) > 0


@contextmanager
def campaign_held(world: World, code: str) -> Iterator[None]:
    """Nobody gets past the campaign's row until the end of this."""
    with world.database.owner.begin() as connection:
        connection.execute(text("SELECT 1 FROM campaign WHERE code = :code FOR UPDATE"), {"code": code})
        yield


def waiting(world: World) -> int:
    """How many sessions on this database wait for a lock."""
    found = world.query(
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    return len(found)


def overdue_drafts(world: World, code: str) -> list[str]:
    """Two drafts of a campaign in earnest whose intake closed yesterday."""
    earnest = in_earnest(world.database, code)
    drafts = [earnest.draft(), earnest.draft()]
    in_earnest(world.database, code, open_for=-1)
    return drafts


def does_its_work_once_when_called_twice_at_once(world: World, variables: dict[str, str]) -> None:
    drafts = overdue_drafts(world, "hai-tien-trinh")
    command = [sys.executable, "-c", DIRECTLY, "hai-tien-trinh"]
    with campaign_held(world, "hai-tien-trinh"):
        both = [subprocess.Popen(command, cwd=ROOT, env=variables, stdout=PIPE, stderr=PIPE, text=True) for _ in "ab"]
        until("both wait for the campaign", lambda: waiting(world) == len(both))
    said = [process.communicate(timeout=180) for process in both]
    done = [json.loads(out)["hai-tien-trinh"] for out, _ in said]
    assert sorted(result["lapsed"] for result in done) == [0, 2]
    assert all(lapsed_once(world, draft) for draft in drafts)


def does_its_work_once_when_run_twice_at_once(api: Api, world: World) -> None:
    """The second run is cancelled while the first is at it; no campaign is named: the one in earnest is found."""
    drafts = overdue_drafts(world, "hai-luot-chay")
    with campaign_held(world, "hai-luot-chay"):
        runs = [api.start_run(CLOSE), api.start_run(CLOSE)]
        until("one waits for the campaign", lambda: waiting(world))
        until("the other is cancelled", lambda: "CANCELLED" in types(api, runs))
    assert sorted(api.outcome(run)["type"] for run in runs) == ["CANCELLED", "COMPLETED"]
    assert all(lapsed_once(world, draft) for draft in drafts)


def types(api: Api, runs: list[str]) -> list[Any]:
    """The states of runs as they are."""
    return [api.ask(f"/flow_runs/{run}")["state"]["type"] for run in runs]


def fails_in_words(api: Api, world: World) -> None:
    """A day for a campaign in earnest is refused; the run fails with our sentence."""
    run = api.start_run(CLOSE, campaign="hai-luot-chay", today="2099-01-01")
    state = api.outcome(run)
    assert state["type"] == "FAILED"
    assert "Chỉ đợt diễn tập" in state["message"]


def our_worker_uses_the_same_server(api: Api, variables: dict[str, str]) -> None:
    """With PREFECT_API_URL set there is no server of our own, only the hands; Ctrl-C ends them."""
    command = [sys.executable, "-P", "-m", "cli", "worker", "--json"]
    process = subprocess.Popen(command, env=variables | {"PYTHONPATH": str(ROOT)}, stdout=PIPE, stderr=PIPE, text=True)
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["page"] == api.url.removesuffix("/api")
    process.send_signal(2)
    _, said = process.communicate(timeout=180)
    assert process.returncode == 0, said
    assert "Đang kết nối máy chủ Prefect" in said
    assert not Path(variables.get("VINHDANH_HOME", ""), "prefect", "profiles.toml").exists()
