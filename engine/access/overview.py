"""What the holder of an account sees of it: roles, how it is proved who they are, and where they are signed in."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from engine.access import sessions
from models.portal import Credential
from rules.vocabulary import Role

ROLES = text(
    "SELECT r.role, u.name FROM account_role r JOIN unit u ON u.code = r.unit_code WHERE r.account_id = :account"
    " ORDER BY u.name, r.role"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Roles with their units; when the password was set and the second step turned on, None for never; sessions."""

    roles: list[tuple[Role, str]]
    password_since: datetime | None
    second_step_since: datetime | None
    sessions: list[sessions.Listed]


def access_of(session: Session, account: int, now: datetime) -> Access:
    """How an account is got into."""
    kept = session.get(Credential, account, populate_existing=True)
    return Access(
        roles=[(Role(row.role), row.name) for row in session.execute(ROLES, {"account": account})],
        password_since=kept.changed_at if kept and kept.password else None,
        second_step_since=kept.totp_since if kept else None,
        sessions=sessions.listed(session, account, now),
    )
