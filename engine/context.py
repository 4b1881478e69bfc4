"""Who acts, in which campaign, on which day: everything a command loads once before it moves dossiers."""

import getpass
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session

from engine import clock
from engine.actors import Actor, Delegated, find_actor, roles_held, stood_in_for
from engine.known import known_at, mark_of
from rules.campaign import Campaign
from rules.errors import NotFoundError, RoleRefusedError, StateRefusedError
from rules.parsing import Register
from rules.vocabulary import ROLE_LABELS, Role

UNIT_ROLES = (Role.UNIT_OFFICER, Role.UNIT_HEAD)
REVIEW_ROLES = (Role.REVIEW_OFFICER, Role.REVIEW_HEAD)
APPRAISAL_ROLES = (Role.APPRAISAL_OFFICER, Role.APPRAISAL_HEAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """Who performs a step: the account, whom it stands in for, the role used and the unit it is held at."""

    actor: Actor | None  # None is the clock
    on_behalf: Actor | None
    role: Role
    office: str | None

    @property
    def people(self) -> tuple[Actor, ...]:
        """Everybody the act counts for."""
        return tuple(person for person in (self.actor, self.on_behalf) if person is not None)


@dataclass(frozen=True, kw_only=True)
class Origin:
    """How the command came: channel and operating-system user, for the trail."""

    channel: str
    os_user: str


@dataclass(frozen=True, kw_only=True)
class Context:
    """One command's view of the campaign, its people and the day."""

    campaign_id: int
    campaign: Campaign
    decided: bool
    today: date
    now: datetime
    origin: Origin
    actor: Actor | None
    accounts: Mapping[int, Actor]
    delegations: tuple[Delegated, ...]
    unit_names: Mapping[str, str]
    unit_symbols: Mapping[str, str] = field(default_factory=dict)

    @property
    def register(self) -> Register:
        """The codes a dossier's answers are checked against."""
        projects = frozenset(project.code for project in self.campaign.projects)
        return Register(units=frozenset(self.unit_names), projects=projects, today=self.today)

    def acting_for(self, actor: Actor | None) -> "Context":
        """The same context with somebody else acting (None: the clock)."""
        return replace(self, actor=actor)

    def require_actor(self) -> Actor:
        """The account that acts; RoleRefusedError when it is the clock."""
        if self.actor is None:
            raise RoleRefusedError("Việc này phải do một tài khoản thực hiện (--as).")
        return self.actor

    def office_of(self, role: Role, unit: str | None) -> str | None:
        """The unit at which `role` must be held to act on a nomination of `unit`; None: at any."""
        if role in UNIT_ROLES:
            return unit
        if role in REVIEW_ROLES:
            return self.campaign.offices.review
        return self.campaign.offices.appraisal if role in APPRAISAL_ROLES else None

    def delegators(self, actor: Actor) -> tuple[Actor, ...]:
        """Whom `actor` may stand in for today; who administers or observes stands in for nobody."""
        return stood_in_for(self.accounts, self.delegations, actor, self.today)

    def roles_held(self, actor: Actor) -> frozenset[tuple[Role, str]]:
        """The roles of `actor` today, its own and those of whom it may stand in for."""
        return roles_held(self.accounts, self.delegations, actor, self.today)

    def holders(self, roles: Iterable[Role], unit: str | None) -> list[Actor]:
        """Accounts that hold one of `roles` where it counts for a nomination of `unit`, by name."""
        offices = self.offices_of(roles, unit)
        return sorted((a for a in self.accounts.values() if holds(a, offices)), key=lambda a: a.name)

    def offices_of(self, roles: Iterable[Role], unit: str | None) -> dict[Role, str | None]:
        """Where each of `roles` must be held to act on a nomination of `unit`."""
        return {role: self.office_of(role, unit) for role in roles}


def holds(actor: Actor, offices: Mapping[Role, str | None]) -> bool:
    """Whether `actor` itself holds one of these roles at the office it counts at."""
    return any(held in offices and offices[held] in {None, at} for held, at in actor.roles)


def may_act(context: Context, roles: Iterable[Role], unit: str | None = None) -> Acting:
    """Who acts, in the first of `roles` they hold themselves or by delegation; RoleRefusedError otherwise."""
    wanted = tuple(roles)
    actor = context.actor
    if actor is None:
        if Role.CLOCK in wanted:
            return Acting(actor=None, on_behalf=None, role=Role.CLOCK, office=None)
        raise RoleRefusedError("Việc này phải do một tài khoản thực hiện (--as).")
    for principal in (actor, *context.delegators(actor)):
        for role in wanted:
            if holds(principal, context.offices_of((role,), unit)):
                on_behalf = None if principal is actor else principal
                return Acting(actor=actor, on_behalf=on_behalf, role=role, office=context.office_of(role, unit))
    labels = ", ".join(ROLE_LABELS[role] for role in wanted)
    raise RoleRefusedError(f"{actor.name} không có thẩm quyền thực hiện việc này: cần vai trò {labels}.")


def command_origin(channel: str = "cli") -> Origin:
    """The origin of a command typed by the present operating-system user."""
    return Origin(channel=channel, os_user=os_user())


@cache
def os_user() -> str:
    """Whom this process belongs to."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a uid without a name
        return "không rõ"


def load_context(
    session: Session,
    code: str,
    *,
    as_name: str | None = None,
    today: date | None = None,
    origin: Origin | None = None,
    writes: bool = True,
    exclusive: bool = False,
    mark: UUID | None = None,
) -> Context:
    """The context of one command in campaign `code`.

    A command that writes takes the campaign's row in share (or, `exclusive`, alone), so that signing and
    steps never overlap; it may pretend another `today` only in a rehearsal (StateRefusedError otherwise).
    `mark` is what the transaction read of it, if nothing that is known changed in it since.
    """
    if writes or exclusive:
        lock = "FOR UPDATE" if exclusive else "FOR SHARE"
        session.execute(text(f"SELECT 1 FROM campaign WHERE code = :code {lock}"), {"code": code})  # noqa: S608 - ours
        mark = None  # whoever had to wait for the row may have read the one of before
    known = known_at(session, mark or mark_of(session))
    outline = known.outline(code)
    campaign = known.campaign(session, outline.id)
    moment = clock.now()
    if today is not None and writes:
        require_playing(campaign)
    return Context(
        campaign_id=outline.id,
        campaign=campaign,
        decided=outline.decided,
        today=today or clock.local_date(moment),
        now=moment,
        origin=origin or command_origin(),
        actor=find_actor(known.accounts, as_name) if as_name is not None else None,
        accounts=known.accounts,
        delegations=known.delegations,
        unit_names=known.unit_names,
        unit_symbols=known.unit_symbols,
    )


def campaign_of(session: Session, nomination_id: str) -> str:
    """The code of the campaign a nomination belongs to; NotFoundError if there is no such nomination."""
    query = text("SELECT c.code FROM campaign c JOIN nomination n ON n.campaign_id = c.id WHERE n.id = :id")
    code = session.scalar(query, {"id": nomination_id})
    if code is None:
        raise NotFoundError(f"Không có hồ sơ “{nomination_id}”.")
    return str(code)


def require_playing(campaign: Campaign) -> None:
    """StateRefusedError unless another day may be played in it: elsewhere that would revive delegations."""
    if not campaign.rehearsal:
        raise StateRefusedError("Chỉ đợt diễn tập (rehearsal: true) mới được đặt ngày khác hôm nay (--today).")


def require_rehearsal(context: Context) -> None:
    """StateRefusedError unless the campaign is a rehearsal."""
    if not context.campaign.rehearsal:
        raise StateRefusedError("Chỉ được làm như vậy trong đợt diễn tập (rehearsal: true).")
