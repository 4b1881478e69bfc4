"""The lists people take away: the decision's list and a submission letter's, as XLSX and JSON."""

import json
import os
from collections.abc import Sequence
from datetime import date
from math import ceil
from pathlib import Path
from typing import Any

from sqlmodel import Session

from engine import decisions
from engine.award_set import exported_set
from engine.context import Context
from engine.dossier import load_dossiers
from engine.standing import in_ranking_order
from engine.submissions import find_submission
from rules.campaign import Campaign
from rules.errors import MalformedError, NotFoundError, StateRefusedError
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
BOLD_LINES = 2
MARGIN = 0.4  # inches
DRAFT = "DỰ THẢO – danh sách đã chốt, chưa ký"
REHEARSAL = "DIỄN TẬP – không có giá trị thi hành"


def export_decision(session: Session, context: Context, form: str, folder: Path) -> list[Path]:
    """Write the frozen or signed set to `folder` as `form` (xlsx or json); returns the files."""
    decision = decisions.required(session, context)
    if decision.content is None:
        raise StateRefusedError("Danh sách quyết định chưa chốt nên chưa xuất được.")
    data = exported_set(context.campaign, decision, context.today)
    path = prepared(folder) / f"danh-sach-{context.campaign.code}.{form}"
    if form == "json":
        write_json(path, data)
    else:
        write_workbook(path, context.campaign, data["awards"], title_lines(context.campaign, data))
    return [path]


def export_submission(session: Session, context: Context, number: str, folder: Path) -> list[Path]:
    """Write the list that went under one submission letter, as XLSX and JSON; returns the files."""
    office = context.campaign.offices.review
    submission = find_submission(session, number, f"TTr-{context.unit_symbols.get(office, office)}")
    if submission.campaign_id != context.campaign_id:
        raise NotFoundError(f"Tờ trình số {submission.number} không thuộc đợt khen thưởng này.")
    dossiers = [d for d in load_dossiers(session, context) if d.submission_id == submission.id]
    lines = []
    serials: dict[str, int] = {}
    for dossier in in_ranking_order(session, context, dossiers):
        serials[dossier.category] = serials.get(dossier.category, 0) + 1
        lines.append(
            {
                "id": dossier.id,
                "serial": serials[dossier.category],
                "category": dossier.category,
                "name": dossier.name,
                "position": dossier.fields.get("position"),
                "workplace": dossier.fields.get("workplace"),
                "unit": dossier.unit,
                "unit_name": dossier.unit_name,
                "merit": dossier.fields.get("merit"),
            }
        )
    data = {
        "campaign": context.campaign.code,
        "submission": {"number": submission.number, "date": submission.dated.isoformat()},
        "nominations": lines,
    }
    stem = f"to-trinh-{submission.number.replace('/', '-')}"
    written = [prepared(folder) / f"{stem}.json", folder / f"{stem}.xlsx"]
    write_json(written[0], data)
    heading = [
        f"Danh sách kèm theo Tờ trình số {submission.number} ngày {submission.dated:%d/%m/%Y}",
        context.campaign.title,
    ]
    write_workbook(written[1], context.campaign, lines, heading)
    return written


def prepared(folder: Path) -> Path:
    """The folder, made if missing; MalformedError if it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MalformedError(f"Không tạo được thư mục {folder}: {error.strerror}.") from error
    return folder


def title_lines(campaign: Campaign, data: dict[str, Any]) -> list[str]:
    """What stands above the decision's list."""
    decision = data["decision"]
    signed = DRAFT
    if decision["number"]:
        signed = f"Kèm theo Quyết định số {decision['number']} ngày {date.fromisoformat(decision['date']):%d/%m/%Y}"
    total = f"Tổng số: {len(data['awards'])}; tiền thưởng: {grouped(data['money']['total'])} đồng"
    return [campaign.title, signed, total, f"Mã kiểm tra (SHA-256): {decision['hash']}"]


def grouped(number: int) -> str:
    """A number as Vietnamese papers write it: 210.600.000."""
    return f"{number:,}".replace(",", ".")


def write_json(path: Path, data: object) -> None:
    """Write JSON that people can read, whole or not at all."""
    replace_file(path, (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode())


def replace_file(path: Path, content: bytes) -> None:
    """Put a file in place in one step, so that nobody meets half of it."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_bytes(content)
    partial.replace(path)


def write_workbook(path: Path, campaign: Campaign, lines: Sequence[dict[str, Any]], heading: Sequence[str]) -> None:
    """One sheet per category: heading, table, everything as text so that no cell can run."""
    from openpyxl import Workbook  # noqa: PLC0415 - slow to import

    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]  # a new workbook has an active sheet
    for category in campaign.categories:
        sheet = book.create_sheet(category.title)
        keys = [key for key in KEYS[category.kind] if key != "money" or any("money" in line for line in lines)]
        fill_sheet(sheet, category.kind, keys, numbered(lines, category.key),
                   [*([REHEARSAL] if campaign.rehearsal else []), *heading])  # fmt: skip
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    book.save(partial)
    partial.replace(path)


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
        style(sheet.cell(number, 1, words), bold=number <= BOLD_LINES, across="center", framed=False)
        sheet.row_dimensions[number].height = LINE_HEIGHT * lines_needed(words, sum(WIDTHS[key] for key in keys))
    top = len(heading) + 2
    titles = dict(zip(KEYS[kind], HEADERS[kind], strict=True))
    for row, line in enumerate([titles, *lines], start=top):
        tallest = max(lines_needed(str(line.get(key) or ""), WIDTHS[key]) for key in keys)
        sheet.row_dimensions[row].height = LINE_HEIGHT * tallest + PADDING
        for column, key in enumerate(keys, start=1):
            across = "center" if row == top or key == "serial" else "right" if key == "money" else "left"
            style(sheet.cell(row, column, line.get(key)), bold=row == top, across=across, framed=True)
    for column, key in enumerate(keys, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = WIDTHS[key]
    lay_out(sheet, top)


def lines_needed(text: str, width: int) -> int:
    """How many lines `text` takes in a column `width` characters wide; Excel leaves rows as high as they are told."""
    return max(1, ceil(len(text) * CHARACTER / width))


def style(cell: Any, *, bold: bool, across: str, framed: bool) -> None:  # noqa: ANN401 - openpyxl's cell
    """How a cell looks; text beginning with "=" stays text."""
    from openpyxl.styles import Alignment, Border, Font, Side  # noqa: PLC0415 - slow to import

    if isinstance(cell.value, str):
        cell.data_type = "s"
    cell.font = Font(name="Times New Roman", size=12, bold=bold)
    cell.alignment = Alignment(horizontal=across, vertical="center", wrap_text=True)
    if framed:
        thin = Side(style="thin")
        cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
    if isinstance(cell.value, int):
        cell.number_format = "#,##0"


def lay_out(sheet: Any, top: int) -> None:  # noqa: ANN401 - openpyxl's worksheet
    """A4 across, as wide as the page, the column headings on every page."""
    sheet.freeze_panes = sheet.cell(top + 1, 1)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{top}:{top}"
    sheet.page_margins.left = sheet.page_margins.right = MARGIN
