"""A dossier on the offices' page: findings with their law, judged; points; answers then and now; what each may do."""

from datetime import date
from typing import Any

import pytest

from engine import people, review
from engine.editing import correct_fields, set_fields
from rules.vocabulary import Action, State, Verdict
from tests.engine.test_review import found
from tests.web.browser import Page
from tests.web.conftest import At
from tests.world import ORIGIN, World

POINTS = {"diem.organisation": "25", "diem.results": "20,5", "diem.models": "15", "diem.direct": "10"}
GIVEN = "award.not_already_given"


def section(page: Page, anchor: str) -> str:
    """The words of one panel."""
    assert page.status in {200, 403, 409, 422}
    return " ".join(" ".join(page.all(f"//section[@id='{anchor}']")[0].itertext()).split())


def offered(page: Page, one: str) -> list[str]:
    """What the page's forms do to the dossier."""
    base = f"/ho-so/{one}/"
    return [form.action.removeprefix(base) for form in page.tree.forms if (form.action or "").startswith(base)]


def in_review(world: World, **fields: Any) -> str:  # noqa: ANN401 - field values
    return world.advance(world.draft(**fields), State.IN_REVIEW)


def write(world: World, one: str, **fields: str) -> None:
    with world.acting("officer-07282") as (session, context):
        set_fields(session, context, one, fields)


def resubmitted(world: World) -> str:
    """Returned, written anew, sent again, and taken again."""
    one = in_review(world, merit="Vận động 37 hộ.", ethnicity="Nùng", cccd="099180000901")
    world.give_back(one)
    write(world, one, merit="Vận động 41 hộ.", ethnicity="Sán Dìu")
    world.answer(one)
    world.step(one, Action.SUBMIT, "head")
    world.step(one, Action.ACCEPT, "reviewer")
    return one


def test_everything_a_reviewer_needs_is_on_one_page(at: At, world: World) -> None:
    one = resubmitted(world)
    other = world.draft(name="Nông Văn Khác", cccd="099180000901", unit="SYT")
    page = at("reviewer").get(f"/ho-so/{one}")
    rules = section(page, "ra-soat")
    assert "chưa đủ căn cứ" in rules
    assert "Mỗi tập thể, cá nhân chỉ được đề nghị trong một hồ sơ của cùng loại." in rules
    assert "Khoản 2 Điều 5 Luật Thi đua, khen thưởng số 06/2022/QH15" in rules
    assert "nominee.named_once" not in rules
    assert "Các tiêu chí đạt (9)" in rules
    content = section(page, "noi-dung")
    assert "DA1. Giải quyết tình trạng thiếu đất ở" in content
    assert "(07282)" in content
    assert f"Nông Văn Khác {other} Sở Y tế · Bản nháp Trùng: số CCCD" in section(page, "trung")
    answers = section(page, "noi-dung")
    assert "Tóm tắt thành tích đã sửa" in answers
    assert "Trước: Vận động 37 hộ. Nay: Vận động 41 hộ." in answers
    assert "Trước: Nùng Nay: Sán Dìu" in answers
    assert "Số, ngày tờ trình có Nêu yêu cầu : Số, ngày tờ trình Nội dung yêu cầu: Số, ngày tờ trình" in section(
        page, "giay-to-ghi"
    )
    asked = section(page, "yeu-cau")
    assert "Hỏi đơn vị đề nghị · đã trả lời Bổ sung số liệu. Đã bổ sung." in asked
    history = section(page, "qua-trinh")
    assert history.index("8 Tiếp nhận → Đang xét reviewer") < history.index("1 Nhập hồ sơ → Bản nháp officer-07282")
    versions = section(page, "phien-ban")
    assert "Phiên bản 5, 20/11/2025: sửa nội dung (officer-07282)" in versions
    assert [entry for entry in world.entries("account:" + account(world, "reviewer")) if "cccd" in entry["tag"]]


def test_what_was_returned_and_sent_again_untouched_is_said_to_be(at: At, world: World) -> None:
    one = in_review(world)
    world.give_back(one)
    page = at("reviewer").get(f"/ho-so/{one}")
    assert "Chưa sửa mục nào từ khi được trả lại." in section(page, "noi-dung")
    assert "Phần đánh dấu “đã sửa”" not in page.text


def account(world: World, name: str) -> str:
    return str(world.query("SELECT id FROM account WHERE name = :name", name=name)[0].id)


