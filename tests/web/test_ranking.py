"""The ranking board: places with their reasons, the cut and the reserve, choosing, settling ties, coverage."""

from collections.abc import Sequence

import pytest

from engine import review
from rules.vocabulary import Kind, State
from tests.engine.test_steps import counted
from tests.web.browser import Page, browser
from tests.web.client import Portal
from tests.web.conftest import At
from tests.world import CODE, World

BOARD = f"/dot/{CODE}/xep-hang"
INDIVIDUALS = f"{BOARD}?loai=individual"


def endorsed(world: World, points: Sequence[int | None]) -> list[str]:
    """Endorsed individuals with these points, by name A, B, C …."""
    made = []
    for number, given in enumerate(points):
        one = world.advance(world.draft(name=f"Nông Thị {chr(ord('A') + number)}"), State.ENDORSED)
        if given is not None:
            with world.acting("reviewer") as (session, context):
                review.score(session, context, one, str(given))
        made.append(one)
    return made


def rows(page: Page) -> list[str]:
    """The board's lines as somebody reads them."""
    assert page.status in {200, 403, 409, 422}, page.text
    found = page.all("//table[contains(@class, 'ranking')]/tbody/tr")
    return [" ".join(" ".join(row.itertext()).split()) for row in found]


def test_the_board_says_why_and_where_the_cut_falls(at: At, world: World) -> None:
    ids = endorsed(world, [70, 90, 80, None])
    for who in ("observer", "appraiser", "reviewer"):
        page = at(who).get(INDIVIDUALS)
        lines = rows(page)
        assert [line.split(" Ủy ban")[0] for line in lines if "Vạch" not in line] == [
            "1 Nông Thị B", "2 Nông Thị C", "3 Nông Thị A dự bị 1", "4 Nông Thị D dự bị 2",
        ]  # fmt: skip
        assert "Đứng trên hồ sơ kế tiếp vì: Điểm xét: 90, hồ sơ kế tiếp 80." in lines[0]
        assert lines[2] == "Vạch chỉ tiêu: 2 suất. Vạch ở đây vì: Điểm xét: 80, hồ sơ kế tiếp 70."
        assert (
            "Chỉ tiêu 2 suất, còn trống 2; 2 hồ sơ dự bị. Còn suất trống, hồ sơ kế tiếp: Nông Thị B (thứ 1)."
            in page.text
        )
        assert not [form for form in page.tree.forms if "xep-hang" in (form.action or "")]
        assert f"/ho-so/{ids[1]}" in page.all("//table//@href")
    assert rows(at("observer").get(BOARD)) == []


def test_the_head_selects_and_takes_back_on_the_board(at: At, world: World) -> None:
    first, second, third = endorsed(world, [90, 80, 70])
    head = at("review-head")
    page = head.get(INDIVIDUALS)
    for one in (first, third):
        page = head.send(page, "/xep-hang/chon", {"action": "select"}, nomination=one)
        assert (page.status, page.answer.url.path) == (200, BOARD)
    assert [world.state(one) for one in (first, second, third)] == [State.SELECTED, State.ENDORSED, State.SELECTED]
    assert "còn trống 0; 1 hồ sơ dự bị" in page.text
    page = head.send(page, "/xep-hang/chon", {"action": "select"}, nomination=second)
    assert page.status == 409
    assert "đã đủ 2 suất" in page.alerts[0]
    assert "Mục II.2.c Kế hoạch" in page.alerts[0]
    page = head.send(page, "/xep-hang/chon", {"action": "deselect", "reason": "-"}, nomination=third)
    assert page.status == 409
    assert page.form("/xep-hang/chon", nomination=third).fields["reason"] == "-"
    page = head.send(page, "/xep-hang/chon", {"action": "deselect", "reason": "Nhường chỗ."}, nomination=third)
    page = head.send(page, "/xep-hang/chon", {"action": "select"}, nomination=second)
    assert world.state(second) is State.SELECTED
    world.assert_sound()


