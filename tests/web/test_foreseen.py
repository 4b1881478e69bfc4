"""Plans in the browser: what would happen to each and why is shown first; then exactly that is done, or nothing."""

from typing import Any

import pytest

from engine import review
from rules.vocabulary import Action, Kind, State
from tests.web.browser import Browser, Page
from tests.web.conftest import At
from tests.world import CODE, World

PLANS = f"/dot/{CODE}/ke-hoach"


def look_ahead(browser: Browser, step: str, **fields: Any) -> Page:  # noqa: ANN401 - form fields
    return browser.send(browser.get(PLANS), "/ke-hoach", {"step": step, **fields})


def steps_of(page: Page) -> set[str]:
    return {value for value in page.all("//select[@id='plan-step']/option/@value") if value}


def test_each_is_offered_what_their_roles_may_do_together(at: At, world: World) -> None:
    assert steps_of(at("reviewer").get(PLANS)) == {
        "accept:submitted", "extend:returned", "recall:returned", "endorse:in_review",
    }  # fmt: skip
    assert steps_of(at("review-head").get(PLANS)) == {
        "decline:in_review", "decline:endorsed", "select:endorsed", "deselect:selected", "reply:queried",
        "reopen:declined", "reopen:refused", "reopen:withdrawn", "reopen:lapsed",
    }  # fmt: skip
    assert steps_of(at("appraiser").get(PLANS)) == {"approve:in_appraisal"}
    for who in ("observer", "admin", "clerk", "head-07282"):
        page = at(who).get(PLANS)
        assert "không có việc nào làm hàng loạt" in page.text


def test_it_is_shown_then_done(at: At, world: World) -> None:
    ids = [world.advance(world.draft(name=f"Nông Thị {letter}"), State.SUBMITTED) for letter in "ABC"]
    other = world.advance(world.draft(Kind.COLLECTIVE), State.SUBMITTED)
    reviewer = at("reviewer")
    page = look_ahead(reviewer, "accept:submitted", category="individual", limit="2")
    assert page.status == 200
    assert "2 hồ sơ sẽ được thực hiện, 0 hồ sơ không thực hiện được." in page.text
    assert [link.text for link in page.all("//section//tbody//a")] == ["Nông Thị A", "Nông Thị B"]
    assert {world.state(one) for one in (*ids, other)} == {State.SUBMITTED}
    assert world.letters(ids[0], 3) == []
    page = reviewer.send(page, "/thuc-hien")
    assert (page.status, page.answer.url.path) == (200, PLANS)
    assert "Đã tiếp nhận: 2 hồ sơ." in page.text
    assert [world.state(one) for one in (*ids, other)] == [
        State.IN_REVIEW, State.IN_REVIEW, State.SUBMITTED, State.SUBMITTED,
    ]  # fmt: skip
    world.assert_sound()


def test_refusals_are_told_with_their_law_and_stop_all_unless_skipped(at: At, world: World) -> None:
    fine = world.advance(world.draft(name="Nông Thị Đủ"), State.IN_REVIEW)
    unclear = world.advance(world.draft(name="Nông Thị Thiếu", prior_awards=None), State.IN_REVIEW)
    reviewer = at("reviewer")
    page = look_ahead(reviewer, "endorse:in_review")
    assert "1 hồ sơ sẽ được thực hiện, 1 hồ sơ không thực hiện được." in page.text
    row = " ".join(page.all("//table[1]/tbody/tr")[0].text_content().split())
    assert row.startswith("Nông Thị Thiếu")
    assert "không khen thưởng lần nữa. Chưa ghi hình thức khen thưởng" in row
    assert "award.not_already_given" not in row
    assert "Khoản 2 Điều 5 Luật Thi đua, khen thưởng" in row
    assert not [form for form in page.tree.forms if "thuc-hien" in (form.action or "")]
    page = look_ahead(reviewer, "endorse:in_review", skip="1")
    page = reviewer.send(page, "/thuc-hien")
    assert "Đã xác nhận đủ điều kiện: 1 hồ sơ." in page.text
    assert (world.state(fine), world.state(unclear)) == (State.ENDORSED, State.IN_REVIEW)


