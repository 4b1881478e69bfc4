"""The list as a workbook: what it says and how it prints, and the same bytes whenever it is made."""

import time
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest

from engine.papers.packed import packed
from engine.papers.sheet import workbook
from rules.campaign import Campaign, parse_campaign
from tests.world import campaign_data

MADE = date(2025, 12, 22)
ZIP_TICK = 2.1  # seconds: archives count time in steps of two
HOSTILE = "A\x00\x07\x1b\ufffe\u202e&<b>\t{{ 7*7 }}\r\n=1"
LINES: list[dict[str, Any]] = [
    {"serial": 1, "category": "collective", "name": "Trạm Y tế xã Đồng Kỳ", "unit_name": "UBND xã Đồng Kỳ",
     "merit": "Tiêm chủng đủ 100% trẻ em.", "money": 7_020_000},
    {"serial": 2, "category": "individual", "name": "Nông Thị Bé", "position": "Trưởng thôn", "workplace": None,
     "unit_name": "UBND xã Đồng Kỳ", "merit": '=HYPERLINK("http://198.51.100.7","Xem")', "money": 3_510_000},
    {"serial": 3, "category": "individual", "name": "Vi Văn Ánh", "position": "Giáo viên", "workplace": "Trường",
     "unit_name": "UBND xã Đồng Kỳ", "merit": "-5% hộ nghèo", "money": 3_510_000},
]  # fmt: skip
HEADING = ["Bằng khen", "DỰ THẢO", "Tổng số: 3"]


def campaign(**changes: Any) -> Campaign:  # noqa: ANN401 - campaign data
    return parse_campaign(campaign_data(**changes))


def read(content: bytes) -> Any:  # noqa: ANN401 - openpyxl's workbook
    return openpyxl.load_workbook(BytesIO(content))


def made(lines: Sequence[dict[str, Any]] = LINES, **changes: Any) -> Any:  # noqa: ANN401 - campaign data, openpyxl's workbook
    return read(workbook(campaign(**changes), lines, HEADING, MADE))


def values(sheet: Any) -> list[tuple[object, ...]]:  # noqa: ANN401 - openpyxl's worksheet
    return list(sheet.iter_rows(values_only=True))


def test_each_category_has_its_sheet_numbered_from_one() -> None:
    book = made(rehearsal=False)
    assert book.sheetnames == ["Tập thể", "Cá nhân"]
    assert values(book["Tập thể"])[4:] == [
        ("STT", "Tên tập thể", "Đơn vị đề nghị", "Thành tích", "Tiền thưởng (đồng)"),
        (1, "Trạm Y tế xã Đồng Kỳ", "UBND xã Đồng Kỳ", "Tiêm chủng đủ 100% trẻ em.", 7_020_000),
    ]
    assert values(book["Cá nhân"])[4:] == [
        ("STT", "Họ và tên", "Chức vụ", "Đơn vị công tác", "Đơn vị đề nghị", "Thành tích", "Tiền thưởng (đồng)"),
        (1, "Nông Thị Bé", "Trưởng thôn", None, "UBND xã Đồng Kỳ",
         '=HYPERLINK("http://198.51.100.7","Xem")', 3_510_000),
        (2, "Vi Văn Ánh", "Giáo viên", "Trường", "UBND xã Đồng Kỳ", "-5% hộ nghèo", 3_510_000),
    ]  # fmt: skip


def test_a_list_without_money_has_no_column_for_it() -> None:
    lines = [{key: value for key, value in line.items() if key != "money"} for line in LINES]
    sheet = made(lines, rehearsal=False)["Cá nhân"]
    assert [cell.value for cell in sheet[5]][-1] == "Thành tích"
    assert sheet.max_column == 6


@pytest.mark.parametrize(("rehearsal", "first"), [(True, "DIỄN TẬP – không có giá trị thi hành"), (False, "Bằng khen")])
def test_a_rehearsal_says_so_above_everything(rehearsal: bool, first: str) -> None:  # noqa: FBT001 - a parameter of the test
    book = made(rehearsal=rehearsal)
    assert [sheet["A1"].value for sheet in book] == [first, first]


def test_text_that_looks_like_a_formula_stays_text() -> None:
    sheet = made(rehearsal=False)["Cá nhân"]
    link, share, plain_merit = sheet["F6"], sheet["F7"], made(rehearsal=False)["Tập thể"]["D6"]
    assert (link.data_type, link.quotePrefix) == ("s", True)
    assert (share.data_type, share.quotePrefix) == ("s", True)
    assert (plain_merit.data_type, plain_merit.quotePrefix) == ("s", False)


def test_characters_xml_forbids_are_dropped_and_the_rest_stays() -> None:
    lines = [{**LINES[1], "name": HOSTILE, "merit": "x" * 40_000}]
    sheet = made(lines, rehearsal=False)["Cá nhân"]
    assert sheet["B6"].value == "A&<b> {{ 7*7 }}  =1"
    assert sheet.row_dimensions[6].height == 409


def test_the_headings_repeat_on_every_page_of_a_landscape_sheet() -> None:
    for sheet in made():
        assert sheet.print_title_rows == "$6:$6"
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth) == ("landscape", 1)
        assert (sheet["A6"].value, sheet["A6"].font.name, sheet["A6"].font.b) == ("STT", "Times New Roman", True)


def test_a_category_may_be_called_what_no_sheet_may() -> None:
    categories = campaign_data()["categories"]
    categories[0]["title"] = "Tập thể / hộ [2025]: " + "rất dài " * 9
    assert made(categories=categories).sheetnames[0] == "Tập thể   hộ  2025   rất dài rấ"


def test_made_twice_at_different_moments_the_bytes_are_the_same() -> None:
    first = workbook(campaign(), LINES, HEADING, MADE)
    time.sleep(ZIP_TICK)
    assert workbook(campaign(), LINES, HEADING, MADE) == first
    assert workbook(campaign(), LINES, HEADING, date(2025, 12, 23)) != first


def test_nothing_in_the_file_tells_the_hour_or_the_machine() -> None:
    content = workbook(campaign(), LINES, HEADING, MADE)
    with ZipFile(BytesIO(content)) as archive:
        infos = archive.infolist()
        assert infos[0].filename == "[Content_Types].xml"
        assert {info.date_time for info in infos} == {(2025, 12, 22, 0, 0, 0)}
        assert {(info.create_system, info.external_attr) for info in infos} == {(3, 0o100644 << 16)}
    properties = read(content).properties
    assert (properties.creator, properties.lastModifiedBy) == ("Vinh Danh", "Vinh Danh")
    assert properties.created == properties.modified == datetime(2025, 12, 22)  # noqa: DTZ001 - openpyxl gives no zone


def test_packing_what_is_packed_changes_nothing() -> None:
    content = workbook(campaign(), LINES, HEADING, MADE)
    assert packed(content, MADE) == content
