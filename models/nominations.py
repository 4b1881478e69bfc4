"""Nominations and everything that hangs on one: findings, duties, authors, scores, judgements, checks."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Identity, Numeric, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import BigInteger, Field, SQLModel

from models.columns import Vocabulary
from rules.duties import Duty
from rules.vocabulary import CheckResult, Party, State


class Nomination(SQLModel, table=True):
    """One dossier. `state` and `version` are written by engine/steps.py and its siblings only, with a trail entry."""

    __tablename__ = "nomination"
    id: str = Field(primary_key=True, sa_type=Text)
    arrival: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), unique=True))
    campaign_id: int = Field(foreign_key="campaign.id", sa_type=BigInteger)
    category: str = Field(sa_type=Text)
    unit_code: str = Field(foreign_key="unit.code", sa_type=Text)
    name: str = Field(sa_type=Text)
    fields: dict[str, Any] = Field(sa_type=JSONB)
    source: dict[str, Any] = Field(sa_type=JSONB)
    row_key: str = Field(sa_type=Text)
    cccd: str | None = Field(default=None, sa_type=Text)
    namesake: str = Field(sa_type=Text)
    search: str = Field(sa_type=Text)
    name_key: str = Field(sa_type=Text)
    state: State = Field(sa_column=Column(Vocabulary(State), nullable=False))
    version: int
    left_state: State | None = Field(default=None, sa_column=Column(Vocabulary(State), nullable=True))
    due: date | None = None
    head_submitted: bool = False
    own_withdrawal: bool = False
    released: bool = False
    submission_id: int | None = Field(default=None, foreign_key="submission.id", sa_type=BigInteger)
    decision_id: int | None = Field(default=None, foreign_key="decision.id", sa_type=BigInteger)
    serial: int | None = None


class Finding(SQLModel, table=True):
    """A point somebody must answer, anchored to a field, paper or rule; `version` is the step that raised it."""

    __tablename__ = "finding"
    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    nomination_id: str = Field(foreign_key="nomination.id", sa_type=Text)
    version: int
    addressee: Party = Field(sa_column=Column(Vocabulary(Party), nullable=False))
    anchor: str = Field(sa_type=Text)
    text: str = Field(sa_type=Text)
    status: str = Field(default="open", sa_type=Text)
    answer: str | None = Field(default=None, sa_type=Text)


class DutyRow(SQLModel, table=True):
    """The one kind of duty an account carried on a dossier."""

    __tablename__ = "duty"
    nomination_id: str = Field(primary_key=True, foreign_key="nomination.id", sa_type=Text)
    account_id: int = Field(primary_key=True, foreign_key="account.id", sa_type=BigInteger)
    kind: Duty = Field(sa_column=Column(Vocabulary(Duty), primary_key=True))


class Author(SQLModel, table=True):
    """An account that wrote or entered part of a dossier."""

    __tablename__ = "author"
    nomination_id: str = Field(primary_key=True, foreign_key="nomination.id", sa_type=Text)
    account_id: int = Field(primary_key=True, foreign_key="account.id", sa_type=BigInteger)


class ScoreRow(SQLModel, table=True):
    """One reviewer's points; the ranking uses the mean."""

    __tablename__ = "score"
    nomination_id: str = Field(primary_key=True, foreign_key="nomination.id", sa_type=Text)
    account_id: int = Field(primary_key=True, foreign_key="account.id", sa_type=BigInteger)
    points: Decimal = Field(sa_type=Numeric(7, 2))


class ScorePart(SQLModel, table=True):
    """One reviewer's points for one criterion of the campaign's rubric."""

    __tablename__ = "score_part"
    nomination_id: str = Field(primary_key=True, sa_type=Text)
    account_id: int = Field(primary_key=True, sa_type=BigInteger)
    criterion: str = Field(primary_key=True, sa_type=Text)
    points: Decimal = Field(sa_type=Numeric(7, 2))


class Recusal(SQLModel, table=True):
    """Somebody who must not judge a dossier by their own word."""

    __tablename__ = "recusal"
    nomination_id: str = Field(primary_key=True, foreign_key="nomination.id", sa_type=Text)
    account_id: int = Field(primary_key=True, foreign_key="account.id", sa_type=BigInteger)
    reason: str = Field(sa_type=Text)


class JudgementRow(SQLModel, table=True):
    """The review office's verdict on an unknown; `about` and `others` say on which facts it rests."""

    __tablename__ = "judgement"
    nomination_id: str = Field(primary_key=True, foreign_key="nomination.id", sa_type=Text)
    rule: str = Field(primary_key=True, sa_type=Text)
    passed: bool
    reason: str = Field(sa_type=Text)
    account_id: int = Field(foreign_key="account.id", sa_type=BigInteger)
    about: str = Field(sa_type=Text)
    others: list[str] = Field(default_factory=list, sa_type=JSONB)


class Verification(SQLModel, table=True):
    """A third-party check: the agency asked, and what it answered."""

    __tablename__ = "verification"
    nomination_id: str = Field(primary_key=True, foreign_key="nomination.id", sa_type=Text)
    agency: str = Field(primary_key=True, sa_type=Text)
    result: CheckResult | None = Field(default=None, sa_column=Column(Vocabulary(CheckResult), nullable=True))
    answer: str | None = Field(default=None, sa_type=Text)


class Settlement(SQLModel, table=True):
    """The review head's word on two nominations that tie on every criterion."""

    __tablename__ = "settlement"
    campaign_id: int = Field(foreign_key="campaign.id", sa_type=BigInteger)
    above_id: str = Field(primary_key=True, foreign_key="nomination.id", sa_type=Text)
    below_id: str = Field(primary_key=True, foreign_key="nomination.id", sa_type=Text)
    reason: str = Field(sa_type=Text)
