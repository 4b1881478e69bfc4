"""The offices' queue: what it finds, in which order, from page to page, and with how many queries."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine import nightly, queue, review
from engine.editing import correct_fields
from engine.queue import Order, QueuePage, Wanted, queue_page
from engine.views import eyes_in
from rules.errors import RoleRefusedError
from rules.vocabulary import Action, Kind, Overall, State
from tests.engine.test_steps import counted
from tests.world import World


def look(world: World, who: str | None = "reviewer", today: date | None = None, **wanted: Any) -> QueuePage:  # noqa: ANN401 - see Wanted
    with world.acting(who, today) as (session, context):
        return queue_page(session, context.campaign_id, eyes_in(context), context.today, Wanted(**wanted))


def ids(world: World, **wanted: Any) -> list[str]:  # noqa: ANN401 - see Wanted
    page = look(world, **wanted)
    assert page.count == len(page.lines)
    return [line.id for line in page.lines]


def score(world: World, one: str, points: str, who: str = "reviewer") -> None:
    with world.acting(who) as (session, context):
        review.score(session, context, one, points)


def test_a_line_says_where_a_dossier_stands(world: World) -> None:
    one = world.advance(world.draft(name="Lò Thị Ấm", project="DA3-TDA1"), State.IN_REVIEW)
    world.step(one, Action.RETURN, "reviewer", date(2025, 11, 21), findings=(("field:merit", "Rõ hơn"),),
               due=date(2025, 11, 28))  # fmt: skip
    (line,) = look(world, today=date(2025, 11, 27)).lines
    assert (line.id, line.name, line.category, line.unit, line.unit_name, line.state) == (
        one, "Lò Thị Ấm", "individual", "07282", "Ủy ban nhân dân xã Đồng Kỳ", State.RETURNED,
    )  # fmt: skip
    assert (line.since, line.waited, line.due) == (date(2025, 11, 21), 4, date(2025, 11, 28))
    assert (line.score, line.overall, line.project, line.direct) == (None, None, "DA3-TDA1", True)


def test_it_follows_whatever_happens_to_a_dossier(world: World) -> None:
    one = world.advance(world.draft(prior_awards=None), State.IN_REVIEW)
    score(world, one, "80")
    score(world, one, "91", "reviewer2")
    with world.acting(None, alone=True) as (session, context):
        nightly.screen_all(session, context)
    with world.acting("reviewer") as (session, context):
        correct_fields(session, context, one, {"name": "Vi Văn Ước", "project": "DA6"}, "Sai tên")
    (line,) = look(world).lines
    assert (line.name, line.project, line.score, line.overall) == (
        "Vi Văn Ước", "DA6", Decimal("85.5"), Overall.INCOMPLETE,
    )  # fmt: skip
    with world.acting("reviewer2") as (session, context):
        review.judge(session, context, one, "award.not_already_given", passed=True, reason="Khác thành tích")
    with world.acting(None, alone=True) as (session, context):
        nightly.screen_all(session, context)
    assert look(world).lines[0].overall is Overall.ELIGIBLE
    world.assert_sound()


def test_filters_narrow_together(world: World) -> None:
    draft, drafted_group = world.draft(), world.draft(Kind.COLLECTIVE)
    here = world.advance(world.draft(), State.SUBMITTED)
    there = world.advance(world.draft(unit="07330"), State.SUBMITTED)
    group = world.advance(world.draft(Kind.COLLECTIVE, merit=None), State.IN_REVIEW)
    with world.acting(None, alone=True) as (session, context):
        nightly.screen_all(session, context)
    assert ids(world) == [draft, drafted_group, here, there, group]
    assert ids(world, states=(State.SUBMITTED,)) == [here, there]
    assert ids(world, states=(State.SUBMITTED, State.IN_REVIEW), category="individual") == [here, there]
    assert ids(world, unit="07330") == [there]
    assert ids(world, category="collective", states=(State.DRAFT,)) == [drafted_group]
    assert ids(world, overall=Overall.INCOMPLETE) == [group]
    assert ids(world, overall=Overall.INCOMPLETE, unit="07330") == []


def test_waiting_longer_than_so_many_working_days(world: World) -> None:
    before = world.advance(world.draft(), State.SUBMITTED, date(2025, 11, 19))  # a Wednesday
    after = world.advance(world.draft(), State.SUBMITTED, date(2025, 11, 21))
    monday = date(2025, 11, 24)
    assert ids(world, today=monday, waiting=2) == [before]  # Thursday, Friday, Monday
    assert ids(world, today=monday, waiting=3) == []
    assert ids(world, today=date(2025, 11, 23), waiting=1) == [before], "on a Sunday nothing is added"
    assert ids(world, today=monday, waiting=0) == [before, after]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("nong", "ab"), ("NÔNG thị", "ab"), ("thi nong", "ab"), ("nong am", "a"), ("n t", "ab"), ("ong", ""),
        ("lò", "c"), ("đ", "c"), ("o'b", "c"), ("100%", "c"), ("_", ""), ("am & lo", ""), ("':*", ""), ("\\", ""),
        ("zzz", ""), ("  ", "abc"),
    ],
)  # fmt: skip
def test_search_by_beginnings_of_words_without_diacritics(shared_world: World, search: str, found: str) -> None:
    names = {"Nông Thị Ấm": "a", "Nông Thị Ân": "b", "Lò Đình O'Brien 100%": "c"}
    if not look(shared_world).lines:
        for name in names:
            shared_world.draft(name=name)
    assert "".join(names[line.name] for line in look(shared_world, search=search).lines) == found


def test_search_by_id(world: World) -> None:
    one, _ = world.draft(), world.draft()
    assert ids(world, search=f" {one.lower()} ") == [one]
    assert ids(world, search=one, states=(State.SUBMITTED,)) == []


NAMES = ["Lò Văn Ân", "Hà Văn An", "Vi Thị Ấn", "Đỗ Thị An"]
BY_NAME = ["Đỗ Thị An", "Hà Văn An", "Lò Văn Ân", "Vi Thị Ấn"]


def test_orders_and_their_reverse(world: World) -> None:
    units = ("07594", "07282", "SYT", "07330")
    made = {name: world.draft(name=name, unit=unit) for name, unit in zip(NAMES, units, strict=True)}
    for day, name in zip((19, 18, 20, 18), NAMES, strict=True):
        world.advance(made[name], State.IN_REVIEW, date(2025, 11, day))
    score(world, made[NAMES[0]], "70")
    score(world, made[NAMES[2]], "90")
    orders = {
        Order.ARRIVAL: NAMES,
        Order.NAME: BY_NAME,
        Order.UNIT: [NAMES[1], NAMES[3], NAMES[0], NAMES[2]],
        Order.SINCE: [NAMES[1], NAMES[3], NAMES[0], NAMES[2]],
        Order.SCORE: [NAMES[1], NAMES[3], NAMES[0], NAMES[2]],
    }
    for order, names in orders.items():
        assert [line.name for line in look(world, order=order).lines] == names, order
        assert [line.name for line in look(world, order=order, descending=True).lines] == names[::-1], order


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize("counted", [3, 1000])
def test_pages_there_and_back(
    shared_world: World, monkeypatch: pytest.MonkeyPatch, order: Order, counted: int, *, descending: bool
) -> None:
    monkeypatch.setattr(queue, "COUNTED", counted)  # as if there were more than anybody counts
    if not look(shared_world, unit="07330").lines:
        for number in range(8):
            shared_world.draft(name=f"{NAMES[number % 4]}", unit="07330", cccd=f"09918777{number:04d}")
    wanted = Wanted(unit="07330", order=order, descending=descending, size=8)
    whole = look(shared_world, **vars(wanted))
    assert (whole.before, whole.after, len(whole.lines)) == (None, None, 8)
    assert (whole.count, whole.more) == ((3, True) if counted == 3 else (8, False))
    pages = [look(shared_world, **vars(replace(wanted, size=3)))]
    while pages[-1].after:
        pages.append(look(shared_world, **vars(replace(wanted, size=3, after=pages[-1].after))))
    assert [line for page in pages for line in page.lines] == list(whole.lines)
    assert [len(page.lines) for page in pages] == [3, 3, 2]
    back = look(shared_world, **vars(replace(wanted, size=3, before=pages[2].before)))
    assert (back.lines, back.after) == (pages[1].lines, pages[1].after)
    first = look(shared_world, **vars(replace(wanted, size=3, before=back.before)))
    assert (first.lines, first.before) == (pages[0].lines, None)


@pytest.mark.parametrize("more", [{}, {"category": "individual"}])
def test_what_is_searched_for_is_in_order_however_much_there_is(
    world: World, monkeypatch: pytest.MonkeyPatch, more: dict[str, Any]
) -> None:
    names = ["Vi Văn Bảy", "Vi Văn Ba", "Vi Văn Sáu", "Vi Văn An", "Vi Văn Tư"]
    for name in names:
        world.draft(name=name)
    world.draft(name="Nông Thị Aí")
    monkeypatch.setattr(queue, "COUNTED", 3)
    page = look(world, search="vi van", order=Order.NAME, descending=True, size=2, **more)
    assert [line.name for line in page.lines] == ["Vi Văn Tư", "Vi Văn Sáu"]
    assert (page.count, page.more) == (3, True)
    assert [line.name for line in look(world, search="vi van b", order=Order.NAME).lines] == ["Vi Văn Ba", "Vi Văn Bảy"]


def test_a_cursor_that_is_no_dossier_finds_nothing(world: World) -> None:
    world.draft()
    assert look(world, after="ZZZZZZZZ").lines == ()


@pytest.mark.parametrize("who", ["head-07282", "officer-SDTTG"])
def test_a_unit_has_no_queue(world: World, who: str) -> None:
    world.draft()
    with pytest.raises(RoleRefusedError):
        look(world, who)


def test_another_campaign_is_not_in_it(world: World) -> None:
    world.draft()
    with world.acting("reviewer") as (session, context):
        assert queue_page(session, context.campaign_id + 1, eyes_in(context), context.today, Wanted()).lines == ()


def test_one_query_for_one_dossier_and_for_thirty(world: World) -> None:
    sent = []
    for _ in range(2):
        with world.acting("reviewer") as (session, context), counted(world) as statements:
            page = queue_page(session, context.campaign_id, eyes_in(context), context.today, Wanted(search="n"))
        sent.append((len(page.lines), len(statements)))
        for _ in range(30 - len(page.lines)):
            world.draft()
    assert sent == [(0, 1), (30, 1)]
