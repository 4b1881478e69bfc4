"""Notices: the letters written to the account's address, next to e-mail."""

from typing import Annotated, Any, TypeAlias
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from engine import inbox
from engine.inbox import Heading, Opened
from engine.views import eyes_in
from web.api.asked import Key
from web.api.asked_administration import NoticesRead
from web.api.once import Done, given, once
from web.api.told import READS, WRITES, declared
from web.api.told_inbox import NoticesReadTold, NoticesTold, NoticeTold
from web.work import SignedIn, Work

router = APIRouter(tags=["Thông báo"], prefix="/notices")
Letter: TypeAlias = Annotated[UUID, Path(description="Mã thông báo.")]


@router.get("", response_model=NoticesTold, responses=declared(*READS), summary="Thông báo, mới nhất trước.")
def list_notices(
    work: SignedIn,
    before: Annotated[UUID | None, Query(description="Các thông báo trước thông báo này.")] = None,
    unread: Annotated[bool, Query(description="Chỉ những thông báo chưa đọc.")] = False,  # noqa: FBT002 - of an address
) -> dict[str, Any]:
    """The letters to the account's address, a page at a time; listing reads none of them."""
    page = inbox.inbox(work.session, work.account.id, before=before, unread=unread)
    letters = [line(one) for one in page.letters]
    return {"notices": letters, "before": None if page.older is None else str(page.older)}


@router.get(
    "/{key}", response_model=NoticeTold, responses=declared(*READS, 404), summary="Một thông báo; từ đây là đã đọc."
)
def show_notice(key: Letter, work: SignedIn) -> dict[str, Any]:
    """One letter's words; it counts as read from now on."""
    opened = inbox.open_letter(work.session, work.account.id, key, work.began)
    about = opened.nomination if leads_on(work, opened) else None
    return {**line(opened.heading), "read": True, "paragraphs": list(opened.paragraphs), "nomination": about}


@router.post(
    "/read",
    response_model=NoticesReadTold,
    responses=declared(*WRITES),
    summary="Đánh dấu đã đọc mọi thông báo đến một thông báo.",
)
def mark_read(asked: NoticesRead, work: SignedIn, key: Key = None) -> Response:
    """Every letter up to the newest one that was shown is read."""

    def do() -> Done:
        inbox.mark_read(work.session, work.account.id, asked.newest, work.began)
        return given({"newest": str(asked.newest)})

    return once(work, key, {"notices": "read"}, asked, do)


def line(heading: Heading) -> dict[str, Any]:
    """A letter as the list shows it; why it could not be delivered is for administrators' eyes elsewhere."""
    return {
        "key": str(heading.key),
        "title": heading.title,
        "written": heading.written.isoformat(),
        "read": heading.read,
    }


def leads_on(work: Work, opened: Opened) -> bool:
    """Whether the account may look at the dossier a letter is about: a nominee who reads of an award may not."""
    if opened.unit is None or opened.campaign is None:
        return False
    return eyes_in(work.context(opened.campaign)).sees(opened.unit)
