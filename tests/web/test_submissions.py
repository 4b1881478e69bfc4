"""Forwarding under a submission letter, its papers, the overdue list, and closing what is left."""

from datetime import date
from typing import Any

import pytest

from rules.vocabulary import Action, State
from tests.engine.test_steps import counted
from tests.web.browser import Page, browser
from tests.web.client import Portal
from tests.web.conftest import At
from tests.world import CODE, World

LETTERS, OVERDUE, CLOSING = (f"/dot/{CODE}/{path}" for path in ("to-trinh", "qua-han", "ket-thuc"))
LETTER = {"number": "09", "dated": "2025-11-20"}


def csrf(page: Page) -> str:
    return str(page.form("/dang-xuat").fields["_csrf"])


def rows(page: Page) -> list[str]:
    assert page.status == 200
    return [" ".join(" ".join(row.itertext()).split()) for row in page.all("//tbody/tr")]


# --- forwarding ---


def test_everything_selected_goes_under_one_letter_whose_papers_are_downloads(at: At, world: World) -> None:
    first, second = (world.advance(world.draft(name=f"Nông Thị {n}"), State.SELECTED) for n in ("Một", "Hai"))
    world.advance(world.draft(name="Nông Thị Ba"), State.ENDORSED)
    head = at("review-head")
    page = head.get(LETTERS)
    assert "Sẽ trình cơ quan thẩm định: 2 hồ sơ được lựa chọn" in page.text
    assert [row.split(" Ủy ban")[0] for row in rows(page)] == ["Cá nhân Nông Thị Một", "Cá nhân Nông Thị Hai"]
    page = head.send(page, "/to-trinh", LETTER)
    assert page.status == 200
    assert "Đã trình 2 hồ sơ theo Tờ trình số 09/TTr-SDTTG." in page.text
    assert {world.state(first), world.state(second)} == {State.IN_APPRAISAL}
    assert rows(page) == [
        "09/TTr-SDTTG 20/11/2025 2 PDF 09/TTr-SDTTG DOCX 09/TTr-SDTTG XLSX 09/TTr-SDTTG JSON 09/TTr-SDTTG"
    ]
    beginnings = {"pdf": b"%PDF-", "docx": b"PK", "xlsx": b"PK", "json": b"{"}
    for link in page.all("//tbody//a/@href"):
        answer = at("appraiser").client.get(link)
        assert answer.status_code == 200
        assert answer.content.startswith(beginnings[link.rsplit("/", 1)[1]])
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert b"0991800" not in answer.content
    assert head.get(f"{LETTERS}/99/pdf").status == 404
    assert head.get(page.all("//tbody//a/@href")[0].replace("/pdf", "/html")).status == 404
    assert at("head-07282").get(page.all("//tbody//a/@href")[0]).status == 403
    world.assert_sound()


def test_a_letter_that_cannot_go_takes_nothing_along(at: At, world: World) -> None:
    one, other = (world.advance(world.draft(), State.SELECTED) for _ in range(2))
    head = at("review-head")
    page = head.get(LETTERS)
    for fields, status, words in (
        ({**LETTER, "number": "không số"}, 422, "không đúng dạng"),
        ({**LETTER, "dated": ""}, 409, "Phải ghi ngày"),
        ({**LETTER, "dated": "2025-11-21"}, 409, "sau hôm nay"),
        ({**LETTER, "dated": "31/02/2025"}, 422, "Không có ngày"),
    ):
        page = head.send(page, "/to-trinh", fields)
        assert (page.status, words in page.alerts[0]) == (status, True), page.alerts
        assert page.form("/to-trinh").fields["number"] == fields["number"]
    world.step(other, Action.DESELECT, "review-head", reason="Nhường chỗ.")
    page = head.send(page, "/to-trinh", LETTER)
    assert page.status == 409
    assert "đã khác với khi bạn xem" in page.alerts[0]
    assert (world.state(one), world.state(other)) == (State.SELECTED, State.ENDORSED)
    assert world.query("SELECT 1 FROM register_entry") == []
    page = head.send(page, "/to-trinh", LETTER)
    assert world.state(one) is State.IN_APPRAISAL


def test_an_open_point_stops_the_letter_and_is_named(at: At, world: World) -> None:
    one = world.advance(world.draft(), State.IN_APPRAISAL)
    world.step(one, Action.QUERY, "appraiser", findings=(("field:merit", "Rõ hơn"),), due=date(2025, 11, 27))
    world.give_back(one)
    world.answer(one)
    world.step(one, Action.SUBMIT, "head")
    world.step(one, Action.ACCEPT, "reviewer")
    world.step(one, Action.ENDORSE, "reviewer")
    head = at("review-head")
    page = head.get(LETTERS)
    assert rows(page)[0].endswith("1 chưa trả lời")
    page = head.send(page, "/to-trinh", LETTER)
    assert page.status == 409
    assert f"Hồ sơ {one}: Còn 1 nội dung cơ quan thẩm định yêu cầu chưa giải trình." in page.alerts[0]
    assert world.state(one) is State.SELECTED


