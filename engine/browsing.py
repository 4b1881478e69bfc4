"""One page of the dossiers an account sees, across campaigns, in order of arrival: by plain SQL, for many dossiers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session

from engine import clock
from engine.actors import find_actor, roles_held
from engine.context import require_playing
from engine.eyes import Eyes, eyes_of
from engine.known import known_at, mark_of
from engine.listing import seen
from engine.sought import asking, sought
from rules.campaign import Campaign
from rules.embargo import visible_state
from rules.errors import MalformedError
from rules.vocabulary import State

PAGE = (
    "SELECT n.id, n.campaign_id, n.category, n.unit_code, n.name, n.state, n.version, n.source, n.released,"
    " n.own_withdrawal, n.arrival FROM ({found}) l JOIN nomination n ON n.id = l.nomination_id"
    " ORDER BY l.arrival LIMIT :size"
)
# What a unit is shown hangs on more than the queue has.
TRUTH = "JOIN nomination n ON n.id = q.nomination_id"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What somebody looks for; `search`: beginnings of words of the name, with or without diacritics, or an id."""

    campaign: str | None = None
    state: State | None = None
    category: str | None = None
    search: str = ""
    cursor: str | None = None  # the id of the last dossier of the page before: it tells nobody anything new
    size: int = 50
    today: date | None = None  # the day played in the campaign


@dataclass(frozen=True, kw_only=True)
class Page:
    """Dossiers as they are listed, and where the next page begins (None: there is none)."""

    nominations: list[dict[str, Any]]
    cursor: str | None


@dataclass(frozen=True, kw_only=True)
class Sight:
    """A campaign, and the account's eyes in it."""

    id: int
    code: str
    decided: bool
    eyes: Eyes


@dataclass(frozen=True, kw_only=True)
class Part:
    """Dossiers that are seen: a campaign's, or a unit's; each part is read from an index in order of arrival."""

    conditions: tuple[str, ...]
    values: dict[str, Any]
    joined: str = ""

    def first(self, more: Iterable[str]) -> str:
        """The first of them under further conditions, as SQL."""
        conditions = " AND ".join((*self.conditions, *more))
        found = f"SELECT q.nomination_id, q.arrival FROM queue_line q {self.joined} WHERE {conditions}"  # noqa: S608 - ours
        return f"({found} ORDER BY q.arrival LIMIT :size)"


def page_of(session: Session, viewer: str, wanted: Wanted) -> Page:
    """The dossiers the account `viewer` sees of those `wanted`; the state is the one shown to it.

    Raises NotFoundError for an unknown campaign, MalformedError for a category no campaign has, a cursor that is none
    or a day played in no campaign by name, StateRefusedError for one played in earnest.
    """
    sights = sights_of(session, viewer, wanted)
    after = None if wanted.cursor is None else arrival_of(session, sights, wanted.cursor)
    asked = {
        "category": ("q.category = :category", wanted.category),
        "after": ("q.arrival > :after", after),
        **sought(wanted.search, [sight.id for sight in sights]),
    }
    given = {name: pair for name, pair in asked.items() if pair[1]}
    values = {"size": wanted.size + 1, **{name: value for name, (_, value) in given.items()}}
    rows = found(session, parts_of(sights, wanted.state), [condition for condition, _ in given.values()], values)
    known = {sight.id: sight for sight in sights}
    items = [line(row, known[row.campaign_id]) for row in rows[: wanted.size]]
    return Page(nominations=items, cursor=items[-1]["id"] if len(rows) > wanted.size else None)


def sights_of(session: Session, viewer: str, wanted: Wanted) -> list[Sight]:
    """The campaigns looked at, the one named or all, each with the account's eyes there."""
    known = known_at(session, mark_of(session))
    outlines = known.outlines[::-1] if wanted.campaign is None else (known.outline(wanted.campaign),)
    campaigns = [known.campaign(session, one.id) for one in outlines]
    require_category({category.key for one in campaigns for category in one.categories}, wanted.category)
    if wanted.today is not None:
        require_day(campaigns, named=wanted.campaign is not None)
    if not outlines:
        return []
    today, actor = wanted.today or clock.local_date(clock.now()), find_actor(known.accounts, viewer)
    roles = roles_held(known.accounts, known.delegations, actor, today)
    return [
        Sight(id=one.id, code=one.code, decided=one.decided, eyes=eyes_of(roles, one.review, one.appraisal))
        for one in outlines
    ]


def require_day(campaigns: Sequence[Campaign], *, named: bool) -> None:
    """MalformedError for a day played in all campaigns at once, each of which has its own; see `require_playing`."""
    if not named:
        raise MalformedError("Ngày diễn tập (today) chỉ đi cùng một đợt khen thưởng (campaign).")
    for campaign in campaigns:
        require_playing(campaign)


def require_category(known: set[str], category: str | None) -> None:
    """MalformedError for a category that no campaign has."""
    if category is not None and category not in known:
        raise MalformedError(f"Đợt khen thưởng không có loại “{category}”. Có: {', '.join(sorted(known))}.")


def parts_of(sights: Sequence[Sight], state: State | None) -> list[Part]:
    """What these eyes see, in `state` as they see it."""
    parts = []
    for sight in sights:
        campaign: dict[str, Any] = {f"campaign_{sight.id}": sight.id}
        of_campaign = f"q.campaign_id = :campaign_{sight.id}"
        if sight.eyes.overview:
            in_state = (f"q.state = '{state.value}'",) if state else ()
            parts.append(Part(conditions=(of_campaign, *in_state), values=campaign))
        elif sight.eyes.own:
            shown = (f"({' OR '.join(shown_as(state, decided=sight.decided))})",) if state else ()
            own = {"own": sorted(sight.eyes.own)}
            of_unit = (of_campaign, "q.unit_code = ANY(:own)", *shown)
            parts.append(Part(conditions=of_unit, values=campaign | own, joined=TRUTH))
    return parts


def found(session: Session, parts: list[Part], conditions: list[str], values: dict[str, Any]) -> Sequence[Row[Any]]:
    """The first of all parts together, as they are listed."""
    if not parts:
        return []
    query = PAGE.format(found=" UNION ALL ".join(part.first(conditions) for part in parts))
    return session.execute(
        asking(query, values), {**values, **{k: v for part in parts for k, v in part.values.items()}}
    ).all()


def shown_as(state: State, *, decided: bool) -> list[str]:
    """What a dossier must be like for its unit to see it in `state`."""
    alternatives = []
    for released, own_withdrawal in product((False, True), repeat=2):
        states = [
            s.value
            for s in State
            if visible_state(s, released=released or decided, own_withdrawal=own_withdrawal) is state
        ]
        if states:
            named = ", ".join(f"'{value}'" for value in states)
            alternatives.append(
                f"(n.state IN ({named}) AND n.released IS {released} AND n.own_withdrawal IS {own_withdrawal})"
            )
    return alternatives or ["false"]


def arrival_of(session: Session, sights: list[Sight], cursor: str) -> int:
    """Where the page before ended; MalformedError for no dossier that is seen, in whatever state it is by now."""
    rows = found(session, parts_of(sights, None), ["q.nomination_id = :cursor"], {"cursor": cursor, "size": 1})
    if not rows:
        raise MalformedError("Con trỏ trang (cursor) không hợp lệ.")
    return int(rows[0].arrival)


def line(row: Row[Any], sight: Sight) -> dict[str, Any]:
    """One dossier as a list shows it."""
    return {**seen(row, sight.eyes, decided=sight.decided), "campaign": sight.code}
