"""A unit's pages in a real browser: usable by everybody, narrow or by keyboard; what is typed is kept by itself."""

from datetime import date
from pathlib import Path

from playwright.sync_api import Page, expect

from rules.vocabulary import Action, Kind, State
from tests.engine.workbooks import person, write_workbook
from tests.web.chromium import usable
from tests.web.chromium.conftest import DESK, PHONE, Room
from tests.world import CODE, World

UNIT = f"/dot/{CODE}/don-vi"
FINDINGS = (
    ("field:merit", "Bổ sung số liệu từng năm."),
    ("paper:minutes", "Biên bản thiếu ngày."),
    ("rule:conduct.no_breach", "Nêu rõ."),
    ("rule:nominee.named_once", "Có người trùng tên."),
)


def flaws(page: Page) -> list[str]:
    """Whatever keeps somebody from using the page, at a desk and on a telephone."""
    found = []
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        found += usable.too_wide(page)
    return found + usable.violations(page) + usable.unnamed(page) + usable.out_of_reach(page)


def saved(page: Page) -> None:
    """Save the dossier's form."""
    page.locator("#dossier-form button[type=submit]").first.click()
    page.wait_for_load_state()


def test_every_page_of_a_unit_is_usable(room: Room, world: World) -> None:
    one = world.draft(merit=None, letter=None, prior_awards="Giấy khen của Chủ tịch UBND xã năm 2023")
    group = world.draft(Kind.COLLECTIVE)
    back = world.advance(world.draft(), State.IN_REVIEW)
    world.step(back, Action.RETURN, "reviewer", findings=FINDINGS, due=date(2025, 11, 28))
    world.advance(world.draft(), State.SELECTED)
    page = room.open("head-07282")
    for path in (
        UNIT, f"{UNIT}/moi/individual", f"{UNIT}/moi/collective", f"/ho-so/{one}/sua", f"/ho-so/{back}/sua",
        f"/ho-so/{one}", f"/ho-so/{back}", f"/dot/{CODE}/nhap-tep", f"{UNIT}/to-trinh",
        f"{UNIT}/to-trinh?ho-so={one}&ho-so={group}", f"{UNIT}/nop",
    ):  # fmt: skip
        page.goto(path)
        assert flaws(page) == [], path
    for box in page.locator("main input[type=checkbox]").all():
        box.check()
    page.locator("main button[type=submit]").click()
    page.wait_for_load_state()
    assert flaws(page) == []


def test_errors_and_both_values_of_a_conflict_are_usable(room: Room, world: World) -> None:
    one = world.draft(Kind.COLLECTIVE)
    page, other = room.open("officer-07282"), room.open("head-07282")
    for each in (page, other):
        each.goto(f"/ho-so/{one}/sua")
    other.fill("#f-merit", "Của thủ trưởng")
    saved(other)
    page.fill("#f-merit", "Của cán bộ")
    saved(page)
    expect(page.locator("#f-merit-stored")).to_contain_text("Của thủ trưởng")
    assert flaws(page) == []
    page.fill("#f-email", "x")
    page.fill("#f-women", "9999")
    saved(page)
    expect(page.locator("#f-women-error")).to_be_visible()
    assert flaws(page) == []
    assert world.look(one).fields["merit"] == "Của cán bộ"


def test_a_preview_is_usable(room: Room, world: World, tmp_path: Path) -> None:
    mine = {"Mã đơn vị đề nghị": "07282"}
    rows = [person(**mine), person(**{"Số CCCD": "12", **mine}), person(**{"Mã đơn vị đề nghị": "07330"})]
    page = room.open("officer-07282")
    page.goto(f"/dot/{CODE}/nhap-tep")
    page.set_input_files("#file", str(write_workbook(tmp_path / "danh-sach.xlsx", people=rows)))
    page.locator("main button[type=submit]").click()
    page.wait_for_load_state()
    assert page.locator("tbody tr").count() == 3
    assert flaws(page) == []
    assert world.query("SELECT 1 FROM nomination") == []


def test_what_is_typed_is_kept_by_itself_and_what_is_missing_follows(room: Room, world: World) -> None:
    one = world.draft(merit=None)
    page = room.open("officer-07282")
    page.goto(f"/ho-so/{one}/sua")
    expect(page.locator("#missing")).to_contain_text("Phần tóm tắt thành tích để trống.")
    page.fill("#f-merit", "Vận động 12 hộ.")
    expect(page.locator("#kept")).to_contain_text("Đã giữ nội dung đang nhập")
    expect(page.locator("#missing")).not_to_contain_text("Phần tóm tắt thành tích để trống.")
    assert (page.locator("#missing").count(), world.look(one).version) == (1, 1)
    page.goto("about:blank")
    page.goto(f"/ho-so/{one}/sua")
    expect(page.locator("#f-merit")).to_have_value("Vận động 12 hộ.")
    saved(page)
    assert world.look(one).fields["merit"] == "Vận động 12 hộ."


def test_parts_that_follow_from_an_answer_show_when_it_is_given_without_javascript_too(room: Room) -> None:
    page = room.open("officer-07282", java_script_enabled=False)
    page.goto(f"{UNIT}/moi/collective")
    for name in ("#f-breach-words", "#f-women"):
        expect(page.locator(name)).to_be_hidden()
    page.check("#f-breach-yes")
    page.fill("#f-size", "12")
    for name in ("#f-breach-words", "#f-women"):
        expect(page.locator(name)).to_be_visible()
    page.check("#f-breach-no")
    expect(page.locator("#f-breach-words")).to_be_hidden()
