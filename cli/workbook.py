"""`nomination import` and `nomination blank`: the workbook units send."""

from pathlib import Path
from typing import Annotated, Any

import typer

from cli import output
from cli.options import As, DryRun, InCampaign, Json, Today, words
from cli.work import transaction
from engine.context import load_context
from engine.importing import ImportReport, import_workbook
from engine.listing import nominating_units
from engine.workbook import CellMessage
from engine.workbook.blank import write_blank
from rules.errors import MalformedError

app = typer.Typer()


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="Tệp Excel theo mẫu.")],
    campaign: InCampaign,
    as_name: As,
    dry_run: DryRun = False,
    today: Today = None,
    as_json: Json = False,
) -> None:
    """Import a workbook: good rows become drafts, bad rows are reported."""
    with transaction() as session, output.progress("Nhập hồ sơ", as_json) as advance:
        context = load_context(session, campaign, as_name=as_name, today=today)
        report = import_workbook(session, context, file, advance)
        if dry_run:
            session.rollback()
    data = {
        "imported": report.imported,
        "unchanged": report.unchanged,
        "errors": [cell(message) for message in report.errors],
        "notices": [cell(message) for message in report.notices],
        "applied": not dry_run,
    }
    output.answer(data, as_json, lambda: draw(report, dry_run=dry_run))


def cell(message: CellMessage) -> dict[str, Any]:
    """One message about a cell."""
    return {"sheet": message.sheet, "row": message.row, "column": message.column, "message": message.message}


def draw(report: ImportReport, *, dry_run: bool) -> None:
    """The report as text."""
    for title, messages in (("Dòng bị từ chối", report.errors), ("Ghi chú", report.notices)):
        if messages:
            rows = [(m.sheet, str(m.row), m.column, m.message) for m in messages]
            output.table(title, ("Trang", "#Dòng", "Cột", "Nội dung"), rows)
    refused = len({(message.sheet, message.row) for message in report.errors})
    said = "Nếu nhập" if dry_run else "Đã nhập"
    output.say(
        f"{said}: {report.imported} hồ sơ mới hoặc thay đổi, {report.unchanged} dòng không đổi, "
        f"{refused} dòng bị từ chối." + (" Chưa ghi gì." if dry_run else "")
    )


@app.command("blank")
def blank(
    out: Annotated[Path, typer.Option("--out", metavar="FILE.xlsx", help="Tệp ghi ra.")],
    campaign: Annotated[
        str | None,
        typer.Option("--campaign", parser=words, metavar="MÃ", help="Kèm tên đợt, danh mục đơn vị và dự án của đợt."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Write the empty workbook; never over a file that is there, which somebody may have filled in."""
    if out.exists():
        raise MalformedError(f"Tệp {out} đã có; hãy chọn tên khác.")
    if campaign is None:
        write_blank(out)
    else:
        with transaction() as session:
            config = load_context(session, campaign, writes=False).campaign
            units = nominating_units(session)
        projects = [(project.code, project.title) for project in config.projects]
        write_blank(out, title=config.title, rated_years=config.rated_years, units=units, projects=projects)
    output.answer({"file": str(out)}, as_json, lambda: output.say(f"Đã ghi {out}."))
