"""A unit's other pages: its desk, its letter, its workbook, sending; and what none of them may betray."""

import re
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import pypdf
import pytest

from engine.workbook import read_workbook
from rules.vocabulary import Action, Kind, State
from tests.engine.workbooks import REGISTER, SAMPLE, person, write_workbook
from tests.web import counting
from tests.web.browser import Browser, Page
from tests.web.conftest import At
from tests.web.standings import in_standing
from tests.web.unit_forms import DESK, form_path, posted
from tests.world import CODE, World

UPLOAD, LETTER, SEND = f"/dot/{CODE}/nhap-tep", f"{DESK}/to-trinh", f"{DESK}/nop"
NOBODY = "ZZZZZZZZ"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def lines(page: Page) -> list[str]:
    """The dossiers of a desk, a line each."""
    return [" ".join(one.text_content().split()) for one in page.all("//ul[contains(@class, 'desk')]/li")]


def test_the_desk_shows_what_waits_for_the_unit_first_with_deadline_and_what_is_missing(at: At, world: World) -> None:
    sent = world.advance(world.draft(name="Vi Đã Nộp"), State.SUBMITTED)
    world.draft(name="Vi Bản Nháp", merit=None, letter=None)
    world.draft(name="Vi Vi Phạm", breach="Cảnh cáo ngày 12/05/2022")
    back = world.advance(world.draft(name="Vi Trả Lại"), State.IN_REVIEW)
    world.give_back(back, due=date(2025, 11, 24))
    world.draft(unit="07330", name="Của Người Khác")
    found = lines(at("officer-07282").get(DESK))
    assert [re.match(r"(Vi \w+ \w+)", line)[1] for line in found] == [  # type: ignore[index]  # each begins so
        "Vi Trả Lại", "Vi Bản Nháp", "Vi Vi Phạm", "Vi Đã Nộp",
    ]  # fmt: skip
    assert "Cần bổ sung (hiện tại)" in found[0]
    assert "24/11/2025 (còn 2 ngày làm việc)" in found[0]
    assert "Yêu cầu chưa trả lời: 1" in found[0]
    assert "30/11/2025 (còn 6 ngày làm việc) Còn thiếu: 2" in found[1]
    assert "Không đủ điều kiện theo nội dung đã khai" in found[2]
    assert "Hạn nộp" not in found[3]
    assert sent in found[3]


def test_who_writes_for_no_unit_has_no_desk(at: At, world: World) -> None:
    one = world.draft()
    for who in ("reviewer", "observer", "admin"):
        for path in (DESK, f"{DESK}/moi/individual", LETTER, SEND, form_path(one)):
            assert at(who).get(path).status == 403, (who, path)
    assert at("observer").get(UPLOAD).status == 403
    assert at("reviewer").get(UPLOAD).status == 200


# --- another unit's, and what is under embargo ---


def asked(browser: Browser, one: str) -> Iterator[tuple[str, Page]]:
    """Everything somebody could ask of a dossier on a unit's pages."""
    yield "page", browser.get(f"/ho-so/{one}")
    yield "form", browser.get(form_path(one))
    sent = {**posted(browser.get(f"{DESK}/moi/individual"), {"f.merit": "Khác", "version": "1"})}
    yield "save", browser.post(form_path(one), sent)
    yield "keep", browser.post(f"/ho-so/{one}/nhap", sent)
    yield "letter", browser.get(f"{LETTER}?ho-so={one}")
    yield "paper", browser.get(f"{LETTER}.pdf?ho-so={one}")
    token = {"_csrf": sent["_csrf"], "ho-so": one}
    yield "number", browser.post(LETTER, {**token, "number": "3", "dated": "2025-11-14"})
    yield "send", browser.post(SEND, {**token, f"version.{one}": "1", "apply": "1"})
    for action in (Action.SUBMIT, Action.WITHDRAW, Action.ACCEPT):
        step = {"_csrf": sent["_csrf"], "action": action.value, "reason": "Xin rút", "version": "1"}
        yield f"step {action}", browser.post(f"/ho-so/{one}/buoc", step)


def heard(browser: Browser, one: str) -> dict[str, tuple[int, str]]:
    """The same as what is heard, without what is random or the dossier's own name."""
    return {what: (page.status, without_chance(page, one)) for what, page in asked(browser, one)}