@pytest.mark.parametrize("who", ["reviewer", "appraisal-head", "observer", "head-07282"])
def test_only_the_review_head_forwards(at: At, world: World, who: str) -> None:
    one = world.advance(world.draft(name="Nông Thị Một"), State.SELECTED)
    page = at(who).get(LETTERS)
    assert (page.status, "Nông Thị Một" in page.text) == ((403, False) if who == "head-07282" else (200, True))
    assert not [form for form in page.tree.forms if (form.action or "").endswith("to-trinh")]
    token, mark = csrf(at(who).get("/thong-bao")), at("review-head").get(LETTERS).form("/to-trinh").fields["mark"]
    page = at(who).post(LETTERS, {"_csrf": token, **LETTER, "mark": mark})
    assert page.status == 403
    assert world.state(one) is State.SELECTED


# --- overdue ---


def test_what_waits_too_long_is_listed_the_longest_first(at: At, world: World) -> None:
    world.advance(world.draft(name="Nông Thị Sớm"), State.SUBMITTED, date(2025, 11, 6))
    world.advance(world.draft(name="Nông Thị Vừa"), State.SUBMITTED, date(2025, 11, 12))
    world.advance(world.draft(name="Nông Thị Nay"), State.SUBMITTED)
    queried = world.advance(world.draft(name="Nông Thị Hỏi"), State.IN_APPRAISAL, date(2025, 11, 19))
    world.step(queried, Action.QUERY, "appraiser", date(2025, 11, 18), findings=(("field:merit", "Rõ hơn"),),
               due=date(2025, 11, 18))  # fmt: skip
    page = at("reviewer").get(OVERDUE)
    assert [row.split(" Ủy ban")[0] for row in rows(page)] == ["Nông Thị Sớm", "Nông Thị Hỏi", "Nông Thị Vừa"]
    assert "Đã nộp Cơ quan xét chọn 06/11/2025 đã chờ 10 ngày 5" in rows(page)[0]
    assert "18/11/2025 hạn trả lời 2" in rows(page)[1]
    assert at("head-07282").get(OVERDUE).status == 403


def test_as_many_queries_for_thirty_as_for_one(wide_world: World, portal: Portal) -> None:
    head = browser(portal, wide_world, "review-head")
    found: dict[str, list[Any]] = {OVERDUE: [], LETTERS: []}
    for number in (1, 29):
        for _ in range(number):
            wide_world.advance(wide_world.draft(), State.SUBMITTED, date(2025, 11, 3))
            wide_world.advance(wide_world.draft(), State.SELECTED)
        for path, counts in found.items():
            with counted(wide_world) as sent:
                page = head.get(path)
            counts.append((len(rows(page)), len(sent)))
    for path, ((one, few), (thirty, many)) in found.items():
        assert (one, thirty, few) == (1, 30, many), path
    head.client.close()


# --- closing ---


def test_what_is_left_is_closed_after_signing(at: At, world: World) -> None:
    left = [world.advance(world.draft(), State.ENDORSED), world.advance(world.draft(), State.SUBMITTED)]
    head = at("review-head")
    page = head.get(CLOSING)
    assert "Chỉ kết thúc được sau khi quyết định được ký" in page.text
    assert not [form for form in page.tree.forms if "ket-thuc" in (form.action or "")]
    refused = head.post(CLOSING, {"_csrf": csrf(page), "left": "2", "sure": "1"})
    assert refused.status == 409
    world.advance(world.draft(), State.LISTED)
    world.sign()
    page = head.get(f"/dot/{CODE}/xep-hang?loai=individual")
    page = head.get(page.all("//main//a[contains(@href, 'ket-thuc')]/@href")[0])
    assert rows(page) == ["Đã nộp 1", "Đủ điều kiện, chờ lựa chọn 1"]
    refused = head.send(page, "/ket-thuc", {"reason": "Hết chỉ tiêu."})
    assert (refused.status, refused.form("/ket-thuc").fields["reason"]) == (409, "Hết chỉ tiêu.")
    stale = head.send(page, "/ket-thuc", {"sure": "1", "left": "3"})
    assert stale.status == 409
    assert (
        at("reviewer").post(CLOSING, {"_csrf": csrf(at("reviewer").get(CLOSING)), "left": "2", "sure": "1"}).status
        == 403
    )
    assert [world.state(one) for one in left] == [State.ENDORSED, State.SUBMITTED]
    page = head.send(page, "/ket-thuc", {"sure": "1", "reason": "Hết chỉ tiêu."})
    assert (page.status, page.answer.url.path) == (200, f"/dot/{CODE}/ho-so")
    assert "Đã kết thúc 2 hồ sơ." in page.text
    assert [world.state(one) for one in left] == [State.NOT_SELECTED, State.NOT_SELECTED]
    assert "Không còn hồ sơ nào chờ kết thúc." in head.get(CLOSING).text
    world.assert_sound()
