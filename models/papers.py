"""Papers that were issued: the bytes as they were given out, what they were made from and with."""

from datetime import datetime

from sqlalchemy import Column, DateTime, Identity, LargeBinary, Text
from sqlmodel import BigInteger, Field, SQLModel


class Paper(SQLModel, table=True):
    """One file of a decision or a submission letter. `source_hash` is the SHA-256 of the data it was made from.

    `fingerprint` (canonical JSON) names the tools: the same data and fingerprint give the same bytes.
    """

    __tablename__ = "paper"
    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    decision_id: int | None = Field(default=None, foreign_key="decision.id", sa_type=BigInteger)
    submission_id: int | None = Field(default=None, foreign_key="submission.id", sa_type=BigInteger)
    name: str = Field(sa_type=Text)
    source_hash: str = Field(sa_type=Text)
    fingerprint: str = Field(sa_type=Text)
    sha256: str = Field(sa_type=Text)
    content: bytes = Field(sa_type=LargeBinary)
    made_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