def without_chance(page: Page, one: str) -> str:
    """A page's source without ids, tokens and the clock."""
    chance = rf'{one}|(?<=name="_csrf" value=")[^"]*|[0-9a-f]{{9,12}}-[0-9a-f]{{8}}|\d\d:\d\d \d\d/\d\d/\d{{4}}'
    return re.sub(chance, "…", page.answer.text)


@pytest.mark.parametrize("state", [State.DRAFT, State.SELECTED])
def test_another_units_dossier_is_as_none_everywhere(at: At, world: World, state: State) -> None:
    theirs = world.advance(world.draft(unit="07330", name="Lò Thị Kín", cccd="099180999999"), state)
    mine = heard(at("head-07282"), theirs)
    assert mine == heard(at("head-07282"), NOBODY)
    for what in ("page", "form", "save", "keep"):
        assert mine[what][0] == 404, what
    assert {status for status, _ in mine.values()} <= {404, 409}
    assert not any("Lò Thị Kín" in source or "099180999999" in source for _, source in mine.values())
    assert world.look(theirs).fields["merit"] != "Khác"


HIDDEN = ("endorsed", "selected", "in_appraisal", "queried", "approved", "listed", "declined", "refused")


@pytest.mark.parametrize("standing", HIDDEN)
def test_under_embargo_no_page_of_the_unit_betrays_the_state(at: At, world: World, standing: str) -> None:
    one = in_standing(world, standing)
    same = {**world.look(one).fields, "unit": "07330"}
    beside = world.advance(world.draft(**same), State.IN_REVIEW)
    hidden, neutral = heard(at("head-07282"), one), heard(at("head-07330"), beside)
    assert {what: (status, anybodys(source)) for what, (status, source) in hidden.items()} == {
        what: (status, anybodys(source)) for what, (status, source) in neutral.items()
    }
    (mine,), (theirs,) = (lines(at(who).get(DESK)) for who in ("head-07282", "head-07330"))
    assert anybodys(mine.replace(one, "")) == anybodys(theirs.replace(beside, ""))
    assert "Đang xem xét (hiện tại)" in mine
    assert world.look(one).fields["merit"] != "Khác"


def anybodys(source: str) -> str:
    """A page without what its unit is called, and how many letters wait for its head; of a paper, that it is one."""
    if source.startswith("%PDF"):
        return "a paper"
    source = re.sub(r"07282|07330|Ủy ban nhân dân xã [^<·(]*", "…", source)
    source = re.sub(
        r'<span class="badge text-bg-warning">\s*\d+\s*<span class="visually-hidden">.*?</span>', "…", source
    )
    return " ".join(source.split())


def test_a_released_outcome_is_told(at: At, world: World) -> None:
    awarded = world.advance(world.draft(), State.AWARDED)
    page = at("officer-07282").get(f"/ho-so/{awarded}")
    assert "Được tặng Bằng khen" in page.text
    assert "Quyết định số 1234/QĐ-UBND ngày 20/11/2025; số thứ tự trong danh sách: 1" in page.text
    withdrawn = world.draft(unit="07330")
    page = at("head-07330").get(f"/ho-so/{withdrawn}")
    page = at("head-07330").send(page, "/buoc", {"reason": "Lập nhầm"}, action="withdraw")
    assert "Đã rút hồ sơ" in page.text
    assert "Đã nộp" not in lines(at("head-07330").get(DESK))[0]


# --- the unit's letter ---


def test_the_letter_is_printed_for_the_chosen_and_its_number_entered_in_all(
    at: At, world: World, tmp_path: Path
) -> None:
    ids = [world.draft(name="Vi Thị Ơn", letter=None), world.draft(Kind.COLLECTIVE, letter=None)]
    left = world.draft(name="Không Chọn", letter=None)
    officer = at("officer-07282")
    page = officer.get(LETTER)
    assert len(page.all("//input[@name='ho-so']")) == 3
    page = officer.get(f"{LETTER}?ho-so={ids[0]}&ho-so={ids[1]}")
    form = page.form("/to-trinh.pdf")
    assert form.fields["dong-ky"] == "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH"
    printed = officer.client.get(form.action, params=[(n, v) for n, v in form.form_values() if n != "ten-ky"])
    assert printed.headers["content-type"] == "application/pdf"
    assert "attachment" in printed.headers["content-disposition"]
    read = " ".join(" ".join(p.extract_text().split()) for p in pypdf.PdfReader(BytesIO(printed.content)).pages)
    assert "Vi Thị Ơn" in read
    assert "Không Chọn" not in read
    page = officer.send(page, "/to-trinh", {"number": "7", "dated": "2025-11-30"})
    assert (page.status, page.form("/to-trinh").fields["number"]) == (409, "7")
    page = officer.send(page, "/to-trinh", {"number": "bảy", "dated": "2025-11-14"})
    assert page.status == 422
    page = officer.send(page, "/to-trinh", {"number": "7", "dated": "2025-11-14"})
    assert page.answer.url.path == DESK
    assert {world.look(one).fields["letter"] for one in ids} == {"07/TTr-UBND ngày 14/11/2025"}
    assert world.look(left).fields["letter"] is None


