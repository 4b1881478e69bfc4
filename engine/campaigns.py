"""Campaigns: loaded from their file, shown, lapsed by the clock, their outcomes released, closed after signing."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import insert, text, update
from sqlmodel import Session

from engine import trail
from engine.context import Acting, Context, Origin, load_context, may_act
from engine.decisions import decision_words, release_held, required
from engine.dossier import Dossier, load_dossiers, lock_dossier
from engine.eyes import OPERATOR, Eyes
from engine.papers.printable import require_printable
from engine.plans import Outcome, Progress, quiet, run_plan
from engine.records import change
from engine.standing import in_ranking_order, standing
from engine.steps import Request, Taken, take_step
from models.campaigns import CampaignRow, CategoryRow, SlotRow
from rules.campaign import Campaign, parse_campaign
from rules.embargo import visible_state
from rules.errors import MalformedError, StateRefusedError
from rules.vocabulary import CLOSABLE, EDITABLE, Action, Role, State

DEFAULT_CLOSING_REASON = "Không thuộc danh sách được tặng Bằng khen theo quyết định đã ban hành (mục II.2.c Kế hoạch)."
MAX_FILE = 1_000_000  # bytes; a campaign file is a few kilobytes


def read_campaign(path: Path) -> Campaign:
    """The campaign in a YAML file; MalformedError says what is wrong with it."""
    try:
        if path.stat().st_size > MAX_FILE:
            raise MalformedError(f"Tệp {path} quá lớn, không phải tệp cấu hình đợt khen thưởng.")
        return campaign_in(path.read_bytes(), str(path))
    except OSError as error:
        raise MalformedError(f"Không đọc được tệp {path}: {error.strerror}.") from error


def campaign_in(content: bytes, called: str = "") -> Campaign:
    """The campaign in the bytes of a YAML file; MalformedError as above."""
    if len(content) > MAX_FILE:
        raise MalformedError("Tệp quá lớn, không phải tệp cấu hình đợt khen thưởng.")
    try:
        data = yaml.safe_load(content.decode())
    except (ValueError, RecursionError, yaml.YAMLError) as error:  # a date that does not exist is a ValueError
        raise MalformedError(f"{f'Tệp {called}' if called else 'Tệp'} không phải là YAML hợp lệ.") from error
    return parse_campaign(data)


def load_campaign(session: Session, campaign: Campaign, origin: Origin, acting: Acting | None = None) -> bool:
    """Load a new campaign or a changed file of a known one; returns whether anything changed.

    A loaded campaign keeps its categories; one with dossiers neither becomes nor stops being a rehearsal; a
    quota below what is already held, any change after the decision, or papers that cannot be printed, is refused.
    """
    require_printable(campaign)
    require_offices(session, campaign)
    config = campaign.model_dump(mode="json", by_alias=True)
    found = session.execute(
        text("SELECT id, config, decided FROM campaign WHERE code = :code FOR UPDATE"), {"code": campaign.code}
    ).one_or_none()
    if found is None:
        row = {"code": campaign.code, "rehearsal": campaign.rehearsal, "config": config}
        identity = session.execute(insert(CampaignRow).values(row).returning(CampaignRow.id)).scalar_one()  # type: ignore[call-overload]  # SQLModel columns read as their values
        for category in campaign.categories:
            add_category(session, identity, category.key, category.kind, category.limit)
    elif parse_campaign(found.config) == campaign:  # a newer program's defaults are no change
        return False
    else:
        require_compatible(session, found, campaign)
        session.execute(
            update(CampaignRow).where(CampaignRow.id == found.id).values(config=config, rehearsal=campaign.rehearsal)
        )
        for category in campaign.categories:
            resize(session, found.id, category.key, category.kind, category.limit)
    context = load_context(session, campaign.code, origin=origin)
    trail.append(
        session, context, f"campaign:{campaign.code}", "campaign:file:loaded", acting=acting, public={"config": config}
    )
    return True


def require_offices(session: Session, campaign: Campaign) -> None:
    """MalformedError unless every office of the campaign is a known unit."""
    known = set(session.scalars(text("SELECT code FROM unit")))
    offices = (campaign.offices.review, campaign.offices.appraisal, campaign.offices.decision)
    if unknown := [code for code in offices if code not in known]:
        raise MalformedError(
            f"Cơ quan {', '.join(unknown)} chưa có trong danh mục đơn vị. Nhập trước: ./vinhdanh unit import FILE.csv"
        )


def require_compatible(session: Session, found: Any, campaign: Campaign) -> None:  # noqa: ANN401 - a database row
    """StateRefusedError for a change the campaign, or its dossiers, cannot bear."""
    if found.decided:
        raise StateRefusedError("Đợt khen thưởng đã có quyết định, không thể thay đổi cấu hình.")
    before = parse_campaign(found.config)
    kept = {category.key: category.kind for category in campaign.categories}
    if any(kept.get(category.key) is not category.kind for category in before.categories):
        raise StateRefusedError("Không thể bỏ hoặc đổi loại đối tượng của đợt khen thưởng đã nạp.")
    used = session.scalar(text("SELECT 1 FROM nomination WHERE campaign_id = :id LIMIT 1"), {"id": found.id})
    if used is not None and before.rehearsal != campaign.rehearsal:
        raise StateRefusedError("Đợt khen thưởng đã có hồ sơ: không thể đổi giữa diễn tập và chính thức.")


def add_category(session: Session, campaign_id: int, key: str, kind: str, limit: int) -> None:
    """A category and its places."""
    session.execute(
        insert(CategoryRow).values({"campaign_id": campaign_id, "key": key, "kind": kind, "capacity": limit})
    )
    add_slots(session, campaign_id, key, range(1, limit + 1), limit)


def add_slots(session: Session, campaign_id: int, key: str, numbers: Iterable[int], limit: int) -> None:
    """Free places with these numbers."""
    rows = [{"campaign_id": campaign_id, "category": key, "number": n, "capacity": limit} for n in numbers]
    if rows:
        session.execute(insert(SlotRow), rows)


def resize(session: Session, campaign_id: int, key: str, kind: str, limit: int) -> None:
    """Give a category another quota; StateRefusedError when more places are held than it leaves."""
    values = {"id": campaign_id, "key": key, "limit": limit}
    capacity = session.scalar(
        text("SELECT capacity FROM category WHERE campaign_id = :id AND key = :key FOR UPDATE"), values
    )
    if capacity is None:
        add_category(session, campaign_id, key, kind, limit)
        return
    session.execute(
        text(
            "DELETE FROM slot WHERE campaign_id = :id AND category = :key AND number > :limit AND nomination_id IS NULL"
        ),
        values,
    )
    held = text("SELECT 1 FROM slot WHERE campaign_id = :id AND category = :key AND number > :limit LIMIT 1")
    if session.scalar(held, values):
        raise StateRefusedError(f"Loại “{key}” còn hồ sơ giữ suất có số lớn hơn {limit}: không thể giảm chỉ tiêu.")
    session.execute(text("UPDATE category SET capacity = :limit WHERE campaign_id = :id AND key = :key"), values)
    add_slots(session, campaign_id, key, range(capacity + 1, limit + 1), limit)


def every(session: Session) -> list[dict[str, Any]]:
    """Every campaign in short, the newest first."""
    query = text("SELECT code, config->>'title' AS title, rehearsal, decided FROM campaign ORDER BY id DESC")
    return [dict(row) for row in session.execute(query).mappings()]


def show(session: Session, context: Context, eyes: Eyes = OPERATOR) -> dict[str, Any]:
    """The campaign at a glance: per category its limit, places taken, and how many dossiers in each state.

    A unit's eyes count its own dossiers, in the states it sees them in, and no places.
    """
    taken = text("SELECT category, count(nomination_id) FROM slot WHERE campaign_id = :id GROUP BY category")
    held = {row[0]: row[1] for row in session.execute(taken, {"id": context.campaign_id})}
    counts = counted(session, context, eyes)
    return {
        "code": context.campaign.code,
        "title": context.campaign.title,
        "rehearsal": context.campaign.rehearsal,
        "decided": context.decided,
        "categories": [
            {
                "key": category.key,
                "title": category.title,
                "limit": category.limit,
                "taken": held.get(category.key, 0) if eyes.overview else None,
                "states": {s.value: counts[category.key, s] for s in State if counts[category.key, s]},
            }
            for category in context.campaign.categories
        ],
    }


def counted(session: Session, context: Context, eyes: Eyes) -> Counter[tuple[str, State]]:
    """How many dossiers these eyes see of each category in each state."""
    states = text(
        "SELECT category, state, released, own_withdrawal, count(*) AS number FROM nomination WHERE campaign_id = :id"
        " AND (:overview OR unit_code = ANY(:own)) GROUP BY category, state, released, own_withdrawal"
    )
    values = {"id": context.campaign_id, "overview": eyes.overview, "own": sorted(eyes.own)}
    counts: Counter[tuple[str, State]] = Counter()
    for row in session.execute(states, values):
        seen = State(row.state)
        if not eyes.overview:
            released = row.released or context.decided
            seen = visible_state(seen, released=released, own_withdrawal=row.own_withdrawal)
        counts[row.category, seen] += row.number
    return counts


def lapse(session: Session, context: Context, progress: Progress = quiet) -> Outcome:
    """What the clock does: drafts lapse once intake is closed, returns once their due date has passed."""
    clock = context.acting_for(None)
    overdue = [d for d in load_dossiers(session, context, states=EDITABLE) if is_overdue(context, d)]

    def step(dossier: Dossier) -> Taken:
        return take_step(session, clock, dossier.id, Action.LAPSE, Request(reason=why_lapsed(context, dossier)))

    return run_plan(session, overdue, step, progress=progress)


def is_overdue(context: Context, dossier: Dossier) -> bool:
    """Whether the clock has run out for a draft or a return."""
    if dossier.state is State.DRAFT:
        return context.today > context.campaign.intake.closes
    return dossier.due is not None and context.today > dossier.due


def why_lapsed(context: Context, dossier: Dossier) -> str:
    """The clock's reason, for the letter and the trail."""
    if dossier.state is State.DRAFT:
        return f"Đã hết thời gian nhận hồ sơ (đến hết ngày {context.campaign.intake.closes:%d/%m/%Y})."
    return f"Đã quá thời hạn bổ sung (đến hết ngày {dossier.due:%d/%m/%Y})."


