"""Letters as they lie in the tray or hang on a dossier, and which campaign a submission letter belongs to."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from engine.dossier import Dossier
from engine.eyes import Eyes
from engine.registers import parse_number
from engine.views import require_seen
from models.chain import committed_in, parsed
from models.letters import LetterStatus
from rules.errors import MalformedError, NotFoundError
from rules.vocabulary import Party

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
OF_A_DOSSIER = text(
    "SELECT l.id, l.seq, l.kind, l.party, l.recipient, l.title, l.status, l.message, t.body FROM letter l"
    " JOIN trail t ON t.subject = l.subject AND t.seq = l.seq WHERE l.subject = :subject ORDER BY l.seq, l.id"
)
CAMPAIGN = text("SELECT 1 FROM campaign WHERE code = :code")

NEVER_TOLD = (LetterStatus.HELD, LetterStatus.SUPERSEDED)
# What an entry commits to without anybody's free words, which may tell what only the offices need to know.
WORDLESS = frozenset({"by_name", "on_behalf_name", "facts", "screening"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterSeen:
    """A letter about a dossier; `message` are its MIME bytes, None for eyes that may only know of it."""

    kind: str
    party: Party
    recipient: str
    title: str
    status: LetterStatus
    message: bytes | None


def letters_seen(session: Session, dossier: Dossier, eyes: Eyes) -> list[LetterSeen]:
    """The letters about a dossier that these eyes may know of, in order.

    A unit: those written to it, none that is held or was superseded before it went. Who sees every dossier but nothing
    sensitive: all, without the text of those that repeat what somebody wrote.
    """
    require_seen(dossier, eyes)
    seen = []
    for row in session.execute(OF_A_DOSSIER, {"subject": dossier.subject}):
        party, status = Party(row.party), LetterStatus(row.status)
        if not eyes.overview and (party is not Party.UNIT or status in NEVER_TOLD):
            continue
        wordless = committed_in(parsed(row.body) or {}).keys() <= WORDLESS
        open_to_them = eyes.sees_sensitive(dossier.unit) or wordless
        seen.append(
            LetterSeen(
                kind=row.kind,
                party=party,
                recipient=row.recipient,
                title=row.title,
                status=status,
                message=bytes(row.message) if open_to_them else None,
            )
        )
    return seen


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
