"""All rules together: what they amount to, which judgements count, and what would help."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.facts import Check, Facts, Judgement, Value
from rules.registry import about, find_rule
from rules.screening import Finding, Help, Screening, explain, judgeable, screen
from rules.vocabulary import CheckResult, Kind, Overall, Party, Rating, Verdict
from tests.rules.dossiers import dossier

INDIVIDUAL, COLLECTIVE = Kind.INDIVIDUAL, Kind.COLLECTIVE


def judged(facts: Facts, code: str, *, passed: bool, by: str = "Giáp Kim Huệ", reason: str = "Đã xem xét.") -> Facts:
    """The facts with a judgement of what they say now added."""
    rule = find_rule(code, facts.kind)
    assert rule is not None
    given_now = Judgement(rule=code, passed=passed, reason=reason, by=by, about=about(facts, rule))
    return replace(facts, judgements=(*facts.judgements, given_now))


def finding(facts: Facts, code: str) -> Finding:
    return next(found for found in screen(facts).findings if found.rule == code)


def test_any_fail_is_ineligible_whatever_is_unknown() -> None:
    facts = dossier(COLLECTIVE, {"united": False, "merit": None})
    assert screen(facts).overall is Overall.INELIGIBLE


def test_any_unknown_without_a_fail_is_incomplete() -> None:
    assert screen(dossier(COLLECTIVE, {"merit": None})).overall is Overall.INCOMPLETE


def test_the_screening_says_which_rules_found_it() -> None:
    assert len(screen(dossier(COLLECTIVE)).ruleset) == 12


def test_the_provinces_own_regulation_is_cited_from_its_first_day_on() -> None:
    before = finding(dossier(INDIVIDUAL, today=date(2025, 12, 14)), "dossier.complete")
    after = finding(dossier(INDIVIDUAL, today=date(2025, 12, 15)), "dossier.complete")
    assert before.citations == ("Mục IV.1.d Kế hoạch tổng kết Chương trình (tháng 10/2025) của UBND tỉnh Bắc Ninh",)
    assert after.citations == (
        *before.citations,
        "Điều 9 Quyết định số 86/2025/QĐ-UBND của UBND tỉnh Bắc Ninh",
    )


def test_a_judgement_settles_what_is_the_offices_to_judge() -> None:
    facts = dossier(INDIVIDUAL, {"prior_awards": "Giấy khen năm 2023"})
    assert judgeable(facts, "award.not_already_given")
    passed = finding(judged(facts, "award.not_already_given", passed=True), "award.not_already_given")
    assert (passed.verdict, passed.judged_by) == (Verdict.PASS, "Giáp Kim Huệ")
    assert "Đã xem xét." in passed.message
    failed = finding(judged(facts, "award.not_already_given", passed=False), "award.not_already_given")
    assert (failed.verdict, failed.curable) == (Verdict.FAIL, False)


def test_a_later_judgement_replaces_an_earlier_one() -> None:
    facts = dossier(INDIVIDUAL, {"prior_awards": "Giấy khen năm 2023"})
    facts = judged(judged(facts, "award.not_already_given", passed=False), "award.not_already_given", passed=True)
    assert screen(facts).overall is Overall.ELIGIBLE


def test_a_judgement_no_longer_counts_when_the_facts_change() -> None:
    facts = judged(dossier(INDIVIDUAL, {"breach": "Nhắc nhở"}), "conduct.no_breach", passed=True)
    assert screen(facts).overall is Overall.ELIGIBLE
    changed = replace(facts, fields={**facts.fields, "breach": "Nhắc nhở hai lần"})
    assert screen(changed).overall is Overall.INCOMPLETE
    elsewhere = replace(facts, fields={**facts.fields, "merit": "Khác"})
    assert screen(elsewhere).overall is Overall.ELIGIBLE


def test_a_judgement_of_an_older_fact_does_not_hide_one_of_today() -> None:
    facts = judged(dossier(INDIVIDUAL, {"breach": "Nhắc nhở"}), "conduct.no_breach", passed=True)
    old = replace(facts.judgements[0], passed=False, about="0" * 64)
    assert screen(replace(facts, judgements=(facts.judgements[0], old))).overall is Overall.ELIGIBLE


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("dossier.complete", {"minutes": None}),
        ("merit.described", {"merit": None}),
        ("conduct.no_breach", {"breach": None}),
        ("conduct.no_breach", {"breach": "Khiển trách ngày 12/02/2022"}),
        ("duties.completed_well", {"rating_2023": "completed"}),
        ("duties.completed_well", {"rating_2023": None, "rating_2022": "not_applicable"}),
        ("award.not_already_given", {"prior_awards": "Bằng khen năm 2023"}),
    ],
)
def test_nobody_judges_away_what_the_unit_owes_or_what_is_certain(code: str, fields: dict[str, Value]) -> None:
    facts = dossier(INDIVIDUAL, fields)
    assert not judgeable(facts, code)
    found = finding(judged(facts, code, passed=True), code)
    assert found.verdict is not Verdict.PASS
    assert found.judged_by is None


def test_nobody_judges_away_an_agencys_answer() -> None:
    for result in (CheckResult.ADVERSE, None):
        facts = dossier(INDIVIDUAL, checks=(Check(agency="Công an tỉnh", result=result),))
        assert not judgeable(facts, "checks.clear")
        assert screen(judged(facts, "checks.clear", passed=True)).overall is not Overall.ELIGIBLE


def test_a_rule_that_passes_or_does_not_exist_is_not_to_be_judged() -> None:
    assert not judgeable(dossier(INDIVIDUAL), "conduct.no_breach")
    assert not judgeable(dossier(INDIVIDUAL), "collective.united")
    assert not judgeable(dossier(INDIVIDUAL), "no.such_rule")
    passed = judged(dossier(INDIVIDUAL), "conduct.no_breach", passed=False)
    assert screen(passed).overall is Overall.ELIGIBLE


def test_a_written_conclusion_cures_a_pending_matter_and_only_cures_it() -> None:
    facts = dossier(COLLECTIVE, {"pending": "Đang thanh tra"})
    assert judgeable(facts, "conduct.no_pending_matter")
    cured = judged(facts, "conduct.no_pending_matter", passed=True, reason="Kết luận thanh tra số 05/KL-TTr.")
    assert screen(cured).overall is Overall.ELIGIBLE
    assert "05/KL-TTr" in finding(cured, "conduct.no_pending_matter").message
    refused = finding(judged(facts, "conduct.no_pending_matter", passed=False), "conduct.no_pending_matter")
    assert (refused.verdict, refused.curable, refused.judged_by) == (Verdict.FAIL, True, None)


def test_an_eligible_dossier_needs_no_help() -> None:
    assert explain(screen(dossier(INDIVIDUAL))) == []


def test_nothing_helps_a_certain_fail_even_beside_a_curable_one() -> None:
    assert explain(screen(dossier(COLLECTIVE, {"united": False, "pending": "Đang thanh tra"}))) is None


def test_help_says_who_does_what_about_which_rule() -> None:
    helps = explain(screen(dossier(INDIVIDUAL, {"minutes": None, "pending": "Đang xác minh", "breach": "Nhắc nhở"})))
    assert helps is not None
    assert [(help_.rule, help_.who) for help_ in helps] == [
        ("dossier.complete", Party.UNIT),
        ("conduct.no_breach", Party.REVIEW_OFFICE),
        ("conduct.no_pending_matter", Party.UNIT),
    ]
    assert helps[0].what == "Bổ sung biên bản họp xét (số, ngày)."


def test_help_names_both_who_supplies_and_who_judges_of_one_rule() -> None:
    facts = dossier(INDIVIDUAL, {"rating_2022": "not_applicable", "rating_2024": None})
    helps = explain(screen(facts))
    assert helps is not None
    assert [help_.who for help_ in helps] == [Party.UNIT, Party.REVIEW_OFFICE]
    assert "2024" in helps[0].what
    assert "2022" in helps[1].what


# What an honest unit would answer; the simulation supplies these.
SUPPLIED: dict[str, dict[str, Value]] = {
    "dossier.complete": {"letter": "01/TTr-UBND", "minutes": "01/BB-HĐTĐKT", "report": True},
    "merit.described": {"merit": "Hoàn thành 98% kế hoạch."},
    "conduct.no_breach": {"breach": False},
    "conduct.no_pending_matter": {"pending": False},
    "collective.united": {"united": True},
}


def followed(facts: Facts, helps: Sequence[Help]) -> Facts:
    """The facts after everybody did what the helps say, the units first."""
    for help_ in sorted(helps, key=lambda each: each.who is Party.REVIEW_OFFICE):
        if help_.who is Party.REVIEW_OFFICE or help_.rule == "conduct.no_pending_matter":
            facts = judged(facts, help_.rule, passed=True) if judgeable(facts, help_.rule) else supplied(facts, help_)
        elif help_.who is Party.APPRAISAL_OFFICE:
            answered = tuple(replace(check, result=check.result or CheckResult.CLEAR) for check in facts.checks)
            facts = replace(facts, checks=answered)
        else:
            facts = supplied(facts, help_)
    return facts


def supplied(facts: Facts, help_: Help) -> Facts:
    """What the unit writes: the missing years, and only those the help names, or the plain answer."""
    if help_.who is not Party.UNIT:
        return facts
    years = {f"rating_{year}": "good" for year in facts.rated_years if str(year) in help_.what}
    answers: dict[str, Value] = {**years} if help_.rule == "duties.completed_well" else SUPPLIED[help_.rule]
    return replace(facts, fields={**facts.fields, **answers})


ANSWERS_OF_EITHER: dict[str, list[Value]] = {
    "breach": [False, None, "Nhắc nhở", "Khiển trách ngày 11/3/2019", "Khiển trách ngày 12/02/2022"],
    "pending": [False, None, "Đang thanh tra"],
    "prior_awards": [False, None, "Giấy khen năm 2023", "Bằng khen năm 2023"],
    "merit": ["Có thành tích.", None],
    "letter": ["01/TTr-UBND", None],
    "minutes": ["01/BB-HĐTĐKT", None],
    "report": [True, False, None],
}
RATINGS: list[Value] = [None, *(rating.value for rating in Rating)]
GOOD_RATINGS = ["good"] * 8  # most years are good ones, or nearly every dossier would fail


@st.composite
def dossiers(draw: st.DrawFn) -> Facts:
    """Dossiers of every kind of trouble."""
    kind = draw(st.sampled_from(Kind))
    fields: dict[str, Value] = {key: draw(st.sampled_from(answers)) for key, answers in ANSWERS_OF_EITHER.items()}
    if kind is COLLECTIVE:
        fields["united"] = draw(st.sampled_from([True, True, None, False]))
    else:
        fields |= {f"rating_{year}": draw(st.sampled_from([*GOOD_RATINGS, *RATINGS])) for year in range(2021, 2026)}
        fields["cccd"] = draw(st.sampled_from([None, "099180700035", "099080700035"]))
    results = draw(
        st.lists(st.sampled_from([None, CheckResult.CLEAR, CheckResult.CLEAR, CheckResult.ADVERSE]), max_size=2)
    )
    return dossier(
        kind,
        fields,
        today=draw(st.sampled_from([date(2025, 11, 27), date(2026, 1, 5)])),
        unit_entitled=draw(st.sampled_from([True, True, True, False])),
        others=draw(st.sampled_from([(), ("2",)])),
        checks=tuple(Check(agency=f"Cơ quan {n}", result=result) for n, result in enumerate(results)),
    )


def certain_fails(screening: Screening) -> list[Finding]:
    return [found for found in screening.findings if found.verdict is Verdict.FAIL and not found.curable]


@settings(max_examples=300)
@given(dossiers())
def test_following_every_help_makes_eligible_and_leaving_one_out_does_not(facts: Facts) -> None:
    screening = screen(facts)
    helps = explain(screening)
    assert (helps is None) is bool(certain_fails(screening))
    if helps is None:
        return
    assert screen(followed(facts, helps)).overall is Overall.ELIGIBLE
    for left_out in range(len(helps)):
        others = helps[:left_out] + helps[left_out + 1 :]
        assert screen(followed(facts, others)).overall is not Overall.ELIGIBLE


@given(dossiers())
def test_overall_follows_from_the_findings(facts: Facts) -> None:
    screening = screen(facts)
    verdicts = [found.verdict for found in screening.findings]
    assert (screening.overall is Overall.INELIGIBLE) is (Verdict.FAIL in verdicts)
    assert (screening.overall is Overall.ELIGIBLE) is (set(verdicts) == {Verdict.PASS})
    assert len({found.rule for found in screening.findings}) == len(verdicts)
    assert screen(facts) == screening
