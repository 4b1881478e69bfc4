"""The trail's tables: insert-only entries in hash chains, what their commitments stand for, checkpoints."""

from sqlalchemy import Text
from sqlmodel import Field, SQLModel


class TrailEntry(SQLModel, table=True):
    """One thing that happened to one subject; `body` is the canonical text that was hashed (models/chain.py)."""

    __tablename__ = "trail"
    subject: str = Field(primary_key=True, sa_type=Text)
    seq: int = Field(primary_key=True)
    tag: str = Field(sa_type=Text)
    body: str = Field(sa_type=Text)
    prev_hash: str = Field(sa_type=Text)
    hash: str = Field(sa_type=Text)


class ChainHead(SQLModel, table=True):
    """The newest entry of each chain; a trigger moves it, the application cannot."""

    __tablename__ = "chain"
    subject: str = Field(primary_key=True, sa_type=Text)
    seq: int
    hash: str = Field(sa_type=Text)


class Disclosure(SQLModel, table=True):
    """The value and salt behind a commitment; erasing a person deletes these and leaves the chain valid."""

    __tablename__ = "disclosure"
    subject: str = Field(primary_key=True, sa_type=Text)
    seq: int = Field(primary_key=True)
    field: str = Field(primary_key=True, sa_type=Text)
    salt: str = Field(sa_type=Text)
    value: str = Field(sa_type=Text)


class Checkpoint(SQLModel, table=True):
    """A hash over the heads of all chains that moved since the last checkpoint, itself chained."""

    __tablename__ = "checkpoint"
    number: int = Field(primary_key=True)
    body: str = Field(sa_type=Text)
    prev_hash: str = Field(sa_type=Text)
    hash: str = Field(sa_type=Text)
