"""What the clock saw: the newest verdicts of each dossier, and alerts about the data."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, DateTime, Identity, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import BigInteger, Field, SQLModel

from models.columns import Vocabulary
from rules.vocabulary import Overall


class Screened(SQLModel, table=True):
    """What the rules said of a dossier when the clock last screened it; `verdicts` maps rule to verdict."""

    __tablename__ = "screened"
    nomination_id: str = Field(primary_key=True, foreign_key="nomination.id", sa_type=Text)
    screened_on: date
    ruleset: str = Field(sa_type=Text)
    overall: Overall = Field(sa_column=Column(Vocabulary(Overall), nullable=False))
    verdicts: dict[str, Any] = Field(sa_type=JSONB)


class AlertKind(StrEnum):
    """Which check found something."""

    TRAIL = "trail"
    INVARIANTS = "invariants"


class Alert(SQLModel, table=True):
    """Problems one check found; open until the check finds none, or others (then a new alert follows)."""

    __tablename__ = "alert"
    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    kind: AlertKind = Field(sa_column=Column(Vocabulary(AlertKind), nullable=False))
    raised_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    cleared_at: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=True))
    digest: str = Field(sa_type=Text)
    problems: list[dict[str, Any]] = Field(sa_type=JSONB)


class Watched(SQLModel, table=True):
    """When a check ran last, how much it looked at, and how many problems it found."""

    __tablename__ = "watched"
    kind: AlertKind = Field(sa_column=Column(Vocabulary(AlertKind), primary_key=True))
    at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    checked: int = Field(sa_type=BigInteger)
    problems: int
