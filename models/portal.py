"""What the portal remembers: how an account proves who it is, who is signed in, what was typed and not saved."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, DateTime, Identity, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import BigInteger, Field, SQLModel


def moment(*, optional: bool = False) -> Any:  # noqa: ANN401 - a column of SQLModel's untyped kind
    """A column that holds a moment."""
    return Column(DateTime(timezone=True), nullable=optional)


class Credential(SQLModel, table=True):
    """An account's password (Argon2id, PHC form) and its authenticator app's secret."""

    __tablename__ = "credential"
    account_id: int = Field(primary_key=True, foreign_key="account.id", sa_type=BigInteger)
    password: str | None = Field(default=None, sa_type=Text)
    changed_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    totp_secret: str | None = Field(default=None, sa_type=Text)
    totp_since: datetime | None = Field(default=None, sa_column=moment(optional=True))
    totp_step: int = Field(default=0, sa_type=BigInteger)


class WebSession(SQLModel, table=True):
    """Somebody signed in from one browser; `sha256` is all that is kept of its cookie."""

    __tablename__ = "web_session"
    sha256: str = Field(primary_key=True, sa_type=Text)
    account_id: int = Field(foreign_key="account.id", sa_type=BigInteger)
    csrf: str = Field(sa_type=Text)
    method: str = Field(sa_type=Text)
    began_at: datetime = Field(sa_column=moment())
    seen_at: datetime = Field(sa_column=moment())
    ended_at: datetime | None = Field(default=None, sa_column=moment(optional=True))
    address: str = Field(sa_type=Text)
    agent: str = Field(sa_type=Text)
    rehearsal_day: date | None = None
    awaits_code: bool = False


class PassLink(SQLModel, table=True):
    """A link sent by e-mail by which somebody chooses a password, once."""

    __tablename__ = "pass_link"
    sha256: str = Field(primary_key=True, sa_type=Text)
    account_id: int = Field(foreign_key="account.id", sa_type=BigInteger)
    purpose: str = Field(sa_type=Text)
    issued_at: datetime = Field(sa_column=moment())
    expires_at: datetime = Field(sa_column=moment())
    used_at: datetime | None = Field(default=None, sa_column=moment(optional=True))


class Attempt(SQLModel, table=True):
    """Something that is throttled was tried; `key` is the SHA-256 of the account or address."""

    __tablename__ = "attempt"
    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    kind: str = Field(sa_type=Text)
    key: str = Field(sa_type=Text)
    at: datetime = Field(sa_column=moment())


class OidcIdentity(SQLModel, table=True):
    """The account an OpenID Connect provider means by `subject`."""

    __tablename__ = "oidc_identity"
    issuer: str = Field(primary_key=True, sa_type=Text)
    subject: str = Field(primary_key=True, sa_type=Text)
    account_id: int = Field(foreign_key="account.id", sa_type=BigInteger)
    linked_at: datetime = Field(sa_column=moment())


class Typed(SQLModel, table=True):
    """What an account typed into a form and has not saved; `version` is the dossier's when the form was opened."""

    __tablename__ = "typed"
    account_id: int = Field(primary_key=True, foreign_key="account.id", sa_type=BigInteger)
    form: str = Field(primary_key=True, sa_type=Text)
    version: int | None = None
    content: dict[str, Any] = Field(sa_type=JSONB)
    saved_at: datetime = Field(sa_column=moment())


class LetterRead(SQLModel, table=True):
    """A letter that an account has read in the portal."""

    __tablename__ = "letter_read"
    account_id: int = Field(primary_key=True, foreign_key="account.id", sa_type=BigInteger)
    letter_id: int = Field(primary_key=True, foreign_key="letter.id", sa_type=BigInteger)
    read_at: datetime = Field(sa_column=moment())
