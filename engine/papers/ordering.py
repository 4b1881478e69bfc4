"""One paper of a decision: its data read in one transaction, printed outside of any, found and kept in others.

Printing takes seconds; meanwhile nobody waits for a row, and no connection is held.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from engine.award_set import present_decision
from engine.context import Context
from engine.papers import copy_of, decision_json, decision_xlsx, kept, press
from engine.papers.content import decided_on, decision_values, letter_values
from engine.papers.kept import Copy
from engine.papers.wanted import NAMES, wanted_of
from engine.papers.word import decision_documents
from models.campaigns import Decision
from rules.errors import NotFoundError, StateRefusedError

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA = {"pdf": "application/pdf", "docx": WORD, "xlsx": EXCEL, "json": "application/json"}


@dataclass(frozen=True, kw_only=True)
class Order:
    """A paper to hand out; `make` needs no database, `copy` says which kept one stands for it (None: none is kept)."""

    name: str
    make: Callable[[], bytes]
    copy: Copy | None = None

    @property
    def media(self) -> str:
        """Its media type."""
        return MEDIA[self.name.rpartition(".")[2]]


def catalogue(code: str) -> dict[str, str]:
    """The papers of a decision by file name, with what people call them."""
    return {
        "to-trinh.pdf": "Tờ trình đề nghị tặng Bằng khen",
        "quyet-dinh.pdf": "Quyết định kèm danh sách",
        "danh-sach.pdf": "Danh sách",
        "certificates.pdf": "Bằng khen, mỗi người một trang",
        "to-trinh.docx": "Tờ trình, để chỉnh sửa",
        "quyet-dinh.docx": "Quyết định, để chỉnh sửa",
        f"danh-sach-{code}.docx": "Danh sách, để chỉnh sửa",
        f"danh-sach-{code}.xlsx": "Danh sách, dạng bảng tính",
        f"danh-sach-{code}.json": "Danh sách, dạng dữ liệu",
    }


def order(session: Session, context: Context, name: str) -> Order:
    """What the paper called `name` of the frozen or signed decision is made from.

    Raises NotFoundError for a paper there is none of, StateRefusedError while nothing is frozen.
    """
    if name not in catalogue(context.campaign.code):
        raise NotFoundError(f"Quyết định không có văn bản “{name}”.")
    decision = present_decision(session, context)
    if decision is None or decision.content is None:
        raise StateRefusedError("Danh sách quyết định chưa chốt nên chưa xuất được.")
    if name in NAMES:
        return printed(session, context, decision, name)
    if name.endswith(".docx"):
        values = decision_values(session, context, decision)
        papers = {"letter": letter_values(session, context, decision), "decision": values, "list": values}
        made = decided_on(context, decision)
        return Order(name=name, make=lambda: decision_documents(papers, context.campaign.code, made)[name])
    write = decision_json if name.endswith(".json") else decision_xlsx
    content = write(session, context, decision)[name]
    return Order(name=name, make=lambda: content)


def printed(session: Session, context: Context, decision: Decision, name: str) -> Order:
    """A PDF to be found or made."""
    (wanted,) = wanted_of(session, context, decision, [name])
    copy, make = copy_of(context, decision, wanted)
    return Order(name=name, make=make, copy=copy)


def load_press() -> None:
    """Load what prints, a second's work once in a process: before a transaction is open, not in it."""
    press.fingerprint()


def at_hand(session: Session, wanted: Order) -> bytes | None:
    """The paper as it is kept, or None where it is to be made."""
    return None if wanted.copy is None else kept.find(session, wanted.copy)


def keep_made(session: Session, made: Order, content: bytes, now: datetime) -> bytes:
    """Keep what was made; the bytes that are given out, which are those of who was first."""
    return content if made.copy is None else kept.keep(session, made.copy, lambda: content, now).content