def test_a_board_that_is_no_longer_true_chooses_nothing(at: At, world: World) -> None:
    (one,) = endorsed(world, [None])
    head = at("review-head")
    stale = head.get(INDIVIDUALS)
    with world.acting("reviewer") as (session, context):
        review.score(session, context, one, "10")
    page = head.send(stale, "/xep-hang/chon", {"action": "select"}, nomination=one)
    assert page.status == 409
    assert "phiên bản" in page.alerts[0]
    assert world.state(one) is State.ENDORSED
    page = head.send(page, "/xep-hang/chon", {"action": "award"}, nomination=one)
    assert page.status == 422
    assert world.state(one) is State.ENDORSED


def test_a_tie_is_settled_with_a_reason(at: At, world: World) -> None:
    first, second, third = endorsed(world, [80, 80, 70])
    head = at("review-head")
    page = head.get(INDIVIDUALS)
    assert sum("chưa phân định" in line for line in rows(page)) == 2
    page = head.send(page, "/phan-dinh", {"above": second, "reason": "x"}, first=first)
    assert page.status == 409
    assert page.form("/phan-dinh", first=first).fields["reason"] == "x"
    page = head.send(page, "/phan-dinh", {"above": third, "reason": "Hơn."}, first=first)
    assert page.status == 422
    page = head.send(page, "/phan-dinh", {"above": second, "reason": "Nhiều đóng góp hơn."}, first=first)
    assert rows(page)[0].startswith("1 Nông Thị B")
    assert "lãnh đạo cơ quan xét chọn phân định: Nhiều đóng góp hơn." in rows(page)[0]
    assert not [form for form in page.tree.forms if "phan-dinh" in (form.action or "")]


@pytest.mark.parametrize("who", ["reviewer", "observer", "appraisal-head", "head-07282"])
def test_only_the_review_head_chooses_and_settles(at: At, world: World, who: str) -> None:
    first, second = endorsed(world, [80, 80])
    token = at(who).get("/thong-bao").form("/dang-xuat").fields["_csrf"]
    before = [world.entries(first), world.entries(second)]
    for path, fields in (
        ("chon", {"nomination": first, "action": "select"}),
        ("phan-dinh", {"first": first, "second": second, "above": second, "reason": "Hơn hẳn."}),
    ):
        page = at(who).post(f"{BOARD}/{path}", {"_csrf": token, "category": "individual", **fields})
        assert page.status == 403
        assert ("Nông Thị A" in page.text) is (who != "head-07282")
    assert [world.entries(first), world.entries(second)] == before


def test_units_see_no_board(at: At, world: World) -> None:
    endorsed(world, [80])
    page = at("head-07282").get(INDIVIDUALS)
    assert page.status == 403
    assert "Nông Thị A" not in page.text
    assert at("reviewer").get(f"{BOARD}?loai=household").status == 422


def test_coverage_stands_under_the_ranking(at: At, world: World) -> None:
    world.advance(world.draft(unit="07330", project="DA6", direct=False), State.SELECTED)
    world.advance(world.draft(unit="SYT", project=None), State.SUBMITTED)
    world.advance(world.draft(Kind.COLLECTIVE), State.SUBMITTED)
    text = at("reviewer").get(INDIVIDUALS).text
    assert "1/58 xã, phường có đề nghị; 1 có hồ sơ đủ điều kiện; 1 có hồ sơ được lựa chọn." in text
    page = at("reviewer").get(INDIVIDUALS)
    cells = {" ".join(" ".join(row.itertext()).split()) for row in page.all("//section//tbody/tr")}
    assert {
        "Ủy ban nhân dân xã Phúc Hoà 1 1 1",
        "Sở Y tế 1 0 0",
        "Không ghi dự án 1 0 0",
        "Có 1 0 0",
        "Không 1 1 1",
    } < cells


def test_as_many_queries_for_thirty_as_for_one(wide_world: World, portal: Portal) -> None:
    reviewer = browser(portal, wide_world, "reviewer")
    counts = []
    for number in (1, 29):
        endorsed(wide_world, [None] * number)
        with counted(wide_world) as sent:
            page = reviewer.get(INDIVIDUALS)
        counts.append((len(rows(page)), len(sent)))
    assert counts[0][0] == 1
    assert counts[1][0] == 30, "all of them, whatever the quota"
    assert counts[0][1] == counts[1][1]
    reviewer.client.close()
