"""Several dossiers as one plan: in ranking order, all or nothing, or what can move with the rest listed."""

import pytest

from engine.context import load_context
from engine.plans import ELSEWHERE, Outcome, plan
from engine.review import score
from engine.steps import Request
from rules.errors import RoleRefusedError, StateRefusedError
from rules.vocabulary import Action, Kind, State
from tests.world import World

CITED = "Trùng thành tích, mục II.2.c Kế hoạch"


def run(world: World, action: Action, source: State, who: str = "reviewer", **options: object) -> Outcome:
    """Run a plan as its command does: undone when something is refused and was not to be skipped."""
    given = {"reason": options.pop("reason", CITED)}
    with world.acting(who) as (session, context):
        outcome = plan(session, context, action, Request(**given), source=source, **options)  # type: ignore[arg-type]  # options of the command
        if outcome.refused and not options.get("skip_refused"):
            session.rollback()
    return outcome


def test_all_move(world: World) -> None:
    ids = [world.advance(world.draft(), State.SUBMITTED) for _ in range(3)]
    outcome = run(world, Action.ACCEPT, State.SUBMITTED)
    assert [taken.id for taken in outcome.moved] == ids
    assert outcome.refused == ()
    assert {world.state(one) for one in ids} == {State.IN_REVIEW}
    world.assert_sound()


def test_one_that_cannot_move_stops_all_unless_it_is_skipped(world: World) -> None:
    fine = [world.advance(world.draft(), State.IN_REVIEW) for _ in range(2)]
    wrong = world.advance(world.draft(merit=None), State.IN_REVIEW)
    outcome = run(world, Action.ENDORSE, State.IN_REVIEW)
    assert [refused.id for refused in outcome.refused] == [wrong]
    assert {world.state(one) for one in (*fine, wrong)} == {State.IN_REVIEW}
    outcome = run(world, Action.ENDORSE, State.IN_REVIEW, skip_refused=True)
    assert sorted(taken.id for taken in outcome.moved) == sorted(fine)
    assert "merit.described" in outcome.refused[0].error.message
    assert outcome.refused[0].error.citations
    assert [world.state(one) for one in (*fine, wrong)] == [State.ENDORSED, State.ENDORSED, State.IN_REVIEW]
    world.assert_sound()


def test_a_plan_goes_in_ranking_order_and_stops_at_its_limit(world: World) -> None:
    ids = [world.advance(world.draft(), State.ENDORSED) for _ in range(4)]
    for one, points in zip(ids, ("60", "90", "70", "80"), strict=True):
        with world.acting("reviewer2") as (session, context):
            score(session, context, one, points)
    outcome = run(world, Action.SELECT, State.ENDORSED, "review-head", limit=2)
    assert [taken.id for taken in outcome.moved] == [ids[1], ids[3]]
    assert [world.state(one) for one in ids] == [State.ENDORSED, State.SELECTED, State.ENDORSED, State.SELECTED]


def test_the_limit_counts_what_is_left_when_refused_ones_are_skipped(world: World) -> None:
    ids = [world.advance(world.draft(merit=None if number == 0 else "Có"), State.IN_REVIEW) for number in range(3)]
    strict = run(world, Action.ENDORSE, State.IN_REVIEW, limit=1)
    assert [refused.id for refused in strict.refused] == [ids[0]]
    assert strict.moved == ()
    lenient = run(world, Action.ENDORSE, State.IN_REVIEW, limit=1, skip_refused=True)
    assert [taken.id for taken in lenient.moved] == [ids[1]]
    assert [refused.id for refused in lenient.refused] == [ids[0]]


def test_a_full_category_is_a_refusal_of_the_plan(small_world: World) -> None:
    world = small_world
    ids = [world.advance(world.draft(), State.ENDORSED) for _ in range(3)]
    outcome = run(world, Action.SELECT, State.ENDORSED, "review-head")
    assert [refused.error.code for refused in outcome.refused] == ["quota"]
    assert {world.state(one) for one in ids} == {State.ENDORSED}
    outcome = run(world, Action.SELECT, State.ENDORSED, "review-head", skip_refused=True)
    assert len(outcome.moved) == 2
    world.assert_sound()


def test_a_category_alone(world: World) -> None:
    person = world.advance(world.draft(), State.SUBMITTED)
    group = world.advance(world.draft(Kind.COLLECTIVE), State.SUBMITTED)
    run(world, Action.ACCEPT, State.SUBMITTED, category="collective")
    assert (world.state(person), world.state(group)) == (State.SUBMITTED, State.IN_REVIEW)


def test_nothing_to_do_is_no_refusal(world: World) -> None:
    assert run(world, Action.ACCEPT, State.SUBMITTED) == Outcome(moved=(), refused=())


@pytest.mark.parametrize(
    "action", [Action.FORWARD, Action.ENLIST, Action.AWARD, Action.REVOKE, Action.CLOSE, Action.LAPSE]
)
def test_what_has_a_command_of_its_own(world: World, action: Action) -> None:
    with pytest.raises(StateRefusedError, match=f"./vinhdanh {ELSEWHERE[action]}"):
        run(world, action, State.SELECTED, "review-head")


def test_each_in_the_name_of_its_own_units_head(world: World) -> None:
    ids = [world.draft(unit=unit) for unit in ("07282", "07330", "SYT")]
    with world.acting("admin") as (session, context):
        outcome = plan(session, context, Action.SUBMIT, Request(), source=State.DRAFT, each_unit_head=True)
    assert len(outcome.moved) == 3
    heads = {row.id: row.name for row in world.query("SELECT id, name FROM account")}
    signed = [heads[int(world.entries(one)[-1]["by"].removeprefix("account:"))] for one in ids]
    assert signed == ["head-07282", "head-07330", "head-SYT"]


def test_a_unit_without_a_head(world: World) -> None:
    one = world.draft_by("reviewer", unit="07735")
    with world.acting("admin") as (session, context):
        outcome = plan(session, context, Action.SUBMIT, Request(), source=State.DRAFT, each_unit_head=True)
    assert [(refused.id, type(refused.error)) for refused in outcome.refused] == [(one, RoleRefusedError)]


def test_only_a_rehearsal_lets_a_plan_act_in_other_names(world: World) -> None:
    world.draft()
    world.change("UPDATE campaign SET config = jsonb_set(config, '{rehearsal}', 'false')")
    with world.database.transaction() as session:
        context = load_context(session, world.code, as_name="admin")
        with pytest.raises(StateRefusedError, match="diễn tập"):
            plan(session, context, Action.SUBMIT, Request(), source=State.DRAFT, each_unit_head=True)
    with pytest.raises(StateRefusedError, match="--today"), world.acting("admin"):
        pass
