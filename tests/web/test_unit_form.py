"""A dossier's form without JavaScript: begun, saved with gaps, two tabs, a session that ends, a return answered."""

import pytest
from sqlalchemy import text

from engine.access import passwords, sessions
from rules.vocabulary import Action, Kind, State
from tests.web.browser import Page
from tests.web.conftest import At
from tests.web.unit_forms import DESK, beside, fill, form_of, form_path, posted, told, value
from tests.world import CODE, ORIGIN, World

NEW = f"{DESK}/moi/individual"
PASSWORD = "một câu đủ dài để thử"  # noqa: S105 - a test's


def typed(world: World) -> int:
    """How many forms are kept as typed."""
    return len(world.query("SELECT 1 FROM typed"))


def test_a_dossier_is_begun_with_its_identity_and_filled_in_later(at: At, world: World) -> None:
    officer = at("officer-07282")
    page = fill(officer, officer.get(NEW), name="Vi Thị Ơn", birth_date="2/9/1985")
    (row,) = world.query("SELECT id FROM nomination")
    assert (page.status, page.answer.url.path) == (200, form_path(row.id))
    assert (value(page, "name"), value(page, "birth_date"), value(page, "unit")) == ("Vi Thị Ơn", "02/09/1985", "07282")
    page = fill(officer, page, merit="Vận động 12 hộ.", breach="Có", breach__words="Khiển trách năm 2012", sex="Nữ")
    fields = world.look(row.id).fields
    assert (fields["merit"], fields["breach"], fields["sex"]) == ("Vận động 12 hộ.", "Khiển trách năm 2012", "female")
    page = fill(officer, page, breach="Không")
    assert world.look(row.id).fields["breach"] is False
    assert typed(world) == 0


def test_a_note_stands_only_where_it_helps_with_the_control(at: At, world: World) -> None:
    page = at("officer-07282").get(form_path(world.draft()))
    for words in ("Ghi Không, hoặc", "Nam hoặc Nữ", "Để trống là Không", "Theo danh mục", "Một địa chỉ thư"):
        assert words not in page.text
    assert "dd/mm/yyyy, ví dụ 02/09/1975." in page.text
    tied = " ".join(page.all("//*[@aria-describedby]/@aria-describedby")).split()
    assert set(tied) <= set(page.all("//@id"))
    assert "f-sex-help" not in tied


BAD = {
    "name": " ",
    "birth_date": "31/02/1985",
    "cccd": "12345",
    "email": "không phải thư",
    "merit": "🏆",
    "position": "x" * 201,
}


def test_every_malformed_field_is_told_and_tied_to_its_field_and_nothing_typed_is_lost(at: At, world: World) -> None:
    officer = at("officer-07282")
    page = fill(officer, officer.get(NEW), **BAD, workplace="UBND xã")
    assert page.status == 422
    for key, words in BAD.items():
        assert told(page, key), key
        assert value(page, key).strip() == words.strip()
    assert told(page, "workplace") is None
    assert value(page, "workplace") == "UBND xã"
    assert world.query("SELECT 1 FROM nomination") == []
    again = officer.get(NEW)
    assert (value(again, "cccd"), value(again, "workplace")) == ("12345", "UBND xã")
    assert "Đã khôi phục nội dung bạn nhập" in again.text


def test_good_fields_are_saved_and_bad_ones_stay_to_be_put_right(at: At, world: World) -> None:
    one = world.draft(Kind.COLLECTIVE)
    officer = at("officer-07282")
    page = fill(officer, officer.get(form_path(one)), size="3", women="5", email="x", head="Nông Văn Mới")
    assert (told(page, "women") or "").startswith("Số nữ (5) lớn hơn")
    assert told(page, "email")
    assert (value(page, "size"), value(page, "women"), value(page, "email")) == ("3", "5", "x")
    assert "20" in beside(page, "size")
    fields = world.look(one).fields
    assert (fields["head"], fields["size"], fields["women"]) == ("Nông Văn Mới", 20, 12)
    page = fill(officer, page, women="2", email="a@b.vn")
    fields = world.look(one).fields
    assert (fields["size"], fields["women"], fields["email"]) == (3, 2, "a@b.vn")
    assert (page.all("//*[@aria-invalid]"), typed(world)) == ([], 0)