def test_who_only_observes_sees_nothing_sensitive_and_no_form(at: At, world: World) -> None:
    one = resubmitted(world)
    with world.acting("reviewer") as (session, context):
        review.score(session, context, one, "80")
    for who in ("observer", "clerk", "admin"):
        page = at(who).get(f"/ho-so/{one}")
        assert "Vận động 41 hộ." in page.text
        assert all(word not in page.answer.text for word in ("Nùng", "Sán Dìu", "099180000901"))
        assert "Một số mục không hiển thị cho tài khoản này." in page.text
        assert offered(page, one) == ["goi"]
        compared = at(who).get(f"/ho-so/{one}/phien-ban/4")
        assert "Vận động 37 hộ." in compared.text
        assert all(word not in compared.answer.text for word in ("Nùng", "Sán Dìu", "099180000901"))


def test_then_and_now_side_by_side(at: At, world: World) -> None:
    one = resubmitted(world)
    page = at("reviewer").get(f"/ho-so/{one}")
    page = at("reviewer").get(page.all("//section[@id='phien-ban']//a/@href")[-1])
    rows = [" ".join(row.text_content().split()) for row in page.all("//tr[contains(@class, 'table-warning')]")]
    assert rows == ["Dân tộc khác Nùng Sán Dìu", "Tóm tắt thành tích khác Vận động 37 hộ. Vận động 41 hộ."]
    place = " ".join(page.all("//tr[starts-with(normalize-space(th), 'Mã đơn vị')]")[0].text_content().split())
    assert place.count("(07282)") == 2
    assert "Không có nội dung nào thay đổi." not in page.text
    assert "Không có nội dung nào thay đổi." in at("reviewer").get(f"/ho-so/{one}/phien-ban/5").text
    assert "Không có phiên bản này" in at("reviewer").get(f"/ho-so/{one}/phien-ban/99").text
    assert at("head-07282").get(f"/ho-so/{one}/phien-ban/1").status == 403
    assert at("head-07330").get(f"/ho-so/{one}/phien-ban/1").status == 404


# --- points ---


def test_several_reviewers_score_by_the_rubric(at: At, world: World) -> None:
    one = in_review(world)
    first = at("reviewer")
    page = first.send(first.get(f"/ho-so/{one}"), f"/{one}/diem", POINTS)
    assert (page.status, page.answer.url.fragment) == (200, "diem")
    assert "Điểm: 70,5/100" in section(page, "diem")
    assert page.form(f"/{one}/diem").fields["diem.results"] == "20,5"
    second = at("reviewer2")
    page = second.get(f"/ho-so/{one}")
    assert page.form(f"/{one}/diem").fields["diem.results"] == ""
    page = second.send(page, f"/{one}/diem", {**POINTS, "diem.results": "10", "diem.models": "5"})
    words = section(page, "diem")
    assert "Điểm: 60,25/100" in words
    assert "Mô hình, cách làm sáng tạo, hiệu quả /25 15 5 10" in words
    assert "Cộng 70,5 50 20,5" in words
    world.assert_sound()


def test_points_that_are_none_are_refused_and_nothing_typed_is_lost(at: At, world: World) -> None:
    one = in_review(world)
    reviewer = at("reviewer")
    page = reviewer.send(reviewer.get(f"/ho-so/{one}"), f"/{one}/diem", {**POINTS, "diem.models": "26"})
    assert page.status == 422
    assert "từ 0 đến 25" in page.alerts[0]
    fields = page.form(f"/{one}/diem").fields
    assert [fields[name] for name in POINTS] == ["25", "20,5", "26", "10"]
    assert world.look(one).score is None


def test_who_steps_aside_is_asked_no_more(at: At, world: World) -> None:
    one = in_review(world, prior_awards=None)
    reviewer = at("reviewer")
    page = reviewer.send(reviewer.get(f"/ho-so/{one}"), f"/{one}/diem", POINTS)
    page = reviewer.send(page, "/khong-tham-gia", {"reason": " - "})
    assert page.status == 409
    assert page.form("/khong-tham-gia").fields["reason"] == " - "
    page = reviewer.send(page, "/khong-tham-gia", {"reason": "Anh em ruột."})
    assert page.status == 200
    assert offered(page, one) == ["dinh-chinh", "goi", "xac-minh"]
    assert "reviewer không tham gia xét: Anh em ruột." in section(page, "diem")
    assert "reviewer đã xin không tham gia xét hồ sơ này." in page.text
    assert world.look(one).score is None
    page = reviewer.post(f"/ho-so/{one}/diem", {"_csrf": csrf(page), **POINTS})
    assert page.status == 403
    assert "Anh em ruột" not in at("observer").get(f"/ho-so/{one}").answer.text
    assert "Anh em ruột" not in at("head-07282").get(f"/ho-so/{one}").answer.text