def test_what_was_shown_is_done_or_nothing(at: At, world: World) -> None:
    first, second = (world.advance(world.draft(), State.IN_REVIEW) for _ in range(2))
    reviewer = at("reviewer")
    page = look_ahead(reviewer, "endorse:in_review")
    with world.acting("reviewer2") as (session, context):
        review.score(session, context, first, "50")
    page = reviewer.send(page, "/thuc-hien")
    assert page.status == 409
    assert "Kết quả đã khác với khi xem trước" in page.alerts[0]
    assert {world.state(first), world.state(second)} == {State.IN_REVIEW}
    page = reviewer.send(page, "/thuc-hien")
    assert page.status == 200
    assert {world.state(first), world.state(second)} == {State.ENDORSED}
    again = reviewer.post(
        f"{PLANS}/thuc-hien",
        {"_csrf": page.form("/dang-xuat").fields["_csrf"], "step": "endorse:in_review", "digest": ""},
    )
    assert again.status == 409


def test_a_reason_is_asked_where_the_step_asks_one(at: At, world: World) -> None:
    one = world.advance(world.draft(), State.ENDORSED)
    head = at("review-head")
    page = look_ahead(head, "decline:endorsed", reason="Không đủ")
    assert "viện dẫn căn cứ" in page.text
    assert "(--" not in page.text
    page = look_ahead(head, "decline:endorsed", reason="Không đạt mục II.2.c Kế hoạch.")
    head.send(page, "/thuc-hien")
    assert world.state(one) is State.DECLINED
    assert "mục II.2.c" in str(world.query("SELECT value FROM disclosure WHERE field = 'reason'")[0].value)


@pytest.mark.parametrize(
    ("who", "fields", "status"),
    [
        ("reviewer", {"step": "select:endorsed"}, 422),
        ("reviewer", {"step": "return:in_review"}, 422),
        ("reviewer", {"step": ""}, 422),
        ("reviewer", {"step": "accept:submitted", "limit": "501"}, 422),
        ("reviewer", {"step": "accept:submitted", "limit": "x"}, 422),
        ("reviewer", {"step": "accept:submitted", "category": "household"}, 422),
        ("reviewer", {"step": "extend:returned", "due": "31/02/2025"}, 422),
        ("observer", {"step": "accept:submitted"}, 422),
        ("head-07282", {"step": "accept:submitted"}, 422),
    ],
)
def test_a_plan_that_is_none_is_refused(
    shared_at: At, shared_world: World, who: str, fields: dict[str, str], status: int
) -> None:
    one = shared_world.advance(shared_world.draft(), State.SUBMITTED)
    before = shared_world.entries(one)
    token = shared_at(who).get("/thong-bao").form("/dang-xuat").fields["_csrf"]
    for path in ("", "/thuc-hien"):
        page = shared_at(who).post(f"{PLANS}{path}", {"_csrf": token, "digest": "0" * 64, **fields})
        assert page.status == status, page.alerts
    assert shared_world.entries(one) == before


def test_quotas_hold_in_a_plan(at: At, world: World) -> None:
    ids = [world.advance(world.draft(), State.ENDORSED) for _ in range(3)]
    head = at("review-head")
    page = look_ahead(head, "select:endorsed", category="individual")
    assert "đã đủ 2 suất" in page.text
    page = look_ahead(head, "select:endorsed", category="individual", limit="2")
    head.send(page, "/thuc-hien")
    assert [world.state(one) for one in ids] == [State.SELECTED, State.SELECTED, State.ENDORSED]
    world.step(ids[0], Action.DESELECT, "review-head", reason="Nhường chỗ.")
    world.assert_sound()