# --- the workbook ---


def choose(browser: Browser, content: bytes, name: str = "danh-sach.xlsx") -> Page:
    """Upload a workbook to look at."""
    (token,) = browser.get(UPLOAD).all("//form[contains(@action, 'nhap-tep')]//input[@name='_csrf']/@value")
    return browser.post(UPLOAD, {"_csrf": token}, files={"file": (name, content, XLSX)})


def test_a_workbook_is_looked_at_by_cell_and_then_imported(at: At, world: World, tmp_path: Path) -> None:
    mine = {"Mã đơn vị đề nghị": "07282"}
    rows = [
        person(**{"Họ và tên": "Vi Một", "Số CCCD": "099184700001", **mine}),
        person(**{"Họ và tên": "Vi Hai", "Số CCCD": "12", **mine}, Ngày_sinh="31/02/1984"),
    ]
    officer = at("officer-07282")
    page = choose(officer, write_workbook(tmp_path / "x.xlsx", people=rows).read_bytes(), "../<b>danh sách</b>.xlsx")
    assert (page.status, world.query("SELECT 1 FROM nomination")) == (200, [])
    shown = [" ".join(row.text_content().split()) for row in page.all("//tbody/tr")]
    assert shown[0] == "Cá nhân, 5 Vi Một 07282 hồ sơ mới"
    assert shown[1].startswith("Cá nhân, 6 bị từ chối Sai: Ngày sinh: Không có ngày “31/02/1984”")
    assert "Sai: Số CCCD" in shown[1]
    assert page.all("//b") == []
    done = officer.send(page, "/nhap-tep/ghi")
    assert done.answer.url.path == DESK
    assert "Đã nhập 1 hồ sơ mới hoặc thay đổi" in done.text
    assert [row.name for row in world.query("SELECT name FROM nomination")] == ["Vi Một"]
    again = officer.send(page, "/nhap-tep/ghi")
    assert (again.status, len(world.query("SELECT 1 FROM nomination"))) == (404, 1)


def test_what_changed_since_it_was_looked_at_is_shown_again(at: At, world: World, tmp_path: Path) -> None:
    row = person(**{"Mã đơn vị đề nghị": "07282"})
    content = write_workbook(tmp_path / "x.xlsx", people=[row]).read_bytes()
    officer = at("officer-07282")
    first, second = choose(officer, content), choose(officer, content)
    officer.send(second, "/nhap-tep/ghi")
    page = officer.send(first, "/nhap-tep/ghi")
    assert page.status == 409
    assert "Dữ liệu đã thay đổi từ khi bạn xem trước tệp" in page.alerts[0]
    assert "không đổi" in page.text


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"%PDF-1.7 ", "Tệp là PDF"), (b"", "Tệp rỗng"), (b"PK\x03\x04", "bị hỏng"), (b"x" * 10_485_761, "lớn hơn 10 MB")],
)
def test_a_file_that_is_no_workbook_is_refused_in_words(at: At, world: World, content: bytes, words: str) -> None:
    page = choose(at("officer-07282"), content)
    assert (page.status, words in page.alerts[0]) == (422, True)
    assert world.query("SELECT 1 FROM typed") == []


def test_without_a_file_or_with_one_far_too_large(at: At) -> None:
    officer = at("officer-07282")
    page = officer.send(officer.get(UPLOAD), "/nhap-tep")
    assert (page.status, "Hãy chọn một tệp" in page.alerts[0]) == (422, True)
    assert choose(officer, b"x" * 13_000_000).status == 413


