"""Points by the campaign's rubric, from several reviewers, and what a recusal does to them and who steps aside."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine import people, review, standing
from engine.recusal import recuse
from engine.scores import scores_view
from engine.views import eyes_in
from rules.errors import (
    DutiesRefusedError,
    EvidenceRefusedError,
    MalformedError,
    RefusedError,
    RoleRefusedError,
    StateRefusedError,
)
from rules.vocabulary import Action, Role, State
from tests.world import ORIGIN, World

FULL = {"organisation": "30", "results": "25,5", "models": "20", "direct": "10"}
LESS = {"organisation": "10", "results": "20", "models": "5.25", "direct": "0"}
WHY = "Là anh em ruột của người được đề nghị."


def score(world: World, one: str, points: str | dict[str, str], who: str = "reviewer") -> None:
    with world.acting(who) as (session, context):
        review.score(session, context, one, points)


def step_aside(world: World, one: str, who: str, reason: str = WHY) -> tuple[str, ...]:
    with world.acting(who) as (session, context):
        return recuse(session, context, one, reason).warnings


def seen(world: World, one: str, who: str) -> dict[str, Any]:
    dossier = world.look(one)
    with world.acting(who) as (session, context):
        return scores_view(session, context, dossier, eyes_in(context))


def test_points_by_criterion_add_up_and_the_mean_counts(world: World) -> None:
    one = world.advance(world.draft(), State.IN_REVIEW)
    score(world, one, FULL)
    score(world, one, LESS, "reviewer2")
    assert world.look(one).score == Decimal("60.375")
    entries = [entry for entry in world.entries(one) if "points" in entry]
    assert [(e["points"], e["parts"]["results"]) for e in entries] == [
        ("85.50", "25.50"),
        ("35.25", "20.00"),
    ]
    view = seen(world, one, "appraiser")
    assert (view["mean"], view["lowest"], view["highest"], view["spread"]) == (60.375, 35.25, 85.5, 50.25)
    models = next(criterion for criterion in view["criteria"] if criterion["key"] == "models")
    assert (models["max"], models["mean"], models["spread"]) == (25, 12.625, 14.75)
    assert [(r["name"], r["own"], r["points"], r["parts"]["direct"]) for r in view["reviewers"]] == [
        ("reviewer", False, 85.5, 10.0),
        ("reviewer2", False, 35.25, 0.0),
    ]
    assert [r["own"] for r in seen(world, one, "reviewer2")["reviewers"]] == [False, True]
    world.assert_sound()


def test_the_same_points_again_are_nothing_new(world: World) -> None:
    one = world.advance(world.draft(), State.IN_REVIEW)
    for points in (FULL, FULL, "85.5", "85,50", FULL):
        score(world, one, points)
    given = [entry.get("parts") for entry in world.entries(one) if "points" in entry]
    assert [parts and parts["models"] for parts in given] == ["20.00", None, "20.00"]
    score(world, one, FULL, "reviewer2")
    assert len([entry for entry in world.entries(one) if "points" in entry]) == 4
    world.assert_sound()


def test_scoring_again_replaces_all_of_ones_own_and_nothing_else(world: World) -> None:
    one = world.advance(world.draft(), State.IN_REVIEW)
    for points in (FULL, LESS, "77", FULL, "60"):
        score(world, one, points)
        world.assert_sound()
    score(world, one, LESS, "reviewer2")
    view = seen(world, one, "reviewer")
    assert (view["reviewers"][0]["points"], view["reviewers"][0]["parts"]) == (60.0, {})
    assert view["criteria"][0]["mean"] == 10.0, "who gave one number says nothing of the criteria"
    assert view["mean"] == 47.625


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ({**FULL, "organisation": "30,01"}, "“Tổ chức, quán triệt.*từ 0 đến 30"),
        ({**FULL, "models": "-1"}, "từ 0 đến 25"),
        ({**FULL, "models": "NaN"}, "từ 0 đến 25"),
        ({**FULL, "models": "nhiều"}, "không phải là số"),
        ({**FULL, "models": " "}, "Chưa chấm: Mô hình"),
        ({"results": "20"}, "Chưa chấm: Tổ chức.*; Mô hình.*; Trực tiếp"),
        ({**FULL, "beauty": "1"}, "Không có tiêu chí chấm điểm: beauty"),
        ({}, "Chưa chấm"),
    ],
)
def test_points_by_criterion_that_are_none(shared_world: World, points: dict[str, str], said: str) -> None:
    one = shared_world.advance(shared_world.draft(), State.SUBMITTED)
    with pytest.raises(MalformedError, match=said):
        score(shared_world, one, points)
    assert shared_world.look(one).score is None


def test_the_view_is_for_the_offices(world: World) -> None:
    one = world.advance(world.draft(), State.IN_REVIEW)
    score(world, one, FULL)
    with pytest.raises(RoleRefusedError):
        seen(world, one, "head-07282")
    assert seen(world, one, "observer")["mean"] == 85.5


def test_nothing_of_no_points(world: World) -> None:
    view = seen(world, world.advance(world.draft(), State.IN_REVIEW), "reviewer")
    assert (view["mean"], view["spread"], view["reviewers"]) == (None, None, [])
    assert [criterion["mean"] for criterion in view["criteria"]] == [None] * 4


# --- recusal ---


def test_who_steps_aside_judges_nothing_more_and_their_points_do_not_count(world: World) -> None:
    one = world.advance(world.draft(prior_awards=None), State.SUBMITTED)
    score(world, one, FULL)
    score(world, one, LESS, "reviewer2")
    before = world.look(one).version
    assert step_aside(world, one, "reviewer") == ()
    after = world.look(one)
    assert (after.score, after.version) == (Decimal("35.25"), before + 1)
    assert standing.candidate(after).score == Decimal("35.25")
    with pytest.raises(DutiesRefusedError, match="đã xin không tham gia xét"):
        world.step(one, Action.ACCEPT, "reviewer")
    world.step(one, Action.ACCEPT, "reviewer2")
    with pytest.raises(DutiesRefusedError, match="đã xin không tham gia xét"):
        score(world, one, "100")
    with pytest.raises(DutiesRefusedError, match="đã xin"), world.acting("reviewer") as (session, context):
        review.judge(session, context, one, "award.not_already_given", passed=True, reason="Đã đối chiếu")
    for action in (Action.RETURN, Action.ENDORSE):
        with pytest.raises(DutiesRefusedError, match="đã xin"):
            world.step(one, action, "reviewer", findings=(("field:merit", "x"),) if action is Action.RETURN else (),
                       due=date(2025, 11, 28))  # fmt: skip
    assert world.look(one).state is State.IN_REVIEW
    world.assert_sound()


def test_a_head_who_steps_aside_neither_selects_nor_declines_but_forwards(world: World, tmp_path: Path) -> None:
    one, other = (world.advance(world.draft(), State.ENDORSED) for _ in range(2))
    warnings = step_aside(world, one, "review-head")
    assert len(warnings) == 1
    assert f"{one}: không còn lãnh đạo cơ quan xét chọn nào được phép lựa chọn" in warnings[0]
    for action in (Action.SELECT, Action.DECLINE):
        with pytest.raises(DutiesRefusedError, match="review-head đã xin"):
            world.step(one, action, "review-head", reason="Theo mục II.2.c Kế hoạch")
    world.step(other, Action.SELECT, "review-head")
    world.account(tmp_path, "phó-giám-đốc", (Role.REVIEW_HEAD, "SDTTG"))
    world.step(one, Action.SELECT, "phó-giám-đốc")
    with pytest.raises(DutiesRefusedError):
        world.step(one, Action.DESELECT, "review-head", reason="Nhường chỗ")
    world.forward("review-head")  # the letter carries everything selected; it judges nothing
    assert world.state(one) is State.IN_APPRAISAL
    world.assert_sound()


def test_an_appraiser_steps_aside(world: World) -> None:
    one = world.advance(world.draft(), State.IN_APPRAISAL)
    step_aside(world, one, "appraiser")
    for action in (Action.APPROVE, Action.QUERY):
        with pytest.raises(DutiesRefusedError, match="appraiser đã xin"):
            world.step(one, action, "appraiser", findings=(("field:merit", "x"),) if action is Action.QUERY else (),
                       due=date(2025, 11, 28))  # fmt: skip
    step_aside(world, one, "appraisal-head")
    with pytest.raises(DutiesRefusedError, match="appraisal-head đã xin"):
        world.step(one, Action.REFUSE, "appraisal-head", reason="Theo mục II.2.c Kế hoạch")
    world.step(one, Action.APPROVE, "appraiser2")


def test_nobody_acts_for_who_stepped_aside(world: World) -> None:
    one = world.advance(world.draft(), State.IN_REVIEW)
    with world.database.transaction() as session:
        people.add_delegation(session, "reviewer", "officer-SYT", date(2026, 1, 31), ORIGIN)
    step_aside(world, one, "reviewer")
    with pytest.raises(DutiesRefusedError, match="reviewer đã xin"):
        world.step(one, Action.ENDORSE, "officer-SYT")


def test_a_deputy_who_steps_aside_does_so_for_themselves_alone(world: World) -> None:
    one = world.advance(world.draft(), State.IN_REVIEW)
    with world.database.transaction() as session:
        people.add_delegation(session, "reviewer", "officer-SYT", date(2026, 1, 31), ORIGIN)
    step_aside(world, one, "officer-SYT")
    with pytest.raises(DutiesRefusedError, match="officer-SYT đã xin"):
        world.step(one, Action.ENDORSE, "officer-SYT")
    world.step(one, Action.ENDORSE, "reviewer")


def test_every_account_of_one_person_steps_aside(world: World, tmp_path: Path) -> None:
    world.account(tmp_path, "reviewer", person="Nguyễn Văn Hai")
    world.account(tmp_path, "reviewer2", person="nguyễn văn hai")
    one = world.advance(world.draft(), State.IN_REVIEW)
    score(world, one, "90", "reviewer2")
    step_aside(world, one, "reviewer")
    assert world.look(one).score is None
    with pytest.raises(DutiesRefusedError, match="reviewer2 đã xin"):
        score(world, one, "90", "reviewer2")
    world.assert_sound()


@pytest.mark.parametrize("who", ["head-07282", "observer", "admin", "clerk"])
def test_who_judges_nothing_has_nothing_to_step_aside_from(world: World, who: str) -> None:
    one = world.advance(world.draft(), State.IN_REVIEW)
    with pytest.raises(RoleRefusedError):
        step_aside(world, one, who)


def test_a_recusal_says_why_once_and_while_there_is_something_to_judge(world: World) -> None:
    one = world.draft()
    with pytest.raises(StateRefusedError, match="xin không tham gia xét"):
        step_aside(world, one, "reviewer")
    world.advance(one, State.IN_REVIEW)
    with pytest.raises(EvidenceRefusedError, match="--reason"):
        step_aside(world, one, "reviewer", "-")
    step_aside(world, one, "reviewer")
    with pytest.raises(StateRefusedError, match="đã xin"):
        step_aside(world, one, "reviewer")
    world.step(one, Action.RETURN, "reviewer2", findings=(("field:merit", "x"),), due=date(2025, 11, 28))
    with pytest.raises(RefusedError):
        step_aside(world, one, "reviewer2")


def test_the_reason_is_for_the_offices_that_judge(world: World) -> None:
    one = world.advance(world.draft(), State.IN_REVIEW)
    score(world, one, FULL)
    step_aside(world, one, "reviewer")
    (shown,) = seen(world, one, "appraiser")["reviewers"]
    assert (shown["recused"], shown["reason"], shown["points"]) == (True, WHY, 85.5)
    view = seen(world, one, "observer")
    assert WHY not in str(view)
    assert (view["mean"], view["reviewers"][0]["recused"]) == (None, True)
    entry = world.entries(one)[-1]
    assert WHY not in str(entry)
    assert entry["recused"] == [entry["by"]]
