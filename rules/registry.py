"""How an eligibility rule is declared: who it is for, what it cites, what it reads, what it finds."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from hashlib import sha256
from inspect import cleandoc
from typing import TypeAlias

from rules.citations import citation
from rules.facts import Check, Facts
from rules.vocabulary import Kind, Party, Verdict

EVERYBODY = (Kind.COLLECTIVE, Kind.INDIVIDUAL)
FIELD = "field:"  # prefix of what a rule reads among a dossier's own answers; the rest are attributes of Facts
YEAR = "{year}"  # stands for every rated year


class RuleDefinitionError(TypeError):
    """A rule without docstring, citation or reads, or a second one of the same name: a mistake of ours."""


@dataclass(frozen=True, slots=True)
class Need:
    """What somebody must supply, judge or cure, in Vietnamese."""

    who: Party
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one rule finds of one dossier.

    An unknown or a curable fail says who must do what (`who`, `remedy`), and `further` what comes after that.
    `note` marks a pass that people should look at.
    """

    verdict: Verdict
    message: str
    who: Party | None = None
    remedy: str | None = None
    further: tuple[Need, ...] = ()
    curable: bool = False
    note: bool = False

    def __post_init__(self) -> None:
        """Refuse an outcome that contradicts itself."""
        open_ended = self.verdict is Verdict.UNKNOWN or self.curable
        if open_ended is not (self.who is not None and bool(self.remedy)) or (self.further and not open_ended):
            raise ValueError("who must do what is said of an unknown or a curable fail, and of nothing else")
        if (self.curable and self.verdict is not Verdict.FAIL) or (self.note and self.verdict is not Verdict.PASS):
            raise ValueError("only a fail is curable, and only a pass carries a note")


Predicate: TypeAlias = Callable[[Facts], Outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: `sentence` is its docstring, the Vietnamese sentence a refused user reads."""

    code: str
    applies_to: tuple[Kind, ...]
    citations: tuple[str, ...]
    reads: tuple[str, ...]
    sentence: str
    check: Predicate


_declared: dict[tuple[str, Kind], Rule] = {}


def rule(
    code: str, *, applies_to: Sequence[Kind] = EVERYBODY, citations: Sequence[str], reads: Sequence[str]
) -> Callable[[Predicate], Rule]:
    """Declare the decorated predicate a rule; RuleDefinitionError at import when something of it is missing.

    `reads` names all the rule looks at: attributes of Facts, and a dossier's answers as `field:name`, where
    `{year}` stands for every rated year. A judgement counts only while these stay as they were.
    """

    def declare(check: Predicate) -> Rule:
        sentence = cleandoc(check.__doc__ or "")
        made = Rule(
            code=code,
            applies_to=tuple(applies_to),
            citations=tuple(citations),
            reads=tuple(reads),
            sentence=sentence,
            check=check,
        )
        _demand_complete(made)
        for kind in made.applies_to:
            if (code, kind) in _declared:
                raise RuleDefinitionError(f"rule {code} for {kind} is declared twice")
        _declared.update({(code, kind): made for kind in made.applies_to})
        return made

    return declare


def find_rule(code: str, kind: Kind) -> Rule | None:
    """The rule `code` as it stands for `kind`, or None."""
    return _declared.get((code, kind))


def about(facts: Facts, of: Rule) -> str:
    """A digest of all that the rule `of` read, but the day: a judgement must not lapse overnight.

    It stands in for personal data and could be guessed back: keep it where the data are, not on the trail.
    """
    seen = {name: _value(facts, name) for name in _expanded(of.reads, facts.rated_years) if name != "today"}
    text = json.dumps({"rule": of.code, "saw": seen}, ensure_ascii=False, sort_keys=True, default=_plain)
    return sha256(text.encode()).hexdigest()


def _demand_complete(made: Rule) -> None:
    if not (made.sentence and made.citations and made.reads and made.applies_to):
        raise RuleDefinitionError(f"rule {made.code}: docstring, citations, reads and applies_to are all mandatory")
    for key in made.citations:
        citation(key)
    known = {field.name for field in fields(Facts)} - {"judgements"}
    strange = [name for name in made.reads if not name.startswith(FIELD) and name not in known]
    if strange:
        raise RuleDefinitionError(f"rule {made.code} reads {strange}, which Facts does not have")


def _expanded(reads: Sequence[str], years: Sequence[int]) -> list[str]:
    return [name.replace(YEAR, str(year)) for name in reads for year in (years if YEAR in name else (0,))]


def _value(facts: Facts, name: str) -> object:
    if name.startswith(FIELD):
        return facts.fields.get(name.removeprefix(FIELD))
    return getattr(facts, name)


def _plain(value: object) -> object:
    if isinstance(value, Check):
        return asdict(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} has no plain form")
