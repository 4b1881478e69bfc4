"""The offices' queue: one page of a campaign's dossiers, filtered, searched and sorted, fast among a hundred thousand.

It reads `queue_line` (models/migrations): a narrow copy that triggers keep, with an index for each order and filter.
Two queries whatever is asked for: the page itself, and how many there are, counted no further than anybody reads.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, String, TextClause, bindparam, text
from sqlmodel import Session

from engine.eyes import Eyes
from engine.views import require_overview
from rules.errors import NotFoundError
from rules.text import search_key
from rules.vocabulary import Overall, State
from rules.working_days import day_before_working_days, working_days_between

IDENTITY = re.compile(r"[0-9a-hjkmnp-tv-z]{8}")  # engine/keys.py; no Vietnamese syllable is so long
PAGE = 30
COUNTED = 1000  # beyond this many, "more than that many" is all that is said
UNSCORED = Decimal(-1)  # models/migrations: nobody's points count


class Order(StrEnum):
    """What a page is sorted by; dossiers alike in it stand in order of arrival."""

    ARRIVAL = "arrival"
    NAME = "name"
    UNIT = "unit"
    SINCE = "since"
    SCORE = "score"


DESK = text(
    "SELECT c.id, c.config -> 'categories' AS categories, (SELECT coalesce(json_agg(json_build_array(u.code, u.name)"
    " ORDER BY u.code), '[]') FROM unit u WHERE u.nominates) AS units FROM campaign c WHERE c.code = :code"
)
KEYS = {Order.NAME: "name_key", Order.UNIT: "unit_code", Order.SINCE: "since", Order.SCORE: "score"}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is looked for, in which order, and from where on.

    `waiting` is more than so many working days in its state. `search`: beginnings of words of the name, with or without
    diacritics, or a dossier's id. `after` and `before` are the ids of dossiers: where the page begins, or ends.
    """

    states: tuple[State, ...] = ()
    category: str | None = None
    unit: str | None = None
    overall: Overall | None = None
    waiting: int | None = None
    search: str = ""
    order: Order = Order.ARRIVAL
    descending: bool = False
    after: str | None = None
    before: str | None = None
    size: int = PAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One dossier in the queue; `waited` counts working days since the step that brought it to its state."""

    id: str
    name: str
    category: str
    unit: str
    unit_name: str
    state: State
    since: date
    waited: int
    due: date | None
    score: Decimal | None
    overall: Overall | None
    project: str | None
    direct: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """Lines in order. `before` and `after` are where the neighbouring pages end and begin, None where there is none.

    `count` stops at COUNTED; `more` says that it did.
    """

    lines: tuple[Line, ...]
    before: str | None
    after: str | None
    count: int
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the queue of a campaign may be narrowed to: its categories and the units that may nominate, by code."""

    campaign_id: int
    categories: dict[str, str]
    units: dict[str, str]


def desk_of(session: Session, code: str) -> Desk:
    """The campaign's; in one query, for a page that needs nothing else of the campaign. NotFoundError for none."""
    row = session.execute(DESK, {"code": code}).one_or_none()
    if row is None:
        raise NotFoundError(f"Không có đợt khen thưởng “{code}”.")
    categories = {category["key"]: category["title"] for category in row.categories}
    return Desk(campaign_id=row.id, categories=categories, units=dict(row.units))


def queue_page(session: Session, campaign_id: int, eyes: Eyes, today: date, wanted: Wanted) -> QueuePage:
    """The page somebody wants; RoleRefusedError unless these eyes see every unit's dossiers in this campaign."""
    require_overview(eyes)
    conditions, values = narrowed(campaign_id, today, wanted)
    counted = f"SELECT count(*) FROM (SELECT 1 FROM queue_line q WHERE {' AND '.join(conditions)} LIMIT :most) AS c"  # noqa: S608 - the conditions are ours
    count = int(session.execute(asking(counted, values), {**values, "most": COUNTED + 1}).scalar_one())
    rows = rows_of(session, conditions, values, wanted, few=count <= COUNTED)
    beyond = len(rows) > wanted.size
    rows = rows[: wanted.size]
    if wanted.before is not None:
        rows.reverse()
    earlier = beyond if wanted.before is not None else wanted.after is not None
    later = beyond if wanted.before is None else True
    waited = {row.since: working_days_between(row.since, today) for row in rows}
    return QueuePage(
        lines=tuple(line_of(row, waited[row.since]) for row in rows),
        before=rows[0].nomination_id if rows and earlier else None,
        after=rows[-1].nomination_id if rows and later else None,
        count=min(count, COUNTED),
        more=count > COUNTED,
    )


