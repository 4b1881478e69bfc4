"""The workbook: an empty one to take away, a filled one looked at row by row and then imported."""

from io import BytesIO

from fastapi.responses import Response

from engine.context import UNIT_ROLES, Context
from engine.importing import require_importer
from engine.previewing import NAMELESS, Imported, Preview, empty_workbook, import_kept, preview, report_view
from engine.workbook.guard import MAX_FILE
from rules.errors import MalformedError, StaleError
from web.forms import Form
from web.visit import Pages, Visit, Visiting

router = Pages()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHANGED = "Dữ liệu đã thay đổi từ khi bạn xem trước tệp. Chưa ghi gì: hãy xem lại kết quả dưới đây rồi nhập."


@router.get("/dot/{code}/nhap-tep")
def show_upload(code: str, visit: Visiting) -> Response:
    """The page to upload a workbook on."""
    context = visit.context(code)
    require_importer(context)
    return upload_page(visit)


@router.get("/dot/{code}/mau-ho-so.xlsx")
def blank_workbook(code: str, visit: Visiting) -> Response:
    """The empty workbook of the campaign, with its lists to choose from."""
    written = BytesIO()
    empty_workbook(visit.session, visit.context(code), written)
    headers = {"Content-Disposition": f'attachment; filename="mau-{code}.xlsx"'}
    return Response(written.getvalue(), media_type=XLSX, headers=headers)


@router.post("/dot/{code}/nhap-tep")
def look_at_workbook(code: str, visit: Visiting) -> Response:
    """What an upload would do, row by row; nothing of a dossier changes."""
    context = visit.context(code, writes=True)
    shown = visit.attempt(lambda: looked_at(visit, context))
    if shown is None:
        return upload_page(visit)
    return preview_page(visit, context, shown)


@router.post("/dot/{code}/nhap-tep/ghi")
def import_workbook(code: str, visit: Visiting) -> Response:
    """Import the upload that was looked at, if it still does what was shown; else it is shown again."""
    context = visit.context(code, writes=True)
    opening, effect = visit.form.text("opening"), visit.form.text("effect")
    done = visit.attempt(lambda: import_kept(visit.session, context, opening, effect))
    if done is None:
        return upload_page(visit)
    if done.applied:
        return visit.go(f"/dot/{code}/{'don-vi' if visit.visitor.holds(*UNIT_ROLES) else 'ho-so'}", said_of(done))
    visit.errors.append(StaleError(CHANGED))
    again = Preview(opening=opening, name=done.name, report=done.report, effect=done.effect)
    return preview_page(visit, context, again)


def looked_at(visit: Visit, context: Context) -> Preview:
    """The preview of the file in the form; MalformedError when there is none."""
    name, content = file_in(visit.form)
    return preview(visit.session, context, name, content, visit.began)


def file_in(form: Form) -> tuple[str, bytes]:
    """Name and content of the one file that was sent."""
    files = form.files("file")
    if len(files) != 1:
        raise MalformedError("Hãy chọn một tệp Excel (.xlsx).")
    return files[0].filename or NAMELESS, files[0].file.read(MAX_FILE + 1)


def upload_page(visit: Visit) -> Response:
    """The page to upload on."""
    return visit.page("unit/upload.html", most=MAX_FILE // 1024**2)


def preview_page(visit: Visit, context: Context, shown: Preview) -> Response:
    """What would become of every row."""
    return visit.page("unit/preview.html", preview=shown, report=report_view(context, shown.report))


def said_of(done: Imported) -> str:
    """What to say of an import."""
    refused = len({(one.sheet, one.row) for one in done.report.errors})
    return (
        f"Đã nhập {done.report.imported} hồ sơ mới hoặc thay đổi, {done.report.unchanged} dòng không đổi, "
        f"{refused} dòng bị từ chối."
    )
