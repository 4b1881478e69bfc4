"""The list as a workbook: one sheet per category, for offices that sort, count and copy."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from math import ceil
from typing import Any

from engine.papers.packed import packed
from engine.papers.plain import plain
from rules.campaign import Campaign
from rules.vocabulary import Kind

HEADERS = {
    Kind.COLLECTIVE: ("STT", "Tên tập thể", "Đơn vị đề nghị", "Thành tích", "Tiền thưởng (đồng)"),
    Kind.INDIVIDUAL: ("STT", "Họ và tên", "Chức vụ", "Đơn vị công tác", "Đơn vị đề nghị", "Thành tích",
                      "Tiền thưởng (đồng)"),
}  # fmt: skip
KEYS = {
    Kind.COLLECTIVE: ("serial", "name", "unit_name", "merit", "money"),
    Kind.INDIVIDUAL: ("serial", "name", "position", "workplace", "unit_name", "merit", "money"),
}
WIDTHS = {"serial": 6, "name": 32, "position": 24, "workplace": 28, "unit_name": 28, "merit": 44, "money": 16}
CHARACTER = 1.2  # widths of the default character that one of ours may take, and what breaking at words wastes
LINE_HEIGHT, PADDING = 16.0, 4.0  # points, for 12 point text
TALLEST = 409.0  # points: a workbook with a higher row is damaged
BOLD_LINES = 2
MARGIN = 0.4  # inches
REHEARSAL = "DIỄN TẬP – không có giá trị thi hành"
FORMULA_SIGNS = ("=", "+", "-", "@")
NO_SHEET_NAME = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
LONGEST_SHEET_NAME = 31


def workbook(campaign: Campaign, lines: Sequence[dict[str, Any]], heading: Sequence[str], made: date) -> bytes:
    """One sheet per category: heading, table, everything as text so that no cell can run; dated `made`."""
    from openpyxl import Workbook  # noqa: PLC0415 - slow to import

    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]  # a new workbook has an active sheet
    for category in campaign.categories:
        sheet = book.create_sheet(sheet_name(category.title))
        keys = [key for key in KEYS[category.kind] if key != "money" or any("money" in line for line in lines)]
        fill_sheet(sheet, category.kind, keys, numbered(lines, category.key),
                   [*([REHEARSAL] if campaign.rehearsal else []), *heading])  # fmt: skip
    written = BytesIO()
    book.save(written)
    return packed(written.getvalue(), made)


def sheet_name(title: str) -> str:
    """A category's title as a sheet may be called: at most 31 characters, none of those formulas use."""
    return plain(title.translate(NO_SHEET_NAME)).strip()[:LONGEST_SHEET_NAME]


def numbered(lines: Sequence[dict[str, Any]], category: str) -> list[dict[str, Any]]:
    """One category's lines, numbered from 1 as annexed lists are; the set's own serials run through all of them."""
    own = [line for line in lines if line["category"] == category]
    return [{**line, "serial": number} for number, line in enumerate(own, start=1)]


def fill_sheet(
    sheet: Any,  # noqa: ANN401 - openpyxl's worksheet
    kind: Kind,
    keys: Sequence[str],
    lines: Sequence[dict[str, Any]],
    heading: Sequence[str],
) -> None:
    """Heading lines, column headings and rows of one sheet."""
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - slow to import

    for number, words in enumerate(heading, start=1):
        sheet.merge_cells(start_row=number, start_column=1, end_row=number, end_column=len(keys))
        style(put(sheet, number, 1, words), bold=number <= BOLD_LINES, across="center", framed=False)
        sheet.row_dimensions[number].height = LINE_HEIGHT * lines_needed(words, sum(WIDTHS[key] for key in keys))
    top = len(heading) + 2
    titles = dict(zip(KEYS[kind], HEADERS[kind], strict=True))
    for row, line in enumerate([titles, *lines], start=top):
        tallest = max(lines_needed(str(line.get(key) or ""), WIDTHS[key]) for key in keys)
        sheet.row_dimensions[row].height = min(LINE_HEIGHT * tallest + PADDING, TALLEST)
        for column, key in enumerate(keys, start=1):
            across = "center" if row == top or key == "serial" else "right" if key == "money" else "left"
            style(put(sheet, row, column, line.get(key)), bold=row == top, across=across, framed=True)
    for column, key in enumerate(keys, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = WIDTHS[key]
    lay_out(sheet, top)


def put(sheet: Any, row: int, column: int, value: str | int | None) -> Any:  # noqa: ANN401 - openpyxl's sheet and cell
    """A value into its cell. Text beginning with "=" stays text, also after somebody edits the cell and leaves it."""
    cell = sheet.cell(row, column)
    if isinstance(value, str):
        cell.value = plain(value)
        cell.data_type = "s"
        cell.quotePrefix = cell.value.startswith(FORMULA_SIGNS)
    else:
        cell.value = value
    return cell


def lines_needed(text: str, width: int) -> int:
    """How many lines `text` takes in a column `width` characters wide; Excel leaves rows as high as they are told."""
    return max(1, ceil(len(text) * CHARACTER / width))


def style(cell: Any, *, bold: bool, across: str, framed: bool) -> None:  # noqa: ANN401 - openpyxl's cell
    """How a cell looks."""
    from openpyxl.styles import Alignment, Border, Font, Side  # noqa: PLC0415 - slow to import

    cell.font = Font(name="Times New Roman", size=12, bold=bold)
    cell.alignment = Alignment(horizontal=across, vertical="center", wrap_text=True)
    if framed:
        thin = Side(style="thin")
        cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
    if isinstance(cell.value, int):
        cell.number_format = "#,##0"


def lay_out(sheet: Any, top: int) -> None:  # noqa: ANN401 - openpyxl's worksheet
    """A4 across, no wider than the page, the column headings on every page."""
    sheet.freeze_panes = sheet.cell(top + 1, 1)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{top}:{top}"
    sheet.page_margins.left = sheet.page_margins.right = MARGIN
    sheet.print_options.horizontalCentered = True