def release(session: Session, context: Context, ids: list[str]) -> list[str]:
    """The review head releases the outcome of dossiers before the decision is signed; returns the ids."""
    acting = may_act(context, (Role.REVIEW_HEAD,))
    for nomination_id in ids:
        dossier = lock_dossier(session, nomination_id)
        if dossier.state not in {State.DECLINED, State.REFUSED}:
            raise StateRefusedError(f"Hồ sơ {dossier.id} chưa có kết quả để thông báo cho đơn vị.")
        if dossier.released:
            raise StateRefusedError(f"Kết quả hồ sơ {dossier.id} đã được thông báo.")
        change(
            session,
            context,
            dossier,
            "nomination:outcome:released",
            acting,
            public={"state": dossier.state.value},
            values={"released": True},
        )
    release_held(session, context, ids)
    return ids


def close(session: Session, context: Context, reason: str = "", progress: Progress = quiet) -> Outcome:
    """Close what is left after signing as not selected, each with its place in the ranking; overdue returns lapse."""
    may_act(context, (Role.REVIEW_HEAD,))
    if not context.decided:
        raise StateRefusedError("Chỉ kết thúc đợt khen thưởng sau khi quyết định được ký ban hành.")
    lapsed = lapse(session, context, progress)
    left = in_ranking_order(session, context, load_dossiers(session, context, states=CLOSABLE))
    places = places_of(session, context)
    because = reason or DEFAULT_CLOSING_REASON
    words = decision_words(required(session, context))

    def step(dossier: Dossier) -> Taken:
        place = places.get(dossier.id, "")
        request = Request(reason=because, place=place, decision=words, note={"place": place})
        return take_step(session, context, dossier.id, Action.CLOSE, request)

    closed = run_plan(session, left, step, progress=progress)
    return Outcome(moved=(*lapsed.moved, *closed.moved), refused=(*lapsed.refused, *closed.refused))


def places_of(session: Session, context: Context) -> dict[str, str]:
    """The place of every dossier still in the running, as `place/of`, category by category."""
    places: dict[str, str] = {}
    for category in context.campaign.categories:
        order = standing(session, context, category.key).places
        places |= {place.id: f"{place.place}/{len(order)}" for place in order}
    return places
