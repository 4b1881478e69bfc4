"""Find entries of the trail, newest first: by kind, tag, person, dossier, dates; fast, however long it is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session

from engine.clock import VIETNAM
from engine.context import Context
from engine.eyes import Eyes
from engine.queue import Wanted as InQueue
from engine.queue import queue_page
from engine.views import eyes_in
from rules.errors import MalformedError, NotFoundError
from rules.text import nfc_folded
from rules.vocabulary import Role

SIZE = 50
MOST_DOSSIERS = 20  # that a name may mean
CURSOR = re.compile(r"(?P<at>[0-9T:.+-]{10,40})~(?P<subject>[a-z]+:[\w-]{1,80})~(?P<seq>\d{1,9})")
TAG = re.compile(r"[a-z]+(:[a-z_]+){0,2}")
ROWS = "SELECT t.subject, t.seq, t.tag, t.body, t.hash, t.at FROM trail t"
ORDER = "ORDER BY at DESC, subject DESC, seq DESC LIMIT :size"
# Who looked at a dossier's number, papers or bundle; the index has the same list (models/migrations).
SEEN = """t.tag IN ('account:cccd:seen', 'account:paper:read', 'account:bundle:made', 'campaign:cccd:seen',
    'campaign:paper:read', 'campaign:bundle:made')
    AND substring(t.body FROM '"nomination":"([^"]*)"') = ANY(:dossiers)"""
# Dossiers and decisions of other campaigns are another page's.
SCOPE = (
    "(t.subject = ANY(:ours) OR (t.subject LIKE 'nomination:%' AND EXISTS (SELECT 1 FROM nomination n"
    " WHERE n.id = substr(t.subject, 12) AND n.campaign_id = :campaign))"
)
OF_ACCOUNTS = " OR t.subject LIKE 'account:%' OR t.subject LIKE 'alert:%'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads the trail: `eyes` in the campaign; whether they see entries of accounts, and addresses."""

    eyes: Eyes
    accounts: bool = False
    addresses: bool = False


def reader_in(context: Context) -> Reader:
    """What whoever acts may read: entries of accounts are for who supervises and who administers."""
    held = {role for role, _ in context.roles_held(context.require_actor())}
    administrator = Role.ADMINISTRATOR in held
    accounts = administrator or Role.OBSERVER in held
    return Reader(eyes=eyes_in(context), accounts=accounts, addresses=administrator)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for; `kind` is a subject's, `tag` a whole one; `before` is the cursor of an older page."""

    kind: str = ""
    tag: str = ""
    person: str = ""
    dossier: str = ""  # an id, or words of a name
    since: date | None = None
    until: date | None = None
    before: str = ""
    size: int = SIZE


def rows_of(session: Session, context: Context, reader: Reader, wanted: Wanted) -> list[Row[Any]]:
    """The entries wanted, and one more where there are older ones.

    Raises NotFoundError for a person or dossier there is none of, MalformedError for a cursor or tag that is none.
    """
    conditions, values = narrowed(session, context, reader, wanted)
    sources = [" AND ".join([*conditions, *more]) for more in alternatives(session, context, reader, wanted, values)]
    parts = [f"({ROWS} WHERE {source} {ORDER})" for source in sources]
    query = f"SELECT * FROM ({' UNION '.join(parts)}) AS found {ORDER}"  # noqa: S608 - the conditions are ours
    return list(session.execute(text(query), {**values, "size": wanted.size + 1}))


