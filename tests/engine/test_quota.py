"""Places: kept through a return, freed by an outcome, never evaded; and who is next when one falls free."""

from datetime import date

import pytest

from engine import amendments, standing
from engine.campaigns import load_campaign, show
from engine.dossier import load_dossiers
from engine.review import answer_finding, score
from rules.campaign import parse_campaign
from rules.errors import EvidenceRefusedError, MalformedError, QuotaRefusedError, RoleRefusedError, StateRefusedError
from rules.vocabulary import Action, Kind, State
from tests.world import ORIGIN, World, campaign_data, with_limits

CITED = "Trùng thành tích, mục II.2.c Kế hoạch"
FINDINGS = (("field:merit", "Nêu số liệu."),)
DUE = date(2025, 11, 28)


def taken(world: World, category: str = "individual") -> int:
    """How many places of a category are held."""
    with world.acting(None) as (session, context):
        return next(int(c["taken"]) for c in show(session, context)["categories"] if c["key"] == category)


def reserve_head(world: World) -> str | None:
    """Who is next for a free place."""
    with world.acting(None) as (session, context):
        place = standing.head_of_reserve(session, context, "individual")
    return place.id if place else None


def give_points(world: World, points: dict[str, str], who: str = "reviewer2") -> None:
    for one, value in points.items():
        with world.acting(who) as (session, context):
            score(session, context, one, value)


def query_and_return(world: World, one: str) -> None:
    """The appraiser asks, the review office passes it on to the unit."""
    world.step(one, Action.QUERY, "appraiser", findings=FINDINGS, due=DUE)
    world.give_back(one, anchor="field:model")


def test_a_place_is_kept_from_query_to_return_to_answer_and_back(small_world: World) -> None:
    world = small_world
    one = world.advance(world.draft(), State.IN_APPRAISAL)
    query_and_return(world, one)
    place = world.look(one).slot
    assert place == 1
    assert taken(world) == 1
    world.answer(one, "field:model")
    world.step(one, Action.SUBMIT, "head")
    world.step(one, Action.ACCEPT, "reviewer")
    assert world.look(one).slot == place
    world.step(one, Action.ENDORSE, "reviewer")
    assert (world.state(one), world.look(one).slot) == (State.SELECTED, place)
    with world.acting("reviewer") as (session, context):
        answer_finding(session, context, one, "field:merit", "Đơn vị đã bổ sung số liệu.")
    world.forward()
    world.step(one, Action.APPROVE, "appraiser")
    assert taken(world) == 1
    world.assert_sound()


def test_a_place_held_during_a_return_is_nobody_elses(small_world: World) -> None:
    world = small_world
    first, second = (world.advance(world.draft(), State.IN_APPRAISAL) for _ in range(2))
    waiting = world.advance(world.draft(), State.ENDORSED)
    query_and_return(world, first)
    query_and_return(world, second)
    assert reserve_head(world) is None, "both places are held, though no dossier is in a state that must hold one"
    with pytest.raises(QuotaRefusedError):
        world.step(waiting, Action.SELECT, "review-head")
    world.step(first, Action.WITHDRAW, "head", reason="Xin rút")
    assert reserve_head(world) == waiting
    world.step(waiting, Action.SELECT, "review-head")
    world.assert_sound()


@pytest.mark.parametrize(
    ("before", "action", "who", "reason"),
    [
        (State.IN_APPRAISAL, Action.REFUSE, "appraisal-head", CITED),
        (State.APPROVED, Action.REFUSE, "appraisal-head", CITED),
        (State.IN_APPRAISAL, Action.WITHDRAW, "appraisal-head", "Công văn 5"),
        (State.SELECTED, Action.DESELECT, "review-head", "Xếp lại"),
        (State.SELECTED, Action.WITHDRAW, "review-head", "Công văn 5"),
    ],
)
def test_a_place_falls_free_and_the_head_of_the_reserve_is_shown_not_promoted(
    small_world: World, before: State, action: Action, who: str, reason: str
) -> None:
    world = small_world
    falling = world.advance(world.draft(), before)
    world.advance(world.draft(), State.SELECTED)
    low, high = (world.advance(world.draft(), State.ENDORSED) for _ in range(2))
    give_points(world, {low: "60", high: "80"})
    assert reserve_head(world) is None
    world.step(falling, action, who, reason=reason)
    assert taken(world) == 1
    assert reserve_head(world) == high
    assert world.state(high) is State.ENDORSED, "nobody is promoted silently"
    world.step(high, Action.SELECT, "review-head")
    assert reserve_head(world) is None
    world.assert_sound()


def test_the_reserve_is_what_is_endorsed_in_order(small_world: World) -> None:
    world = small_world
    ids = [world.advance(world.draft(), State.ENDORSED) for _ in range(4)]
    give_points(world, dict(zip(ids, ("50", "70", "90", "80"), strict=True)))
    world.step(ids[2], Action.SELECT, "review-head")
    with world.acting(None) as (session, context):
        now = standing.standing(session, context, "individual")
    assert [place.id for place in now.waiting] == [ids[3], ids[1], ids[0]]
    assert [place.id for place in now.reserve] == [ids[1], ids[0]], "one place is free, for the first of them"
    assert [place.id for place in now.places] == [ids[2], ids[3], ids[1], ids[0]]
    assert now.limit == 2


