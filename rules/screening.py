"""All rules together on one dossier: what they find, what was judged, and what would make it eligible."""

from dataclasses import dataclass

from rules.citations import cite
from rules.eligibility import RULES
from rules.facts import Facts, Judgement
from rules.registry import Need, Outcome, Rule, about, find_rule
from rules.ruleset import ruleset
from rules.vocabulary import Overall, Party, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one rule finds, with the provisions in force that day. `judged_by` names who settled it, if anybody did."""

    rule: str
    verdict: Verdict
    citations: tuple[str, ...]
    message: str
    who: Party | None = None
    remedy: str | None = None
    further: tuple[Need, ...] = ()
    curable: bool = False
    note: bool = False
    judged_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """Every finding, in the order of the rules, what they amount to, and the version of the rules that found it."""

    overall: Overall
    findings: tuple[Finding, ...]
    ruleset: str


@dataclass(frozen=True, slots=True)
class Help:
    """One thing that would bring a dossier closer to eligible: who does what about which rule."""

    rule: str
    who: Party
    what: str


def screen(facts: Facts) -> Screening:
    """What the rules find of `facts`: any fail is ineligible, else any unknown is incomplete, else eligible."""
    findings = tuple(_find(facts, rule) for rule in RULES if facts.kind in rule.applies_to)
    verdicts = {finding.verdict for finding in findings}
    if Verdict.FAIL in verdicts:
        overall = Overall.INELIGIBLE
    else:
        overall = Overall.INCOMPLETE if Verdict.UNKNOWN in verdicts else Overall.ELIGIBLE
    return Screening(overall=overall, findings=findings, ruleset=ruleset())


def explain(screening: Screening) -> list[Help] | None:
    """The smallest set of things that would make the dossier eligible; None if nothing can, [] if it is already."""
    open_findings = [finding for finding in screening.findings if finding.verdict is not Verdict.PASS]
    if any(finding.verdict is Verdict.FAIL and not finding.curable for finding in open_findings):
        return None
    return [
        Help(finding.rule, need.who, need.what)
        for finding in open_findings
        for need in (*_first_need(finding), *finding.further)
    ]


def judgeable(facts: Facts, code: str) -> bool:
    """Whether the review office may settle the rule `code` of this dossier now (a curable fail only as passed)."""
    rule = find_rule(code, facts.kind)
    return rule is not None and _open_to_judgement(rule.check(facts))


def _find(facts: Facts, rule: Rule) -> Finding:
    outcome = rule.check(facts)
    judgement = _judgement(facts, rule, outcome)
    cited = cite(rule.citations, facts.today)
    if judgement is None:
        return Finding(
            rule=rule.code,
            verdict=outcome.verdict,
            citations=cited,
            message=outcome.message if outcome.verdict is Verdict.PASS else f"{rule.sentence} {outcome.message}",
            who=outcome.who,
            remedy=outcome.remedy,
            further=outcome.further,
            curable=outcome.curable,
            note=outcome.note,
        )
    concluded = "đạt" if judgement.passed else "không đạt"
    return Finding(
        rule=rule.code,
        verdict=Verdict.PASS if judgement.passed else Verdict.FAIL,
        citations=cited,
        message=f"{rule.sentence} {outcome.message} Cơ quan xét chọn kết luận {concluded}: {judgement.reason}",
        judged_by=judgement.by,
    )


def _judgement(facts: Facts, rule: Rule, outcome: Outcome) -> Judgement | None:
    """The last judgement of this rule that still counts, or None."""
    given = [judgement for judgement in facts.judgements if judgement.rule == rule.code]
    if not given or not _open_to_judgement(outcome):
        return None
    digest = about(facts, rule)
    counting = [j for j in given if j.about == digest and (j.passed or outcome.verdict is Verdict.UNKNOWN)]
    return counting[-1] if counting else None


def _open_to_judgement(outcome: Outcome) -> bool:
    return outcome.curable or (outcome.verdict is Verdict.UNKNOWN and outcome.who is Party.REVIEW_OFFICE)


def _first_need(finding: Finding) -> tuple[Need, ...]:
    return (Need(finding.who, finding.remedy),) if finding.who and finding.remedy else ()
