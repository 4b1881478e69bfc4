"""The offices' queue in the browser: tabs, filters, search, order, pages; nothing sensitive, nothing for units."""

from datetime import date

import pytest

from engine import review
from rules.vocabulary import Action, State
from tests.engine.test_steps import counted
from tests.web.browser import Page
from tests.web.conftest import At
from tests.world import CODE, World

QUEUE = f"/dot/{CODE}/ho-so"


def names(page: Page) -> list[str]:
    assert page.status == 200
    return [link.text for link in page.all("//table//th[@scope='row']/a")]


def test_the_queue_says_where_each_dossier_stands(at: At, world: World) -> None:
    one = world.advance(world.draft(name="Lò Thị Ấm", cccd="099180000777"), State.IN_REVIEW)
    with world.acting("reviewer") as (session, context):
        review.score(session, context, one, "85,5")
    world.step(one, Action.RETURN, "reviewer", date(2025, 11, 17), findings=(("field:merit", "Rõ hơn"),),
               due=date(2025, 11, 19))  # fmt: skip
    page = at("reviewer").get(QUEUE)
    (row,) = page.all("//tbody/tr")
    words = " ".join(row.text_content().split())
    assert words.startswith(f"Lò Thị Ấm {one} · Cá nhân · DA1 · trực tiếp triển khai")
    assert "Trả lại để bổ sung hạn 19/11/2025 (quá hạn) 17/11/2025 3 ngày làm việc" in words
    assert words.endswith("chưa rà soát 85,5")
    assert page.all("//table//th[@scope='row']/a/@href") == [f"/ho-so/{one}"]
    assert "099180000777" not in page.answer.text
    assert "Nùng" not in page.answer.text


def test_tabs_filters_search_and_order_are_links_and_one_form(at: At, world: World) -> None:
    for name, unit, state in (
        ("Vi Văn An", "07282", State.SUBMITTED),
        ("Hà Thị Ân", "07330", State.SUBMITTED),
        ("Nông Thị An", "07330", State.IN_REVIEW),
    ):
        world.advance(world.draft(name=name, unit=unit), state)
    reviewer = at("reviewer")
    page = reviewer.get(QUEUE)
    assert names(page) == ["Vi Văn An", "Hà Thị Ân", "Nông Thị An"]
    tab = {link.text_content(): link.get("href") for link in page.all("//main//nav//a")}
    page = reviewer.get(tab["Chờ tiếp nhận"])
    assert names(page) == ["Vi Văn An", "Hà Thị Ân"]
    assert page.all("//main//nav//a[@aria-current='true']")[0].text == "Chờ tiếp nhận"
    form = dict(page.all("//main//form")[0].form_values())
    assert form == {"q": "", "don-vi": "", "loai": "", "ra-soat": "", "cho": "", "trang-thai": "submitted"}
    filled = reviewer.get(f"{QUEUE}?q=AN&don-vi=07330&trang-thai=submitted&trang-thai=in_review&xep=ten")
    assert names(filled) == ["Nông Thị An", "Hà Thị Ân"]
    assert filled.all("//th[@aria-sort='ascending']/a/@href") == [
        f"{QUEUE}?q=AN&don-vi=07330&trang-thai=submitted&trang-thai=in_review&xep=ten&giam=1"
    ]
    falling = reviewer.get(filled.all("//th[@aria-sort]/a/@href")[0])
    assert names(falling) == ["Hà Thị Ân", "Nông Thị An"]
    assert names(reviewer.get(f"{QUEUE}?cho=0")) == []
    assert "Không có hồ sơ nào như vậy." in reviewer.get(f"{QUEUE}?q=khong").text


@pytest.mark.parametrize(
    "query", ["trang-thai=secret", "loai=household", "don-vi=X", "ra-soat=good", "cho=-1", "cho=1e9", "cho=²", "xep=id"]
)
def test_words_of_nobodys_are_refused_in_words(shared_at: At, query: str) -> None:
    page = shared_at("reviewer").get(f"{QUEUE}?{query}")
    assert page.status == 422
    assert "Lỗi ngoài dự kiến" not in page.text


def test_pages_go_on_and_back(at: At, world: World) -> None:
    for number in range(31):
        world.draft(name=f"Nông Thị Ấm {chr(ord('A') + number % 26)}{number // 26}")
    reviewer = at("observer")
    first = reviewer.get(f"{QUEUE}?xep=ten")
    assert (len(names(first)), "31 hồ sơ." in first.text) == (30, True)
    assert not first.all("//a[@rel='prev']")
    second = reviewer.get(first.all("//a[@rel='next']/@href")[0])
    assert names(second) == ["Nông Thị Ấm Z0"]
    assert not second.all("//a[@rel='next']")
    assert names(reviewer.get(second.all("//a[@rel='prev']/@href")[0])) == names(first)


def test_a_name_is_text_whatever_is_in_it(at: At, world: World) -> None:
    evil = '<script>alert(1)</script>" onmouseover="x'
    world.draft(name=evil)
    page = at("reviewer").get(f"{QUEUE}?q={evil}")
    assert "<script>alert" not in page.answer.text
    assert not page.all("//@onmouseover")
    assert names(at("reviewer").get(QUEUE)) == [evil]


@pytest.mark.parametrize("who", ["head-07282", "officer-SDTTG"])
def test_units_have_no_queue(at: At, world: World, who: str) -> None:
    world.draft(name="Lò Thị Ấm", unit="07330")
    page = at(who).get(QUEUE)
    assert page.status == 403
    assert "Lò Thị Ấm" not in page.answer.text


def test_as_many_queries_for_thirty_dossiers_as_for_one(at: At, world: World) -> None:
    reviewer = at("reviewer")
    counts = []
    for number in (1, 29):
        for _ in range(number):
            world.draft()
        with counted(world) as sent:
            page = reviewer.get(f"{QUEUE}?q=nong")
        counts.append((len(names(page)), len(sent)))
    assert counts == [(1, counts[0][1]), (30, counts[0][1])]
    assert counts[0][1] <= 6