def test_of_two_tabs_the_second_is_told_sees_both_values_and_loses_nothing(at: At, world: World) -> None:
    one = world.draft()
    officer = at("officer-07282")
    first, second = officer.get(form_path(one)), officer.get(form_path(one))
    fill(officer, first, merit="Của thẻ thứ nhất", position="Phó thôn")
    page = fill(officer, second, merit="Của thẻ thứ hai", model="Mô hình mới")
    assert page.status == 409
    assert "Hồ sơ đã được sửa ở nơi khác" in page.alerts[0]
    assert (value(page, "merit"), "Của thẻ thứ nhất" in beside(page, "merit")) == ("Của thẻ thứ hai", True)
    assert (value(page, "position"), value(page, "model")) == ("Phó thôn", "Mô hình mới")
    assert [box.get("value") for box in page.all("//input[@name='take']")] == ["merit"]
    assert world.look(one).fields["merit"] == "Của thẻ thứ nhất"
    later = officer.get(form_path(one))  # the browser was closed instead: it is told again
    assert (value(later, "merit"), "Của thẻ thứ nhất" in beside(later, "merit")) == ("Của thẻ thứ hai", True)
    page = officer.send(page, form_of(page), {"take": "merit"})
    fields = world.look(one).fields
    assert (fields["merit"], fields["position"], fields["model"]) == ("Của thẻ thứ nhất", "Phó thôn", "Mô hình mới")


def test_two_people_at_one_draft_and_mine_is_kept_if_i_say_so(at: At, world: World) -> None:
    one = world.draft()
    mine = at("officer-07282").get(form_path(one))
    fill(at("head-07282"), at("head-07282").get(form_path(one)), merit="Của thủ trưởng")
    page = fill(at("officer-07282"), mine, merit="Của cán bộ")
    assert page.status == 409
    page = fill(at("officer-07282"), page)
    assert world.look(one).fields["merit"] == "Của cán bộ"
    assert typed(world) == 0


def test_a_form_sent_after_the_dossier_was_sent_is_kept_and_shown(at: At, world: World) -> None:
    one = world.draft()
    officer = at("officer-07282")
    page = officer.get(form_path(one))
    world.step(one, Action.SUBMIT, "head")
    page = fill(officer, page, merit="Viết dở")
    assert page.status == 409
    assert "đơn vị không sửa được" in page.alerts[0]
    assert value(page, "merit") == "Viết dở"
    assert typed(world) == 1
    assert officer.get(form_path(one)).answer.url.path == f"/ho-so/{one}"


@pytest.mark.parametrize("new", [True, False])
def test_a_session_that_ends_in_mid_form_loses_nothing(at: At, world: World, *, new: bool) -> None:
    with world.acting("officer-07282") as (session, context):
        passwords.set_password(session, context.require_actor().id, "officer-07282", PASSWORD, ORIGIN)
    one = world.draft()
    officer = at("officer-07282")
    page = officer.get(NEW if new else form_path(one))
    world.change("UPDATE web_session SET ended_at = now()")
    page = fill(officer, page, name="Vi Thị Ơn", birth_date="2/9/1985", merit="Dòng một\nDòng hai", cccd="")
    assert page.status == 401
    page = officer.send(page, "/dang-nhap", {"name": "officer-07282", "password": PASSWORD})
    assert "Dòng hai" in page.text
    assert world.look(one).version == 1
    with world.database.transaction() as session:
        key = session.scalar(text("SELECT sha256 FROM web_session ORDER BY began_at DESC LIMIT 1"))
        sessions.pretend(session, str(key), world.today)
    page = officer.send(page, "/don-vi/moi/individual" if new else "/sua")
    assert page.status == 200
    (row,) = world.query("SELECT fields FROM nomination WHERE name = 'Vi Thị Ơn'")
    assert row.fields["merit"] == "Dòng một Dòng hai"


