"""Every rule against the hand-written cases of cases/*.yaml, and the cases against what the rules can find."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from rules.dates import last_day
from rules.eligibility import RULES
from rules.facts import Check, Facts
from rules.registry import FIELD
from rules.screening import Finding, screen
from rules.vocabulary import CheckResult, Kind, Overall, Party, Verdict
from tests.rules.dossiers import ANSWERS, dossier

HERE = Path(__file__).with_name("cases")
COLLECTIVE, INDIVIDUAL = Kind.COLLECTIVE, Kind.INDIVIDUAL
PASS, FAIL, UNKNOWN = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN
UNIT, REVIEW, APPRAISAL = Party.UNIT, Party.REVIEW_OFFICE, Party.APPRAISAL_OFFICE

# What each rule can find, and of whom an unknown asks something: design.md section 5, by hand.
CAN_FIND: dict[tuple[str, Kind], set[tuple[Verdict, Party | None]]] = {
    ("conduct.no_breach", COLLECTIVE): {(PASS, None), (FAIL, None), (UNKNOWN, UNIT), (UNKNOWN, REVIEW)},
    ("conduct.no_breach", INDIVIDUAL): {(PASS, None), (FAIL, None), (UNKNOWN, UNIT), (UNKNOWN, REVIEW)},
    ("collective.united", COLLECTIVE): {(PASS, None), (FAIL, None), (UNKNOWN, UNIT)},
    ("duties.completed_well", INDIVIDUAL): {(PASS, None), (FAIL, None), (UNKNOWN, UNIT), (UNKNOWN, REVIEW)},
    ("nominee.identity_consistent", INDIVIDUAL): {(PASS, None), (UNKNOWN, REVIEW)},
}
CAN_FIND_OF_EITHER: dict[str, set[tuple[Verdict, Party | None]]] = {
    "unit.entitled": {(PASS, None), (FAIL, None)},
    "dossier.complete": {(PASS, None), (UNKNOWN, UNIT)},
    "merit.described": {(PASS, None), (UNKNOWN, UNIT)},
    "conduct.no_pending_matter": {(PASS, None), (FAIL, UNIT), (UNKNOWN, UNIT)},
    "award.not_already_given": {(PASS, None), (FAIL, None), (UNKNOWN, REVIEW)},
    "nominee.named_once": {(PASS, None), (UNKNOWN, REVIEW)},
    "checks.clear": {(PASS, None), (FAIL, None), (UNKNOWN, APPRAISAL)},
}


@dataclass(frozen=True)
class Case:
    rule: str
    name: str
    given: dict[str, Any]

    @property
    def kind(self) -> Kind:
        return Kind(self.given["kind"])

    @property
    def facts(self) -> Facts:
        changes = {k: tuple(v) if isinstance(v, list) else v for k, v in self.given.get("facts", {}).items()}
        fields = {k: f"{v}" if isinstance(v, date) else v for k, v in self.given.get("fields", {}).items()}
        asked = self.given.get("checks", {}).items()
        checks = tuple(Check(agency=a, result=CheckResult(r) if r else None) for a, r in asked)
        assert set(fields) <= {*ANSWERS[self.kind], "rating_2026"}, "a case changes answers the dossier has"
        return dossier(self.kind, fields, checks=checks, **changes)

    @property
    def expected(self) -> tuple[Verdict, Party | None]:
        who = self.given.get("who")
        return Verdict(self.given["verdict"]), Party(who) if who else None


def read_cases() -> Iterator[Case]:
    for path in sorted(HERE.glob("*.yaml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert path.stem == content["rule"]
        for given in content["cases"]:
            known = {"name", "source", "kind", "facts", "fields", "checks"}
            known |= {"verdict", "who", "then", "note", "curable", "says", "silent"}
            assert set(given) <= known, (path, given)
            assert given["source"], (path, given)
            yield Case(content["rule"], given["name"], given)


CASES = list(read_cases())


def finding_of(case: Case) -> Finding:
    return next(finding for finding in screen(case.facts).findings if finding.rule == case.rule)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}: {case.name}")
def test_case(case: Case) -> None:
    found = finding_of(case)
    assert (found.verdict, found.who) == case.expected, found.message
    assert found.note is case.given.get("note", False)
    assert found.curable is case.given.get("curable", False)
    assert [need.who for need in found.further] == case.given.get("then", [])
    for part in case.given.get("says", ()):
        assert part in found.message
    for part in case.given.get("silent", ()):
        assert part not in found.message
        assert part not in (found.remedy or "")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}: {case.name}")
def test_a_case_is_about_its_own_rule_alone(case: Case) -> None:
    spoilt = [f.rule for f in screen(case.facts).findings if f.rule != case.rule and f.verdict is not Verdict.PASS]
    assert spoilt == []


@pytest.mark.parametrize("kind", Kind)
def test_the_dossier_the_cases_spoil_is_eligible(kind: Kind) -> None:
    screening = screen(dossier(kind))
    assert screening.overall is Overall.ELIGIBLE
    assert {finding.rule for finding in screening.findings} == {rule for rule, of in can_find() if of is kind}


def can_find() -> dict[tuple[str, Kind], set[tuple[Verdict, Party | None]]]:
    return CAN_FIND | {(rule, kind): found for rule, found in CAN_FIND_OF_EITHER.items() for kind in Kind}


def test_every_rule_has_a_case_for_each_of_its_verdicts() -> None:
    seen: dict[tuple[str, Kind | None], set[tuple[Verdict, Party | None]]] = {}
    for case in CASES:
        kind = None if case.rule in CAN_FIND_OF_EITHER else case.kind
        seen.setdefault((case.rule, kind), set()).add(case.expected)
    wanted: dict[tuple[str, Kind | None], set[tuple[Verdict, Party | None]]] = {
        **{(rule, kind): found for (rule, kind), found in CAN_FIND.items()},
        **{(rule, None): found for rule, found in CAN_FIND_OF_EITHER.items()},
    }
    assert seen == wanted


def test_the_rules_are_those_of_the_design_and_in_its_order() -> None:
    declared = {(rule.code, kind) for rule in RULES for kind in rule.applies_to}
    assert declared == set(can_find())
    assert list(dict.fromkeys(rule.code for rule in RULES)) == [
        "unit.entitled",
        "dossier.complete",
        "merit.described",
        "conduct.no_breach",
        "conduct.no_pending_matter",
        "collective.united",
        "duties.completed_well",
        "award.not_already_given",
        "nominee.identity_consistent",
        "nominee.named_once",
        "checks.clear",
    ]


class Recorder(dict[str, Any]):
    """A dossier's answers that remember which were looked at."""

    def __init__(self, answers: dict[str, Any], seen: set[str]) -> None:
        super().__init__(answers)
        self.seen = seen

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ANN401 - as dict has it
        self.seen.add(FIELD + key)
        return super().get(key, default)


