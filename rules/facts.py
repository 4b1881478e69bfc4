"""The facts of one dossier, on one day, that the eligibility rules read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from rules.vocabulary import CheckResult, Kind

Value: TypeAlias = str | int | bool | None  # what a field of a dossier holds, JSON as it stands; dates are ISO strings


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A third-party check: the agency asked, and its answer or None while open."""

    agency: str
    result: CheckResult | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the review office decided of an unknown that was its to judge.

    `about` is the digest of the facts it looked at: when they change, the judgement no longer counts.
    """

    rule: str
    passed: bool
    reason: str
    by: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything a rule may read, and nothing else."""

    kind: Kind
    today: date
    data_from: date  # the programme runs, for the rules, from this day
    rated_years: tuple[int, ...]  # the years whose evaluation counts, ascending
    unit: str  # code of the nominating unit
    unit_entitled: bool
    required_papers: tuple[str, ...]  # keys of paper fields: letter, minutes, report
    fields: Mapping[str, Value]  # the dossier's own answers, keys of rules/fields.py
    others: tuple[str, ...] = ()  # ids of live dossiers that name the same nominee, not yet settled against this one
    checks: tuple[Check, ...] = ()
    judgements: tuple[Judgement, ...] = ()