def narrowed(campaign_id: int, today: date, wanted: Wanted) -> tuple[list[str], dict[str, Any]]:
    """The conditions of what is wanted, with their values."""
    given: dict[str, tuple[str, Any]] = {
        "campaign": ("q.campaign_id = :campaign", campaign_id),
        "states": ("q.state = ANY(:states)", [state.value for state in wanted.states]),
        "category": ("q.category = :category", wanted.category),
        "unit": ("q.unit_code = :unit", wanted.unit),
        "overall": ("q.overall = :overall", wanted.overall and wanted.overall.value),
        "cut": ("q.since <= :cut", wanted.waiting is not None and day_before_working_days(today, wanted.waiting + 1)),
        **sought(wanted.search),
    }
    asked = {name: (condition, value) for name, (condition, value) in given.items() if value}
    return [condition for condition, _ in asked.values()], {name: value for name, (_, value) in asked.items()}


def sought(search: str) -> dict[str, tuple[str, Any]]:
    """Under which condition a dossier is what somebody searches for: its id, or how words of its name begin."""
    words = search_key(search).split()
    identity = words[0].upper() if len(words) == 1 and IDENTITY.fullmatch(words[0]) else None
    return {
        "identity": ("q.nomination_id = :identity", identity),
        "words": ("q.words @@ CAST(:words AS tsquery)", None if identity else " & ".join(map(beginning, words))),
    }


def asking(query: str, values: dict[str, Any]) -> TextClause:
    """The query, with the words it looks for written out (and quoted): a plan made for any words reads too much."""
    asked = text(query)
    return asked.bindparams(bindparam("words", type_=String, literal_execute=True)) if "words" in values else asked


def beginning(word: str) -> str:
    """A word as a tsquery looks for what begins with it: 'ngu':*."""
    quoted = word.replace("\\", r"\\").replace("'", "''")
    return f"'{quoted}':*"


def rows_of(
    session: Session, conditions: list[str], values: dict[str, Any], wanted: Wanted, *, few: bool
) -> list[Row[Any]]:
    """One row more than the page holds, from where it begins on (or, before an end, backwards).

    When there are `few`, PostgreSQL must find them first and then sort them (OFFSET 0): looking for them in order, as
    it may prefer to, it would walk through everything else.
    """
    backwards = wanted.before is not None
    keys = [key for key in (KEYS.get(wanted.order), "arrival") if key]
    way, than = ("DESC", "<") if wanted.descending is not backwards else ("ASC", ">")
    cursor = wanted.before or wanted.after
    if cursor is not None:
        start = f"SELECT {', '.join(keys)} FROM queue_line WHERE nomination_id = :cursor"  # noqa: S608 - names of ours
        conditions = [*conditions, f"({', '.join(f'q.{key}' for key in keys)}) {than} ({start})"]
    order = ", ".join(f"l.{key} {way}" for key in keys)
    found = f"SELECT q.* FROM queue_line q WHERE {' AND '.join(conditions)}{' OFFSET 0' if few else ''}"  # noqa: S608 - as above
    query = (
        f"SELECT l.*, n.name, u.name AS unit_name FROM (SELECT l.* FROM ({found}) l ORDER BY {order} LIMIT :size) l"  # noqa: S608 - as above
        f" JOIN nomination n ON n.id = l.nomination_id JOIN unit u ON u.code = l.unit_code ORDER BY {order}"
    )
    return list(session.execute(asking(query, values), {**values, "cursor": cursor, "size": wanted.size + 1}))


def line_of(row: Row[Any], waited: int) -> Line:
    """One row as people see it."""
    return Line(
        id=row.nomination_id,
        name=row.name,
        category=row.category,
        unit=row.unit_code,
        unit_name=row.unit_name,
        state=State(row.state),
        since=row.since,
        waited=waited,
        due=row.due,
        score=None if row.score == UNSCORED else row.score,
        overall=Overall(row.overall) if row.overall else None,
        project=row.project,
        direct=row.direct,
    )