def narrowed(session: Session, context: Context, reader: Reader, wanted: Wanted) -> tuple[list[str], dict[str, Any]]:
    """The conditions that every entry must meet, with their values."""
    if (wanted.tag and not TAG.fullmatch(wanted.tag)) or (wanted.kind and not wanted.kind.isalpha()):
        raise MalformedError("Bộ lọc nhật ký không đúng dạng.")
    given: dict[str, tuple[str, Any]] = {
        "kind": ("t.tag LIKE :kind", wanted.kind and f"{wanted.kind}:%"),
        "tag": ("t.tag = :tag", wanted.tag),
        "since": ("t.at >= :since", wanted.since and beginning_of(wanted.since)),
        "until": (
            "t.at < :until",
            wanted.until and beginning_of(min(wanted.until, date(8999, 1, 1)) + timedelta(days=1)),
        ),
    }
    asked = {name: (condition, value) for name, (condition, value) in given.items() if value}
    conditions = [condition for condition, _ in asked.values()]
    values = {name: value for name, (_, value) in asked.items()}
    decisions = session.scalars(text("SELECT id FROM decision WHERE campaign_id = :id"), {"id": context.campaign_id})
    values |= {
        "campaign": context.campaign_id,
        "ours": [f"campaign:{context.campaign.code}", *(f"decision:{one}" for one in decisions)],
    }
    conditions.append(SCOPE + (OF_ACCOUNTS if reader.accounts else "") + ")")
    if wanted.before:
        conditions.append("(t.at, t.subject, t.seq) < (:at, :subject, :seq)")
        values |= cursor_in(wanted.before)
    return conditions, values


def alternatives(
    session: Session, context: Context, reader: Reader, wanted: Wanted, values: dict[str, Any]
) -> Sequence[list[str]]:
    """Further conditions of which one set must hold: each has an index of its own. Adds to `values`."""
    acted, by_them = ["t.actor = :account", "t.principal = :account"], "t.subject = :account"
    if wanted.person:
        values["account"] = f"account:{account_called(session, wanted.person)}"
    if wanted.dossier:
        found = dossiers_called(session, context, reader.eyes, wanted.dossier)
        values |= {"dossiers": found, "subjects": [f"nomination:{one}" for one in found]}
    match bool(wanted.dossier), bool(wanted.person):
        case True, True:  # who looked at a CCCD number is the subject of the entry
            return [*(["t.subject = ANY(:subjects)", one] for one in acted), [SEEN, by_them]]
        case True, False:
            return [["t.subject = ANY(:subjects)"], [SEEN]]
        case False, True:
            return [[one] for one in (*acted, by_them)]
        case _:
            return [[]]


def beginning_of(day: date) -> str:
    """The moment a day begins in Vietnam, as entries write moments; nobody wrote any before or after these years."""
    day = min(max(day, date(1900, 1, 1)), date(9000, 1, 1))
    return datetime.combine(day, time(), VIETNAM).astimezone(UTC).isoformat(timespec="milliseconds")


def cursor_in(typed: str) -> dict[str, Any]:
    """Where an older page begins; MalformedError for what is no cursor."""
    found = CURSOR.fullmatch(typed)
    if found is None:
        raise MalformedError("Trang này không còn: hãy xem lại từ đầu nhật ký.")
    return {"at": found["at"], "subject": found["subject"], "seq": int(found["seq"])}


def cursor_of(row: Row[Any]) -> str:
    """The cursor of the page that follows an entry."""
    return f"{row.at}~{row.subject}~{row.seq}"


def account_called(session: Session, name: str) -> int:
    """The account's number; NotFoundError if nobody, active or not, is called so."""
    found = session.scalar(text("SELECT id FROM account WHERE name = :name"), {"name": nfc_folded(name)})
    if found is None:
        raise NotFoundError(f"Không có tài khoản “{name}”.")
    return int(found)


def dossiers_called(session: Session, context: Context, eyes: Eyes, words: str) -> list[str]:
    """The campaign's dossiers an id or some words of a name mean; NotFoundError for none, or for too many to tell."""
    page = queue_page(session, context.campaign_id, eyes, context.today, InQueue(search=words, size=MOST_DOSSIERS))
    if not page.lines:
        raise NotFoundError(f"Không có hồ sơ nào tên “{words}”.")
    if page.after is not None:
        raise MalformedError(f"Có quá nhiều hồ sơ tên “{words}”: hãy nhập đầy đủ họ tên, hoặc mã hồ sơ.")
    return [line.id for line in page.lines]
