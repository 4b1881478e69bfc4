"""What the pages of a new dossier's form and of a known one's have in common."""

from collections.abc import Mapping
from typing import Any

from fastapi.responses import Response

from engine.context import Context
from engine.desk import unit_eyes
from engine.dossier import Dossier
from engine.filling import Saved
from engine.missing import missing_while_typing
from web.visit import Visit


def missing(
    visit: Visit, context: Context, category: str, dossier: Dossier | None, texts: Mapping[str, str]
) -> dict[str, Any] | None:
    """What the dossier would still lack if this were saved."""
    return missing_while_typing(visit.session, context, category, dossier, texts, unit_eyes(context))


def kept_part(visit: Visit, *, kept: bool, missing: dict[str, Any] | None) -> Response:
    """The answer to what is kept while somebody types: when it was kept, and what is still missing."""
    return visit.page("unit/kept.html", kept=kept, at=visit.began, missing=missing)


def said_of(saved: Saved) -> str:
    """What to say of a form that was saved."""
    if not saved.problems:
        return "Đã lưu."
    return f"Đã lưu các mục đúng. Còn {len(saved.problems)} mục phải sửa, xem bên dưới; nội dung đã nhập được giữ lại."
