"""Plans over HTTP: shown first, then all or nothing; and a unit's plan knows nothing of anybody else."""

import pytest

from rules.vocabulary import State
from tests.web.conftest import As
from tests.web.standings import in_standing
from tests.world import CODE, World


def test_a_plan_is_tried_then_done(world: World, as_: As) -> None:
    made = [world.advance(world.draft(), State.SUBMITTED) for _ in range(3)]
    dry = as_("reviewer").plan(CODE, "accept", "submitted", dry_run=True)
    assert (dry.status_code, dry.json()["applied"], set(dry.json()["moved"])) == (200, False, set(made))
    assert {world.state(one) for one in made} == {State.SUBMITTED}
    done = as_("reviewer").plan(CODE, "accept", "submitted", limit=2)
    assert (done.status_code, done.json()["applied"], done.json()["moved"]) == (200, True, made[:2])
    assert [world.state(one) for one in made] == [State.IN_REVIEW, State.IN_REVIEW, State.SUBMITTED]
    assert world.entries(made[0])[-1]["channel"] == "api"


def test_a_refusal_stops_it_unless_it_is_skipped(world: World, as_: As) -> None:
    good = world.advance(world.draft(), State.IN_REVIEW)
    bad = world.advance(world.draft(rating_2022="completed"), State.IN_REVIEW)
    stopped = as_("reviewer").plan(CODE, "endorse", "in_review")
    assert (stopped.status_code, stopped.json()["applied"]) == (409, False)
    (refused,) = stopped.json()["refused"]
    assert (refused["id"], refused["code"]) == (bad, "rule")
    assert world.state(good) is State.IN_REVIEW
    dry = as_("reviewer").plan(CODE, "endorse", "in_review", dry_run=True)
    assert (dry.status_code, dry.json()["applied"]) == (200, False)
    skipped = as_("reviewer").plan(CODE, "endorse", "in_review", skip_refused=True)
    assert (skipped.status_code, skipped.json()["moved"], skipped.json()["applied"]) == (200, [good], True)
    world.assert_sound()


def test_the_quota_holds(world: World, as_: As) -> None:
    for _ in range(3):
        world.advance(world.draft(), State.ENDORSED)
    assert as_("review-head").plan(CODE, "select", "endorsed", category="individual").status_code == 409
    done = as_("review-head").plan(CODE, "select", "endorsed", category="individual", skip_refused=True)
    assert (len(done.json()["moved"]), [one["code"] for one in done.json()["refused"]]) == (2, ["quota"])


@pytest.mark.parametrize("who", ["observer", "admin", "clerk", "officer-07282"])
@pytest.mark.parametrize("options", [{}, {"dry_run": True}, {"skip_refused": True}])
def test_who_takes_no_such_step_plans_none(world: World, as_: As, who: str, options: dict[str, bool]) -> None:
    identity = world.advance(world.draft(), State.SUBMITTED)
    for action in ("accept", "submit", "withdraw"):
        answer = as_(who).plan(CODE, action, "submitted", **options)
        assert (answer.status_code, answer.json().get("refused")) == (403, "role")
        assert identity not in answer.text


def test_what_has_a_way_of_its_own_is_no_plan(world: World, as_: As) -> None:
    assert as_("review-head").plan(CODE, "forward", "selected").json()["refused"] == "state"
    assert as_("reviewer").plan("khong-co", "accept", "submitted").status_code == 404
    assert as_("reviewer").plan(CODE, "accept", "submitted", category="none").status_code == 422


def test_a_unit_plans_with_its_own_dossiers_only(world: World, as_: As) -> None:
    mine = [world.draft(), world.draft(letter=None)]
    theirs = [world.draft(unit="07330"), world.draft(unit="07330", letter=None)]
    answer = as_("head-07282").plan(CODE, "submit", "draft", skip_refused=True)
    assert (answer.status_code, answer.json()["moved"]) == (200, mine[:1])
    assert [one["id"] for one in answer.json()["refused"]] == mine[1:]
    assert not any(one in answer.text for one in theirs)
    assert {world.state(one) for one in theirs} == {State.DRAFT}


@pytest.mark.parametrize(
    "standing", ["endorsed", "selected", "in_appraisal", "approved", "declined", "refused", "queried"]
)
def test_a_plan_does_not_tell_a_unit_what_is_under_embargo(world: World, as_: As, standing: str) -> None:
    plain = world.advance(world.draft(unit="07330"), State.IN_REVIEW)
    hidden = in_standing(world, standing)
    mine = as_("head-07282").plan(CODE, "withdraw", "in_review", dry_run=True, reason="Xin rút").json()
    neutral = as_("head-07330").plan(CODE, "withdraw", "in_review", dry_run=True, reason="Xin rút").json()
    assert [one["id"] for one in mine["refused"]] == [hidden]
    assert [{**one, "id": plain} for one in mine["refused"]] == neutral["refused"]
    by_name = as_("head-07282").plan(CODE, "withdraw", standing, dry_run=True, reason="Xin rút").json()
    assert (by_name["moved"], by_name["refused"]) == ([], [])


def test_a_plan_does_not_tell_a_unit_how_its_dossiers_rank(world: World, as_: As) -> None:
    made = [world.advance(world.draft(direct=direct), State.ENDORSED) for direct in (False, True)]
    ranked = as_("review-head").get(f"/campaigns/{CODE}/ranking", category="individual").json()["ranking"]
    assert [one["id"] for one in ranked] == made[::-1]
    plan = as_("head-07282").plan(CODE, "withdraw", "in_review", dry_run=True, reason="Xin rút").json()
    assert [one["id"] for one in plan["refused"]] == made
