"""Campaigns, their quotas, the submission letters and decisions made in them, and the registers of numbers."""

from datetime import date
from typing import Any

from sqlalchemy import Column, Identity, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import BigInteger, Field, SQLModel

from models.columns import Vocabulary
from rules.decision import DecisionState
from rules.vocabulary import Kind


class CampaignRow(SQLModel, table=True):
    """A loaded campaign; `config` is the checked file, rules/campaign.py gives its shape."""

    __tablename__ = "campaign"
    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    code: str = Field(sa_type=Text, unique=True)
    rehearsal: bool
    config: dict[str, Any] = Field(sa_type=JSONB)
    decided: bool = False


class CategoryRow(SQLModel, table=True):
    """A category and how many it may award."""

    __tablename__ = "category"
    campaign_id: int = Field(primary_key=True, foreign_key="campaign.id", sa_type=BigInteger)
    key: str = Field(primary_key=True, sa_type=Text)
    kind: Kind = Field(sa_column=Column(Vocabulary(Kind), nullable=False))
    capacity: int


class SlotRow(SQLModel, table=True):
    """One place in a quota and who holds it."""

    __tablename__ = "slot"
    campaign_id: int = Field(primary_key=True, sa_type=BigInteger)
    category: str = Field(primary_key=True, sa_type=Text)
    number: int = Field(primary_key=True)
    capacity: int
    nomination_id: str | None = Field(default=None, foreign_key="nomination.id", sa_type=Text, unique=True)


class Submission(SQLModel, table=True):
    """A submission letter (tờ trình) that forwarded nominations to the appraisal office."""

    __tablename__ = "submission"
    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    campaign_id: int = Field(foreign_key="campaign.id", sa_type=BigInteger)
    number: str = Field(sa_type=Text)
    dated: date


class Decision(SQLModel, table=True):
    """The decision; `content` is the frozen set as canonical JSON, `content_hash` its SHA-256."""

    __tablename__ = "decision"
    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    campaign_id: int = Field(foreign_key="campaign.id", sa_type=BigInteger)
    state: DecisionState = Field(sa_column=Column(Vocabulary(DecisionState), nullable=False))
    version: int = 1
    frozen_on: date | None = None
    content: str | None = Field(default=None, sa_type=Text)
    content_hash: str | None = Field(default=None, sa_type=Text)
    number: str | None = Field(default=None, sa_type=Text)
    dated: date | None = None
    signer: str | None = Field(default=None, sa_type=Text)


class Amendment(SQLModel, table=True):
    """What happened to a signed decision: a correction (đính chính) or the revocation of one award."""

    __tablename__ = "amendment"
    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    decision_id: int = Field(foreign_key="decision.id", sa_type=BigInteger)
    kind: str = Field(sa_type=Text)
    nomination_id: str | None = Field(default=None, foreign_key="nomination.id", sa_type=Text)
    number: str = Field(sa_type=Text)
    dated: date
    reason: str = Field(sa_type=Text)


class RegisterEntry(SQLModel, table=True):
    """A document number given out once per issuer, symbol and year; `subject` is what it names."""

    __tablename__ = "register_entry"
    issuer: str = Field(primary_key=True, sa_type=Text)
    symbol: str = Field(primary_key=True, sa_type=Text)
    year: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    subject: str = Field(sa_type=Text)
