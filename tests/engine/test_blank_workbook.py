"""The empty workbook units fill in: what it offers, and that it is read back as it was filled."""

from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from engine.workbook import read_workbook
from engine.workbook.blank import write_blank
from rules.vocabulary import RATING_LABELS, Kind
from tests.engine.workbooks import HEADINGS, REGISTER, group, person

UNITS = [("SYT", "Sở Y tế"), ("07330", "Ủy ban nhân dân xã Phúc Hoà"), ("07531", "Ủy ban nhân dân xã Tân Sơn")]
PROJECTS = [("DA1", "Đất ở, nhà ở"), ("DA10-TDA1", "Biểu dương, tôn vinh")]


@pytest.fixture
def blank(tmp_path: Path) -> Path:
    write_blank(tmp_path / "mau.xlsx", title="Tổng kết Chương trình", units=UNITS, projects=PROJECTS)
    return tmp_path / "mau.xlsx"


def test_the_empty_workbook_is_read_without_a_row_an_error_or_a_notice(blank: Path) -> None:
    reading = read_workbook(blank, REGISTER)
    assert (reading.rows, reading.errors, reading.notices) == ((), (), ())


@pytest.mark.parametrize("codes", [True, False], ids=["with-codes", "without-codes"])
def test_a_filled_one_is_read_back_as_it_was_filled(tmp_path: Path, *, codes: bool) -> None:
    path = tmp_path / "mau.xlsx"
    write_blank(path, units=UNITS if codes else (), projects=PROJECTS if codes else ())
    book = load_workbook(path)
    for title, kind, row in (("Tập thể", Kind.COLLECTIVE, group()), ("Cá nhân", Kind.INDIVIDUAL, person())):
        assert [cell.value for cell in book[title][4]] == ["STT", *HEADINGS[kind]]
        for column, heading in enumerate(HEADINGS[kind], start=2):
            book[title].cell(row=5, column=column, value=row.get(heading))
    book.save(path)
    reading = read_workbook(path, REGISTER)
    assert (reading.errors, reading.notices) == ((), ())
    assert [(row.sheet, row.row, row.fields["name"]) for row in reading.rows] == [
        ("Tập thể", 5, "Trạm Y tế xã Phúc Hoà"),
        ("Cá nhân", 5, "Phùng Thu Hương"),
    ]
    assert reading.rows[1].fields["unit"] == "07531"


def test_codes_citizen_numbers_and_dates_are_columns_of_text(blank: Path) -> None:
    sheet = load_workbook(blank)["Cá nhân"]
    formats = {
        cell.value: sheet.column_dimensions[cell.coordinate.rstrip("4")].number_format
        for cell in sheet[4]
        if cell.value in ("Số CCCD", "Mã đơn vị đề nghị", "Ngày sinh", "Chức vụ")
    }
    assert formats == {"Số CCCD": "@", "Mã đơn vị đề nghị": "@", "Ngày sinh": "@", "Chức vụ": "General"}


def test_closed_questions_offer_their_answers(blank: Path) -> None:
    sheet = load_workbook(blank)["Cá nhân"]
    headings = {cell.coordinate.rstrip("4"): cell.value for cell in sheet[4]}
    offered = {
        headings[str(offer.sqref).partition("5:")[0]]: offer.formula1 for offer in sheet.data_validations.dataValidation
    }
    assert offered["Trực tiếp triển khai"] == '"Có,Không"'
    assert offered["Giới tính"] == '"Nam,Nữ"'
    assert offered["Xếp loại 2023"] == '"' + ",".join(RATING_LABELS.values()) + '"'
    assert offered["Mã đơn vị đề nghị"] == "'Danh mục'!$A$2:$A$4"
    assert offered["Dự án, tiểu dự án"] == "'Danh mục'!$D$2:$D$3"
    assert all(len(str(formula)) <= 257 for formula in offered.values())  # Excel refuses longer lists, quotes aside
    assert "Họ và tên" not in offered


def test_the_codes_stand_where_the_lists_look_for_them(blank: Path) -> None:
    codes = load_workbook(blank)["Danh mục"]
    assert [codes[place].value for place in ("A2", "B2", "A4", "D3")] == ["SYT", "Sở Y tế", "07531", "DA10-TDA1"]


def test_the_heading_stays_in_sight_and_tells_what_is_required(blank: Path) -> None:
    sheet = load_workbook(blank)["Tập thể"]
    assert sheet.freeze_panes == "C5"
    assert "Tổng kết Chương trình" in str(sheet["A2"].value)
    hints = zip(sheet[3], sheet[4], strict=True)
    required = [heading.value for hint, heading in hints if str(hint.value).startswith("*")]
    assert required == ["Tên tập thể", "Mã đơn vị đề nghị"]


def test_it_may_be_written_to_memory_for_other_years() -> None:
    target = BytesIO()
    write_blank(target, rated_years=(2026, 2027))
    target.seek(0)
    headings = [cell.value for cell in load_workbook(target)["Tập thể"][4]]
    assert [heading for heading in headings if str(heading).startswith("Xếp loại")] == [
        "Xếp loại 2026",
        "Xếp loại 2027",
    ]
