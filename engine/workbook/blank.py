"""Writes the empty workbook that units fill in: the columns of the catalogue, with hints and lists to choose from."""

from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeAlias

from engine.workbook.layout import CODES_SHEET, MAX_ROWS, ORDINAL, SHEETS, column_letters
from rules.fields import RATED_YEARS, Field, Form, fields_of
from rules.vocabulary import Kind

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

Codes: TypeAlias = Sequence[tuple[str, str]]  # (code, name)

TITLES = {
    Kind.COLLECTIVE: "DANH SÁCH TẬP THỂ ĐỀ NGHỊ TẶNG BẰNG KHEN",
    Kind.INDIVIDUAL: "DANH SÁCH CÁ NHÂN ĐỀ NGHỊ TẶNG BẰNG KHEN",
}
INSTRUCTION = (
    "Mỗi dòng một đề nghị, bắt đầu từ dòng 5. Không đổi tên cột. Cột có dấu sao ở dòng hướng dẫn là bắt buộc. "
    "Chỉ nhập số CCCD khi cần."
)
HELP_ROW, HEADING_ROW, FIRST_ROW = 3, 4, 5
LAST_ROW = FIRST_ROW + MAX_ROWS - 1
TEXT_FORMAT = "@"  # dates too: a computer set to another country would read 02/09 as the ninth of February
CODE_HEADINGS = {"unit": ("Mã đơn vị", "Tên đơn vị"), "project": ("Mã dự án", "Tên dự án, tiểu dự án")}
WIDTHS = {
    Form.PROSE: 45,
    Form.DECLARATION: 45,
    Form.NUMBER: 11,
    Form.DATE: 13,
    Form.YES_NO: 13,
    Form.SEX: 10,
    Form.CODE: 18,
    Form.RATING: 28,
}
USUAL_WIDTH = 28
LIST_COLUMNS = 3  # codes, names, a gap


def write_blank(
    target: Path | IO[bytes],
    *,
    title: str = "",
    rated_years: Sequence[int] = RATED_YEARS,
    units: Codes = (),
    projects: Codes = (),
) -> None:
    """Write the workbook to a path or an open binary file.

    `title` is the campaign's, under the heading of each sheet; `units` and `projects` fill a sheet of codes, from
    which their columns are then chosen.
    """
    from openpyxl import Workbook  # noqa: PLC0415 - a third of a second that only this should pay

    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    lists = {key: codes for key, codes in (("unit", units), ("project", projects)) if codes}
    places = {key: _place_of(number, codes) for number, (key, codes) in enumerate(lists.items())}
    for kind, name in SHEETS.items():
        sheet = workbook.create_sheet(name)
        fields = fields_of(kind, rated_years)
        _write_head(sheet, TITLES[kind], title, fields)
        for column, field in enumerate(fields, start=2):
            _prepare_column(sheet, column, field, places.get(field.key))
    if lists:
        _write_codes(workbook.create_sheet(CODES_SHEET), lists)
    workbook.save(target)


def _write_head(sheet: "Worksheet", heading: str, title: str, fields: Sequence[Field]) -> None:
    from openpyxl.styles import Alignment, Font  # noqa: PLC0415 - as above

    lines = {1: [heading], 2: [f"{title}. {INSTRUCTION}" if title else INSTRUCTION]}
    lines[HELP_ROW] = ["", *(f"{'* ' if field.required else ''}{field.help}" for field in fields)]
    lines[HEADING_ROW] = [ORDINAL, *(field.header for field in fields)]
    fonts = {1: Font(bold=True, size=14), HELP_ROW: Font(italic=True, size=9), HEADING_ROW: Font(bold=True)}
    for row, texts in lines.items():
        for column, text in enumerate(texts, start=1):
            cell = sheet.cell(row=row, column=column, value=text or None)
            cell.font = fonts.get(row, Font())
            cell.alignment = Alignment(wrap_text=row in (HELP_ROW, HEADING_ROW), vertical="center")
    sheet.column_dimensions["A"].width = 6
    sheet.row_dimensions[HELP_ROW].height = 40
    sheet.row_dimensions[HEADING_ROW].height = 45
    sheet.freeze_panes = f"C{FIRST_ROW}"


def _prepare_column(sheet: "Worksheet", column: int, field: Field, codes: str | None) -> None:
    """Width, format and choices; the format is the whole column's, so that no empty row need exist."""
    dimension = sheet.column_dimensions[column_letters(column)]
    dimension.width = WIDTHS.get(field.form, USUAL_WIDTH)
    if field.form in (Form.CODE, Form.DATE):
        dimension.number_format = TEXT_FORMAT
    if field.choices:
        _offer(sheet, column, f'"{",".join(field.choices)}"', field)
    elif codes:
        _offer(sheet, column, codes, field)


def _offer(sheet: "Worksheet", column: int, source: str, field: Field) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415 - as above

    offered = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=True)
    offered.errorTitle = "Nội dung không hợp lệ"
    offered.error = f"{field.header}: hãy chọn trong danh sách."
    letters = column_letters(column)
    offered.add(f"{letters}{FIRST_ROW}:{letters}{LAST_ROW}")
    sheet.add_data_validation(offered)


def _place_of(number: int, codes: Codes) -> str:
    """Where the codes of the list with this number stand on the sheet of codes."""
    letters = column_letters(number * LIST_COLUMNS + 1)
    return f"'{CODES_SHEET}'!${letters}$2:${letters}${len(codes) + 1}"


def _write_codes(sheet: "Worksheet", lists: dict[str, Codes]) -> None:
    """Each list of codes beside its names, one list after the other."""
    for number, (key, codes) in enumerate(lists.items()):
        column = number * LIST_COLUMNS + 1
        for row, texts in enumerate([CODE_HEADINGS[key], *codes], start=1):
            for offset, text in enumerate(texts):
                sheet.cell(row=row, column=column + offset, value=text).number_format = TEXT_FORMAT
        sheet.column_dimensions[column_letters(column + 1)].width = 60
