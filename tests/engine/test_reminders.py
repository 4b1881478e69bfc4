"""Units hear in time what still waits to be sent: once for each reminder day, and nothing of anybody else's."""

from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from engine import reminders
from rules.vocabulary import Action, State
from tests.world import CODE, World

# Intake closes on Sunday 30/11/2025; 28/11 is a Friday, 24/11 a Monday.
MONDAY, FRIDAY, SUNDAY = date(2025, 11, 24), date(2025, 11, 28), date(2025, 11, 30)


def remind(world: World, today: date) -> int:
    with world.acting(None, today, alone=True) as (session, context):
        return reminders.remind(session, context)


def written(world: World) -> list[tuple[str, str, str]]:
    rows = world.query("SELECT recipient, title, message FROM letter WHERE kind = 'remind.unit' ORDER BY id")
    return [(row.recipient, row.title, plain(row.message)) for row in rows]


def plain(message: bytes) -> str:
    parsed = message_from_bytes(message, _class=EmailMessage, policy=policy.default)
    body = parsed.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_each_unit_hears_of_its_own_and_nothing_else(world: World) -> None:
    mine = world.draft(unit="07282", name="Nông Thị Của Tôi")
    theirs = world.draft(unit="07330", name="Vi Văn Của Họ")
    sent = world.draft(unit="07282", name="Lò Văn Đã Nộp")
    world.step(sent, Action.SUBMIT, "head")
    assert remind(world, MONDAY) == 2
    letters = written(world)
    assert sorted(to for to, _, _ in letters) == sorted(
        f"{box}.{unit}@bacninh.example" for box in ("officer", "head") for unit in ("07282", "07330")
    )
    for to, title, text in letters:
        own, other = (mine, theirs) if "07282" in to else (theirs, mine)
        assert own in text
        assert other not in text
        assert "Đã Nộp" not in text
        assert title == "[DIỄN TẬP] Nhắc nộp hồ sơ khen thưởng: 1 hồ sơ chưa nộp, hạn 30/11/2025"
        assert "hạn đến hết ngày 30/11/2025, còn 4 ngày làm việc" in text
    world.assert_sound()


def test_the_same_day_again_writes_nothing(world: World) -> None:
    world.draft()
    assert [remind(world, MONDAY), remind(world, MONDAY)] == [1, 0]
    assert len(written(world)) == 2


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        # The campaign reminds 5, 2 and 0 working days ahead.
        ([date(2025, 11, 19)], [0]),  # a Wednesday: 7 working days left
        ([date(2025, 11, 21), MONDAY], [1, 0]),  # 5 left, then 4
        ([date(2025, 11, 20), date(2025, 11, 21)], [0, 1]),  # 6 left, then 5
        ([MONDAY, date(2025, 11, 26), date(2025, 11, 27), FRIDAY], [1, 1, 0, 1]),  # 4, 2, 1, 0 left
        ([FRIDAY, SUNDAY], [1, 0]),
        ([SUNDAY, date(2025, 12, 1)], [1, 0]),  # overdue: it lapses, reminding is over
    ],
)
def test_each_reminder_day_once_also_when_it_was_missed(world: World, days: list[date], expected: list[int]) -> None:
    world.draft()
    assert [remind(world, day) for day in days] == expected


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2025, 11, 21), "hạn đến hết ngày 30/11/2025, còn 5 ngày làm việc."),
        (FRIDAY, "hạn đến hết ngày 30/11/2025, sau hôm nay không còn ngày làm việc nào."),
        (SUNDAY, "hạn cuối là hôm nay, 30/11/2025."),
    ],
)
def test_how_long_there_is_left_is_said_as_people_say_it(world: World, today: date, words: str) -> None:
    world.draft()
    remind(world, today)
    assert words in written(world)[0][2]


def test_a_return_is_reminded_by_its_own_due_date_and_again_when_that_is_extended(world: World) -> None:
    returned = world.advance(world.draft(), State.IN_REVIEW)
    world.give_back(returned, due=date(2025, 12, 10))
    assert remind(world, date(2025, 12, 1)) == 0  # 7 working days left
    assert remind(world, date(2025, 12, 3)) == 1  # 5
    assert "cần bổ sung, còn 1 nội dung chưa trả lời" in written(world)[-1][2]
    world.step(returned, Action.EXTEND, "reviewer", date(2025, 12, 4), due=date(2025, 12, 17))
    assert remind(world, date(2025, 12, 8)) == 0
    assert remind(world, date(2025, 12, 10)) == 1


