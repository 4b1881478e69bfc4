"""Letters as they lie in the tray, and which campaign a submission letter belongs to."""

from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from engine.registers import parse_number
from models.letters import LetterStatus
from rules.errors import MalformedError, NotFoundError

LETTERS = text(
    "SELECT l.id, l.nomination_id, l.kind, l.party, l.recipient, l.title, l.status, l.attempts, l.error, l.sent_at,"
    " l.next_at FROM letter l"
    " LEFT JOIN nomination n ON n.id = l.nomination_id LEFT JOIN campaign c ON c.id = n.campaign_id"
    " WHERE (CAST(:status AS text) IS NULL OR l.status = :status)"
    " AND (CAST(:code AS text) IS NULL OR c.code = :code OR l.subject = 'campaign:' || :code) ORDER BY l.id"
)
SUBMITTED_IN = text(
    "SELECT DISTINCT c.code FROM submission s JOIN campaign c ON c.id = s.campaign_id"
    " WHERE s.number = :full OR (:symbol = '' AND split_part(s.number, '/', 1)::integer = :bare) ORDER BY c.code"
)
CAMPAIGN = text("SELECT 1 FROM campaign WHERE code = :code")


def list_letters(
    session: Session, *, status: LetterStatus | None = None, campaign: str | None = None
) -> list[dict[str, Any]]:
    """Letters in the order they were written, narrowed to a status or a campaign; NotFoundError for an unknown one."""
    if campaign is not None and session.scalar(CAMPAIGN, {"code": campaign}) is None:
        raise NotFoundError(f"Không có đợt khen thưởng “{campaign}”.")
    rows = session.execute(LETTERS, {"status": status.value if status else None, "code": campaign})
    return [
        {
            "id": row.id,
            "nomination": row.nomination_id,
            "kind": row.kind,
            "party": row.party,
            "recipient": row.recipient,
            "title": row.title,
            "status": row.status,
            "attempts": row.attempts,
            "error": row.error,
            "sent_at": row.sent_at.isoformat() if row.sent_at else None,
            "next_at": row.next_at.isoformat() if row.next_at else None,
        }
        for row in rows
    ]


def campaign_of_submission(session: Session, number: str) -> str:
    """The campaign a submission letter of this number belongs to; `9` alone stands for 09 of any symbol.

    Raises NotFoundError if there is no such letter, MalformedError if several campaigns have one.
    """
    parsed = parse_number(number, "")
    values = {"full": str(parsed), "symbol": parsed.symbol, "bare": parsed.number}
    codes = list(session.scalars(SUBMITTED_IN, values))
    if not codes:
        raise NotFoundError(f"Không có tờ trình số {number}.")
    if len(codes) > 1:
        raise MalformedError(f"Nhiều đợt có tờ trình số {number} ({', '.join(codes)}): cần thêm --campaign.")
    return str(codes[0])
