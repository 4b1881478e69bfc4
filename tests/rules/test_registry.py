"""Declaring a rule: what is missing is an error at import, and what a rule read has one digest."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from rules.citations import UnknownCitationError
from rules.facts import Check, Facts
from rules.registry import Need, Outcome, Predicate, RuleDefinitionError, about, find_rule, rule
from rules.vocabulary import CheckResult, Kind, Party, Verdict
from tests.rules.dossiers import dossier

PASSED = Outcome(verdict=Verdict.PASS, message="Đạt.")


def explained(_: Facts) -> Outcome:
    """Câu mà người bị từ chối đọc được."""
    return PASSED


def unexplained(_: Facts) -> Outcome:
    return PASSED


def test_a_rule_keeps_its_sentence_and_is_found_by_code_and_kind() -> None:
    made = rule("test.kept", applies_to=(Kind.COLLECTIVE,), citations=("LUAT.5.2",), reads=("unit",))(explained)
    assert made.sentence == "Câu mà người bị từ chối đọc được."
    assert find_rule("test.kept", Kind.COLLECTIVE) is made
    assert find_rule("test.kept", Kind.INDIVIDUAL) is None


@pytest.mark.parametrize(
    "declare",
    [
        pytest.param(lambda: rule("test.bad", citations=("LUAT.5.2",), reads=("unit",))(unexplained), id="docstring"),
        pytest.param(lambda: rule("test.bad", citations=(), reads=("unit",))(explained), id="citation"),
        pytest.param(lambda: rule("test.bad", citations=("LUAT.5.2",), reads=())(explained), id="reads"),
        pytest.param(
            lambda: rule("test.bad", applies_to=(), citations=("LUAT.5.2",), reads=("unit",))(explained), id="kinds"
        ),
        pytest.param(
            lambda: rule("test.bad", citations=("LUAT.5.2",), reads=("colour",))(explained), id="unknown read"
        ),
        pytest.param(
            lambda: rule("test.bad", citations=("LUAT.5.2",), reads=("judgements",))(explained), id="reads judgements"
        ),
    ],
)
def test_a_rule_that_lacks_something_is_refused(declare: Callable[[], object]) -> None:
    with pytest.raises(RuleDefinitionError):
        declare()
    assert find_rule("test.bad", Kind.INDIVIDUAL) is None


def test_a_rule_that_cites_nothing_known_is_refused() -> None:
    with pytest.raises(UnknownCitationError, match="ND98"):
        rule("test.bad", citations=("LUAT.5.2", "ND98.1"), reads=("unit",))(explained)


def test_a_second_rule_of_the_same_name_is_refused_for_the_same_kind_only() -> None:
    def declare(*kinds: Kind) -> Predicate:
        return rule("test.twice", applies_to=kinds, citations=("LUAT.5.2",), reads=("unit",))(explained).check

    declare(Kind.COLLECTIVE)
    declare(Kind.INDIVIDUAL)
    with pytest.raises(RuleDefinitionError, match="twice"):
        declare(Kind.INDIVIDUAL)


WHO = Party.UNIT


@pytest.mark.parametrize(
    "contradict",
    [
        pytest.param(lambda: Outcome(verdict=Verdict.UNKNOWN, message="?"), id="nobody to ask"),
        pytest.param(lambda: Outcome(verdict=Verdict.UNKNOWN, message="?", who=WHO), id="nothing to do"),
        pytest.param(lambda: Outcome(verdict=Verdict.PASS, message="!", who=WHO, remedy="x"), id="pass asks"),
        pytest.param(lambda: Outcome(verdict=Verdict.FAIL, message="!", who=WHO, remedy="x"), id="final fail asks"),
        pytest.param(lambda: Outcome(verdict=Verdict.FAIL, message="!", curable=True), id="cure without who"),
        pytest.param(
            lambda: Outcome(verdict=Verdict.UNKNOWN, message="?", who=WHO, remedy="x", curable=True), id="cure unknown"
        ),
        pytest.param(lambda: Outcome(verdict=Verdict.FAIL, message="!", note=True), id="noted fail"),
        pytest.param(
            lambda: Outcome(verdict=Verdict.FAIL, message="!", further=(Need(WHO, "x"),)), id="nothing comes after"
        ),
    ],
)
def test_an_outcome_does_not_contradict_itself(contradict: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match="fail"):
        contradict()


def known(code: str, kind: Kind = Kind.INDIVIDUAL) -> Callable[[Facts], str]:
    found = find_rule(code, kind)
    assert found is not None
    return lambda facts: about(facts, found)


def test_the_digest_changes_with_what_the_rule_read_and_with_nothing_else() -> None:
    digest = known("conduct.no_breach")
    before = digest(dossier(Kind.INDIVIDUAL, {"breach": "Nhắc nhở"}))
    assert len(before) == 64
    assert digest(dossier(Kind.INDIVIDUAL, {"breach": "Nhắc nhở", "merit": "khác", "name": "Khác"})) == before
    assert digest(dossier(Kind.INDIVIDUAL, {"breach": "Nhắc nhở."})) != before
    assert digest(dossier(Kind.INDIVIDUAL, {"breach": "Nhắc nhở"}, data_from=date(2016, 1, 1))) != before


def test_the_digest_does_not_change_overnight() -> None:
    digest = known("duties.completed_well")
    years = {"rating_2022": "not_applicable"}
    tomorrow = dossier(Kind.INDIVIDUAL, years, today=date(2025, 11, 28))
    assert digest(dossier(Kind.INDIVIDUAL, years)) == digest(tomorrow)


def test_the_digest_sees_every_rated_year() -> None:
    digest = known("duties.completed_well")
    seen = {digest(dossier(Kind.INDIVIDUAL, {f"rating_{year}": "unrated"})) for year in range(2021, 2026)}
    assert len(seen) == 5


def test_what_has_no_plain_form_has_no_digest() -> None:
    strange: Any = {"breach": {1, 2}}
    with pytest.raises(TypeError, match="plain form"):
        known("conduct.no_breach")(dossier(Kind.INDIVIDUAL, strange))


def test_two_rules_never_share_a_digest() -> None:
    facts = dossier(Kind.INDIVIDUAL)
    assert known("conduct.no_pending_matter")(facts) != known("award.not_already_given")(facts)


def test_the_digest_sees_checks_and_other_dossiers() -> None:
    waiting = dossier(Kind.INDIVIDUAL, checks=(Check(agency="Thuế tỉnh", result=None),))
    answered = dossier(Kind.INDIVIDUAL, checks=(Check(agency="Thuế tỉnh", result=CheckResult.CLEAR),))
    assert known("checks.clear")(waiting) != known("checks.clear")(answered)
    assert known("nominee.named_once")(dossier(Kind.INDIVIDUAL, others=("1",))) != known("nominee.named_once")(
        dossier(Kind.INDIVIDUAL, others=("1", "2"))
    )
