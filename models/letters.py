"""Letters: a row per recipient, rendered in the transaction of the step that causes it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Column, DateTime, FetchedValue, Identity, LargeBinary, Text, Uuid
from sqlmodel import BigInteger, Field, SQLModel

from models.columns import Vocabulary
from rules.vocabulary import Party


class LetterStatus(StrEnum):
    """held → queued → sending → sent | deferred | failed; anything unsent may be superseded."""

    HELD = "held"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    SUPERSEDED = "superseded"


UNSENT = (LetterStatus.HELD, LetterStatus.QUEUED, LetterStatus.DEFERRED)
ON_ITS_WAY = (LetterStatus.SENDING, LetterStatus.SENT)


class Letter(SQLModel, table=True):
    """One letter to one address, as the MIME bytes that will be sent; (subject, seq) is the trail entry behind it."""

    __tablename__ = "letter"
    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    subject: str = Field(sa_type=Text)
    seq: int
    nomination_id: str | None = Field(default=None, foreign_key="nomination.id", sa_type=Text)
    party: Party = Field(sa_column=Column(Vocabulary(Party), nullable=False))
    kind: str = Field(sa_type=Text)
    recipient: str = Field(sa_type=Text)
    title: str = Field(sa_type=Text)
    message: bytes = Field(sa_type=LargeBinary)
    status: LetterStatus = Field(sa_column=Column(Vocabulary(LetterStatus), nullable=False))
    attempts: int = 0
    sent_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))
    next_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))
    error: str | None = Field(default=None, sa_type=Text)
    key: UUID | None = Field(default=None, sa_column=Column(Uuid, server_default=FetchedValue(), nullable=False))
