"""Units, the accounts that act for them, and who stands in for whom."""

from datetime import date

from sqlalchemy import Column, Identity, Text
from sqlmodel import BigInteger, Field, SQLModel

from models.columns import Vocabulary
from rules.vocabulary import Role


class Unit(SQLModel, table=True):
    """An office, association or commune; `nominates` says whether the plan lets it nominate."""

    __tablename__ = "unit"
    code: str = Field(primary_key=True, sa_type=Text)
    name: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    symbol: str = Field(sa_type=Text)
    nominates: bool
    note: str = Field(default="", sa_type=Text)


class Account(SQLModel, table=True):
    """Somebody who acts; `person` (CCCD or full name) and `collective` say who they are outside the system."""

    __tablename__ = "account"
    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    name: str = Field(sa_type=Text, unique=True)
    email: str | None = Field(default=None, sa_type=Text)
    person: str | None = Field(default=None, sa_type=Text)
    collective: str | None = Field(default=None, sa_type=Text)
    active: bool = True


class AccountRole(SQLModel, table=True):
    """One role an account holds at one unit."""

    __tablename__ = "account_role"
    account_id: int = Field(primary_key=True, foreign_key="account.id", sa_type=BigInteger)
    unit_code: str = Field(primary_key=True, foreign_key="unit.code", sa_type=Text)
    role: Role = Field(sa_column=Column(Vocabulary(Role), primary_key=True))


class Delegation(SQLModel, table=True):
    """`to_id` may act for `from_id` from `since` (or at once) until `until`, both days included."""

    __tablename__ = "delegation"
    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    from_id: int = Field(foreign_key="account.id", sa_type=BigInteger)
    to_id: int = Field(foreign_key="account.id", sa_type=BigInteger)
    since: date | None = None
    until: date
