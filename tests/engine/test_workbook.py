"""Reading the units' workbook: the sample row by row, and workbooks as people really fill them in."""

import json
import random
import shutil
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.formula import ArrayFormula

from engine.workbook import CellMessage, RowReading, WorkbookReading, read_workbook
from rules.errors import MalformedError
from rules.fields import validate
from rules.vocabulary import Kind
from tests.engine.workbooks import (
    HEADINGS,
    REGISTER,
    ROOT,
    SAMPLE,
    group,
    people,
    person,
    repacked,
    with_shared_texts,
    write_sheet,
    write_workbook,
)

EXPECTED = json.loads((ROOT / "data" / "nominations-sample.expected.json").read_text(encoding="utf-8"))["rows"]


def read(path: Path) -> WorkbookReading:
    return read_workbook(path, REGISTER)


def only_row(path: Path) -> RowReading:
    reading = read(path)
    assert reading.errors == ()
    (row,) = reading.rows
    return row


def refusal(path: Path) -> str:
    with pytest.raises(MalformedError) as caught:
        read(path)
    return caught.value.message


@pytest.fixture(scope="module")
def sample() -> WorkbookReading:
    return read(SAMPLE)


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda row: f"{row['sheet']}-{row['row']}")
def test_every_row_of_the_sample_comes_out_as_stated(sample: WorkbookReading, expected: dict[str, Any]) -> None:
    place = (expected["sheet"], expected["row"])
    errors = [error.column for error in sample.errors if (error.sheet, error.row) == place]
    names = [row.fields["name"] for row in sample.rows if (row.sheet, row.row) == place]
    assert errors == ([expected["import_error"]] if expected["import_error"] else [])
    assert names == ([] if errors else [expected["name"]])


def test_the_sample_holds_nothing_more_and_nothing_malformed(sample: WorkbookReading) -> None:
    assert len(sample.rows) + len(sample.errors) == len(EXPECTED) == 116
    assert sample.notices == ()
    assert [validate(row.kind, row.fields, REGISTER) for row in sample.rows] == [[]] * len(sample.rows)


def test_texts_shared_by_the_cells_as_excel_writes_them_are_read_alike(tmp_path: Path, sample: WorkbookReading) -> None:
    shutil.copy(SAMPLE, tmp_path / "a.xlsx")
    assert read(with_shared_texts(tmp_path / "a.xlsx")) == sample


def test_a_row_has_every_answer_of_its_kind(sample: WorkbookReading) -> None:
    row = next(row for row in sample.rows if (row.sheet, row.row) == ("Tập thể", 7))
    assert row.kind is Kind.COLLECTIVE
    assert row.fields == {
        "name": "Trạm Y tế xã Phúc Hoà - tổ 3",
        "head": "Vi Ngọc Huệ",
        "size": 35,
        "women": 26,
        "unit": "07330",
        "project": "DA2",
        "direct": True,
        "united": True,
        "rating_2021": "excellent",
        "rating_2022": "excellent",
        "rating_2023": "good",
        "rating_2024": "excellent",
        "rating_2025": "excellent",
        "breach": False,
        "pending": False,
        "merit": row.fields["merit"],
        "model": None,
        "prior_awards": False,
        "letter": "03/TTr-UBND ngày 25/11/2025",
        "minutes": "03/BB-HĐTĐKT ngày 01/11/2025",
        "report": None,
        "email": "vanthu.07330@bacninh.example",
    }


def test_shuffled_columns_blank_rows_and_250_people_make_no_difference(tmp_path: Path) -> None:
    rows = people(250, seed=20251127)
    plain = read(write_workbook(tmp_path / "plain.xlsx", rows))
    chance = random.Random(7)  # noqa: S311 - test data, not secrets
    spread = [row for item in rows for row in (item, *[None] * chance.randint(0, 2))]
    mixed = read(
        write_workbook(
            tmp_path / "mixed.xlsx",
            spread,
            shape=lambda headings: chance.sample(headings, len(headings)),
            heading_row=17,
        )
    )
    assert len(plain.rows) == 250
    assert plain.errors == mixed.errors == mixed.notices == ()
    assert [row.fields for row in mixed.rows] == [row.fields for row in plain.rows]
    assert [row.row for row in mixed.rows] == [17 + n for n, row in enumerate(spread, start=1) if row]