def csrf(page: Page) -> str:
    return str(page.form("/dang-xuat").fields["_csrf"])


# --- judging, returning, answering ---


def test_an_unknown_is_settled_with_a_reason(at: At, world: World) -> None:
    one = in_review(world, prior_awards="Giấy khen của Giám đốc Sở năm 2023")
    reviewer = at("reviewer")
    page = reviewer.get(f"/ho-so/{one}")
    stale = page
    page = reviewer.send(page, "/ket-luan", {"verdict": "", "reason": "Đã đối chiếu."}, rule=GIVEN)
    assert page.status == 422
    assert page.form("/ket-luan", rule=GIVEN).fields["reason"] == "Đã đối chiếu."
    page = reviewer.send(page, "/ket-luan", {"verdict": "pass", "reason": "Khác thành tích."}, rule=GIVEN)
    assert page.status == 200
    assert found(world, one, GIVEN).verdict is Verdict.PASS
    assert "Cơ quan xét chọn kết luận đạt: Khác thành tích." in section(page, "ra-soat")
    page = reviewer.send(stale, "/ket-luan", {"verdict": "fail", "reason": "Trùng."}, rule=GIVEN)
    assert page.status == 409
    assert "phiên bản" in page.alerts[0]
    assert page.form("/ket-luan", rule=GIVEN).fields["reason"] == "Trùng."
    assert found(world, one, GIVEN).verdict is Verdict.PASS


def test_findings_are_written_beside_what_they_concern_and_go_with_the_return(at: At, world: World) -> None:
    one = in_review(world, merit=None)
    reviewer = at("reviewer")
    page = reviewer.get(f"/ho-so/{one}")
    beside = page.all("//textarea[@form='step-return']/@name")
    assert {"neu.field:merit", "neu.paper:minutes", "neu.rule:merit.described"} <= set(beside)
    version = page.form("/buoc", action="return").fields["version"]
    fields = {
        "_csrf": csrf(page), "action": "return", "version": version, "due": "2025-11-19",
        "anchor": ["", "field:model"], "text": ["", "Nêu mô hình."], "neu.field:merit": " Nêu số liệu. ",
        "neu.paper:minutes": "", "neu.field:sex": "?",
    }  # fmt: skip
    refused = reviewer.post(f"/ho-so/{one}/buoc", fields)
    assert refused.status == 409
    assert "đã qua" in refused.alerts[0]
    assert "Nêu số liệu." in refused.all("//textarea[@name='neu.field:merit']")[0].text
    page = reviewer.post(f"/ho-so/{one}/buoc", {**fields, "due": "2025-11-28"})
    assert page.status == 200
    assert {(f.anchor, f.text) for f in world.look(one).findings} == {
        ("field:model", "Nêu mô hình."),
        ("field:merit", "Nêu số liệu."),
        ("field:sex", "?"),
    }
    world.assert_sound()


def test_a_query_is_answered_point_by_point_and_replied(at: At, world: World) -> None:
    one = world.advance(world.draft(), State.IN_APPRAISAL)
    points = (("field:merit", "Số liệu lấy ở đâu?"), ("paper:minutes", "Thiếu chữ ký."))
    world.step(one, Action.QUERY, "appraiser", findings=points, due=date(2025, 11, 28))
    head = at("review-head")
    page = head.get(f"/ho-so/{one}")
    assert not page.all("//form[@id='step-reply']")
    page = head.send(page, "/giai-trinh", {"text": " "}, anchor="field:merit")
    assert page.status == 409
    page = head.send(page, "/giai-trinh", {"text": "Theo báo cáo số 4."}, anchor="field:merit")
    page = head.send(page, "/giai-trinh", {"text": "Đã bổ sung."}, anchor="paper:minutes")
    page = head.send(page, "/giai-trinh", {"text": "Theo báo cáo số 5."}, anchor="field:merit")
    assert "đã trả lời Số liệu lấy ở đâu? Theo báo cáo số 5." in section(page, "yeu-cau")
    page = head.send(page, "/buoc", action="reply")
    assert world.state(one) is State.IN_APPRAISAL
    assert not [form for form in page.tree.forms if "giai-trinh" in (form.action or "")]