def test_the_empty_workbook_is_a_download_that_can_be_read_back(at: At) -> None:
    at("officer-07282").get(UPLOAD)
    answer = at("officer-07282").client.get(f"/dot/{CODE}/mau-ho-so.xlsx")
    assert answer.headers["content-type"] == XLSX
    assert f'filename="mau-{CODE}.xlsx"' in answer.headers["content-disposition"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert read_workbook(answer.content, REGISTER).rows == ()


def test_the_review_office_looks_at_a_workbook_for_every_unit(at: At, world: World) -> None:
    page = choose(at("reviewer"), SAMPLE.read_bytes())
    assert "109" in page.text
    assert world.query("SELECT 1 FROM nomination") == []


# --- signing and sending several ---


def test_several_are_sent_as_a_plan_that_is_shown_first(at: At, world: World) -> None:
    whole, lacking = world.draft(name="Vi Đủ"), world.draft(name="Vi Thiếu", letter=None)
    head = at("head-07282")
    page = head.get(SEND)
    assert page.all("//input[@name='ho-so'][@checked]/@value") == [whole]
    page = head.send(page, "/nop", {"ho-so": [whole, lacking]})
    assert "Sẽ nộp: 1." in page.text
    assert "Vi Thiếu chưa nộp được Hồ sơ còn thiếu: Số, ngày tờ trình." in page.text
    assert {world.state(one) for one in (whole, lacking)} == {State.DRAFT}
    page = head.send(page, "/nop", {"apply": "1"})
    assert page.answer.url.path == DESK
    assert (world.state(whole), world.state(lacking)) == (State.SUBMITTED, State.DRAFT)


def test_what_moved_since_it_was_shown_is_not_sent(at: At, world: World) -> None:
    one, other = world.draft(), world.draft()
    head = at("head-07282")
    page = head.send(head.get(SEND), "/nop", {"ho-so": [one, other]})
    changed = at("officer-07282").get(form_path(other))
    at("officer-07282").post(form_path(other), posted(changed, {"f.merit": "Khác"}))
    page = head.send(page, "/nop", {"apply": "1"})
    assert page.status == 409
    assert "Hồ sơ đã thay đổi" in page.alerts[0]
    assert {world.state(one), world.state(other)} == {State.DRAFT}


def test_only_the_head_sends(at: At, world: World) -> None:
    one = world.draft()
    officer = at("officer-07282")
    token = posted(officer.get(form_path(one)))["_csrf"]
    answer = officer.post(SEND, {"_csrf": token, "ho-so": one, "apply": "1"})
    assert (answer.status, world.state(one)) == (403, State.DRAFT)
    assert officer.get(SEND).status == 403
    sign = "Thủ trưởng đơn vị ký, nộp hồ sơ."
    assert (sign in officer.get(f"/ho-so/{one}").text, sign in at("head-07282").get(f"/ho-so/{one}").text) == (
        True,
        False,
    )
    assert "Ký, nộp nhiều hồ sơ" not in officer.get(DESK).text
    assert "Ký, nộp nhiều hồ sơ" in at("head-07282").get(DESK).text
    world.step(one, Action.SUBMIT, "head")
    assert sign not in officer.get(f"/ho-so/{one}").text


def test_nothing_chosen_is_told(at: At, world: World) -> None:
    world.draft()
    head = at("head-07282")
    page = head.post(SEND, {"_csrf": head.get(SEND).all("//main//input[@name='_csrf']/@value")[0]})
    assert (page.status, "ít nhất một hồ sơ" in page.alerts[0]) == (422, True)


# --- lists ask as much of one dossier as of thirty ---


@pytest.mark.parametrize("path", [DESK, LETTER, SEND])
def test_a_list_asks_the_database_as_often_for_thirty_as_for_one(at: At, world: World, path: str) -> None:
    head = at("head-07282")
    world.draft()
    head.get(path)  # a new session is noted once
    one = queries(world, head, path)
    for _ in range(29):
        world.draft()
    assert (queries(world, head, path), one > 1) == (one, True)


def queries(world: World, browser: Browser, path: str) -> int:
    """How often the database is asked for a page."""
    with counting.asked(world.database) as sent:
        assert browser.get(path).status == 200
    return len(sent)
