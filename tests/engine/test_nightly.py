"""The nightly screening keeps the newest verdicts and tells an office that relied on what no longer passes."""

from datetime import date

from engine import nightly, review
from engine.campaigns import lapse
from rules.vocabulary import Action, State
from tests.engine.test_reminders import plain
from tests.world import IN_INTAKE, World

BEFORE, AFTER = date(2025, 12, 30), date(2026, 1, 2)  # "Chưa xếp loại" for 2025 passes up to 31/12/2025


def screen(world: World, today: date) -> int:
    with world.acting(None, today, alone=True) as (session, context):
        return nightly.screen_all(session, context)


def written(world: World) -> list[tuple[str, str, str]]:
    rows = world.query("SELECT kind, recipient, message FROM letter WHERE kind LIKE 'screened.%' ORDER BY id")
    return [(row.kind, row.recipient, plain(row.message)) for row in rows]


def test_verdicts_are_kept_and_a_change_overnight_is_told_once(world: World) -> None:
    approved = world.advance(world.draft(rating_2025="unrated"), State.APPROVED)
    selected = world.advance(world.draft(rating_2025="unrated", name="Mông Thị Chờ"), State.SELECTED)
    sound = world.draft()
    bad = world.draft(merit=None)
    assert screen(world, BEFORE) == 0
    kept = {row.nomination_id: row for row in world.query("SELECT * FROM screened")}
    assert {key: row.overall for key, row in kept.items()} == {
        selected: "eligible", approved: "eligible", sound: "eligible", bad: "incomplete"
    }  # fmt: skip
    assert kept[selected].verdicts["duties.completed_well"] == "pass"
    assert screen(world, AFTER) == 2
    letters = written(world)
    assert {(kind, to) for kind, to, _ in letters} == {
        *(("screened.review_office", f"{who}@bacninh.example") for who in ("reviewer", "reviewer2", "review-head")),
        *(
            ("screened.appraisal_office", f"{who}@bacninh.example")
            for who in ("appraiser", "appraiser2", "appraisal-head")
        ),
    }
    for kind, _, text in letters:
        own, other = (selected, approved) if "review_office" in kind else (approved, selected)
        assert own in text
        assert other not in text
        assert "chưa đủ căn cứ" in text
        assert "Điều 7 Quyết định số 86/2025/QĐ-UBND" in text
        assert bad not in text
    assert screen(world, AFTER) == 0
    assert len(written(world)) == 6
    row = world.query("SELECT screened_on, verdicts FROM screened WHERE nomination_id = :id", id=selected)[0]
    assert (row.screened_on, row.verdicts["duties.completed_well"]) == (AFTER, "unknown")
    world.assert_sound()


def test_what_fell_after_its_endorsement_is_told_whatever_the_night_before_it_found(world: World) -> None:
    waiting = world.advance(world.draft(prior_awards="Giấy khen của Giám đốc sở"), State.IN_REVIEW)
    screen(world, IN_INTAKE)
    assert world.query("SELECT overall FROM screened")[0].overall == "incomplete"
    judge(world, waiting, passed=True)
    world.step(waiting, Action.ENDORSE, "reviewer")
    judge(world, waiting, passed=False)
    assert [(screen(world, IN_INTAKE), len(written(world))) for _ in range(2)] == [(1, 3), (0, 3)]
    judge(world, waiting, passed=True)
    screen(world, IN_INTAKE)
    judge(world, waiting, passed=False)
    screen(world, IN_INTAKE)
    assert len(written(world)) == 6, "it had been cured meanwhile"


def judge(world: World, nomination_id: str, *, passed: bool) -> None:
    with world.acting("reviewer2") as (session, context):
        review.judge(session, context, nomination_id, "award.not_already_given", passed=passed, reason="Đã xem hồ sơ.")


def test_what_an_identity_card_says_is_not_in_the_letter(world: World) -> None:
    endorsed = world.advance(world.draft(name="Lục Văn Trùng", cccd="099180777777"), State.ENDORSED)
    world.draft(unit="07330", name="Lục Văn Trùng", cccd="099180777777")
    screen(world, BEFORE)
    texts = [text for _, _, text in written(world)]
    assert texts
    assert all(endorsed in text and "099180777777" not in text for text in texts)


def test_what_has_fallen_is_not_screened(world: World) -> None:
    lapsed = world.draft()
    with world.acting(None, date(2025, 12, 1), alone=True) as (session, context):
        lapse(session, context)
    assert world.state(lapsed) is State.LAPSED
    screen(world, BEFORE)
    assert world.query("SELECT 1 FROM screened") == []
