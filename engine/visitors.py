"""Who visits the portal: roles, own or by delegation, campaigns to choose from, letters not yet read; one query."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from engine.eyes import Eyes, eyes_of
from models.letters import LetterStatus
from rules.vocabulary import Role

# Letters that reached nobody's mailbox yet are no news, except those queued: the portal may be faster than the mail.
SHOWN = (LetterStatus.QUEUED, LetterStatus.SENDING, LetterStatus.SENT, LetterStatus.DEFERRED, LetterStatus.FAILED)
VISITOR = text(
    "SELECT a.email,"
    " (SELECT coalesce(json_agg(DISTINCT jsonb_build_array(r.role, r.unit_code)), '[]') FROM account_role r"
    "   WHERE r.account_id = a.id OR r.account_id IN (SELECT d.from_id FROM delegation d JOIN account g"
    "     ON g.id = d.from_id AND g.active WHERE d.to_id = a.id AND (d.since IS NULL OR d.since <= :today)"
    "     AND :today <= d.until)) AS roles,"
    " (SELECT coalesce(json_agg(json_build_object('code', c.code, 'title', c.config->>'title', 'decided', c.decided,"
    "   'rehearsal', c.rehearsal, 'review', c.config->'offices'->>'review',"
    "   'appraisal', c.config->'offices'->>'appraisal') ORDER BY c.id DESC), '[]') FROM campaign c) AS campaigns,"
    " (SELECT count(*) FROM (SELECT 1 FROM letter l WHERE l.recipient = a.email AND l.status = ANY(:shown)"
    "   AND NOT EXISTS (SELECT 1 FROM letter_read x WHERE x.account_id = a.id AND x.letter_id = l.id)"
    "   LIMIT 100) AS few) AS unread"
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
    """What every page must know of the account; `unread` stops counting at 100."""

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
    values: dict[str, Any] = {"id": account, "today": today, "shown": [status.value for status in SHOWN]}
    row = session.execute(VISITOR, values).one()
    return Visitor(
        email=row.email,
        roles=frozenset((Role(role), unit) for role, unit in row.roles),
        campaigns=tuple(Campaign(**one) for one in row.campaigns),
        unread=row.unread,
    )
