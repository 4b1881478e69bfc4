"""The demonstration at the review office: conclusions, returns and answers, scores, selection, the letter."""

from datetime import date

from cli.demo import cast
from cli.demo.days import ANSWER_DAY, DAYS_TO_ANSWER, ENDORSE_DAY, FORWARD_DAY, RETURN_DAY, SELECT_DAY
from cli.demo.intake import overnight
from cli.demo.story import Story
from engine import campaigns, editing, review, submissions
from engine.dossier import Dossier, load_dossier, screen_dossier
from engine.plans import as_unit_head
from engine.steps import Request, take_step
from rules.screening import Finding
from rules.vocabulary import Action, Kind, Party, Rating, State, Verdict
from rules.working_days import add_working_days

JUDGED = "Đã đối chiếu hồ sơ gốc và hướng dẫn của cơ quan xét chọn, đủ căn cứ kết luận."
SAME_PERSON = "Một người do hai đơn vị đề nghị: xét theo hồ sơ của đơn vị đang công tác (khoản 2 Điều 5 Luật TĐKT)."


def review_all(story: Story) -> None:
    """Judge what is the office's to judge, return what the unit must supply, decline what cannot be cured."""
    judged_pairs: set[str] = set()
    for dossier, _ in story.in_state(State.IN_REVIEW, RETURN_DAY):
        judge_one(story, dossier.id, judged_pairs)
    for dossier, findings in story.in_state(State.IN_REVIEW, RETURN_DAY):
        if any(f.verdict is Verdict.FAIL for f in findings):
            decline(story, dossier, findings)
        elif findings:
            give_back(story, dossier, findings)


def judge_one(story: Story, nomination_id: str, judged_pairs: set[str]) -> None:
    """Settle each unknown of one dossier that is the review office's; of two dossiers of one person, one falls."""
    with story.acting(cast.SECOND_REVIEWER, RETURN_DAY) as (session, context):
        dossier = load_dossier(session, nomination_id)
        for finding in screen_dossier(context, dossier).findings:
            if finding.verdict is not Verdict.UNKNOWN or finding.who is not Party.REVIEW_OFFICE:
                continue
            twice = finding.rule == review.NAMED_ONCE
            if twice and nomination_id in judged_pairs:
                continue
            reason = SAME_PERSON if twice else JUDGED
            review.judge(session, context, nomination_id, finding.rule, passed=not twice, reason=reason)
            judged_pairs.update(dossier.others if twice else ())
            story.counts["judged"] = story.counts.get("judged", 0) + 1


def decline(story: Story, dossier: Dossier, findings: list[Finding]) -> None:
    """The review head declines with the rule's own words and citations."""
    failing = next(f for f in findings if f.verdict is Verdict.FAIL)
    reason = f"{failing.message} Căn cứ: {'; '.join(failing.citations)}."
    with story.acting(cast.REVIEW_HEAD, RETURN_DAY) as (session, context):
        take_step(session, context, dossier.id, Action.DECLINE, Request(reason=reason))
    story.counts["declined"] = story.counts.get("declined", 0) + 1


def give_back(story: Story, dossier: Dossier, findings: list[Finding]) -> None:
    """Return with one finding for each thing the unit must supply."""
    points = tuple((f"rule:{f.rule}", f.remedy or f.message) for f in findings)
    request = Request(findings=points, due=add_working_days(RETURN_DAY, DAYS_TO_ANSWER))
    with story.acting(cast.SECOND_REVIEWER, RETURN_DAY) as (session, context):
        take_step(session, context, dossier.id, Action.RETURN, request)
    story.counts["returned"] = story.counts.get("returned", 0) + 1


def answer(story: Story) -> None:
    """Every unit but one supplies what was asked and submits again."""
    returned = [dossier for dossier, _ in story.in_state(State.RETURNED, ANSWER_DAY)]
    for dossier in returned[:-1]:
        with story.acting(None, ANSWER_DAY) as (session, context):
            head = as_unit_head(context, dossier)
            if supplied := supplement(dossier):
                editing.set_fields(session, head, dossier.id, supplied)
            for finding in dossier.open_findings(Party.UNIT):
                review.answer_finding(session, head, dossier.id, finding.anchor, "Đơn vị đã bổ sung theo yêu cầu.")
            take_step(session, head, dossier.id, Action.SUBMIT, Request())
    story.counts["answered"] = len(returned) - 1


def supplement(dossier: Dossier) -> dict[str, str]:
    """What the unit fills in where the dossier was blank or contradicted itself."""
    blank = {key: value for key, value in dossier.fields.items() if value is None}
    supplied = {key: "Hoàn thành tốt nhiệm vụ" for key in blank if key.startswith("rating_")}
    if "merit" in blank:
        supplied["merit"] = "Vận động 58 hộ hiến đất làm đường; hỗ trợ 23 hộ thoát nghèo."
    if "united" in blank:
        supplied["united"] = "Có"
    if dossier.kind is Kind.INDIVIDUAL and any("identity" in f.anchor for f in dossier.open_findings(Party.UNIT)):
        supplied["cccd"] = ""
    return supplied


def endorse(story: Story) -> None:
    """Accept the answers, score everything, endorse what is eligible; a return nobody answered lapses."""
    story.step_all(cast.REVIEWER, ENDORSE_DAY, Action.ACCEPT, State.SUBMITTED)
    for dossier, _ in story.in_state(State.IN_REVIEW, ENDORSE_DAY):
        for name, points in ((cast.REVIEWER, points_of(dossier)), (cast.SECOND_REVIEWER, points_of(dossier) - 2)):
            with story.acting(name, ENDORSE_DAY) as (session, context):
                review.score(session, context, dossier.id, str(points))
    story.counts["endorsed"] = len(
        story.step_all(cast.SECOND_REVIEWER, ENDORSE_DAY, Action.ENDORSE, State.IN_REVIEW).moved
    )
    with story.acting(None, SELECT_DAY, alone=True) as (session, context):
        story.counts["lapsed_returns"] = len(campaigns.lapse(session, context).moved)


def points_of(dossier: Dossier) -> int:
    """A reviewer's points, from what the dossier says: years rated excellent, direct work, a model, its figures."""
    excellent: int = sum(
        value == Rating.EXCELLENT for key, value in dossier.fields.items() if key.startswith("rating_")
    )
    figures: int = sum(int(digit) for digit in str(dossier.fields.get("merit")) if digit.isdigit())
    extra = 8 * int(bool(dossier.fields.get("direct"))) + 7 * int(bool(dossier.fields.get("model")))
    return 55 + 4 * excellent + extra + figures % 9


def select(story: Story) -> None:
    """The review head selects by ranking, to the quota and no further, and forwards under one letter."""
    overnight(story, SELECT_DAY)
    for category in story.campaign.categories:
        story.step_all(cast.REVIEW_HEAD, SELECT_DAY, Action.SELECT, State.ENDORSED, category=category.key,
                       limit=category.limit)  # fmt: skip
    forward(story, "12/TTr-SDTTG", FORWARD_DAY)


def forward(story: Story, number: str, today: date) -> None:
    """Forward everything selected."""
    with story.acting(cast.REVIEW_HEAD, today, alone=True) as (session, context):
        outcome = submissions.forward(session, context, number, today).outcome
        if outcome.refused:
            raise outcome.refused[0].error
    story.counts["forwarded"] = story.counts.get("forwarded", 0) + len(outcome.moved)
