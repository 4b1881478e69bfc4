"""The lists people take away: the decision's list and a submission letter's, as XLSX and JSON."""

import json
import os
from collections.abc import Sequence
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
WIDTHS = {"serial": 6, "name": 40, "position": 32, "workplace": 36, "unit_name": 36, "merit": 64, "money": 18}
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
    signed = f"Kèm theo Quyết định số {decision['number']} ngày {decision['date']}" if decision["number"] else DRAFT
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
        fill_sheet(sheet, category.kind, keys, [x for x in lines if x["category"] == category.key],
                   [*([REHEARSAL] if campaign.rehearsal else []), *heading])  # fmt: skip
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    book.save(partial)
    partial.replace(path)


def fill_sheet(
    sheet: Any,  # noqa: ANN401 - openpyxl's worksheet
    kind: Kind,
    keys: Sequence[str],
    lines: Sequence[dict[str, Any]],
    heading: Sequence[str],
) -> None:
    """Heading lines, column headings and rows of one sheet."""
    from openpyxl.styles import Alignment, Border, Font, Side  # noqa: PLC0415 - slow to import
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - slow to import

    for number, line in enumerate(heading, start=1):
        sheet.cell(number, 1, line).font = Font(name="Times New Roman", size=13, bold=number == 1)
    top = len(heading) + 2
    thin = Side(style="thin")
    titles = dict(zip(KEYS[kind], HEADERS[kind], strict=True))
    for column, key in enumerate(keys, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = WIDTHS[key]
        for row, value in enumerate([titles[key], *(line.get(key) for line in lines)], start=top):
            cell = sheet.cell(row, column, value)
            if isinstance(value, str):
                cell.data_type = "s"  # text beginning with "=" stays text
            cell.font = Font(name="Times New Roman", size=12, bold=row == top)
            cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if key == "money" and row > top:
                cell.number_format = "#,##0"
    sheet.freeze_panes = sheet.cell(top + 1, 1)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{top}:{top}"
