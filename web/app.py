"""The application: routes over one database."""

import asyncio
from collections.abc import Iterable
from types import ModuleType

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from starlette.staticfiles import StaticFiles

from models.database import Database
from web import errors
from web.api import (
    attachments,
    campaigns,
    decisions,
    desk,
    documents,
    governing,
    health,
    inbox,
    looks,
    nominations,
    opinions,
    overview,
    people,
    queue,
    standing,
    unit_letters,
    workbooks,
    writings,
)
from web.arriving import Doorway
from web.edge import Edge
from web.later import AT_ONCE
from web.pages import (
    account,
    admin_people,
    administration,
    checks,
    chronicle,
    closing,
    decision,
    decision_papers,
    dossier,
    home,
    many_checks,
    new_password,
    notices,
    office_acts,
    office_queue,
    office_versions,
    overdue,
    papers,
    plans,
    ranking,
    settings,
    sign_in,
    single_sign_on,
    steps,
    submissions,
    unit_desk,
    unit_form,
    unit_letter,
    unit_new,
    unit_send,
    workbook,
)
from web.render import STATIC
from web.work import ABROAD, DOOR, LOOKING, READING, WRITING

API = (
    campaigns,
    decisions,
    documents,
    queue,
    overview,
    opinions,
    nominations,
    writings,
    looks,
    attachments,
    standing,
    desk,
    workbooks,
    unit_letters,
    inbox,
    governing,
    people,
)

FREQUENT = (dossier, office_queue)  # their routes are tried first
PAGES = (
    *FREQUENT,
    sign_in,
    single_sign_on,
    new_password,
    account,
    settings,
    home,
    many_checks,
    notices,
    office_acts,
    office_versions,
    steps,
    submissions,
    checks,
    closing,
    papers,
    overdue,
    plans,
    ranking,
    chronicle,
    decision,
    decision_papers,
    unit_desk,
    unit_new,
    unit_form,
    unit_letter,
    unit_send,
    workbook,
    administration,
    admin_people,
)
DESCRIPTION = """Hồ sơ đề nghị khen thưởng, cho chương trình khác sử dụng.

Mỗi yêu cầu kèm `Authorization: Bearer <mã>`; mã do quản trị cấp cho từng tài khoản. Qua đây tài khoản thấy và làm được
đúng những gì thấy và làm được ở nơi khác. Mỗi yêu cầu là một giao dịch: hoặc ghi trọn vẹn, hoặc không ghi gì."""


def create_app(database: Database) -> FastAPI:
    """The portal over `database`; opening and closing the database is the caller's."""
    app = FastAPI(
        title="Vinh Danh",
        version="1",
        description=DESCRIPTION,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # their pages load scripts from other people's servers
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=named,
    )
    app.state.database = database
    rooms = {"looking": LOOKING, "reading": READING, "writing": WRITING, "door": DOOR, "abroad": ABROAD}
    for name, size in rooms.items():
        setattr(app.state, name, asyncio.Semaphore(size))
    app.state.doorway = Doorway()
    app.state.press = asyncio.Semaphore(AT_ONCE)
    errors.install(app)
    app.add_middleware(Edge)
    app.include_router(health.router)
    include(app, FREQUENT)
    api = APIRouter(prefix="/api/v1")
    for module in API:
        api.include_router(module.router)
    app.include_router(api)
    app.mount("/static", StaticFiles(directory=STATIC))
    include(app, PAGES[len(FREQUENT) :])
    return app


def include(app: FastAPI, pages: Iterable[ModuleType]) -> None:
    """Add the routes of pages, which are in no document of the API."""
    for module in pages:
        app.include_router(module.router, include_in_schema=False, default_response_class=HTMLResponse)


def named(route: APIRoute) -> str:
    """An operation is called as its function is."""
    return route.name
