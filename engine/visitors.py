"""Who visits the portal: roles, own or by delegation, campaigns to choose from, letters not yet read."""

from dataclasses import dataclass
from datetime import date

from engine.actors import roles_held
from engine.eyes import Eyes, eyes_of
from engine.known import Known, Outline
from rules.vocabulary import Role


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """What every page must know of the account; `unread` counts among the newest letters."""

    email: str | None
    roles: frozenset[tuple[Role, str]]
    campaigns: tuple[Outline, ...]
    unread: int

    def holds(self, *roles: Role) -> bool:
        """Whether the account holds one of `roles` somewhere, itself or by delegation."""
        return any(role in roles for role, _ in self.roles)

    def eyes(self, campaign: Outline) -> Eyes:
        """The account's eyes in a campaign."""
        return eyes_of(self.roles, campaign.review, campaign.appraisal)


def visitor(known: Known, account: int, today: date, unread: int) -> Visitor:
    """The account of this id as a page meets it."""
    actor = known.accounts.get(account)  # none: it lost its last role a moment ago
    return Visitor(
        email=actor.email if actor else None,
        roles=roles_held(known.accounts, known.delegations, actor, today) if actor else frozenset(),
        campaigns=known.outlines,
        unread=unread,
    )
