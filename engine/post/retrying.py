"""Letters that failed, put back into the tray by a person who has seen to the cause."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlmodel import Session

from engine.post.stale import EXPIRED, OUTDATED, STALE, TAKEN_BACK
from models.letters import LetterStatus
from rules.errors import EvidenceRefusedError, NotFoundError, StateRefusedError

FOUND = text("SELECT id, status, recipient FROM letter WHERE id = ANY(:ids) ORDER BY id FOR UPDATE")
FAILED = text("SELECT id FROM letter WHERE status = 'failed' ORDER BY id FOR UPDATE")
WHY_STALE = text(
    f"SELECT {TAKEN_BACK} AS taken_back, {OUTDATED} AS outdated, {EXPIRED} AS expired FROM letter"  # noqa: S608 - our own constants
    " WHERE id = :id"
)
AGAIN = "UPDATE letter SET status = 'queued', attempts = 0, next_at = NULL, error = NULL WHERE id = ANY(:ids)"
QUEUE = text(AGAIN)
QUEUE_WHAT_CAN_GO = text(f"{AGAIN} AND status = 'failed' AND recipient <> '' AND NOT {STALE} RETURNING id")


def retry(session: Session, ids: Sequence[int]) -> list[int]:
    """Queue failed letters again, all or none; returns their ids.

    NotFoundError for an unknown one; StateRefusedError for one that did not fail, or whose news no longer holds;
    EvidenceRefusedError for one that has no address.
    """
    found = {row.id: row for row in session.execute(FOUND, {"ids": list(ids)})}
    for identity in ids:
        row = found.get(identity)
        if row is None:
            raise NotFoundError(f"Không có thư số {identity}.")
        if row.status != LetterStatus.FAILED:
            raise StateRefusedError(f"Thư {identity} không ở tình trạng không gửi được, nên không gửi lại được.")
        if not row.recipient:
            raise EvidenceRefusedError(
                f"Thư {identity} chưa có địa chỉ thư điện tử để gửi; cần báo cho người nhận bằng cách khác."
            )
        stale = session.execute(WHY_STALE, {"id": identity}).one()
        if stale.taken_back:
            raise StateRefusedError(f"Bước mà thư {identity} báo tin đã được đảo lại, nên thư không còn đúng.")
        if stale.expired:
            raise StateRefusedError(
                f"Đường dẫn đặt mật khẩu trong thư {identity} không còn dùng được; hãy mời lại (account invite)."
            )
        if stale.outdated:
            raise StateRefusedError(
                f"Thư nhắc {identity} không còn đúng: hồ sơ nêu trong thư đã nộp, đã đổi hạn hoặc đã được nhắc lại."
            )
    session.execute(QUEUE, {"ids": list(ids)})
    return sorted(found)


def retry_all(session: Session) -> tuple[list[int], int]:
    """Queue every failed letter that can still go; returns their ids, and how many cannot (no address, old news)."""
    failed = list(session.scalars(FAILED))
    queued = sorted(session.scalars(QUEUE_WHAT_CAN_GO, {"ids": failed})) if failed else []
    return queued, len(failed) - len(queued)
