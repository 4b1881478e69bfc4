"""The letters to an account's own address, read in the portal: newest first, none that is held or was taken back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.policy import default as modern
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlmodel import Session

from engine.context import APPRAISAL_ROLES, REVIEW_ROLES
from models.letters import LetterStatus
from rules.errors import NotFoundError
from rules.vocabulary import Party, Role

PAGE = 30
NEWEST = 200  # unread letters are counted among so many: the count stands on every page
# Letters that reached nobody's mailbox yet are no news, except those queued: the portal may be faster than the mail.
SHOWN = (LetterStatus.QUEUED, LetterStatus.SENDING, LetterStatus.SENT, LetterStatus.DEFERRED, LetterStatus.FAILED)
TO_ANYBODY = (Party.UNIT, Party.NOMINEE)
ROLES_OF = {
    Party.REVIEW_OFFICE: REVIEW_ROLES,
    Party.APPRAISAL_OFFICE: APPRAISAL_ROLES,
    Party.ADMINISTRATOR: (Role.ADMINISTRATOR,),
}
# Letters `l` that account `a` reads here. Whoever has the address has the letters, as in the mailbox itself; but an
# office's only while of that office, for a unit may share its mailbox. A letter to the account itself holds a key and
# is for the mailbox alone.
READABLE = (
    "l.recipient = a.email AND l.status = ANY(:shown) AND (l.party = ANY(:anybody) OR EXISTS (SELECT 1"
    " FROM account_role o WHERE o.account_id = a.id AND l.party || ':' || o.role = ANY(:offices)))"
)
VALUES: Mapping[str, Any] = {
    "shown": [status.value for status in SHOWN],
    "anybody": [party.value for party in TO_ANYBODY],
    "offices": [f"{party.value}:{role.value}" for party, roles in ROLES_OF.items() for role in roles],
}
IS_READ = "EXISTS (SELECT 1 FROM letter_read x WHERE x.account_id = a.id AND x.letter_id = l.id)"
UNREAD = (
    "SELECT count(*) FILTER (WHERE NOT read) FROM"  # noqa: S608 - all of it is ours
    f" (SELECT {IS_READ} AS read FROM letter l WHERE {READABLE} ORDER BY l.id DESC LIMIT {NEWEST}) AS newest"
)
COUNT = text(f"SELECT ({UNREAD}) FROM account a WHERE a.id = :account")  # noqa: S608 - as above
COLUMNS = f"l.key, l.title, l.status, l.error, t.body::jsonb ->> 'at' AS written, {IS_READ} AS read"
LETTERS = (
    "FROM account a JOIN letter l ON l.recipient = a.email JOIN trail t ON t.subject = l.subject AND t.seq = l.seq"
)
PLACE = "(SELECT c.id FROM letter c WHERE c.key = :{})"
LIST = text(
    f"SELECT {COLUMNS} {LETTERS} WHERE a.id = :account AND {READABLE} AND (NOT :unread OR NOT {IS_READ})"
    f" AND (CAST(:before AS uuid) IS NULL OR l.id < {PLACE.format('before')}) ORDER BY l.id DESC LIMIT :size"
)
ONE = text(
    f"SELECT {COLUMNS}, l.message, n.id AS nomination, n.unit_code, c.code AS campaign {LETTERS}"
    " LEFT JOIN nomination n ON n.id = l.nomination_id LEFT JOIN campaign c ON c.id = n.campaign_id"
    f" WHERE a.id = :account AND l.key = :key AND {READABLE}"
)
MARK = text(
    "INSERT INTO letter_read (account_id, letter_id, read_at) SELECT a.id, l.id, :now"  # noqa: S608 - as above
    f" FROM account a JOIN letter l ON l.recipient = a.email WHERE a.id = :account AND {READABLE} AND NOT {IS_READ}"
    f" AND l.id <= {PLACE.format('newest')} ON CONFLICT DO NOTHING"
)
READ = text(
    "INSERT INTO letter_read (account_id, letter_id, read_at)"
    " SELECT :account, id, :now FROM letter WHERE key = :key ON CONFLICT DO NOTHING"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A letter in the list; `error` is why it could not be delivered by mail."""

    key: UUID
    title: str
    status: LetterStatus
    error: str | None
    written: datetime
    read: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Headings, newest first; `older` is where the next page begins, None at the end."""

    letters: tuple[Heading, ...]
    older: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A letter with its words; `nomination`, of `unit` in `campaign`, is the dossier it is about, if about one."""

    heading: Heading
    paragraphs: tuple[str, ...]
    nomination: str | None
    unit: str | None
    campaign: str | None


def inbox(session: Session, account: int, *, before: UUID | None = None, unread: bool = False) -> Page:
    """A page of the account's letters, from the one after `before` on, or only of those not yet read."""
    values = {**VALUES, "account": account, "before": before, "unread": unread, "size": PAGE + 1}
    rows = session.execute(LIST, values).all()
    letters = tuple(heading(row) for row in rows[:PAGE])
    return Page(letters=letters, older=letters[-1].key if len(rows) > PAGE else None)


def heading(row: Row[Any]) -> Heading:
    """A letter as the list shows it."""
    return Heading(
        key=row.key,
        title=row.title,
        status=LetterStatus(row.status),
        error=row.error,
        written=datetime.fromisoformat(row.written),
        read=row.read,
    )


def open_letter(session: Session, account: int, key: UUID, now: datetime) -> Opened:
    """One letter, which is read from now on; NotFoundError, the same one, for somebody else's and for none."""
    row = session.execute(ONE, {**VALUES, "account": account, "key": key}).one_or_none()
    if row is None:
        raise NotFoundError("Không có thông báo này.")
    session.execute(READ, {"account": account, "key": key, "now": now})
    return Opened(
        heading=heading(row),
        paragraphs=paragraphs_of(bytes(row.message)),
        nomination=row.nomination,
        unit=row.unit_code,
        campaign=row.campaign,
    )


def unread(session: Session, account: int) -> int:
    """How many of the account's newest letters are not yet read."""
    return int(session.execute(COUNT, {**VALUES, "account": account}).scalar_one())


def mark_read(session: Session, account: int, newest: UUID, now: datetime) -> None:
    """Everything up to a letter is read: what came after the list was shown was not seen."""
    session.execute(MARK, {**VALUES, "account": account, "newest": newest, "now": now})


def paragraphs_of(message: bytes) -> tuple[str, ...]:
    """The plain text of a message, paragraph by paragraph; its HTML is for mail programs."""
    body = message_from_bytes(message, policy=modern).get_body(("plain",))
    words = str(body.get_content()) if body is not None else ""
    return tuple(part.strip() for part in words.replace("\r\n", "\n").split("\n\n") if part.strip())