@pytest.mark.parametrize("action", [Action.REFUSE, Action.WITHDRAW])
def test_out_and_in_again_evades_no_limit(small_world: World, action: Action) -> None:
    world = small_world
    returning = world.advance(world.draft(), State.IN_APPRAISAL)
    world.advance(world.draft(), State.SELECTED)
    world.step(returning, action, "appraisal-head", reason=CITED)
    successor = world.advance(world.draft(), State.SELECTED)
    world.step(returning, Action.REOPEN, "review-head", reason="Có tài liệu mới")
    assert world.look(returning).slot is None
    world.step(returning, Action.ENDORSE, "reviewer")
    assert world.state(returning) is State.ENDORSED
    with pytest.raises(QuotaRefusedError):
        world.step(returning, Action.SELECT, "review-head")
    assert taken(world) == 2
    world.step(successor, Action.DESELECT, "review-head", reason="Đơn vị xin nhường")
    world.step(returning, Action.SELECT, "review-head")
    world.assert_sound()


def test_fallen_dossiers_count_against_nothing(small_world: World) -> None:
    world = small_world
    for _ in range(3):
        fallen = world.advance(world.draft(), State.SELECTED)
        world.step(fallen, Action.WITHDRAW, "review-head", reason="Công văn 5")
    ids = [world.advance(world.draft(), State.SELECTED) for _ in range(2)]
    assert sorted(world.look(one).slot or 0 for one in ids) == [1, 2]


def test_each_category_has_its_own_places(small_world: World) -> None:
    world = small_world
    for kind in (Kind.INDIVIDUAL, Kind.COLLECTIVE):
        for _ in range(2):
            world.advance(world.draft(kind), State.SELECTED)
        with pytest.raises(QuotaRefusedError):
            world.advance(world.draft(kind), State.SELECTED)
    assert (taken(world), taken(world, "collective")) == (2, 2)


def test_a_revoked_award_keeps_its_place_on_purpose(small_world: World) -> None:
    world = small_world
    one = world.advance(world.draft(), State.AWARDED)
    with world.acting("clerk") as (session, context):
        amendments.revoke(session, context, one, "77/QĐ-UBND", context.today, "Khai gian, Luật Đ93.2")
    assert (world.state(one), world.look(one).slot) == (State.REVOKED, 1)
    world.assert_sound()


# --- ties ---


def test_the_review_head_settles_a_tie(world: World) -> None:
    first, second, third = (world.advance(world.draft(), State.ENDORSED) for _ in range(3))

    def order() -> list[tuple[str, bool]]:
        with world.acting(None) as (session, context):
            places = standing.standing(session, context, "individual").places
        return [(place.id, place.unsettled) for place in places]

    assert order() == [(first, True), (second, True), (third, True)], "an unsettled tie refuses nothing"
    with pytest.raises(RoleRefusedError), world.acting("reviewer") as (session, context):
        standing.settle(session, context, third, first, "Hơn")
    with pytest.raises(EvidenceRefusedError), world.acting("review-head") as (session, context):
        standing.settle(session, context, third, first, " - ")
    with world.acting("review-head") as (session, context):
        standing.settle(session, context, third, first, "Nhiều năm hơn")
    assert [one for one, _ in order()].index(third) < [one for one, _ in order()].index(first)
    with pytest.raises(StateRefusedError, match="Trái với"), world.acting("review-head") as (session, context):
        standing.settle(session, context, first, third, "Ngược lại")
    with pytest.raises(StateRefusedError, match="đã được phân định"), world.acting("review-head") as (session, context):
        standing.settle(session, context, third, first, "Nhắc lại")
    with pytest.raises(MalformedError), world.acting("review-head") as (session, context):
        standing.settle(session, context, third, third, "Chính nó")
    with world.acting("review-head") as (session, context):
        standing.settle(session, context, first, second, "Đến trước")
    assert order() == [(third, False), (first, False), (second, False)]
    assert [entry["tag"] for entry in world.entries(third)][-1] == "nomination:review:settled"
    give_points(world, {second: "90"})
    assert order()[0] == (second, False), "points decide before settlements"
    with pytest.raises(StateRefusedError, match="không bằng nhau"), world.acting("review-head") as (session, context):
        standing.settle(session, context, second, first, "Hơn điểm")
    world.assert_sound()


def test_dossiers_of_two_categories_do_not_tie(world: World) -> None:
    one, other = world.draft(), world.draft(Kind.COLLECTIVE)
    with pytest.raises(StateRefusedError, match="không bằng nhau"), world.acting("review-head") as (session, context):
        standing.settle(session, context, one, other, "Hơn")


# --- another quota ---


def reload(world: World, collective: int, individual: int) -> None:
    """Load the campaign's file again with other quotas."""
    with world.database.transaction() as session:
        load_campaign(session, parse_campaign(campaign_data(categories=with_limits(collective, individual))), ORIGIN)


def test_a_quota_grows_and_shrinks_but_never_below_what_is_held(small_world: World) -> None:
    world = small_world
    for _ in range(2):
        world.advance(world.draft(), State.SELECTED)
    third = world.advance(world.draft(), State.ENDORSED)
    reload(world, 2, 3)
    world.step(third, Action.SELECT, "review-head")
    with pytest.raises(StateRefusedError, match="không thể giảm chỉ tiêu"):
        reload(world, 2, 2)
    world.step(third, Action.DESELECT, "review-head", reason="Giảm chỉ tiêu")
    reload(world, 1, 2)
    assert taken(world) == 2
    world.assert_sound()


def test_the_places_of_a_fresh_campaign(world: World) -> None:
    rows = world.query("SELECT category, count(*) AS places, count(nomination_id) AS held FROM slot GROUP BY category")
    assert {(row.category, row.places, row.held) for row in rows} == {("collective", 15, 0), ("individual", 30, 0)}
    world.draft()
    with world.acting(None) as (session, context):
        assert len(load_dossiers(session, context)) == 1
        assert show(session, context)["categories"][1]["states"] == {"draft": 1}
