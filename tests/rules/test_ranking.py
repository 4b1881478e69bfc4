"""Who stands above whom, and why."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import MalformedError
from rules.facts import Value
from rules.ranking import CRITERIA, UNSETTLED, Candidate, Place, rank, settlement_cycle
from rules.vocabulary import Kind

ALL = ("score", "direct", "model", "excellent_years", "women")


def candidate(identity: str, arrival: int = 0, *, score: str | None = "90", **fields: Value) -> Candidate:
    return Candidate(
        id=identity,
        name=f"Người {identity}",
        kind=Kind.INDIVIDUAL,
        fields=fields,
        score=None if score is None else Decimal(score),
        arrival=arrival,
    )


def collective(identity: str, **fields: Value) -> Candidate:
    return Candidate(
        id=identity, name=identity, kind=Kind.COLLECTIVE, fields=fields, score=Decimal(90), arrival=int(identity[1:])
    )


def order(places: Sequence[Place]) -> str:
    return "".join(place.id[0] for place in places)


def test_places_are_counted_from_one() -> None:
    places = rank([candidate("a", score="80"), candidate("b", score="85")], ALL)
    assert [(place.id, place.place) for place in places] == [("b", 1), ("a", 2)]


@pytest.mark.parametrize(
    ("higher", "lower", "because"),
    [
        (
            candidate("a", score="92.5"),
            candidate("b", score="90", direct=True, model="Mô hình", sex="female"),
            "Điểm xét: 92,5, hồ sơ kế tiếp 90.",
        ),
        (
            candidate("a", score="0"),
            candidate("b", score=None, direct=True),
            "Điểm xét: 0, hồ sơ kế tiếp chưa chấm.",
        ),
        (
            candidate("a", 2, direct=True),
            candidate("b", 1, direct=False, model="Mô hình"),
            "Trực tiếp triển khai dự án: có, hồ sơ kế tiếp không.",
        ),
        (
            candidate("a", 2, model="Nuôi ong lấy mật"),
            candidate("b", 1, model="  ", rating_2021="excellent"),
            "Có mô hình, cách làm sáng tạo: có, hồ sơ kế tiếp không.",
        ),
        (
            candidate("a", 2, rating_2021="excellent", rating_2022="excellent", rating_2023="good"),
            candidate("b", 1, rating_2021="excellent", rating_2022="good", rating_2023=None, sex="female"),
            "Số năm hoàn thành xuất sắc nhiệm vụ: 2, hồ sơ kế tiếp 1.",
        ),
        (
            candidate("a", 2, sex="female"),
            candidate("b", 1, sex="male"),
            "Ưu tiên nữ hoặc tập thể đông nữ: có, hồ sơ kế tiếp không.",
        ),
    ],
)
def test_each_criterion_in_turn(higher: Candidate, lower: Candidate, because: str) -> None:
    places = rank([lower, higher], ALL)
    assert order(places) == "ab"
    assert [place.above_next_because for place in places] == [because, None]
    assert not any(place.unsettled for place in places)


def test_the_campaign_orders_its_criteria() -> None:
    first, second = candidate("a", direct=True), candidate("b", model="Mô hình")
    assert order(rank([first, second], ["direct", "model"])) == "ab"
    assert order(rank([first, second], ["model", "direct"])) == "ba"


@pytest.mark.parametrize(
    ("size", "women", "preferred"),
    [(10, 7, True), (10, 6, False), (100, 69, False), (100, 70, True), (3, 2, False), (7, 5, True), (20, 14, True)],
)
def test_a_collective_is_preferred_from_seventy_percent_women_on(size: int, women: int, *, preferred: bool) -> None:
    places = rank([collective("b1", size=1, women=0), collective("a2", size=size, women=women)], ["women"])
    assert order(places) == ("ab" if preferred else "ba")


@pytest.mark.parametrize("fields", [{}, {"size": 10}, {"women": 7}, {"size": 0, "women": 0}, {"sex": "female"}])
def test_a_collective_whose_women_are_not_counted_is_not_preferred(fields: dict[str, Value]) -> None:
    assert rank([collective("a1", **fields)], ["women"])[0].criteria == {"women": False}


def test_the_share_of_women_is_that_of_the_day() -> None:
    counted = rank([collective("a1", size=10, women=7)], ["women"], on=date(2025, 12, 1))
    assert counted[0].criteria == {"women": True}
    with pytest.raises(MalformedError, match="30/06/2025"):
        rank([collective("a1", size=10, women=7)], ["women"], on=date(2025, 6, 30))


def test_what_each_criterion_saw_is_kept_raw_and_in_words() -> None:
    (place,) = rank([candidate("a", score="88.3333333333", direct=True, sex="male", rating_2021="excellent")], ALL)
    assert place.criteria == {
        "score": Decimal("88.3333333333"),
        "direct": True,
        "model": False,
        "excellent_years": 1,
        "women": False,
    }
    assert place.labels == {
        "score": "88,3333",
        "direct": "có",
        "model": "không",
        "excellent_years": "1",
        "women": "không",
    }


def test_equal_scores_are_equal_however_they_are_written() -> None:
    places = rank([candidate("b", 2, score="90.00"), candidate("a", 1, score="90")], ["score"])
    assert order(places) == "ab"
    assert places[0].above_next_because == UNSETTLED


def test_an_unsettled_tie_stands_in_order_of_arrival_and_says_so() -> None:
    places = rank([candidate("c", 3), candidate("a", 1), candidate("b", 2), candidate("z", 0, score="95")], ALL)
    assert order(places) == "zabc"
    assert [place.unsettled for place in places] == [False, True, True, True]
    assert places[1].above_next_because == UNSETTLED
    assert "chưa phân định" in UNSETTLED
    assert places[3].above_next_because is None


def test_a_settlement_decides_a_tie_and_gives_its_reason() -> None:
    places = rank([candidate("a", 1), candidate("b", 2)], ALL, [("b", "a", "Địa bàn đặc biệt khó khăn")])
    assert order(places) == "ba"
    assert "Địa bàn đặc biệt khó khăn" in (places[0].above_next_because or "")
    assert not any(place.unsettled for place in places)


def test_a_settlement_does_not_overrule_a_criterion() -> None:
    places = rank([candidate("a", score="91"), candidate("b", score="90")], ALL, [("b", "a", "Lý do")])
    assert order(places) == "ab"
    assert places[0].above_next_because == "Điểm xét: 91, hồ sơ kế tiếp 90."


def test_a_settlement_among_three_leaves_the_third_unsettled() -> None:
    places = rank([candidate("a", 1), candidate("b", 2), candidate("c", 3)], ALL, [("c", "a", "Lý do")])
    assert order(places) == "bca"
    assert [place.unsettled for place in places] == [True, True, False]
    assert places[0].above_next_because == UNSETTLED


def test_settlements_hold_across_a_third() -> None:
    settlements = [("c", "b", "Một"), ("b", "a", "Hai")]
    assert order(rank([candidate("a", 1), candidate("b", 2), candidate("c", 3)], ALL, settlements)) == "cba"


def test_settlements_hold_across_one_who_no_longer_competes() -> None:
    settlements = [("c", "b", "Một"), ("b", "a", "Hai")]
    places = rank([candidate("a", 1), candidate("c", 3)], ALL, settlements)
    assert order(places) == "ca"
    assert "Một; Hai" in (places[0].above_next_because or "")


def test_settlements_do_not_hold_across_one_who_no_longer_ties() -> None:
    settlements = [("c", "b", "Một"), ("b", "a", "Hai")]
    places = rank([candidate("a", 1), candidate("b", 2, score="95"), candidate("c", 3)], ALL, settlements)
    assert order(places) == "bac"
    assert places[1].above_next_because == UNSETTLED


def test_no_criterion_leaves_all_to_settlements_and_arrival() -> None:
    assert order(rank([candidate("a", 2), candidate("b", 1), candidate("c", 3)], [], [("c", "b", "Lý do")])) == "acb"


def test_nobody_to_rank() -> None:
    assert rank([], ALL) == []


def test_an_unknown_criterion_is_refused_with_those_there_are() -> None:
    with pytest.raises(MalformedError, match="colour") as refused:
        rank([candidate("a")], ["score", "colour"])
    assert "excellent_years" in refused.value.message


def test_a_circle_is_found_before_it_is_stored() -> None:
    assert settlement_cycle([("a", "b", "1"), ("b", "c", "2")]) is None
    found = settlement_cycle([("a", "b", "1"), ("b", "c", "2"), ("c", "a", "3")])
    assert found is not None
    assert found[0] == found[-1]
    assert set(found) == {"a", "b", "c"}
    assert list(found[:2]) in (["a", "b"], ["b", "c"], ["c", "a"])
    assert settlement_cycle([("a", "a", "1")]) is not None


def test_a_circle_that_is_there_all_the_same_is_no_order() -> None:
    with pytest.raises(ValueError, match="circle"):
        rank([candidate("a", 1), candidate("b", 2)], ALL, [("a", "b", "1"), ("b", "a", "2")])


names = st.sampled_from("abcdefgh")


@st.composite
def fields_of_candidates(draw: st.DrawFn) -> list[Candidate]:
    """Candidates that often tie."""
    return [
        candidate(
            identity,
            draw(st.integers(0, 3)),
            score=draw(st.sampled_from([None, "90", "90.0", "85"])),
            direct=draw(st.booleans()),
            sex=draw(st.sampled_from(["male", "female", None])),
        )
        for identity in draw(st.lists(names, unique=True))
    ]


settled = st.lists(st.tuples(names, names, st.just("Lý do")).filter(lambda pair: pair[0] < pair[1]), max_size=8)
some_criteria = st.permutations(ALL).flatmap(lambda names: st.integers(0, 5).map(lambda n: names[:n]))


def seen_by(found: Candidate, criteria: Sequence[str]) -> tuple[tuple[bool, int | Decimal], ...]:
    """What the criteria see, the greater the better, nothing seen last."""
    measures = [CRITERIA[name].measure(found, date(2025, 12, 1)) for name in criteria]
    return tuple((measure is not None, measure or 0) for measure in measures)


@given(fields_of_candidates(), some_criteria, settled)
def test_an_order_is_total_and_follows_criteria_settlements_and_arrival(
    candidates: list[Candidate], criteria: list[str], settlements: list[tuple[str, str, str]]
) -> None:
    places = rank(candidates, criteria, settlements)
    by_id = {found.id: found for found in candidates}
    assert sorted(place.id for place in places) == sorted(by_id)
    assert [place.place for place in places] == list(range(1, len(candidates) + 1))
    for above, below in pairwise(places):
        first, second = by_id[above.id], by_id[below.id]
        assert seen_by(first, criteria) >= seen_by(second, criteria)
        assert above.above_next_because
        tied = seen_by(first, criteria) == seen_by(second, criteria)
        assert (above.above_next_because == UNSETTLED) <= tied
        assert above.unsettled or above.above_next_because != UNSETTLED
        if tied and not settlements:
            assert (first.arrival, first.id) < (second.arrival, second.id)
    at = {place.id: place.place for place in places}
    for higher, lower, _ in settlements:
        if higher in by_id and lower in by_id and seen_by(by_id[higher], criteria) == seen_by(by_id[lower], criteria):
            assert at[higher] < at[lower]


@given(fields_of_candidates(), some_criteria, settled, st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_how_it_is_asked(
    candidates: list[Candidate], criteria: list[str], settlements: list[tuple[str, str, str]], chance: Random
) -> None:
    places = rank(candidates, criteria, settlements)
    shuffled, turned = candidates.copy(), settlements.copy()
    chance.shuffle(shuffled)
    chance.shuffle(turned)
    assert rank(shuffled, criteria, turned) == places


@given(st.lists(st.tuples(names, names, st.just("")), max_size=12))
def test_a_circle_is_found_exactly_when_settlements_have_no_order(pairs: list[tuple[str, str, str]]) -> None:
    below: dict[str, set[str]] = {}
    for higher, lower, _ in pairs:
        below.setdefault(higher, set()).add(lower)
    for _ in pairs:
        for reached in below.values():
            reached |= {further for lower in reached.copy() for further in below.get(lower, ())}
    assert (settlement_cycle(pairs) is not None) is any(higher in reached for higher, reached in below.items())
