"""Notices: the letters written to the account's address, next to e-mail."""

from dataclasses import replace
from uuid import UUID

from fastapi.responses import Response

from engine import inbox
from engine.inbox import Opened
from rules.errors import MalformedError
from rules.vocabulary import Role
from web.visit import Pages, Visit, Visiting

router = Pages()
UNREAD = "chua-doc"  # ?loc=


@router.get("/thong-bao")
def list_notices(visit: Visiting, truoc: UUID | None = None, loc: str = "") -> Response:
    """The letters, newest first, a page at a time."""
    unread = loc == UNREAD
    found = inbox.inbox(visit.session, visit.account.id, before=truoc, unread=unread)
    delivery = visit.visitor.holds(Role.ADMINISTRATOR)
    return visit.page("notices.html", letters=found.letters, older=found.older, unread=unread, delivery=delivery,
                      first=truoc is None)  # fmt: skip


@router.get("/thong-bao/{key}")
def show_notice(key: UUID, visit: Visiting) -> Response:
    """One letter's words; it counts as read from now on."""
    opened = inbox.open_letter(visit.session, visit.account.id, key, visit.began)
    delivery = visit.visitor.holds(Role.ADMINISTRATOR)
    visitor = replace(visit.visitor, unread=inbox.unread(visit.session, visit.account.id))
    about = dossier_of(visit, opened)
    return visit.page("notice.html", letter=opened, about=about, delivery=delivery, visitor=visitor)


def dossier_of(visit: Visit, opened: Opened) -> str | None:
    """The dossier a letter is about, if the account may look at it: a nominee who reads of an award may not."""
    if opened.unit is None:
        return None
    campaign = next(one for one in visit.visitor.campaigns if one.code == opened.campaign)
    return opened.nomination if visit.visitor.eyes(campaign).sees(opened.unit) else None


@router.post("/thong-bao/da-doc")
def mark_read(visit: Visiting) -> Response:
    """Every letter up to the newest one shown is read."""
    inbox.mark_read(visit.session, visit.account.id, key_in(visit.form.text("newest")), visit.began)
    return visit.go("/thong-bao", "Đã đánh dấu tất cả là đã đọc.")


def key_in(typed: str) -> UUID:
    """The letter a form names; MalformedError for what names none."""
    try:
        return UUID(typed)
    except ValueError as error:
        raise MalformedError("Biểu mẫu không đúng dạng.") from error
