"""Who visits the portal: roles, own or by delegation, campaigns to choose from, letters not yet read; one query."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlmodel import Session

from engine import inbox
from engine.eyes import Eyes, eyes_of
from rules.vocabulary import Role

VISITOR = text(
    "SELECT a.email,"  # noqa: S608 - all of it is ours
    " (SELECT coalesce(json_agg(DISTINCT jsonb_build_array(r.role, r.unit_code)), '[]') FROM account_role r"
    "   WHERE r.account_id = a.id OR r.account_id IN (SELECT d.from_id FROM delegation d JOIN account g"
    "     ON g.id = d.from_id AND g.active WHERE d.to_id = a.id AND (d.since IS NULL OR d.since <= :today)"
    "     AND :today <= d.until)) AS roles,"
    " (SELECT coalesce(json_agg(json_build_object('code', c.code, 'title', c.config->>'title', 'decided', c.decided,"
    "   'rehearsal', c.rehearsal, 'review', c.config->'offices'->>'review',"
    "   'appraisal', c.config->'offices'->>'appraisal') ORDER BY c.id DESC), '[]') FROM campaign c) AS campaigns,"
    f" ({inbox.UNREAD}) AS unread"
    " FROM account a WHERE a.id = :id"
)


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """A campaign to choose, and which offices it names."""

    code: str
    title: str
    decided: bool
    rehearsal: bool
    review: str
    appraisal: str


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """What every page must know of the account; `unread` counts among the newest letters."""

    email: str | None
    roles: frozenset[tuple[Role, str]]
    campaigns: tuple[Campaign, ...]
    unread: int

    def holds(self, *roles: Role) -> bool:
        """Whether the account holds one of `roles` somewhere, itself or by delegation."""
        return any(role in roles for role, _ in self.roles)

    def eyes(self, campaign: Campaign) -> Eyes:
        """The account's eyes in a campaign."""
        return eyes_of(self.roles, campaign.review, campaign.appraisal)


def visitor(session: Session, account: int, today: date) -> Visitor:
    """The account of this id as a page meets it."""
    row = session.execute(VISITOR, {"id": account, "today": today, **inbox.VALUES}).one()
    return Visitor(
        email=row.email,
        roles=frozenset((Role(role), unit) for role, unit in row.roles),
        campaigns=tuple(Campaign(**one) for one in row.campaigns),
        unread=row.unread,
    )
