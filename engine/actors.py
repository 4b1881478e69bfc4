"""The people: every active account with its roles, whom it may stand in for, and who is the same person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import text
from sqlmodel import Session

from rules.errors import NotFoundError
from rules.text import identity_key, nfc_folded
from rules.vocabulary import Role

BYSTANDERS = (Role.ADMINISTRATOR, Role.OBSERVER)  # they change no dossier, in anybody's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """An account with its roles, each at a unit."""

    id: int
    name: str
    email: str | None
    person: str | None
    collective: str | None
    roles: frozenset[tuple[Role, str]]
    also: tuple["Actor", ...] = ()  # further accounts of the same person

    @property
    def ids(self) -> tuple[int, ...]:
        """Every account of this person: what one of them did, the person did."""
        return (self.id, *(other.id for other in self.also))

    @property
    def every_unit(self) -> tuple[str, ...]:
        """Codes of the units this person belongs to, by any of their accounts."""
        return tuple(sorted({unit for actor in (self, *self.also) for unit in actor.units}))

    @property
    def units(self) -> tuple[str, ...]:
        """Codes of the units the account belongs to."""
        return tuple(sorted({unit for _, unit in self.roles}))


@dataclass(frozen=True, slots=True)
class Delegated:
    """One dated delegation."""

    from_id: int
    to_id: int
    since: date | None
    until: date

    def active(self, today: date) -> bool:
        """Whether it holds on `today`."""
        return (self.since is None or self.since <= today) and today <= self.until


def load_people(session: Session) -> tuple[dict[int, Actor], tuple[Delegated, ...]]:
    """Every active account with its roles, and every delegation."""
    rows = session.execute(
        text(
            "SELECT a.id, a.name, a.email, a.person, a.collective, array_agg(r.role || '@' || r.unit_code) AS roles"
            " FROM account a JOIN account_role r ON r.account_id = a.id WHERE a.active GROUP BY a.id"
        )
    )
    accounts = {}
    for row in rows:
        roles = frozenset((Role(held), unit) for held, unit in (pair.split("@", 1) for pair in row.roles))
        accounts[row.id] = Actor(
            id=row.id, name=row.name, email=row.email, person=row.person, collective=row.collective, roles=roles
        )
    delegated = session.execute(text("SELECT from_id, to_id, since, until FROM delegation ORDER BY id"))
    return with_others(accounts), tuple(Delegated(*row) for row in delegated)


def with_others(accounts: dict[int, Actor]) -> dict[int, Actor]:
    """The accounts, each with the others that name the same person as their holder."""
    held: dict[str, list[Actor]] = {}
    for actor in accounts.values():
        if actor.person:
            held.setdefault(identity_key(actor.person), []).append(actor)
    shared = {actor.id: group for group in held.values() if len(group) > 1 for actor in group}
    return {
        identity: replace(actor, also=tuple(other for other in shared.get(identity, ()) if other.id != identity))
        for identity, actor in accounts.items()
    }


def stood_in_for(
    accounts: Mapping[int, Actor], delegations: Iterable[Delegated], actor: Actor, today: date
) -> tuple[Actor, ...]:
    """Whom `actor` may stand in for on a day; who administers or observes stands in for nobody."""
    if any(role in BYSTANDERS for role, _ in actor.roles):
        return ()
    return tuple(
        accounts[d.from_id] for d in delegations if d.to_id == actor.id and d.active(today) and d.from_id in accounts
    )


def roles_held(
    accounts: Mapping[int, Actor], delegations: Iterable[Delegated], actor: Actor, today: date
) -> frozenset[tuple[Role, str]]:
    """The roles of `actor` on a day, its own and those of whom it may stand in for."""
    people = (actor, *stood_in_for(accounts, delegations, actor, today))
    return frozenset(role for person in people for role in person.roles)


def find_actor(accounts: Mapping[int, Actor], name: str) -> Actor:
    """The account called `name`; NotFoundError if there is none."""
    wanted = nfc_folded(name)
    for actor in accounts.values():
        if actor.name == wanted:
            return actor
    raise NotFoundError(f"Không có tài khoản “{name}”.")
