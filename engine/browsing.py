"""One page of the dossiers an account sees, across campaigns, in order of arrival: by plain SQL, for many dossiers."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session

from engine import clock
from engine.eyes import Eyes, eyes_of
from engine.listing import ROLES, seen
from rules.embargo import visible_state
from rules.errors import MalformedError, NotFoundError
from rules.text import search_key
from rules.vocabulary import Role, State

CAMPAIGNS = text(
    "SELECT id, code, decided, config->'offices'->>'review' AS review, config->'offices'->>'appraisal' AS appraisal,"
    " ARRAY(SELECT key FROM category WHERE campaign_id = campaign.id ORDER BY key) AS categories"
    " FROM campaign WHERE CAST(:code AS text) IS NULL OR code = :code"
)
NOMINATIONS = (
    "SELECT n.id, n.campaign_id, n.category, n.unit_code, n.name, n.state, n.version, n.source, n.released,"
    " n.own_withdrawal FROM nomination n"
)
CURSOR = "n.arrival > (SELECT arrival FROM nomination WHERE id = :cursor)"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What somebody looks for; `search` are words of the name, with or without diacritics, or a dossier's id."""

    campaign: str | None = None
    state: State | None = None
    category: str | None = None
    search: str = ""
    cursor: str | None = None  # the id of the last dossier of the page before: it tells nobody anything new
    size: int = 50


@dataclass(frozen=True, kw_only=True)
class Page:
    """Dossiers as they are listed, and where the next page begins (None: there is none)."""

    nominations: list[dict[str, Any]]
    cursor: str | None


def page_of(session: Session, viewer: str, wanted: Wanted) -> Page:
    """The dossiers the account `viewer` sees of those `wanted`; the state is the one shown to it.

    Raises NotFoundError for an unknown campaign, MalformedError for a category no campaign has or a cursor that is
    none.
    """
    campaigns = campaigns_of(session, wanted)
    looking = eyes_by_campaign(session, viewer, campaigns)
    conditions, values = visible(campaigns, looking, wanted.state)
    if wanted.cursor is not None:
        require_cursor(session, visible(campaigns, looking, None), wanted.cursor)
        conditions, values = [*conditions, CURSOR], {**values, "cursor": wanted.cursor}
    if wanted.category is not None:
        conditions, values = [*conditions, "n.category = :category"], {**values, "category": wanted.category}
    if patterns := patterns_of(wanted.search):
        conditions.append("(n.search LIKE ALL(:patterns) OR n.id = :exact)")
        values |= {"patterns": patterns, "exact": wanted.search.strip().upper()}
    query = f"{NOMINATIONS} WHERE {' AND '.join(conditions)} ORDER BY n.arrival LIMIT :size"
    rows = session.execute(text(query), {**values, "size": wanted.size + 1}).all()
    known = {campaign.id: campaign for campaign in campaigns}
    items = [line(row, known[row.campaign_id], looking[row.campaign_id]) for row in rows[: wanted.size]]
    return Page(nominations=items, cursor=items[-1]["id"] if len(rows) > wanted.size else None)


def campaigns_of(session: Session, wanted: Wanted) -> Sequence[Row[Any]]:
    """The campaigns looked at: the one named, or all."""
    campaigns = session.execute(CAMPAIGNS, {"code": wanted.campaign}).all()
    if wanted.campaign is not None and not campaigns:
        raise NotFoundError(f"Không có đợt khen thưởng “{wanted.campaign}”.")
    known = sorted({key for campaign in campaigns for key in campaign.categories})
    if wanted.category is not None and wanted.category not in known:
        raise MalformedError(f"Đợt khen thưởng không có loại “{wanted.category}”. Có: {', '.join(known)}.")
    return campaigns


def eyes_by_campaign(session: Session, viewer: str, campaigns: Sequence[Row[Any]]) -> dict[int, Eyes]:
    """The account's eyes in each campaign: which offices review and appraise is the campaign's."""
    values = {"name": viewer, "today": clock.local_date(clock.now())}
    roles = [(Role(row.role), row.unit_code) for row in session.execute(ROLES, values)]
    return {campaign.id: eyes_of(roles, campaign.review, campaign.appraisal) for campaign in campaigns}


def visible(
    campaigns: Sequence[Row[Any]], looking: dict[int, Eyes], state: State | None
) -> tuple[list[str], dict[str, Any]]:
    """The conditions under which these eyes see a dossier (in `state`, as they see it), with their values."""
    over = [campaign.id for campaign in campaigns if looking[campaign.id].overview]
    under = [campaign for campaign in campaigns if not looking[campaign.id].overview]
    own = sorted({unit for eyes in looking.values() for unit in eyes.own})
    either = ["(n.campaign_id = ANY(:over)" + (" AND n.state = :state)" if state else ")")]
    values: dict[str, Any] = {"over": over, "state": state.value if state else None}
    for decided in (False, True):
        ids = [campaign.id for campaign in under if campaign.decided is decided]
        if ids and own:
            as_shown = f" AND ({' OR '.join(shown_as(state, decided=decided))})" if state else ""
            either.append(f"(n.campaign_id = ANY(:under_{decided}) AND n.unit_code = ANY(:own){as_shown})")
            values |= {f"under_{decided}": ids, "own": own}
    return [f"({' OR '.join(either)})"], values


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


def require_cursor(session: Session, seen_at_all: tuple[list[str], dict[str, Any]], cursor: str) -> None:
    """MalformedError unless the cursor is a dossier that is seen; whatever state it is in by now, pages go on there."""
    conditions, values = seen_at_all
    found = text(f"SELECT 1 FROM nomination n WHERE n.id = :cursor AND {' AND '.join(conditions)}")  # noqa: S608 - the conditions are ours
    if session.scalar(found, {**values, "cursor": cursor}) is None:
        raise MalformedError("Con trỏ trang (cursor) không hợp lệ.")


def patterns_of(search: str) -> list[str]:
    """One LIKE pattern for each word looked for."""
    words = search_key(search).replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_").split()
    return [f"%{word}%" for word in words]


def line(row: Row[Any], campaign: Row[Any], eyes: Eyes) -> dict[str, Any]:
    """One dossier as a list shows it."""
    return {**seen(row, eyes, decided=campaign.decided), "campaign": campaign.code}
