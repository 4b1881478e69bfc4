"""The workbook: an empty one to take away, a filled one looked at row by row and then imported."""

import hashlib
from typing import Any

from fastapi import APIRouter, Response

from engine.importing import require_importer
from engine.previewing import empty_workbook, import_kept, preview, report_view
from rules.errors import StaleError
from web.api.asked import Code, Key
from web.api.asked_of_units import ImportAsked
from web.api.once import Done, given, once
from web.api.reading import Reading
from web.api.sent import WORKBOOK_FORM, Content, SentWorkbook, WorkbookLetIn
from web.api.told import PLAYED, WRITES, declared, download
from web.api.told_of_units import ImportedTold, PreviewTold
from web.handing import handed, room
from web.work import SignedIn

router = APIRouter(tags=["Đợt khen thưởng"], prefix="/campaigns/{code}/workbooks")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHANGED = "Dữ liệu đã thay đổi từ khi xem trước tệp. Chưa ghi gì: hãy gửi lại tệp để xem kết quả rồi nhập."


@router.get(
    "/blank",
    response_class=Response,
    responses={**download(XLSX), **declared(*PLAYED, 403, 404)},
    summary="Tải tệp mẫu để điền hồ sơ, kèm danh mục của đợt.",
)
def blank_workbook(code: Code, work: Reading) -> Response:
    """The empty workbook, for whoever may import one."""
    context = work.context(code)
    require_importer(context)
    file = room()
    empty_workbook(work.session, context, file)
    file.seek(0)
    return handed(file, XLSX, f"mau-{code}.xlsx", hashlib.sha256(file.read()).hexdigest())


@router.post(
    "",
    dependencies=[WorkbookLetIn],
    response_model=PreviewTold,
    responses=declared(*WRITES),
    openapi_extra=WORKBOOK_FORM,
    summary="Xem trước một tệp: từng dòng sẽ thế nào, lỗi ở ô nào. Chưa ghi vào hồ sơ.",
)
def look_at_workbook(code: Code, asked: SentWorkbook, content: Content, work: SignedIn, key: Key = None) -> Response:
    """What importing the file would do, row by row; the file is kept for the import, for an hour at least."""

    def do() -> Done:
        context = work.context(code, writes=True, today=asked.today)
        shown = preview(work.session, context, asked.name, content, work.began)
        told: dict[str, Any] = report_view(context, shown.report)
        return given({"opening": shown.opening, "effect": shown.effect, "name": shown.name, **told})

    return once(work, key, {"workbook": code}, asked, do)


@router.post(
    "/imports",
    response_model=ImportedTold,
    responses=declared(*WRITES),
    summary="Nhập tệp đã xem trước, đúng như đã được xem.",
)
def import_workbook(code: Code, asked: ImportAsked, work: SignedIn, key: Key = None) -> Response:
    """Import the file that was looked at, if it still does what was told; else 409, and nothing is stored."""

    def do() -> Done:
        context = work.context(code, writes=True, today=asked.today)
        done = import_kept(work.session, context, asked.opening, asked.effect)
        if not done.applied:
            raise StaleError(CHANGED)
        report = report_view(context, done.report)
        return given({"imported": done.report.imported, "unchanged": done.report.unchanged, **report})

    return once(work, key, {"import": code}, asked, do)
