"""Letters that failed, put back into the tray by a person who has seen to the cause."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlmodel import Session

from models.letters import LetterStatus
from rules.errors import EvidenceRefusedError, NotFoundError, StateRefusedError
from rules.lifecycle import REVERSES

FOUND = text("SELECT id, status, recipient, kind, subject, seq FROM letter WHERE id = ANY(:ids) ORDER BY id FOR UPDATE")
TAKEN_BACK = text("SELECT 1 FROM trail WHERE subject = :subject AND seq > :seq AND tag = ANY(:tags) LIMIT 1")
QUEUE = text("UPDATE letter SET status = 'queued', attempts = 0, next_at = NULL, error = NULL WHERE id = ANY(:ids)")


def retry(session: Session, ids: Sequence[int]) -> list[int]:
    """Queue failed letters again, all or none; returns their ids.

    NotFoundError for an unknown one; StateRefusedError for one that did not fail, or whose step was taken back since;
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
        if session.scalar(TAKEN_BACK, {"subject": row.subject, "seq": row.seq, "tags": taking_back(row.kind)}):
            raise StateRefusedError(f"Bước mà thư {identity} báo tin đã được đảo lại, nên thư không còn đúng.")
    session.execute(QUEUE, {"ids": list(ids)})
    return sorted(found)


def taking_back(kind: str) -> list[str]:
    """The trail's tags of the steps that take back the one a kind of letter tells of."""
    action = kind.partition(".")[0]
    return [f"nomination:step:{later.value}" for later, earlier in REVERSES.items() if action in earlier]
