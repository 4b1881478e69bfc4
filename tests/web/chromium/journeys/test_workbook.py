"""Many dossiers from an Excel file to their outcome: the empty one filled in, looked at, corrected, brought in."""

from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from rules.vocabulary import Action, State
from tests.engine.workbooks import group, person
from tests.web.chromium.journeys.acts import HOME, press, told
from tests.web.chromium.journeys.people import People, Post, assert_sound
from tests.world import World

READY = {
    "Mã đơn vị đề nghị": "07282",
    "Xếp loại 2022": "Hoàn thành xuất sắc nhiệm vụ",
    "Xếp loại 2023": "Hoàn thành tốt nhiệm vụ",
    "Xếp loại 2024": "Hoàn thành tốt nhiệm vụ",
    "Xếp loại 2025": "Hoàn thành tốt nhiệm vụ",
    "Đang bị xem xét, xác minh": "Không",
    "Hình thức khen thưởng đã nhận cho thành tích này": "Không",
    "Số, ngày biên bản họp xét": "14/BB-HĐ ngày 05/11/2025",
    "Báo cáo thành tích có xác nhận": "Có",
}
PEOPLE = [
    person(**{"Họ và tên": "Phùng Thu Hương", "Số CCCD": "099184700090", **READY}),
    person(**{"Họ và tên": "Đàm Văn Lăng", "Số CCCD": "099", "Giới tính": "Nam", **READY}),
    person(**{"Họ và tên": "Vi Thị Ngoài", "Số CCCD": "099184700092", **READY, "Mã đơn vị đề nghị": "07330"}),
]
GROUPS = [
    group(
        **{
            **READY,
            "Tên tập thể": "Trạm Y tế xã Đồng Kỳ",
            "Xếp loại 2021": "Hoàn thành tốt nhiệm vụ",
            "Kỷ luật, vi phạm pháp luật": "Không",
            "Tóm tắt thành tích": "Khám chữa bệnh cho 4.200 lượt người.",
            "Trong đó nữ": 29,
        }
    )
]

OUTCOMES = {
    "Phùng Thu Hương": "Thông báo tặng Bằng khen: Phùng Thu Hương",
    "Trạm Y tế xã Đồng Kỳ": "Thông báo tặng Bằng khen: Trạm Y tế xã Đồng Kỳ",
    "Đàm Văn Lăng": "Kết quả xét khen thưởng: Đàm Văn Lăng",
}


def written(path: Path, empty: bytes, people: list[dict[str, Any]], groups: list[dict[str, Any]]) -> Path:
    """The empty workbook of the portal with these rows under its headings."""
    book = load_workbook(BytesIO(empty))
    for title, rows in (("Cá nhân", people), ("Tập thể", groups)):
        sheet = book[title]
        named = {"Cá nhân": "Họ và tên", "Tập thể": "Tên tập thể"}[title]
        (heading,) = [cell for row in sheet.iter_rows() for cell in row if cell.value == named]
        columns = {sheet.cell(heading.row, column).value: column for column in range(1, sheet.max_column + 1)}
        for number, row in enumerate(rows, start=1):
            for header, value in row.items():
                sheet.cell(heading.row + number, columns[header]).value = value
    book.save(path)
    return path


def looked_at(page: Page, path: Path) -> list[list[str]]:
    """Send the file to be looked at; each of its rows as the page shows it: where, name, what becomes of it, why."""
    page.goto(f"{HOME}/nhap-tep")
    page.get_by_label("Tệp Excel (.xlsx)").set_input_files(path)
    press(page, "Xem trước")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Xem trước: {path.name}")
    return [row.locator("th, td").all_inner_texts() for row in page.locator("tbody tr").all()]