def test_what_is_kept_while_typing_comes_back_and_says_what_is_missing(at: At, world: World) -> None:
    one = world.draft(merit=None)
    officer = at("officer-07282")
    page = officer.get(form_path(one))
    assert "merit.described" not in page.text
    assert "Phần tóm tắt thành tích để trống." in page.text
    kept = officer.post(f"/ho-so/{one}/nhap", posted(page, {"f.merit": "Đang viết", "f.email": "x"}))
    assert (kept.status, "Đã giữ nội dung đang nhập" in kept.text) == (200, True)
    assert "Phần tóm tắt thành tích để trống." not in kept.text
    assert kept.all("//*[@id='missing']/@hx-swap-oob") == ["true"]
    assert world.look(one).version == 1
    again = officer.get(form_path(one))
    assert (value(again, "merit"), "(trống)" in beside(again, "merit")) == ("Đang viết", True)
    assert told(again, "email")
    assert "Còn nội dung bạn nhập dở" in officer.get(f"/ho-so/{one}").text
    assert value(at("head-07282").get(form_path(one)), "merit") == ""
    fill(officer, again, email="")
    assert (world.look(one).fields["merit"], typed(world)) == ("Đang viết", 0)


def test_a_new_dossier_says_what_is_missing_before_there_is_one(at: At, world: World) -> None:
    officer = at("officer-07282")
    page = officer.get(f"{DESK}/moi/collective")
    assert "Hồ sơ còn thiếu: tờ trình" in page.text
    kept = officer.post(f"{DESK}/moi/collective/nhap", posted(page, {"f.name": "Tổ 1", "f.united": "Không"}))
    assert "Hồ sơ ghi nội bộ tập thể không đoàn kết." in kept.text
    assert "Mục II.2.c Kế hoạch" in kept.text
    assert value(officer.get(f"{DESK}/moi/collective"), "name") == "Tổ 1"
    assert world.query("SELECT 1 FROM nomination") == []


FINDINGS = (
    ("field:merit", "Bổ sung số liệu."),
    ("paper:minutes", "Biên bản thiếu ngày."),
    ("rule:nominee.named_once", "Có hồ sơ trùng tên."),
)


def returned(world: World) -> str:
    """A dossier given back to its unit with three points."""
    one = world.advance(world.draft(), State.IN_REVIEW)
    world.step(one, Action.RETURN, "reviewer", findings=FINDINGS, due=world.today.replace(day=28))
    return one


def under(page: Page, key: str) -> list[str]:
    """What is asked in the box of a field."""
    found = page.all(
        f"//*[@id='f-{key}']/ancestor::div[contains(@class, 'question')]//*[contains(@class, 'finding')]/p[2]"
    )
    return [" ".join(one.text_content().split()) for one in found]


