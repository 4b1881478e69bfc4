"""What lies too long in an office is told to its head, once for each period, and to nobody else."""

from datetime import date

import pytest

from engine import escalation
from rules.vocabulary import Action, State
from tests.engine.test_reminders import plain
from tests.world import World

THURSDAY = date(2025, 11, 20)  # tests/world.py: the day steps are taken on


def escalate(world: World, today: date) -> int:
    with world.acting(None, today, alone=True) as (session, context):
        return escalation.escalate(session, context)


def written(world: World) -> list[tuple[str, str, str]]:
    rows = world.query("SELECT kind, recipient, message FROM letter WHERE kind LIKE 'overdue.%' ORDER BY id")
    return [(row.kind, row.recipient, plain(row.message)) for row in rows]


def test_what_waits_too_long_goes_to_the_head_of_the_office_that_owes_it(world: World) -> None:
    submitted = world.advance(world.draft(), State.SUBMITTED)
    appraised = world.advance(world.draft(), State.IN_APPRAISAL)
    endorsed = world.advance(world.draft(), State.ENDORSED)  # waits for all the others, not for anybody
    draft = world.draft()
    assert escalate(world, date(2025, 11, 27)) == 0  # the fifth working day
    assert escalate(world, date(2025, 11, 28)) == 2
    (first, second) = written(world)
    assert first[:2] == ("overdue.review_office", "review-head@bacninh.example")
    assert second[:2] == ("overdue.appraisal_office", "appraisal-head@bacninh.example")
    assert f"(mã hồ sơ {submitted}): đã nộp, từ ngày 20/11/2025, đã chờ 6 ngày làm việc." in first[2]
    assert appraised in second[2]
    assert all(other not in first[2] + second[2] for other in (endorsed, draft))
    world.assert_sound()


def test_it_is_said_once_a_period_and_ends_when_somebody_acts(world: World) -> None:
    waiting = world.advance(world.draft(), State.SUBMITTED)
    days = [date(2025, 11, 28), date(2025, 11, 28), date(2025, 12, 1), date(2025, 12, 4), date(2025, 12, 5)]
    assert [escalate(world, day) for day in days] == [1, 0, 0, 1, 0]
    world.step(waiting, Action.ACCEPT, "reviewer", date(2025, 12, 5))
    assert escalate(world, date(2025, 12, 11)) == 0
    assert escalate(world, date(2025, 12, 15)) == 1


@pytest.mark.parametrize(("today", "expected"), [(date(2025, 12, 3), 0), (date(2025, 12, 4), 1)])
def test_a_query_is_late_from_the_day_after_its_due_date(world: World, today: date, expected: int) -> None:
    queried = world.advance(world.draft(), State.IN_APPRAISAL)
    due = date(2025, 12, 3)
    world.step(queried, Action.QUERY, "appraiser", findings=(("field:merit", "Làm rõ."),), due=due)
    assert escalate(world, today) == expected
    assert len(written(world)) == expected
    if expected:
        assert "hạn trả lời ngày 03/12/2025, đã quá hạn 1 ngày làm việc" in written(world)[0][2]


def test_the_list_of_what_waits_too_long(world: World) -> None:
    early = world.advance(world.draft(), State.SUBMITTED, date(2025, 11, 18))
    queried = world.advance(world.draft(unit="SYT"), State.IN_APPRAISAL)
    world.step(queried, Action.QUERY, "appraiser", findings=(("field:merit", "Làm rõ."),), due=date(2025, 11, 21))
    late = world.advance(world.draft(), State.SUBMITTED)
    world.advance(world.draft(), State.ENDORSED)
    with world.acting("reviewer", date(2025, 11, 28)) as (session, context):
        found = escalation.waiting_too_long(session, context)
        most = escalation.waiting_too_long(session, context, 1)
    assert [(one.id, one.since.day, one.waited, one.over) for one in found] == [
        (queried, 21, 5, 5),
        (early, 18, 8, 3),
        (late, 20, 6, 1),
    ]
    assert [one.owed_by.value for one in found] == ["review_office"] * 3
    assert (found[0].unit_name, found[0].due, found[1].due) == ("Sở Y tế", date(2025, 11, 21), None)
    assert [one.id for one in most] == [early], "the one since the earliest day"
