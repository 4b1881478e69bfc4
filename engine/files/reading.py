"""Hand out one paper of a dossier, to eyes that may read it; what offices read is on the trail."""

from typing import BinaryIO

from sqlmodel import Session

from engine.context import Context
from engine.dossier import Dossier
from engine.eyes import Eyes
from engine.files.listing import Attached, papers_seen
from engine.files.received import write_content
from engine.trail import note_looked
from engine.views import require_seen
from rules.errors import NotFoundError, RoleRefusedError


def hand_out(
    session: Session, context: Context, dossier: Dossier, eyes: Eyes, attachment: int, file: BinaryIO
) -> Attached:
    """Write one paper into `file`; returns what it is.

    Raises NotFoundError for a dossier or paper that is not there for these eyes, RoleRefusedError for eyes that see
    no sensitive data.
    """
    found = readable(session, dossier, eyes, attachment)
    write_content(session, found.sha256, file)
    if eyes.overview:
        note_looked(session, context, "paper:read", {"nomination": dossier.id, "sha256": found.sha256})
    return found


def readable(session: Session, dossier: Dossier, eyes: Eyes, attachment: int) -> Attached:
    """The paper, if these eyes may read it."""
    require_seen(dossier, eyes)
    if not eyes.sees_sensitive(dossier.unit):
        raise RoleRefusedError(
            "Giấy tờ của hồ sơ có thể có dữ liệu cá nhân: chỉ đơn vị đề nghị và cơ quan xét chọn, thẩm định được xem."
        )
    for one in papers_seen(session, dossier, eyes):
        if one.id == attachment:
            return one
    raise NotFoundError("Hồ sơ không có giấy tờ này; có thể đã được gỡ.")