def test_row_numbers_are_excels_even_where_rows_are_left_out_of_the_file(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", [None, None, person()])
    part = "xl/worksheets/sheet2.xml"
    repacked(path, {part: lambda xml: xml.replace('<row r="6">', "<!--").replace('<row r="7">', '--><row r="7">')})
    assert only_row(path).row == 7


@pytest.mark.parametrize("title", ["CÁ NHÂN", "Ca\u0301 nhân ", "ca nhan"])
def test_sheets_are_found_whatever_case_and_accents(tmp_path: Path, title: str) -> None:
    book = load_workbook(write_workbook(tmp_path / "a.xlsx", [person()]))
    book["Cá nhân"].title = "khác"  # openpyxl takes a title that differs in case alone for a second sheet
    book["khác"].title = title
    book.save(tmp_path / "a.xlsx")
    assert only_row(tmp_path / "a.xlsx").sheet == "Cá nhân"


def test_headings_are_found_whatever_case_accents_and_line_breaks(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", [person()])
    book = load_workbook(path)
    for cell in book["Cá nhân"][4]:
        cell.value = f" {str(cell.value).upper()} (*)".replace(" ", "\n")
    book["Cá nhân"]["F4"] = "so cccd:"
    book.save(path)
    row = only_row(path)
    assert (row.fields["name"], row.fields["cccd"]) == ("Phùng Thu Hương", "099184700090")


def test_a_missing_column_refuses_the_file_naming_sheets_and_columns(tmp_path: Path) -> None:
    dropped = {"Số CCCD", "Ngày sinh", "Trong đó nữ"}
    path = write_workbook(tmp_path / "a.xlsx", [person()], shape=lambda names: [n for n in names if n not in dropped])
    message = refusal(path)
    assert "Trang “Tập thể” thiếu cột “Trong đó nữ”." in message
    assert "Trang “Cá nhân” thiếu cột “Ngày sinh”, “Số CCCD”." in message


def test_a_column_that_is_there_twice_refuses_the_file(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", [person()], shape=lambda names: [*names, "xếp loại  2023"])
    assert "có cột trùng “Xếp loại 2023”" in refusal(path)


def test_a_missing_sheet_is_named(tmp_path: Path) -> None:
    book = Workbook()
    write_sheet(book, "Tập thể", HEADINGS[Kind.COLLECTIVE], [group()])
    book.save(tmp_path / "a.xlsx")
    assert "thiếu trang “Cá nhân”" in refusal(tmp_path / "a.xlsx")


def test_a_sheet_that_is_there_twice_is_named(tmp_path: Path) -> None:
    book = load_workbook(write_workbook(tmp_path / "a.xlsx"))
    write_sheet(book, "Ca nhan", HEADINGS[Kind.INDIVIDUAL], [])
    book.save(tmp_path / "a.xlsx")
    assert "nhiều trang cùng tên “Cá nhân”" in refusal(tmp_path / "a.xlsx")


def test_a_sheet_without_headings_near_its_top_is_refused(tmp_path: Path) -> None:
    assert "không có dòng tiêu đề" in refusal(write_workbook(tmp_path / "a.xlsx", [person()], heading_row=31))
    assert read(write_workbook(tmp_path / "b.xlsx", [person()], heading_row=30)).rows[0].row == 31


def test_unknown_columns_and_sheets_are_left_out_with_a_notice(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", [person(Ghi_chú="gấp")], shape=lambda names: ["Ghi chú", *names])
    book = load_workbook(path)
    book["Cá nhân"]["AC5"] = "lạc cột"
    book.create_sheet("Biểu khác")["A1"] = "Họ và tên"
    book.create_sheet("Danh mục")
    book.save(path)
    reading = read(path)
    assert len(reading.rows) == 1
    assert [(notice.sheet, notice.row, notice.column) for notice in reading.notices] == [
        ("Biểu khác", 1, ""),
        ("Tập thể", 4, "Ghi chú"),
        ("Cá nhân", 4, "Ghi chú"),
        ("Cá nhân", 5, "AC"),
    ]


def test_every_error_of_a_row_is_told_in_the_order_of_its_columns(tmp_path: Path) -> None:
    row = group(Trong_đó_nữ=31, Mã_đơn_vị_đề_nghị="SXYZ", Nội_bộ_đoàn_kết="chắc vậy")
    front = ["Nội bộ đoàn kết", "Trong đó nữ"]
    path = write_workbook(
        tmp_path / "a.xlsx",
        groups=[group(), row],
        shape=lambda names: [n for n in front if n in names] + [n for n in names if n not in front],
    )
    reading = read(path)
    assert [row.row for row in reading.rows] == [5]
    assert [(error.row, error.column) for error in reading.errors] == [
        (6, "Nội bộ đoàn kết"),
        (6, "Trong đó nữ"),
        (6, "Mã đơn vị đề nghị"),
    ]


def test_numeric_cells_get_their_lost_zeros_back_with_a_notice(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", [person(Mã_đơn_vị_đề_nghị=7531.0, Số_CCCD=99184700090)])
    row, reading = only_row(path), read(path)
    assert (row.fields["unit"], row.fields["cccd"]) == ("07531", "099184700090")
    assert [notice.column for notice in reading.notices] == ["Số CCCD", "Mã đơn vị đề nghị"]
    assert all("số 0 ở đầu" in notice.message for notice in reading.notices)


@pytest.mark.parametrize(
    ("column", "content"),
    [
        ("Số CCCD", "99184700090"),  # text does not lose zeros
        ("Số CCCD", 123456789),  # the nine digits of an old identity card are no citizen number
        ("Số CCCD", 99184700090.5),
        ("Mã đơn vị đề nghị", "7531"),
        ("Mã đơn vị đề nghị", 1e300),
        ("Mã đơn vị đề nghị", -7531),
        ("Ngày sinh", 30859),
        ("Ngày sinh", "1984-06-26"),
        ("Ngày sinh", "#N/A"),
        ("Ngày sinh", time(8, 30)),
        ("Ngày sinh", datetime(2084, 6, 26)),  # noqa: DTZ001 - Excel's dates know no time zone
        ("Ngày sinh", "=TODAY()"),
        ("Xếp loại 2021", "#REF!"),
        ("Họ và tên", "#N/A"),
        ("Họ và tên", True),
    ],
)
def test_a_cell_that_cannot_be_read_refuses_its_row_alone(tmp_path: Path, column: str, content: object) -> None:
    path = write_workbook(tmp_path / "a.xlsx", [person() | {column: content}, person()])
    reading = read(path)
    assert [row.row for row in reading.rows] == [6]
    assert [(error.sheet, error.row, error.column) for error in reading.errors] == [("Cá nhân", 5, column)]


def test_an_error_value_of_excel_refuses_its_row(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", groups=[group()])
    change = {
        "xl/worksheets/sheet1.xml": lambda xml: xml.replace('r="D5" t="n"><v>28</v>', 'r="D5" t="e"><v>#REF!</v>')
    }
    (error,) = read(repacked(path, change)).errors
    assert error == CellMessage("Tập thể", 5, "Tổng số người", error.message)
    assert "#REF!" in error.message


@pytest.mark.parametrize("content", [date(1984, 6, 26), datetime(1984, 6, 26, 9, 30), "26/6/1984"])  # noqa: DTZ001 - as above
def test_a_birth_date_is_a_date_cell_or_text(tmp_path: Path, content: object) -> None:
    row = only_row(write_workbook(tmp_path / "a.xlsx", [person(Ngày_sinh=content)]))
    assert row.fields["birth_date"] == "1984-06-26"


def test_a_date_elsewhere_is_the_text_people_see(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", [person() | {"Số, ngày tờ trình": date(2025, 11, 3)}])
    assert only_row(path).fields["letter"] == "03/11/2025"


def test_a_formula_is_text_and_never_its_result(tmp_path: Path) -> None:
    evil = '=HYPERLINK("http://evil.example","x")'
    array = ArrayFormula("T5", "=SUM(A1:A2)")
    row = person() | {"Tóm tắt thành tích": evil, "Mô hình, cách làm sáng tạo": array}
    path = write_workbook(tmp_path / "a.xlsx", [row])
    assert (only_row(path).fields["merit"], only_row(path).fields["model"]) == (evil, "=SUM(A1:A2)")
    assert [n.column for n in read(path).notices] == ["Tóm tắt thành tích", "Mô hình, cách làm sáng tạo"]


def test_truth_values_answer_yes_and_no(tmp_path: Path) -> None:
    row = person(Trực_tiếp_triển_khai=True) | {"Kỷ luật, vi phạm pháp luật": False, "Đang bị xem xét, xác minh": True}
    fields = only_row(write_workbook(tmp_path / "a.xlsx", [row])).fields
    assert (fields["direct"], fields["breach"], fields["pending"]) == (True, False, "Có")


def test_text_is_folded_and_its_case_kept(tmp_path: Path) -> None:
    fields = only_row(
        write_workbook(tmp_path / "a.xlsx", [person(Họ_và_tên="  PHU\u0300NG  THU _x000D_ HƯƠNG ")])
    ).fields
    assert fields["name"] == "PHÙNG THU HƯƠNG"


def test_a_row_of_column_numbers_and_merged_or_hidden_rows_do_not_matter(tmp_path: Path) -> None:
    numbers = {heading: f"({number})" for number, heading in enumerate(HEADINGS[Kind.INDIVIDUAL], start=2)}
    path = write_workbook(tmp_path / "a.xlsx", [numbers, person(), None, person(Họ_và_tên="Vi Thị Hai")])
    book = load_workbook(path)
    book["Cá nhân"].merge_cells("A1:Y1")
    book["Cá nhân"].row_dimensions[6].hidden = True
    book["Tập thể"].sheet_state = "hidden"
    book.save(path)
    reading = read(path)
    assert ([row.row for row in reading.rows], reading.errors) == ([6, 8], ())


def test_rated_years_are_the_campaigns(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", [person()])
    row = read_workbook(path, REGISTER, (2021, 2022)).rows[0]
    assert [key for key in row.fields if key.startswith("rating_")] == ["rating_2021", "rating_2022"]
    with pytest.raises(MalformedError, match="Xếp loại 2026"):
        read_workbook(path, REGISTER, (2026,))


def test_more_rows_than_a_campaign_can_have_are_refused(tmp_path: Path) -> None:
    book = Workbook(write_only=True)
    for title, kind, count in (("Tập thể", Kind.COLLECTIVE, 0), ("Cá nhân", Kind.INDIVIDUAL, 5_001)):
        sheet = book.create_sheet(title)
        sheet.append(HEADINGS[kind])
        for number in range(count):
            sheet.append([f"Vi Văn {number}"])
    book.save(tmp_path / "a.xlsx")
    assert "5001 dòng dữ liệu; tối đa 5000" in refusal(tmp_path / "a.xlsx")
