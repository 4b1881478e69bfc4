"""Who stands where: the campaign's ranking over its dossiers, the cut, and ties the review head settles."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, text
from sqlmodel import Session

from engine.context import Context, may_act
from engine.dossier import Dossier, load_dossier, load_dossiers, lock_dossier
from engine.records import change
from models.nominations import Settlement
from rules.errors import EvidenceRefusedError, MalformedError, StateRefusedError
from rules.guards import has_reason
from rules.ranking import Candidate, Place, rank, settlement_cycle
from rules.vocabulary import RANKED, Role, State


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One category's ranking; the first `limit` places are above the cut."""

    category: str
    limit: int
    free: int  # slots nobody holds; a returned dossier may still hold one
    places: tuple[Place, ...]
    dossiers: dict[str, Dossier]

    @property
    def waiting(self) -> tuple[Place, ...]:
        """Endorsed dossiers, which hold no slot, best first."""
        return tuple(place for place in self.places if self.dossiers[place.id].state is State.ENDORSED)

    @property
    def reserve(self) -> tuple[Place, ...]:
        """The waiting dossiers below the cut: those that would be left if every free slot were taken in order."""
        return self.waiting[self.free :]


def candidate(dossier: Dossier) -> Candidate:
    """The dossier as the ranking sees it."""
    return Candidate(
        id=dossier.id,
        name=dossier.name,
        kind=dossier.kind,
        fields=dossier.fields,
        score=dossier.score,
        arrival=dossier.arrival,
    )


def settlements_of(session: Session, context: Context) -> list[tuple[str, str, str]]:
    """Every (above, below, reason) settled in the campaign."""
    query = text(
        "SELECT above_id, below_id, reason FROM settlement WHERE campaign_id = :id ORDER BY above_id, below_id"
    )
    return [(row.above_id, row.below_id, row.reason) for row in session.execute(query, {"id": context.campaign_id})]


def ranked(session: Session, context: Context, dossiers: Sequence[Dossier]) -> list[Place]:
    """These dossiers in the campaign's order."""
    candidates = [candidate(dossier) for dossier in dossiers]
    return rank(candidates, context.campaign.ranking, settlements_of(session, context))


def in_ranking_order(session: Session, context: Context, dossiers: Sequence[Dossier]) -> list[Dossier]:
    """The dossiers, category by category as the campaign lists them, best first."""
    by_id = {dossier.id: dossier for dossier in dossiers}
    order = []
    for category in context.campaign.categories:
        group = [dossier for dossier in dossiers if dossier.category == category.key]
        order += [by_id[place.id] for place in ranked(session, context, group)]
    return order


def standing(session: Session, context: Context, category: str) -> Standing:
    """The ranking of everything in the running in one category: endorsed, holding a place, or closed from there."""
    limit = context.campaign.category(category).limit
    dossiers = [
        dossier
        for dossier in load_dossiers(session, context, category=category, states=(*RANKED, State.NOT_SELECTED))
        if dossier.state is not State.NOT_SELECTED or dossier.left_state in RANKED
    ]
    return Standing(
        category=category,
        limit=limit,
        free=free_slots(session, context, category),
        places=tuple(ranked(session, context, dossiers)),
        dossiers={dossier.id: dossier for dossier in dossiers},
    )


def free_slots(session: Session, context: Context, category: str) -> int:
    """How many places of a category nobody holds."""
    query = text("SELECT count(*) FROM slot WHERE campaign_id = :id AND category = :category AND nomination_id IS NULL")
    return int(session.execute(query, {"id": context.campaign_id, "category": category}).scalar_one())


def settle(session: Session, context: Context, above_id: str, below_id: str, reason: str) -> None:
    """The review head puts one of two tied nominations above the other, with a reason.

    Raises StateRefusedError when they do not tie, or the order would contradict an earlier word.
    """
    if above_id == below_id:
        raise MalformedError("Phải là hai hồ sơ khác nhau.")
    dossier = lock_dossier(session, above_id)
    acting = may_act(context, (Role.REVIEW_HEAD,), dossier.unit)
    other = load_dossier(session, below_id)
    if not has_reason(reason):
        raise EvidenceRefusedError("Phân định thứ tự phải nêu lý do (--reason).")
    if dossier.category != other.category or not tied(context, dossier, other):
        raise StateRefusedError("Hai hồ sơ không bằng nhau theo mọi tiêu chí xếp thứ tự nên không cần phân định.")
    known = settlements_of(session, context)
    if (above_id, below_id) in {(above, below) for above, below, _ in known}:
        raise StateRefusedError("Thứ tự này đã được phân định.")
    if settlement_cycle([*known, (above_id, below_id, reason)]):
        raise StateRefusedError("Trái với thứ tự đã phân định trước đó.")
    row = {"campaign_id": context.campaign_id, "above_id": above_id, "below_id": below_id, "reason": reason}
    change(
        session,
        context,
        dossier,
        "nomination:review:settled",
        acting,
        public={"above": below_id},
        private={"reason": reason},
        parts=[insert(Settlement).values(row)],
    )


def tied(context: Context, one: Dossier, other: Dossier) -> bool:
    """Whether two dossiers have the same value on every criterion of the ranking."""
    first, second = rank([candidate(one), candidate(other)], context.campaign.ranking, [])
    return first.criteria == second.criteria


def head_of_reserve(session: Session, context: Context, category: str) -> Place | None:
    """Who would be next if a place is free, or None while every place is held."""
    now = standing(session, context, category)
    return now.waiting[0] if now.waiting and now.free else None