def unit_brings_in(page: Page, world: World, folder: Path) -> None:
    """The officer downloads the empty workbook, is told each wrong cell, corrects two, and brings in what is right."""
    page.goto(f"{HOME}/nhap-tep")
    with page.expect_download() as coming:
        page.get_by_role("link", name="Tải mẫu Excel trống của đợt này").click()
    empty = Path(coming.value.path()).read_bytes()
    rows = looked_at(page, written(folder / "lần 1.xlsx", empty, PEOPLE, GROUPS))
    assert rows == [
        ["Tập thể, 5", "", "bị từ chối", "Sai: Trong đó nữ: Số nữ (29) lớn hơn tổng số người (28)."],
        ["Cá nhân, 5", "Phùng Thu Hương 07282", "hồ sơ mới", ""],
        ["Cá nhân, 6", "", "bị từ chối", "Sai: Số CCCD: Số CCCD có 3 chữ số; cần đúng 12 chữ số."],
        ["Cá nhân, 7", "", "bị từ chối", "Sai: Mã đơn vị đề nghị: Không được nhập hồ sơ của đơn vị khác."],
    ]
    corrected = [PEOPLE[0], {**PEOPLE[1], "Số CCCD": "099184700091", "Giới tính": "Nữ"}, PEOPLE[2]]
    rows = looked_at(page, written(folder / "lần 2.xlsx", empty, corrected, [{**GROUPS[0], "Trong đó nữ": 20}]))
    assert [row[2] for row in rows] == ["hồ sơ mới", "hồ sơ mới", "hồ sơ mới", "bị từ chối"]
    assert world.query("SELECT 1 FROM nomination") == []
    press(page, "Nhập các dòng đúng")
    told(page, "Đã nhập 3 hồ sơ mới hoặc thay đổi, 0 dòng không đổi, 1 dòng bị từ chối.")


def unit_sends(people: People) -> None:
    """One letter for all of them, its number entered once; the head tries, then sends them together."""
    page = people["officer-07282"]
    page.goto(f"{HOME}/don-vi/to-trinh")
    press(page, "Tiếp tục")
    with page.expect_download() as coming:
        press(page, "Tải tờ trình và danh sách (PDF)")
    assert Path(coming.value.path()).read_bytes().startswith(b"%PDF")
    page.get_by_label("Số tờ trình").fill("15/TTr-UBND")
    page.get_by_label("Ngày tờ trình").fill("2025-11-19")
    press(page, "Ghi vào tất cả hồ sơ đã chọn")
    told(page, "Đã ghi Tờ trình 15/TTr-UBND ngày 19/11/2025 vào 3 hồ sơ.")
    head = people["head-07282"]
    head.goto(f"{HOME}/don-vi/nop")
    press(head, "Xem trước")
    expect(head.locator(".badge", has_text="sẽ nộp")).to_have_count(3)
    press(head, "Ký và nộp")
    told(head, "Đã ký, nộp 3 hồ sơ.")


def review_accepts(page: Page) -> None:
    """A reviewer accepts all of them by one plan."""
    page.goto(f"{HOME}/ke-hoach")
    page.get_by_label("Việc", exact=True).select_option("accept:submitted")
    press(page, "Xem trước")
    press(page, "Thực hiện với 3 hồ sơ")
    told(page, "3 hồ sơ")


def stages(page: Page) -> dict[str, str]:
    """Where each dossier of the unit's desk stands, by its name."""
    page.goto(f"{HOME}/don-vi")
    cards = page.locator(".desk > li").all()
    return {
        card.locator("h2").inner_text(): card.locator("[aria-current=step]").inner_text().split("\n")[0]
        for card in cards
    }


def test_a_workbook_from_the_empty_one_to_the_outcome(people: People, post: Post, tmp_path: Path) -> None:
    world, page = people.world, people["officer-07282"]
    unit_brings_in(page, world, tmp_path)
    unit_sends(people)
    review_accepts(people["reviewer"])
    ids = {row.name: row.id for row in world.query("SELECT id, name FROM nomination")}
    assert sorted(ids) == sorted(OUTCOMES)
    world.step(ids["Đàm Văn Lăng"], Action.DECLINE, "review-head", reason="Chưa đạt theo mục II.2.c Kế hoạch tổng kết.")
    world.advance(ids["Trạm Y tế xã Đồng Kỳ"], State.APPROVED)
    assert stages(page) == dict.fromkeys(OUTCOMES, "Đang xem xét")
    post.deliver()
    assert len(post.subjects("head.07282@bacninh.example")) == 6
    assert {one.split(":")[0] for one in post.subjects("head.07282@bacninh.example")} == {
        "[DIỄN TẬP] Đã nộp hồ sơ",
        "[DIỄN TẬP] Đã tiếp nhận hồ sơ",
    }
    world.advance(ids["Phùng Thu Hương"], State.AWARDED)
    assert stages(page) == {
        "Phùng Thu Hương": "Được tặng Bằng khen",
        "Trạm Y tế xã Đồng Kỳ": "Được tặng Bằng khen",
        "Đàm Văn Lăng": "Không được khen thưởng",
    }
    post.deliver()
    told_of = [f"[DIỄN TẬP] {words} [{ids[name]}]" for name, words in OUTCOMES.items()]
    for address in ("officer.07282@bacninh.example", "head.07282@bacninh.example"):
        assert sorted(post.subjects(address)[6:]) == sorted(told_of)
    assert_sound(world)
