"""What the JSON API remembers: tokens, by their hash only, and answers to requests that may come twice."""

from datetime import datetime

from sqlalchemy import Column, DateTime, Text
from sqlmodel import BigInteger, Field, SQLModel


class Token(SQLModel, table=True):
    """What opens the API for an account until it is revoked; `sha256` is all that is kept of it."""

    __tablename__ = "token"
    sha256: str = Field(primary_key=True, sa_type=Text)
    account_id: int = Field(foreign_key="account.id", sa_type=BigInteger)
    issued_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    revoked_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))


class StoredAnswer(SQLModel, table=True):
    """The answer to a request an account made under a key of its own; `request_hash` says which request."""

    __tablename__ = "answer"
    account_id: int = Field(primary_key=True, foreign_key="account.id", sa_type=BigInteger)
    key: str = Field(primary_key=True, sa_type=Text)
    request_hash: str = Field(sa_type=Text)
    body: str = Field(sa_type=Text)
    etag: str | None = Field(default=None, sa_type=Text)
    answered_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