def test_findings_stand_beside_their_fields_and_are_answered_one_by_one(at: At, world: World) -> None:
    one = returned(world)
    officer = at("officer-07282")
    page = officer.get(form_path(one))
    assert under(page, "merit") == ["Bổ sung số liệu."]
    assert under(page, "minutes") == ["Biên bản thiếu ngày."]
    assert page.all("//*[@id='finding-rule-nominee-named_once']/ancestor::div[contains(@class, 'question')]") == []
    sent = {"only": "field:merit", "answer:field:merit": "Đã thêm bảng số liệu.", "answer:paper:minutes": "Đang chờ",
            "f.merit": "Vận động 40 hộ."}  # fmt: skip
    page = officer.send(page, form_of(page), sent)
    status = {f.anchor: (f.status, f.answer) for f in world.look(one).findings}
    assert status["field:merit"] == ("answered", "Đã thêm bảng số liệu.")
    assert status["paper:minutes"] == ("open", None)
    assert world.look(one).fields["merit"] == "Vận động 40 hộ."
    (kept,) = page.all("//textarea[@name='answer:paper:minutes']")
    assert kept.text_content() == "Đang chờ"
    sent = {"answer:paper:minutes": "Đã ghi ngày vào biên bản.", "answer:rule:nominee.named_once": "-"}
    page = officer.send(page, form_of(page), sent)
    assert [f.anchor for f in world.look(one).findings if f.status == "open"] == ["rule:nominee.named_once"]
    (field,) = page.all("//textarea[@name='answer:rule:nominee.named_once']")
    assert field.get("aria-invalid") == "true"
    officer.send(page, form_of(page), {"answer:rule:nominee.named_once": "Người trùng tên, khác năm sinh."})
    assert [f.anchor for f in world.look(one).findings if f.status == "open"] == []
    shown = at("head-07282").get(f"/ho-so/{one}")
    assert "Vận động 37 hộ hiến đất làm đường." in shown.text  # the difference
    assert [cell.text_content() for cell in shown.all("//table[contains(@class, 'changes')]//tbody//td")] == [
        "Vận động 37 hộ hiến đất làm đường.", "Vận động 40 hộ.",
    ]  # fmt: skip
    shown = at("head-07282").send(shown, "/buoc", action="submit")
    assert world.state(one) is State.SUBMITTED


def test_a_cccd_shown_in_the_form_is_on_the_trail(at: At, world: World) -> None:
    one = world.draft()
    at("officer-07282").get(form_path(one))
    assert len(world.query("SELECT 1 FROM trail WHERE tag = 'account:cccd:seen'")) == 1


def test_script_in_every_field_stays_text(at: At, world: World) -> None:
    script = "<script>alert(1)</script>\"'{{7*7}}"
    one = world.draft(Kind.COLLECTIVE)
    officer = at("officer-07282")
    page = officer.get(form_path(one))
    (form,) = page.all("//form[@id='dossier-form']")
    every = {name: script for name, _ in form.form_values() if name.startswith("f.")}
    page = officer.post(form_path(one), posted(page, every))
    assert page.status == 200
    for shown in (page, officer.get(f"/ho-so/{one}"), officer.get(DESK)):
        assert shown.all("//script[contains(., 'alert')]") == []
        assert "<script>alert" not in shown.answer.text
        assert "49" not in shown.text.replace(one, "")
    assert world.look(one).fields["merit"] == script


@pytest.mark.parametrize(
    "changes",
    [
        {"version": "x"},
        {"version": "99999999999"},
        {"opening": ""},
        {"opening": "../../etc"},
        {"after": "'; DROP TABLE typed"},
    ],
)
def test_a_forged_form_is_refused_or_asks_and_changes_nothing(at: At, world: World, changes: dict[str, str]) -> None:
    one = world.draft()
    page = at("officer-07282").get(form_path(one))
    answer = at("officer-07282").post(form_path(one), posted(page, {"f.merit": "Khác", **changes}))
    assert answer.status == 422
    assert world.look(one).version == 1


def test_a_forged_version_asks_about_what_differs(at: At, world: World) -> None:
    one = world.draft()
    page = at("officer-07282").get(form_path(one))
    answer = at("officer-07282").post(form_path(one), posted(page, {"f.merit": "Khác", "version": "7"}))
    assert (answer.status, world.look(one).version) == (409, 1)
    assert "Vận động 37 hộ" in beside(answer, "merit")


def test_a_category_there_is_none_of_is_told(at: At) -> None:
    assert at("officer-07282").get(f"{DESK}/moi/household").status == 422
    assert at("officer-07282").get(f"/dot/khong-co/don-vi/moi/{CODE}").status == 404