def test_nobody_is_reminded_before_intake_opens(world: World) -> None:
    world.draft()
    with world.acting(None, date(2025, 10, 1), alone=True) as (session, context):
        assert reminders.remind(session, context) == 0


def test_under_embargo_a_unit_is_not_told_of_what_was_sent(world: World) -> None:
    declined = world.advance(world.draft(name="Giàng A Kín"), State.IN_REVIEW)
    world.step(declined, Action.DECLINE, "review-head", reason="Không đủ tiêu chuẩn (mục II.2.c Kế hoạch).")
    world.draft()
    assert remind(world, MONDAY) == 1
    assert all("Giàng A Kín" not in text for _, _, text in written(world))


def test_a_unit_without_addresses_shows_as_failed(world: World) -> None:
    world.draft(unit="07594")
    world.change("UPDATE account SET email = NULL WHERE name LIKE '%07594'", owner=True)
    assert remind(world, MONDAY) == 1
    rows = world.query("SELECT recipient, status, error FROM letter WHERE kind = 'remind.unit'")
    assert [tuple(row) for row in rows] == [("", "failed", "Chưa có địa chỉ thư điện tử.")]
    (entry,) = [e for e in world.entries(f"campaign:{CODE}") if e["tag"] == reminders.TAG]
    assert (entry["unit"], entry["role"], entry["letters"]) == ("07594", "clock", ["unit"])


def unsent(world: World) -> list[tuple[int, str, str]]:
    """The reminders as (entry, who, status)."""
    rows = world.query("SELECT seq, recipient, status FROM letter WHERE kind = 'remind.unit' ORDER BY id")
    first = min(row.seq for row in rows)
    return [(row.seq - first, row.recipient.split("@")[0], row.status) for row in rows]


@pytest.mark.parametrize("waits", ["queued", "deferred"])
def test_a_newer_reminder_takes_the_place_of_one_that_still_waits(world: World, waits: str) -> None:
    world.draft(unit="07282")
    remind(world, MONDAY)
    world.change("UPDATE letter SET status = :waits, next_at = now() WHERE kind = 'remind.unit'", waits=waits)
    remind(world, date(2025, 11, 26))
    assert unsent(world) == [
        (0, "head.07282", "superseded"),
        (0, "officer.07282", "superseded"),
        (1, "head.07282", "queued"),
        (1, "officer.07282", "queued"),
    ]
    world.assert_sound()


def test_what_was_sent_or_is_on_its_way_stays_as_it_is(world: World) -> None:
    world.draft(unit="07282")
    remind(world, MONDAY)
    world.change("UPDATE letter SET status = 'sent' WHERE recipient LIKE 'head%'")
    world.change("UPDATE letter SET status = 'sending' WHERE recipient LIKE 'officer%'")
    remind(world, date(2025, 11, 26))
    assert {status for seq, _, status in unsent(world) if seq == 0} == {"sent", "sending"}


def test_a_reminder_that_names_more_than_the_newer_one_still_goes(world: World) -> None:
    world.draft(unit="07282")
    returned = world.advance(world.draft(unit="07282"), State.IN_REVIEW)
    world.give_back(returned, due=date(2025, 12, 5))
    assert remind(world, MONDAY) == 1, "of the draft"
    assert remind(world, FRIDAY) == 1, "of both"
    assert [status for *_, status in unsent(world)] == ["superseded"] * 2 + ["queued"] * 2
    assert remind(world, date(2025, 12, 3)) == 1, "of the return alone"
    assert [status for *_, status in unsent(world)] == ["superseded"] * 2 + ["queued"] * 4


def test_another_unit_s_reminder_is_nobody_else_s_concern(world: World) -> None:
    world.draft(unit="07282")
    remind(world, MONDAY)
    world.draft(unit="07330")
    assert remind(world, date(2025, 11, 25)) == 1
    assert {status for *_, status in unsent(world)} == {"queued"}
