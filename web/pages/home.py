"""The first page: the campaign looked at, or what to do where there is none."""

from io import BytesIO

from fastapi.responses import RedirectResponse, Response

from engine.dashboard import dashboard
from engine.importing import IMPORTERS, require_importer
from engine.previewing import empty_workbook
from engine.views import eyes_in
from web.pages.board import pictures_of
from web.visit import Pages, Visiting
from web.waiting import tasks

router = Pages()
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/")
def home(visit: Visiting) -> Response:
    """On to the campaign."""
    if visit.campaign is None:
        return visit.page("no_campaign.html")
    return RedirectResponse(f"/dot/{visit.campaign.code}", 303)


@router.get("/dot/{code}")
def show_dashboard(code: str, visit: Visiting) -> Response:
    """A campaign at a glance."""
    context = visit.context(code)
    board = dashboard(visit.session, context, eyes_in(context))
    waiting = tasks(visit.visitor.roles, context, board)
    imports = visit.visitor.holds(*IMPORTERS)
    return visit.page("dashboard.html", board=board, waiting=waiting, imports=imports, **pictures_of(context, board))


@router.get("/dot/{code}/tep-mau")
def blank_workbook(code: str, visit: Visiting) -> Response:
    """The empty workbook with the campaign's lists of codes, for whoever may import one."""
    context = visit.context(code)
    require_importer(context)
    file = BytesIO()
    empty_workbook(visit.session, context, file)
    headers = {"Content-Disposition": f'attachment; filename="mau-{context.campaign.code}.xlsx"'}
    return Response(file.getvalue(), media_type=WORKBOOK, headers=headers)