class Watched:
    """Facts that remember which of them were looked at."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.seen: set[str] = set()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as the facts have it
        if name == "fields":
            return Recorder(dict(self.facts.fields), self.seen)
        self.seen.add(name)
        return getattr(self.facts, name)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}: {case.name}")
def test_a_rule_reads_nothing_it_does_not_declare(case: Case) -> None:
    rule = next(rule for rule in RULES if rule.code == case.rule and case.kind in rule.applies_to)
    watched: Any = Watched(case.facts)
    rule.check(watched)
    declared = {read.replace("{year}", str(year)) for read in rule.reads for year in case.facts.rated_years}
    assert watched.seen <= declared


def test_every_finding_names_an_article_in_force() -> None:
    for case in CASES:
        for finding in screen(case.facts).findings:
            assert finding.citations, finding
            assert not any("86/2025" in text for text in finding.citations) or case.facts.today >= date(2025, 12, 15)


def test_a_refusal_begins_with_the_sentence_of_its_rule() -> None:
    sentences = {rule.sentence for rule in RULES}
    for case in CASES:
        found = finding_of(case)
        if found.verdict is not Verdict.PASS:
            assert any(found.message.startswith(sentence) for sentence in sentences)


def test_a_long_answer_is_cut_short() -> None:
    facts = dossier(INDIVIDUAL, {"breach": "Khiển trách ngày 12/02/2022. " + "Chi tiết. " * 500})
    found = next(f for f in screen(facts).findings if f.rule == "conduct.no_breach")
    assert "12/02/2022" in found.message
    assert len(found.message) < 500


def test_dates_decide_by_their_last_day() -> None:
    assert last_day((date(2020, 1, 1), date(2021, 12, 31))) == date(2021, 12, 31)
    assert last_day(date(2020, 5, 1)) == date(2020, 5, 1)
