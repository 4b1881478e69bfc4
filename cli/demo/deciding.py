"""The demonstration at the appraisal office and after: checks, queries, the reserve, the decision."""

from cli.demo import cast
from cli.demo.days import APPRAISE_DAY, CHECK_DAY, DAYS_TO_ANSWER, FREEZE_DAY, REPLACE_DAY, SIGN_DAY
from cli.demo.reviewing import forward
from cli.demo.story import Story
from engine import campaigns, decisions, editing, review
from engine.dossier import Dossier, load_dossiers
from engine.plans import Outcome
from engine.standing import head_of_reserve
from engine.steps import Request, take_step
from rules.vocabulary import Action, CheckResult, Kind, State
from rules.working_days import add_working_days

POLICE = "Công an tỉnh"


def appraise(story: Story) -> None:
    """Ask the police about four, query one, approve what stands, refuse the one with an adverse answer."""
    waiting = [dossier for dossier, _ in story.in_state(State.IN_APPRAISAL, CHECK_DAY)]
    individuals = [dossier for dossier in waiting if dossier.kind is Kind.INDIVIDUAL]
    asked, queried = individuals[:4], individuals[5]
    for number, dossier in enumerate(asked):
        adverse = number == 0
        result = CheckResult.ADVERSE if adverse else CheckResult.CLEAR
        said = "đang bị xử lý vi phạm." if adverse else "không có vi phạm."
        text = f"Công văn số 2417/CAT-PV01 ngày 12/12/2025: {said}"
        with story.acting(cast.APPRAISER, CHECK_DAY) as (session, context):
            review.ask_agency(session, context, dossier.id, POLICE)
            review.record_reply(session, context, dossier.id, POLICE, result, text)
    query(story, queried)
    approved = story.step_all(cast.APPRAISER, APPRAISE_DAY, Action.APPROVE, State.IN_APPRAISAL)
    reason = "Cơ quan công an có ý kiến không thống nhất (khoản 4 Điều 4 Nghị định số 152/2025/NĐ-CP)."
    with story.acting(cast.APPRAISAL_HEAD, APPRAISE_DAY) as (session, context):
        take_step(session, context, asked[0].id, Action.REFUSE, Request(reason=reason))
    story.counts["approved"] = len(approved.moved)


def query(story: Story, dossier: Dossier) -> None:
    """The appraiser asks one thing, the review office answers and replies."""
    points = (("field:merit", "Đề nghị làm rõ số liệu kết quả đã nêu trong báo cáo thành tích."),)
    due = add_working_days(CHECK_DAY, DAYS_TO_ANSWER)
    with story.acting(cast.APPRAISER, CHECK_DAY) as (session, context):
        take_step(session, context, dossier.id, Action.QUERY, Request(findings=points, due=due))
    with story.acting(cast.REVIEWER, CHECK_DAY) as (session, context):
        review.answer_finding(session, context, dossier.id, "field:merit", "Số liệu theo báo cáo của xã, có xác nhận.")
    with story.acting(cast.REVIEW_HEAD, CHECK_DAY) as (session, context):
        take_step(session, context, dossier.id, Action.REPLY, Request())


def replace_refused(story: Story) -> None:
    """The head of the reserve takes the place that fell free: shown first, selected by a person."""
    for category in story.campaign.categories:
        with story.acting(cast.REVIEW_HEAD, REPLACE_DAY) as (session, context):
            next_one = head_of_reserve(session, context, category.key)
            if next_one is not None:
                take_step(session, context, next_one.id, Action.SELECT, Request())
                story.counts["replaced"] = story.counts.get("replaced", 0) + 1
    forward(story, "13/TTr-SDTTG", REPLACE_DAY)
    story.step_all(cast.APPRAISER, REPLACE_DAY, Action.APPROVE, State.IN_APPRAISAL)


def decide(story: Story) -> None:
    """Correct a slip, open, enlist, freeze; the clerk records number, date and signer; the rest is closed."""
    with story.acting(cast.APPRAISER, FREEZE_DAY) as (session, context):
        approved = load_dossiers(session, context, category="individual", states=(State.APPROVED,))
        slip = approved[0]
        changed = {"position": f"{slip.fields['position']} (kiêm nhiệm)"}
        editing.correct_fields(session, context, slip.id, changed, "Ghi thiếu chức vụ kiêm nhiệm so với hồ sơ gốc.")
    with story.acting(cast.APPRAISAL_HEAD, FREEZE_DAY, alone=True) as (session, context):
        decisions.open_decision(session, context)
        raise_refused(decisions.enlist(session, context).outcome)
        raise_refused(decisions.freeze(session, context).outcome)
    with story.acting(cast.DECISION_CLERK, SIGN_DAY, alone=True) as (session, context):
        decisions.sign(session, context, "1386/QĐ-UBND", SIGN_DAY, cast.SIGNER)
    with story.acting(cast.REVIEW_HEAD, SIGN_DAY, alone=True) as (session, context):
        raise_refused(campaigns.close(session, context))


def raise_refused(outcome: Outcome) -> None:
    """Stop the demonstration at a refusal nobody expected."""
    for refused in outcome.refused:
        raise refused.error
