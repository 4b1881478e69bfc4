"""The offices' queue: one page of a campaign's dossiers, filtered, searched and sorted, fast among a hundred thousand.

It reads `queue_line` (models/migrations): a narrow copy that triggers keep, with an index for each order and filter; in
one query or two (decision 0021).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, TextClause
from sqlmodel import Session

from engine.eyes import Eyes
from engine.known import known_at
from engine.sought import WORDS, Values, asking, sought
from engine.views import require_overview
from rules.vocabulary import Overall, State
from rules.working_days import day_before_working_days, working_days_between

PAGE = 30
WRITTEN_OUT = ("states", "category", "unit", "overall")
COUNTED = 1000  # beyond this many, "more than that many" is all that is said
UNSCORED = Decimal(-1)  # models/migrations: nobody's points count


class Order(StrEnum):
    """What a page is sorted by; dossiers alike in it stand in order of arrival."""

    ARRIVAL = "arrival"
    NAME = "name"
    UNIT = "unit"
    SINCE = "since"
    SCORE = "score"


STATES, OVERALLS = {one.value: one for one in State}, {one.value: one for one in Overall}
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


class Line(NamedTuple):
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


def desk_of(session: Session, mark: UUID, code: str) -> Desk:
    """The campaign's, as known under `mark`; NotFoundError for none."""
    known = known_at(session, mark)
    identity = known.outline(code).id
    categories = {category.key: category.title for category in known.campaign(session, identity).categories}
    return Desk(campaign_id=identity, categories=categories, units=known.nominating)


def queue_page(session: Session, campaign_id: int, eyes: Eyes, today: date, wanted: Wanted) -> QueuePage:
    """The page somebody wants; RoleRefusedError unless these eyes see every unit's dossiers in this campaign."""
    require_overview(eyes)
    conditions, values = narrowed(campaign_id, today, wanted)
    matching = f"FROM queue_line q WHERE {' AND '.join(conditions)}"
    some = f"(SELECT 1 {matching} LIMIT {COUNTED + 1})"
    if len(conditions) == 1:  # the whole campaign
        rows, count = walked(session, matching, values, wanted, counted=some)
    elif WORDS not in values and (count := counted(session, some, values)) > COUNTED:
        rows, _ = walked(session, matching, values, wanted)
    else:
        rows, count = gathered(session, by_words_first(conditions), values, wanted)
        if count > COUNTED:
            rows, _ = walked(session, matching, values, wanted)
    beyond = len(rows) > wanted.size
    rows = rows[: wanted.size][:: 1 if wanted.before is None else -1]
    earlier, later = (wanted.after is not None, beyond) if wanted.before is None else (beyond, True)
    waited = {row.since: max(0, working_days_between(row.since, today)) for row in rows}
    return QueuePage(
        lines=tuple(line_of(row, waited[row.since]) for row in rows),
        before=rows[0].nomination_id if rows and earlier else None,
        after=rows[-1].nomination_id if rows and later else None,
        count=min(count, COUNTED),
        more=count > COUNTED,
    )


def narrowed(campaign_id: int, today: date, wanted: Wanted) -> tuple[list[str], Values]:
    """The conditions of what is wanted, with their values."""
    given: dict[str, tuple[str, Any]] = {
        "campaign": ("q.campaign_id = :campaign", campaign_id),
        "states": ("q.state = ANY(CAST(:states AS text[]))", array_of(state.value for state in wanted.states)),
        "category": ("q.category = :category", wanted.category),
        "unit": ("q.unit_code = :unit", wanted.unit),
        "overall": ("q.overall = :overall", wanted.overall and wanted.overall.value),
        "cut": ("q.since <= :cut", wanted.waiting is not None and day_before_working_days(today, wanted.waiting + 1)),
        **sought(wanted.search, [campaign_id]),
    }
    asked = {name: (condition, value) for name, (condition, value) in given.items() if value}
    return [condition for condition, _ in asked.values()], {name: value for name, (_, value) in asked.items()}


def array_of(names: Iterable[str]) -> str | None:
    """Names of ours as PostgreSQL writes an array, None for none."""
    found = ",".join(names)
    return f"{{{found}}}" if found else None


