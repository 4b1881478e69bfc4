"""The first campaign from workbook to signed decision, played by officers who obey the same rules as everybody."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlmodel import Session

from cli.demo import cast
from engine import campaigns, decisions, editing, review, submissions
from engine.context import Context, command_origin, load_context
from engine.dossier import Dossier, load_dossier, load_dossiers, screen_dossier
from engine.importing import ImportReport, import_workbook
from engine.people import UNIT_COLUMNS, import_accounts, import_units, read_rows
from engine.plans import Outcome, as_unit_head, plan
from engine.standing import head_of_reserve
from engine.steps import Request, take_step
from models.database import Database
from rules.campaign import Campaign
from rules.screening import Finding
from rules.vocabulary import Action, CheckResult, Kind, Overall, Party, Rating, State, Verdict
from rules.working_days import add_working_days

IMPORT_DAY = date(2025, 11, 27)
SUBMIT_DAY = date(2025, 11, 28)
ACCEPT_DAY = date(2025, 12, 1)
RETURN_DAY = date(2025, 12, 2)
ANSWER_DAY = date(2025, 12, 5)
ENDORSE_DAY = date(2025, 12, 8)
SELECT_DAY = date(2025, 12, 10)
FORWARD_DAY = date(2025, 12, 11)
CHECK_DAY = date(2025, 12, 12)
APPRAISE_DAY = date(2025, 12, 15)
REPLACE_DAY = date(2025, 12, 16)
FREEZE_DAY = date(2025, 12, 18)
SIGN_DAY = date(2025, 12, 22)
POLICE = "Công an tỉnh"
DAYS_TO_ANSWER = 5  # working days
JUDGED = "Đã đối chiếu hồ sơ gốc và hướng dẫn của cơ quan xét chọn, đủ căn cứ kết luận."
SAME_PERSON = "Một người do hai đơn vị đề nghị: xét theo hồ sơ của đơn vị đang công tác (khoản 2 Điều 5 Luật TĐKT)."


@dataclass
class Story:
    """The demonstration so far; each act is a handful of transactions."""

    database: Database
    campaign: Campaign
    accounts: Path
    units: Path
    workbook: Path
    tell: Callable[[str], None]
    counts: dict[str, int] = field(default_factory=dict)
    report: ImportReport | None = None

    @contextmanager
    def acting(self, name: str | None, today: date, *, alone: bool = False) -> Iterator[tuple[Session, Context]]:
        """One transaction in somebody's name (None: the clock) on one day."""
        with self.database.transaction() as session:
            yield (
                session,
                load_context(session, self.campaign.code, as_name=name, today=today, exclusive=alone),
            )

    def play(self) -> None:
        """Every act, in order."""
        for sentence, act in ACTS:
            self.tell(sentence)
            act(self)

    def step_all(self, name: str, today: date, action: Action, source: State, **options: object) -> Outcome:
        """One plan on everything in one state, leaving out what would be refused."""
        category, limit = options.get("category"), options.get("limit")
        with self.acting(name, today) as (session, context):
            return plan(
                session,
                context,
                action,
                Request(),
                source=source,
                category=str(category) if category else None,
                limit=int(str(limit)) if limit else None,
                skip_refused=True,
            )

    def in_state(self, state: State, today: date) -> list[tuple[Dossier, list[Finding]]]:
        """Dossiers in one state with the findings that do not pass."""
        with self.acting(None, today) as (session, context):
            return [
                (dossier, [f for f in screen_dossier(context, dossier).findings if f.verdict is not Verdict.PASS])
                for dossier in load_dossiers(session, context, states=(state,))
            ]


def prepare(story: Story) -> None:
    """Units, accounts and the campaign."""
    cast.write_accounts(story.accounts, unit_codes(story.units))
    origin = command_origin("demo")
    with story.database.transaction() as session:
        import_units(session, story.units)
        import_accounts(session, story.accounts, origin)
        campaigns.load_campaign(session, story.campaign, origin)


def unit_codes(path: Path) -> list[str]:
    """The codes of the units file."""
    return [row["code"] for _, row in read_rows(path, UNIT_COLUMNS)]


def take_in(story: Story) -> None:
    """The review office enters the units' workbook in their place; their heads still submit."""
    with story.acting(cast.CLERK_OF_REVIEW, IMPORT_DAY) as (session, context):
        story.report = import_workbook(session, context, story.workbook)


def screen_drafts(story: Story) -> None:
    """Count what the rules find before anything is sent."""
    for overall in Overall:
        story.counts[f"screened.{overall.value}"] = 0
    with story.acting(None, IMPORT_DAY) as (session, context):
        for dossier in load_dossiers(session, context):
            story.counts[f"screened.{screen_dossier(context, dossier).overall.value}"] += 1


def submit(story: Story) -> None:
    """One unit supplies a missing paper; every head submits what is complete."""
    with story.acting(None, SUBMIT_DAY) as (session, context):
        missing = next(d for d in load_dossiers(session, context, category="collective") if not d.fields["report"])
        editing.set_fields(session, as_unit_head(context, missing), missing.id, {"report": "Có"})
    with story.acting(None, SUBMIT_DAY) as (session, context):
        outcome = plan(session, context, Action.SUBMIT, Request(), source=State.DRAFT, skip_refused=True,
                       each_unit_head=True)  # fmt: skip
    story.counts["submitted"] = len(outcome.moved)
    story.counts["not_submitted"] = len(outcome.refused)


def accept(story: Story) -> None:
    """Intake is over: drafts lapse, the review office accepts what was sent."""
    with story.acting(None, ACCEPT_DAY, alone=True) as (session, context):
        story.counts["lapsed_drafts"] = len(campaigns.lapse(session, context).moved)
    story.counts["accepted"] = len(story.step_all(cast.REVIEWER, ACCEPT_DAY, Action.ACCEPT, State.SUBMITTED).moved)


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


Act = Callable[[Story], None]
ACTS: tuple[tuple[str, Act], ...] = (
    ("Lập danh mục đơn vị, tài khoản và đợt khen thưởng (diễn tập)", prepare),
    ("27/11/2025: nhập danh sách các đơn vị gửi", take_in),
    ("27/11/2025: đối chiếu từng hồ sơ với tiêu chuẩn", screen_drafts),
    ("28/11/2025: thủ trưởng các đơn vị nộp hồ sơ", submit),
    ("01/12/2025: hết hạn nhận, Sở Dân tộc và Tôn giáo tiếp nhận", accept),
    ("02/12/2025: kết luận, trả lại bổ sung, không đề nghị", review_all),
    ("05/12/2025: các đơn vị bổ sung và nộp lại", answer),
    ("08/12/2025: chấm điểm, xác nhận đủ điều kiện", endorse),
    ("10/12/2025: lựa chọn theo thứ tự, trình Sở Nội vụ", select),
    ("12–15/12/2025: Sở Nội vụ thẩm định", appraise),
    ("16/12/2025: thay thế từ danh sách dự bị", replace_refused),
    ("18–22/12/2025: chốt danh sách, ký quyết định, kết thúc", decide),
)
