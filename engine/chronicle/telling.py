"""Tell an entry of the trail: who did what to whom and when, as much of the personal as the reader's eyes may see."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session

from engine.chronicle.searching import Reader, Wanted, cursor_of, rows_of
from engine.chronicle.values import HEADERS, IN_WORDS, anchor_words, cut, plain
from engine.chronicle.words import CHANNELS, HIDDEN, KEYS, PRIVATE, TAGS
from engine.clock import local_date
from engine.context import Context
from models.chain import Body, committed_in, parsed
from rules.decision import DECISION_LABELS
from rules.fields import fields_of
from rules.vocabulary import ROLE_LABELS, STAFF_LABELS, Kind, Role

UNREADABLE = "mục không đọc được: hãy kiểm tra nhật ký"
# Told elsewhere on the line, or nothing to people.
ASIDE = {"at", "today", "channel", "os_user", "role", "office", "by", "on_behalf", "subject", "seq", "tag", "committed"}
BESIDE = {"config", "previous"}  # whole files: the campaign's page shows them
OPEN = {"by_name", "on_behalf_name", "signer", "name"}  # personal, but every office knows it
JUDGED = {"reason", "findings", "answer", "what", "changes", "files"}  # for who judges dossiers
DISCLOSED = text(
    "SELECT d.subject, d.seq, d.field, d.value FROM disclosure d"
    " JOIN unnest(CAST(:subjects AS text[]), CAST(:seqs AS integer[])) AS w(subject, seq)"
    " ON d.subject = w.subject AND d.seq = w.seq WHERE d.field = ANY(:fields)"
)
CHAIN = text("SELECT subject, seq, tag, body, hash, at FROM trail WHERE subject = :subject ORDER BY seq")
NAMES = text(
    "SELECT 'nomination:' || id AS subject, name FROM nomination WHERE id = ANY(:ids)"
    " UNION ALL SELECT 'account:' || id, name FROM account WHERE 'account:' || id = ANY(:ids)"
    " UNION ALL SELECT 'unit:' || code, name FROM unit WHERE 'unit:' || code = ANY(:ids)"
)
SENSITIVE = frozenset(field.key for kind in Kind for field in fields_of(kind) if field.sensitive)
STATES = {state.value: words for labels in (DECISION_LABELS, STAFF_LABELS) for state, words in labels.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry; `day` is the day it counts for if not the real one, `withheld` what these eyes may not see."""

    subject: str
    seq: int
    tag: str
    label: str
    name: str | None
    at: datetime | None
    day: date | None
    by: str | None
    on_behalf: str | None
    role: str | None
    channel: str
    source: str | None
    target: str | None
    details: tuple[tuple[str, str], ...]
    withheld: tuple[str, ...]
    hash: str

    @property
    def kind(self) -> str:
        """What kind of subject it is."""
        return self.subject.partition(":")[0]

    @property
    def identity(self) -> str:
        """Which one."""
        return self.subject.partition(":")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Entries, newest first, and the cursor of the older ones (None: there are none)."""

    entries: tuple[Entry, ...]
    older: str | None


def page_of(session: Session, context: Context, reader: Reader, wanted: Wanted) -> Page:
    """The page somebody wants, told through their eyes; errors as searching.rows_of. A few queries."""
    rows = rows_of(session, context, reader, wanted)
    shown = rows[: wanted.size]
    older = cursor_of(shown[-1]) if len(rows) > wanted.size and shown[-1].at else None
    return Page(entries=tuple(told(session, reader, shown)), older=older)


def told(session: Session, reader: Reader, rows: list[Row[Any]]) -> Iterable[Entry]:
    """The entries with the names and disclosed values they need, read at once."""
    fields = sorted(OPEN | (JUDGED if reader.eyes.sensitive else set()) | ({"email"} if reader.addresses else set()))
    wanted: dict[str, Any] = {
        "subjects": [row.subject for row in rows],
        "seqs": [row.seq for row in rows],
        "fields": fields,
    }
    disclosed: dict[tuple[str, int], dict[str, Any]] = {}
    for subject, seq, field, value in session.execute(DISCLOSED, wanted):
        disclosed.setdefault((subject, seq), {})[field] = value
    bodies = [parsed(row.body) or {} for row in rows]
    ids = {one.removeprefix("nomination:") for row, body in zip(rows, bodies, strict=True) for one in named(row, body)}
    names: dict[str, str] = {row.subject: row.name for row in session.execute(NAMES, {"ids": sorted(ids)})}
    for row, body in zip(rows, bodies, strict=True):
        try:
            values = {field: json.loads(value) for field, value in disclosed.get((row.subject, row.seq), {}).items()}
            yield entry_of(row, body, values, names, label="" if body else UNREADABLE)
        except (ValueError, TypeError, KeyError, AttributeError):  # none of our writers wrote that
            yield entry_of(row, {}, {}, names, label=UNREADABLE)


def named(row: Row[Any], body: Body) -> Iterable[str]:
    """The subjects an entry names."""
    yield row.subject
    yield from (str(body[key]) for key in ("to", "from") if str(body.get(key)).startswith("account:"))
    if isinstance(body.get("nomination"), str):
        yield body["nomination"]
    if isinstance(body.get("unit"), str):
        yield f"unit:{body['unit']}"


def entry_of(
    row: Row[Any], body: Body, disclosed: Mapping[str, Any], names: Mapping[str, str], label: str = ""
) -> Entry:
    """One entry as the page shows it."""
    at = datetime.fromisoformat(body["at"]) if "at" in body else None
    day = date.fromisoformat(body["today"]) if "today" in body else None
    states = [state_label(body.get(key)) for key in ("from", "to")]
    left = {key: value for key, value in body.items() if key not in ASIDE | BESIDE}
    details = [
        (KEYS.get(key, key), shown(key, value, names)) for key, value in left.items() if not as_state(key, value)
    ]
    details += [(PRIVATE[key], private(key, disclosed[key])) for key in PRIVATE if key in disclosed]
    withheld = [PRIVATE[key] for key in PRIVATE if key in committed_in(body) and key not in disclosed]
    return Entry(
        subject=row.subject,
        seq=row.seq,
        tag=row.tag,
        label=label or TAGS.get(row.tag, row.tag),
        name=names.get(row.subject),
        at=at,
        day=day if at is None or day != local_date(at) else None,
        by=disclosed.get("by_name"),
        on_behalf=disclosed.get("on_behalf_name"),
        role=ROLE_LABELS[Role(body["role"])] if body.get("role") in set(Role) else None,
        channel=CHANNELS.get(str(body.get("channel")), str(body.get("channel", ""))),
        source=states[0],
        target=states[1],
        details=tuple((label, value) for label, value in details if value),
        withheld=tuple(withheld),
        hash=row.hash,
    )


def state_label(value: object) -> str | None:
    """A dossier's or a decision's state in words; None for anything else."""
    return STATES.get(value) if isinstance(value, str) else None


def as_state(key: str, value: object) -> bool:
    """Whether a value is told as the states between which something moved."""
    return key in {"from", "to"} and state_label(value) is not None


def shown(key: str, value: Any, names: Mapping[str, str]) -> str:  # noqa: ANN401 - whatever an entry holds
    """A value that is hashed as it stands, in words."""
    if key in {"to", "from"}:
        return names.get(str(value), plain(value))
    if key == "nomination":
        return f"{names.get(f'nomination:{value}', '')} ({value})".strip()
    if key == "unit":
        return names.get(f"unit:{value}", plain(value))
    if key in IN_WORDS:
        return IN_WORDS[key](value)
    return cut(", ".join(map(plain, value)) if isinstance(value, list) else plain(value))


def private(key: str, value: Any) -> str:  # noqa: ANN401 - whatever was committed to
    """A disclosed value in words; sensitive answers are never told here, where no view of a CCCD number is noted."""
    if key == "changes":
        return "; ".join(
            f"{HEADERS.get(name, name)}: "
            + (HIDDEN if name in SENSITIVE else f"{plain(old) or '–'} → {plain(new) or '–'}")
            for name, (old, new) in value.items()
        )
    if key == "files":
        return ", ".join(filter(None, value.values()))
    if key == "findings":
        return "; ".join(f"{anchor_words(anchor)}: {words}" for anchor, words in value)
    return plain(value)


def entries_of(session: Session, reader: Reader, subject: str) -> tuple[Entry, ...]:
    """Every entry of one chain, oldest first, through the reader's eyes: for a chain that stays short."""
    return tuple(told(session, reader, list(session.execute(CHAIN, {"subject": subject}))))