def counted(session: Session, some: str, values: Values) -> int:
    """How many there are of what matches; the index tells, which is less work than to gather them."""
    asked = asking(f"SELECT count(*) FROM {some} s", values, WRITTEN_OUT)  # noqa: S608 - all of it is ours
    return int(session.execute(asked, values).scalar_one())


def by_words_first(conditions: list[str]) -> str:
    """What matches, found by its words alone if there are any: other indexes would only be read besides."""
    searched = next((one for one in conditions if f":{WORDS}" in one), None)
    source = f"(SELECT * FROM queue_line q WHERE {searched} OFFSET 0)" if searched else "queue_line"  # noqa: S608 - ours
    return f"FROM {source} q WHERE {' AND '.join(one for one in conditions if one != searched)}"


def gathered(session: Session, matching: str, values: Values, wanted: Wanted) -> tuple[list[Row[Any]], int]:
    """The page out of what matches, all of it gathered first and then put in order; and how many match.

    No more than COUNTED + 1 are gathered: when there are so many, the page is wrong, and the count says so.
    """
    found = (
        f"WITH matching AS MATERIALIZED (SELECT nomination_id, {keys_of(wanted)} {matching} LIMIT {COUNTED + 1}),"
        f" page AS ({page_of('matching', wanted)})"
    )
    return rows_of(session, asking(found + shown("matching", wanted), values, WRITTEN_OUT), values, wanted)


def walked(
    session: Session, matching: str, values: Values, wanted: Wanted, counted: str = "(SELECT 1)"
) -> tuple[list[Row[Any]], int]:
    """The page, found by following an index in the order wanted and passing over what does not match; and a count."""
    source = f"(SELECT nomination_id, {keys_of(wanted)} {matching})"
    found = f"WITH page AS ({page_of(source, wanted)})"
    return rows_of(session, asking(found + shown(counted, wanted), values, (*WRITTEN_OUT, WORDS)), values, wanted)


def keys_of(wanted: Wanted) -> str:
    """The columns a page is sorted by."""
    return ", ".join(key for key in (KEYS.get(wanted.order), "arrival") if key)


def order_of(wanted: Wanted) -> str:
    """The order in which a page is read: before an end, backwards."""
    way = "DESC" if wanted.descending is not (wanted.before is not None) else "ASC"
    return ", ".join(f"l.{key} {way}" for key in keys_of(wanted).split(", "))


def page_of(source: str, wanted: Wanted) -> str:
    """One row more than the page holds, from where it begins on (or, before an end, backwards), as SQL."""
    keys, beyond = keys_of(wanted), ""
    if wanted.before is not None or wanted.after is not None:
        than = "<" if wanted.descending is not (wanted.before is not None) else ">"
        beyond = f"WHERE ({keys}) {than} (SELECT {keys} FROM queue_line WHERE nomination_id = :cursor)"  # noqa: S608 - ours
    return f"SELECT l.* FROM {source} l {beyond} ORDER BY {order_of(wanted)} LIMIT {wanted.size + 1}"  # noqa: S608 - as above


def shown(counted: str, wanted: Wanted) -> str:
    """What is shown of a page, and how many there are; a row without a dossier where the page is empty, as SQL."""
    return (
        " SELECT l.*, n.name, u.name AS unit_name, t.counted"  # noqa: S608 - ours
        f" FROM (SELECT count(*) AS counted FROM {counted} c) AS t LEFT JOIN (page"
        " JOIN queue_line l USING (nomination_id) JOIN nomination n ON n.id = nomination_id"
        " JOIN unit u ON u.code = l.unit_code) ON true"
        f" ORDER BY {order_of(wanted)}"
    )


def rows_of(session: Session, query: TextClause, values: Values, wanted: Wanted) -> tuple[list[Row[Any]], int]:
    """What a query finds, and how many it counted."""
    found = session.execute(query, {**values, "cursor": wanted.before or wanted.after}).all()
    return [row for row in found if row.nomination_id is not None], int(found[0].counted)


def line_of(row: Row[Any], waited: int) -> Line:
    """One row as people see it."""
    return Line(
        id=row.nomination_id,
        name=row.name,
        category=row.category,
        unit=row.unit_code,
        unit_name=row.unit_name,
        state=STATES[row.state],
        since=row.since,
        waited=waited,
        due=row.due,
        score=None if row.score == UNSCORED else row.score,
        overall=OVERALLS.get(row.overall),
        project=row.project,
        direct=row.direct,
    )
