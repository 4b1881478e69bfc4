"""Each flow does its one thing in the database, says how much, and fails in words that hold nothing personal."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from prefect.client.schemas.objects import State as RunState
from prefect.logging import disable_run_logger
from sqlalchemy import text
from sqlmodel import Session

from engine.context import Context
from flows.deadlines import close_intake, escalate_overdue, remind_units
from flows.edge import Counts, clockwork, in_each_campaign
from flows.papers import build_decision_papers
from flows.post import deliver_letters
from flows.screening import screen_nightly
from flows.watch import check_data, checkpoint_trail
from models.database import Database
from rules.vocabulary import Action, State
from tests.engine.post.sink import Sink, nobody_listens, serving
from tests.flows.earnest import in_earnest
from tests.world import CODE, World

MONDAY, AFTER_INTAKE = date(2025, 11, 24), date(2025, 12, 1)  # intake closes on Sunday 30/11/2025
SOMEBODY = "Đàm Thị Bí Mật"


@pytest.fixture(autouse=True)
def _outside_prefect() -> Iterator[None]:
    """What Prefect would call is called directly: no server, and nowhere to log to."""
    with disable_run_logger():
        yield


def message_of(result: Any) -> str:  # noqa: ANN401 - what a flow's function returns
    """Why a run failed."""
    assert isinstance(result, RunState), result
    assert result.is_failed()
    return str(result.message)


def result_of(result: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
    """What a run did that did not fail."""
    assert isinstance(result, dict), result
    return result


def letters_of(world: World, kind: str) -> int:
    return int(world.query("SELECT count(*) AS n FROM letter WHERE kind = :kind", kind=kind)[0].n)


def test_units_are_reminded_and_nobody_twice(world: World) -> None:
    world.draft(unit="07282")
    world.draft(unit="07330")
    assert remind_units.fn(campaign=CODE, today=MONDAY) == {CODE: {"units": 2}}
    assert remind_units.fn(campaign=CODE, today=MONDAY) == {CODE: {"units": 0}}
    assert letters_of(world, "remind.unit") == 4


def test_heads_hear_of_what_waits_too_long(world: World) -> None:
    world.advance(world.draft(), State.SUBMITTED)
    assert escalate_overdue.fn(campaign=CODE, today=date(2025, 11, 21)) == {CODE: {"offices": 0}}
    assert escalate_overdue.fn(campaign=CODE, today=date(2025, 12, 5)) == {CODE: {"offices": 1}}
    assert letters_of(world, "overdue.review_office") == 1


def test_overdue_drafts_lapse_with_their_letters_and_the_rest_stays(world: World) -> None:
    overdue, submitted = world.draft(), world.advance(world.draft(), State.SUBMITTED)
    assert close_intake.fn(campaign=CODE, today=date(2025, 11, 30)) == {CODE: {"lapsed": 0, "refused": 0}}
    assert close_intake.fn(campaign=CODE, today=AFTER_INTAKE) == {CODE: {"lapsed": 1, "refused": 0}}
    assert (world.state(overdue), world.state(submitted)) == (State.LAPSED, State.SUBMITTED)
    entry = world.entries(overdue)[-1]
    assert (entry["channel"], entry["role"]) == ("flow", "clock")
    assert letters_of(world, "lapse.unit") == 3  # the officer, the head, the address in the dossier


def test_screening_by_night_keeps_the_verdicts(world: World) -> None:
    dossier = world.advance(world.draft(), State.ENDORSED)
    assert screen_nightly.fn(campaign=CODE, today=MONDAY) == {CODE: {"changed": 0}}
    (kept,) = world.query("SELECT nomination_id, overall, screened_on FROM screened")
    assert tuple(kept) == (dossier, "eligible", MONDAY)


def test_papers_are_made_once_the_list_is_frozen(world: World) -> None:
    world.advance(world.draft(), State.LISTED)
    assert build_decision_papers.fn() == {}
    world.freeze()
    made = result_of(build_decision_papers.fn())
    assert made[CODE]["papers"] > 0
    assert build_decision_papers.fn() == {CODE: {"papers": 0}}
    assert made[CODE]["papers"] == len(world.query("SELECT 1 FROM paper"))


def test_the_trail_is_fixed_and_verified(world: World) -> None:
    world.draft()
    assert checkpoint_trail.fn() == {"checkpoint": 1, "problems": 0}
    assert [row.number for row in world.query("SELECT number FROM checkpoint")] == [1]


def test_problems_fail_the_check_and_stay_as_an_alert(world: World) -> None:
    dossier = world.draft(name=SOMEBODY)
    assert check_data.fn() == {"problems": 0}
    with world.database.owner.begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text("UPDATE nomination SET state = 'withdrawn' WHERE id = :id"), {"id": dossier})
    for flow in (check_data, checkpoint_trail):
        said = message_of(flow.fn())
        assert said.startswith("Có ")
        assert "./vinhdanh invariants" in said
        assert SOMEBODY not in said
    kinds = [row.kind for row in world.query("SELECT kind FROM alert WHERE cleared_at IS NULL ORDER BY kind")]
    assert kinds == ["invariants", "trail"]


def test_letters_are_delivered(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.advance(world.draft(), State.SUBMITTED)
    due = len(world.query("SELECT 1 FROM letter"))
    with serving(Sink()) as sink:
        for name, value in sink.environment().items():
            monkeypatch.setenv(name, value)
        first = result_of(deliver_letters.fn(limit=1))
        assert (first["sent"], first["waiting"]) == (1, due - 1)
        assert result_of(deliver_letters.fn())["sent"] == due - 1
        assert len(sink.received) == due > 1
    monkeypatch.setenv("VINHDANH_SMTP_PORT", str(nobody_listens()))
    world.step(world.draft(), Action.SUBMIT, "head")
    assert "127.0.0.1" in message_of(deliver_letters.fn())


def test_without_a_mail_server_the_run_says_what_to_configure(world: World) -> None:
    assert "VINHDANH_SMTP_HOST" in message_of(deliver_letters.fn())


def test_a_rehearsal_is_looked_after_only_by_name(world: World) -> None:
    dossier = world.draft()  # its intake closed long before the real today
    for flow in (close_intake, remind_units, escalate_overdue, screen_nightly):
        assert flow.fn() == {}
    assert world.state(dossier) is State.DRAFT
    assert close_intake.fn(campaign=CODE) == {CODE: {"lapsed": 1, "refused": 0}}


def test_one_campaign_that_fails_is_named_and_keeps_no_other_waiting(world: World) -> None:
    drafts = {}
    for code in ("a-hong", "b-tot", "c-tot"):
        drafts[code] = in_earnest(world.database, code).draft(name=SOMEBODY)
        in_earnest(world.database, code, open_for=-1)
    world.change("UPDATE campaign SET config = config - 'title' WHERE code = 'a-hong'", owner=True)
    said = message_of(close_intake.fn())
    assert "a-hong" in said
    assert "b-tot" not in said
    assert [world.state(drafts[code]) for code in drafts] == [State.DRAFT, State.LAPSED, State.LAPSED]


def test_another_day_is_for_rehearsals_only(world: World) -> None:
    dossier = in_earnest(world.database, "that").draft()
    said = message_of(close_intake.fn(campaign="that", today=date(2099, 1, 1)))
    assert "diễn tập" in said
    assert world.state(dossier) is State.DRAFT


def test_an_unknown_campaign_is_said(world: World) -> None:
    assert "Không có đợt khen thưởng “lạ”" in message_of(close_intake.fn(campaign="lạ"))


def test_an_unreachable_database_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VINHDANH_DATABASE_URL", f"postgresql://ai@127.0.0.1:{nobody_listens()}/gi")
    for flow in (close_intake, checkpoint_trail, check_data, build_decision_papers):
        assert "Không kết nối được cơ sở dữ liệu" in message_of(flow.fn())


@clockwork
def breaks_on_a_person() -> dict[str, Any]:
    """A flow that meets an error with somebody's name in it, from Python and from the database."""
    return in_each_campaign(fail, "{n}", CODE, None)


def fail(session: Session, context: Context) -> Counts:
    session.execute(text("UPDATE nomination SET state = 'draft'"))
    session.execute(text("SELECT CAST(:name AS integer)"), {"name": SOMEBODY})
    return {"n": 1}


@clockwork
def breaks_outright() -> dict[str, Any]:
    """A flow whose own code is wrong."""
    raise ValueError(SOMEBODY)


def test_an_unexpected_error_is_told_without_its_own_words(world: World) -> None:
    dossier = world.advance(world.draft(name=SOMEBODY), State.SUBMITTED)
    assert message_of(breaks_on_a_person.fn()) == (
        f"Chưa làm xong. {CODE}: Lỗi ngoài dự kiến (InvalidTextRepresentation)."
    )
    assert message_of(breaks_outright.fn()) == "Lỗi ngoài dự kiến (ValueError)."
    assert world.state(dossier) is State.SUBMITTED


def test_a_flow_brings_an_empty_database_up_by_itself(database: Database) -> None:
    assert check_data.fn() == {"problems": 0}