# --- corrections, releases ---


def test_a_clerical_slip_is_corrected_on_the_version_that_was_read(at: At, world: World) -> None:
    one = in_review(world, position="Trưởng thon")
    reviewer = at("reviewer")
    stale = page = reviewer.get(f"/ho-so/{one}")
    change = {"field": "position", "value": "Trưởng thôn", "reason": "Sai dấu."}
    page = reviewer.send(page, "/dinh-chinh", {**change, "field": "birth_date", "value": "31/02/1980"})
    assert page.status == 422
    assert page.form("/dinh-chinh").fields["value"] == "31/02/1980"
    page = reviewer.send(page, "/dinh-chinh", change)
    assert world.look(one).fields["position"] == "Trưởng thôn"
    assert "Lý do: Sai dấu. Chức vụ Trước: Trưởng thon Sau: Trưởng thôn" in section(page, "phien-ban")
    page = reviewer.send(stale, "/dinh-chinh", {**change, "value": "Bí thư"})
    assert page.status == 409
    assert world.look(one).fields["position"] == "Trưởng thôn"
    page = reviewer.send(page, "/dinh-chinh", {"field": "merit", "value": "Nhiều hơn", "reason": "Thích thế."})
    assert page.status == 409
    assert world.look(one).fields["merit"] != "Nhiều hơn"


def test_the_head_releases_an_outcome_early(at: At, world: World) -> None:
    one = in_review(world)
    world.step(one, Action.DECLINE, "review-head", reason="Không đạt mục II.2.c Kế hoạch.")
    assert not [form for form in at("reviewer").get(f"/ho-so/{one}").tree.forms if "cong-bo" in (form.action or "")]
    unit = at("head-07282")
    assert "Không được khen thưởng" not in unit.get(f"/ho-so/{one}").text
    head = at("review-head")
    page = head.send(head.get(f"/ho-so/{one}"), "/cong-bo")
    assert page.status == 200
    assert world.look(one).released
    assert "Không được khen thưởng" in unit.get(f"/ho-so/{one}").text
    assert not [form for form in page.tree.forms if "cong-bo" in (form.action or "")]


# --- who may not ---

ACTS: dict[str, dict[str, str]] = {
    "diem": POINTS,
    "ket-luan": {"rule": GIVEN, "verdict": "pass", "reason": "Đã xem."},
    "giai-trinh": {"anchor": "field:merit", "text": "Trả lời."},
    "dinh-chinh": {"field": "name", "value": "Khác", "reason": "Sai tên."},
    "khong-tham-gia": {"reason": "Không muốn."},
    "cong-bo": {},
}


@pytest.mark.parametrize("path", ACTS)
def test_who_may_not_changes_nothing_and_another_units_dossier_is_none(
    shared_at: At, shared_world: World, path: str
) -> None:
    one = in_review(shared_world, prior_awards=None)
    before = shared_world.entries(one)
    for who, status in (("observer", 403), ("admin", 403), ("head-07282", 403), ("head-07330", 404)):
        token = csrf(shared_at(who).get("/thong-bao"))
        page = shared_at(who).post(f"/ho-so/{one}/{path}", {"_csrf": token, **ACTS[path]})
        assert page.status == (404 if who == "head-07282" and path == "giai-trinh" else status), (who, page.alerts)
    assert shared_world.entries(one) == before


def test_a_deputy_scores_in_their_own_name(at: At, world: World) -> None:
    one = in_review(world)
    with world.database.transaction() as session:
        people.add_delegation(session, "reviewer", "officer-SYT", date(2026, 12, 31), ORIGIN)
    deputy = at("officer-SYT")
    page = deputy.send(deputy.get(f"/ho-so/{one}"), f"/{one}/diem", POINTS)
    assert "officer-SYT" in section(page, "diem")


def test_a_correction_by_the_office_is_not_hidden_among_the_units_changes(at: At, world: World) -> None:
    one = in_review(world, position="Trưởng thon")
    with world.acting("reviewer") as (session, context):
        correct_fields(session, context, one, {"position": "Trưởng thôn"}, "Sai dấu.")
    page = at("reviewer").get(f"/ho-so/{one}")
    assert "đã sửa" not in section(page, "noi-dung"), "it was never returned"
    assert "chỉnh sửa lỗi văn bản (reviewer)" in section(page, "phien-ban")
