"""Accounts as administrators see and change them: listed, locked, opened again, written to; units imported."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from engine import clock, tokens
from engine.access import links, sessions
from engine.access.passwords import END_LINKS, named
from engine.actors import Actor, find_actor, load_people
from engine.context import Origin
from engine.people import Imported, import_units, note_account
from rules.errors import NotFoundError, RoleRefusedError, StateRefusedError
from rules.text import nfc_folded
from rules.vocabulary import Role

SIZE = 50
ACCOUNTS = text(
    "SELECT a.id, a.name, a.email, a.active, coalesce(c.password IS NOT NULL, false) AS has_password,"
    " coalesce(c.totp_since IS NOT NULL, false) AS second_step,"
    " (SELECT max(s.began_at) FROM web_session s WHERE s.account_id = a.id AND NOT s.awaits_code) AS signed_in,"
    " (SELECT max(l.expires_at) FROM pass_link l WHERE l.account_id = a.id AND l.used_at IS NULL"
    "   AND l.expires_at > :now) AS link_until,"
    " (SELECT coalesce(json_agg(json_build_array(r.role, u.name) ORDER BY r.role, u.code), '[]')"
    "   FROM account_role r JOIN unit u ON u.code = r.unit_code WHERE r.account_id = a.id) AS roles"
    " FROM account a LEFT JOIN credential c ON c.account_id = a.id"
    " WHERE a.name > :after AND (:search = '' OR strpos(lower(a.name), lower(:search)) > 0"
    "  OR strpos(lower(coalesce(a.email, '')), lower(:search)) > 0 OR EXISTS (SELECT 1 FROM account_role r"
    "  JOIN unit u ON u.code = r.unit_code WHERE r.account_id = a.id"
    "  AND (lower(u.code) = lower(:search) OR strpos(lower(u.name), lower(:search)) > 0)))"
    " ORDER BY a.name LIMIT :size"
)
UNITS = text(
    "SELECT u.code, u.name, u.kind, u.symbol, u.nominates, u.note, count(DISTINCT r.account_id) AS accounts FROM unit u"
    " LEFT JOIN account_role r ON r.unit_code = u.code GROUP BY u.code ORDER BY u.nominates DESC, u.code"
)
SET_ACTIVE = text("UPDATE account SET active = :active WHERE id = :id AND active <> :active RETURNING name")
ONE = text("SELECT name FROM account WHERE id = :id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One account; `link_until` is how long a link to choose a password that was sent is still good."""

    id: int
    name: str
    email: str | None
    active: bool
    has_password: bool
    second_step: bool
    signed_in: datetime | None
    link_until: datetime | None
    roles: tuple[tuple[Role, str], ...]


def administrator(session: Session, name: str) -> Actor:
    """The account, if it is an administrator's own; RoleRefusedError for anybody else, whoever they stand in for."""
    accounts, _ = load_people(session)
    actor = find_actor(accounts, name)
    if not any(role is Role.ADMINISTRATOR for role, _ in actor.roles):
        raise RoleRefusedError("Chỉ quản trị hệ thống được xem và làm việc này.")
    return actor


def accounts_of(session: Session, search: str, after: str) -> tuple[list[Listed], str | None]:
    """A page of accounts by name, from after a name on, and where the next begins; one query."""
    values = {"search": nfc_folded(search), "after": after, "size": SIZE + 1, "now": clock.now()}
    rows = session.execute(ACCOUNTS, values).mappings().all()
    found = [listed(row) for row in rows[:SIZE]]
    return found, found[-1].name if len(rows) > SIZE else None


def listed(row: Mapping[Any, Any]) -> Listed:
    """One row of the list."""
    roles = tuple((Role(role), unit) for role, unit in row["roles"])
    return Listed(**{str(key): value for key, value in row.items() if key != "roles"}, roles=roles)


def deactivate(session: Session, by: Actor, account: int, origin: Origin) -> str:
    """Lock an account: it acts and signs in nowhere from now on, its tokens and links are dead; returns its name.

    What it did stays; its dossiers and duties are as they were.
    """
    if account == by.id:
        raise StateRefusedError("Không thể tự khóa tài khoản của mình.")
    name = set_active(session, account, active=False)
    note_account(session, account, "account:state:deactivated", origin, {}, {}, by)
    now = clock.now()
    sessions.revoke(session, account, origin, now)
    tokens.revoke(session, name, origin)
    session.execute(END_LINKS, {"account": account, "now": now})
    return name


def reactivate(session: Session, by: Actor, account: int, origin: Origin) -> str:
    """Open a locked account again; returns its name. Tokens and links stay dead."""
    name = set_active(session, account, active=True)
    note_account(session, account, "account:state:reactivated", origin, {}, {}, by)
    return name


def set_active(session: Session, account: int, *, active: bool) -> str:
    """Write it; StateRefusedError where it is so already, NotFoundError for no account."""
    name = session.scalar(SET_ACTIVE, {"id": account, "active": active})
    if name is None:
        known = name_of(session, account)
        raise StateRefusedError(f"Tài khoản {known} " + ("đang hoạt động." if active else "đã bị khóa."))
    return str(name)


def name_of(session: Session, account: int) -> str:
    """The account's name; NotFoundError if there is none."""
    name = session.scalar(ONE, {"id": account})
    if name is None:
        raise NotFoundError("Không có tài khoản này.")
    return str(name)


def send_link(session: Session, account: int, origin: Origin) -> tuple[str, datetime]:
    """Write to an account with a link to choose its password; returns its name and until when the link is good.

    StateRefusedError for an account that is locked, has no role, or no address.
    """
    name = name_of(session, account)
    known = next((one for one in named(session, name) if one.id == account), None)
    if known is None:
        raise StateRefusedError(f"Tài khoản {name} đang bị khóa hoặc chưa có vai trò nào.")
    if not known.email:
        raise StateRefusedError(f"Tài khoản {name} không có địa chỉ thư điện tử.")
    return name, links.send(session, known, origin, clock.now())


def units_of(session: Session) -> list[dict[str, Any]]:
    """Every unit, those that nominate first, with how many accounts act there."""
    return [dict(row) for row in session.execute(UNITS).mappings()]


def take_units(session: Session, by: Actor, content: bytes, origin: Origin) -> Imported:
    """Import units from a file's bytes, told on the chain of whoever did it: a unit has none of its own."""
    before = units_now(session)
    done = import_units(session, content)
    if changed := sorted(code for code, row in units_now(session).items() if before.get(code) != row):
        note_account(session, by.id, "account:units:imported", origin, {"units": changed}, {}, by)
    return done


def units_now(session: Session) -> dict[str, tuple[Any, ...]]:
    """Every unit as it is stored."""
    return {row.code: tuple(row) for row in session.execute(text("SELECT * FROM unit"))}
