"""What reviewers put on a dossier besides moving it: points, judgements, answers, third-party checks."""

from datetime import date
from decimal import Decimal

import pytest

from engine import review
from engine.dossier import load_dossier, screen_dossier
from engine.editing import set_fields
from rules.errors import (
    DutiesRefusedError,
    EvidenceRefusedError,
    MalformedError,
    NotFoundError,
    RefusedError,
    RoleRefusedError,
    RuleRefusedError,
    StateRefusedError,
)
from rules.screening import Finding
from rules.vocabulary import Action, CheckResult, Overall, State, Verdict
from tests.world import World

CITED = "Trùng thành tích, mục II.2.c Kế hoạch"
DUE = date(2025, 11, 28)


def found(world: World, one: str, rule: str) -> Finding:
    """What one rule finds of a dossier."""
    with world.acting(None) as (session, context):
        screening = screen_dossier(context, load_dossier(session, one))
    return next(finding for finding in screening.findings if finding.rule == rule)


def overall(world: World, one: str) -> Overall:
    with world.acting(None) as (session, context):
        return screen_dossier(context, load_dossier(session, one)).overall


def score(world: World, one: str, points: str, who: str = "reviewer") -> None:
    with world.acting(who) as (session, context):
        review.score(session, context, one, points)


def judge(
    world: World, one: str, rule: str, *, passed: bool, who: str = "reviewer", reason: str = "Đã đối chiếu"
) -> None:
    with world.acting(who) as (session, context):
        review.judge(session, context, one, rule, passed=passed, reason=reason)


def answer(world: World, one: str, anchor: str, who: str, text: str = "Đã bổ sung.") -> None:
    with world.acting(who) as (session, context):
        review.answer_finding(session, context, one, anchor, text)


# --- points ---


def test_points_are_a_mean_and_each_reviewer_replaces_their_own(world: World) -> None:
    one = world.advance(world.draft(), State.IN_REVIEW)
    score(world, one, "80,5")
    score(world, one, "90", "reviewer2")
    assert world.look(one).score == Decimal("85.25")
    score(world, one, "70.5")
    assert world.look(one).score == Decimal("80.25")
    assert [entry["points"] for entry in world.entries(one) if "points" in entry] == ["80.50", "90.00", "70.50"]
    assert world.state(one) is State.IN_REVIEW
    world.assert_sound()


@pytest.mark.parametrize("points", ["", "chín mươi", "-1", "100,5", "NaN", "Infinity", "1e9", "9 0"])
def test_points_that_are_none(world: World, points: str) -> None:
    one = world.advance(world.draft(), State.IN_REVIEW)
    with pytest.raises(MalformedError):
        score(world, one, points)
    assert world.look(one).score is None


def test_points_are_given_while_they_can_count(world: World) -> None:
    one = world.draft()
    with pytest.raises(StateRefusedError, match="chấm điểm"):
        score(world, one, "50")
    world.advance(one, State.IN_APPRAISAL)
    with pytest.raises(StateRefusedError, match="Đang thẩm định"):
        score(world, one, "50")
    with pytest.raises(RoleRefusedError):
        score(world, one, "50", "appraiser")


# --- judgements ---


def test_the_office_judges_what_is_its_to_judge(world: World) -> None:
    one = world.advance(world.draft(prior_awards="Giấy khen của Giám đốc Sở năm 2023"), State.IN_REVIEW)
    with pytest.raises(RuleRefusedError, match=r"award\.not_already_given"):
        world.step(one, Action.ENDORSE, "reviewer")
    with pytest.raises(EvidenceRefusedError, match="lý do"):
        judge(world, one, "award.not_already_given", passed=True, reason="-")
    judge(world, one, "award.not_already_given", passed=True, reason="Khác thành tích")
    finding = found(world, one, "award.not_already_given")
    assert finding.verdict is Verdict.PASS
    assert "Khác thành tích" in finding.message
    world.step(one, Action.ENDORSE, "reviewer")
    judge(world, one, "award.not_already_given", passed=False, reason="Xem lại: cùng thành tích")
    assert overall(world, one) is Overall.INELIGIBLE
    with pytest.raises(RuleRefusedError):
        world.step(one, Action.SELECT, "review-head")
    world.assert_sound()


def test_a_judgement_counts_only_while_its_facts_stand(world: World) -> None:
    one = world.advance(world.draft(prior_awards="Giấy khen của Giám đốc Sở năm 2023"), State.IN_REVIEW)
    judge(world, one, "award.not_already_given", passed=True)
    world.give_back(one)
    with world.acting("officer-07282") as (session, context):
        set_fields(session, context, one, {"prior_awards": "Giấy khen năm 2024"})
    assert found(world, one, "award.not_already_given").verdict is Verdict.UNKNOWN


def test_what_is_not_the_offices_to_judge(world: World) -> None:
    one = world.advance(world.draft(merit=None, prior_awards="Bằng khen của Thủ tướng năm 2023"), State.IN_REVIEW)
    for rule in ("merit.described", "award.not_already_given", "unit.entitled", "conduct.no_breach"):
        with pytest.raises(StateRefusedError, match="không thuộc diện"):
            judge(world, one, rule, passed=True)
    for rule in ("no.such_rule", "collective.united"):
        with pytest.raises(NotFoundError, match=rule):
            judge(world, one, rule, passed=True)


def test_a_pending_matter_is_cured_in_writing_never_confirmed_as_failed(world: World) -> None:
    one = world.advance(world.draft(pending="Đang xác minh đơn tố cáo"), State.IN_REVIEW)
    assert overall(world, one) is Overall.INELIGIBLE
    with pytest.raises(StateRefusedError, match="đã là không đạt"):
        judge(world, one, "conduct.no_pending_matter", passed=False)
    judge(world, one, "conduct.no_pending_matter", passed=True, reason="Kết luận số 9: không có vi phạm")
    assert overall(world, one) is Overall.ELIGIBLE


def test_two_dossiers_of_one_person_are_both_questioned_and_judging_one_settles_the_other(world: World) -> None:
    first = world.advance(world.draft(cccd="099180000555", name="Lò Thị Một"), State.IN_REVIEW)
    second = world.advance(world.draft(cccd="099180000555", name="Lò Thị Một", unit="07330"), State.IN_REVIEW)
    for one in (first, second):
        finding = found(world, one, "nominee.named_once")
        assert finding.verdict is Verdict.UNKNOWN
        assert first not in finding.message
        assert second not in finding.message
        assert "07330" not in finding.message
    judge(world, second, "nominee.named_once", passed=False, reason="Giữ hồ sơ của đơn vị quản lý")
    assert found(world, second, "nominee.named_once").verdict is Verdict.FAIL
    assert found(world, first, "nominee.named_once").verdict is Verdict.PASS
    world.step(first, Action.ENDORSE, "reviewer")
    world.step(second, Action.DECLINE, "review-head", reason="Đề nghị hai lần, Luật Đ5.2")
    third = world.advance(world.draft(cccd="099180000555", name="Lò Thị Một", unit="07594"), State.IN_REVIEW)
    assert found(world, third, "nominee.named_once").verdict is Verdict.UNKNOWN
    assert found(world, first, "nominee.named_once").verdict is Verdict.UNKNOWN, "a new one is a new question"
    world.assert_sound()


def test_a_fallen_dossier_is_no_duplicate(world: World) -> None:
    first = world.advance(world.draft(cccd="099180000556"), State.IN_REVIEW)
    second = world.advance(world.draft(cccd="099180000556", unit="07330"), State.IN_REVIEW)
    assert overall(world, first) is Overall.INCOMPLETE
    world.step(second, Action.WITHDRAW, "review-head", reason="Công văn 7")
    assert overall(world, first) is Overall.ELIGIBLE
    world.step(second, Action.REOPEN, "review-head", reason="Đơn vị đề nghị lại")
    assert overall(world, first) is Overall.INCOMPLETE


def test_appraisers_do_not_judge(world: World) -> None:
    one = world.advance(world.draft(prior_awards=None), State.IN_REVIEW)
    for who in ("appraiser", "appraisal-head", "head-07282"):
        with pytest.raises(RoleRefusedError):
            judge(world, one, "award.not_already_given", passed=True, who=who)


def test_who_wrote_it_neither_scores_nor_judges(world: World) -> None:
    one = world.advance(world.draft_by("reviewer", prior_awards=None, unit="07282"), State.SUBMITTED)
    with pytest.raises(DutiesRefusedError, match="đã lập hoặc nhập"):
        score(world, one, "90")
    with pytest.raises(DutiesRefusedError, match="đã lập hoặc nhập"):
        judge(world, one, "award.not_already_given", passed=True)
    judge(world, one, "award.not_already_given", passed=True, who="reviewer2")


# --- answers ---


def test_each_finding_is_answered_by_whom_it_is_addressed_to(world: World) -> None:
    one = world.advance(world.draft(), State.IN_APPRAISAL)
    world.step(one, Action.QUERY, "appraiser", findings=(("field:merit", "Căn cứ đâu?"),), due=DUE)
    with pytest.raises(NotFoundError):
        answer(world, one, "field:merit", "head-07282")
    with pytest.raises(RoleRefusedError):
        answer(world, one, "field:merit", "appraiser")
    world.give_back(one)  # on the same anchor
    answer(world, one, "field:merit", "officer-07282", "Theo báo cáo số 4.")
    texts = {(finding.addressee.value, finding.status, finding.answer) for finding in world.look(one).findings}
    assert texts == {("review_office", "open", None), ("unit", "answered", "Theo báo cáo số 4.")}
    with pytest.raises(StateRefusedError):
        answer(world, one, "field:merit", "reviewer")
    world.step(one, Action.SUBMIT, "head")
    answer(world, one, "field:merit", "reviewer", "Xem trả lời của đơn vị.")
    assert {finding.status for finding in world.look(one).findings} == {"answered"}
    world.assert_sound()


def test_an_answer_may_be_bettered_until_it_is_sent(world: World) -> None:
    one = world.advance(world.draft(), State.IN_REVIEW)
    world.give_back(one)
    answer(world, one, "field:merit", "officer-07282", "Tạm")
    answer(world, one, "field:merit", "head-07282", "Vận động 41 hộ.")
    assert [finding.answer for finding in world.look(one).findings] == ["Vận động 41 hộ."]
    world.step(one, Action.SUBMIT, "head")
    with pytest.raises(StateRefusedError, match="Đã nộp, chờ tiếp nhận"):
        answer(world, one, "field:merit", "officer-07282", "Muộn")


def test_an_answer_says_something_and_to_something_that_was_asked(world: World) -> None:
    one = world.advance(world.draft(), State.IN_REVIEW)
    world.give_back(one)
    with pytest.raises(EvidenceRefusedError, match="còn trống"):
        answer(world, one, "field:merit", "head-07282", " ")
    for anchor in ("field:model", "merit", "field:no_such"):
        with pytest.raises(NotFoundError, match="không có yêu cầu nào"):
            answer(world, one, anchor, "head-07282")
    with pytest.raises(RoleRefusedError):
        answer(world, one, "field:merit", "head-07330")
    world.step(one, Action.RECALL, "reviewer", reason="Trả nhầm")
    with pytest.raises(NotFoundError):
        answer(world, one, "field:merit", "reviewer")


# --- third-party checks ---


def test_a_check_is_asked_once_and_answered_in_writing(world: World) -> None:
    one = world.advance(world.draft(), State.IN_REVIEW)

    def ask(agency: str = "Công an tỉnh", who: str = "reviewer") -> None:
        with world.acting(who) as (session, context):
            review.ask_agency(session, context, one, agency)

    def reply(
        agency: str = "Công an tỉnh", text: str = "Công văn 8/CA", result: CheckResult = CheckResult.CLEAR
    ) -> None:
        with world.acting("appraiser") as (session, context):
            review.record_reply(session, context, one, agency, result, text)

    refusals: list[tuple[type[Exception], str]] = [(NotFoundError, "Chưa lấy ý kiến")]
    with pytest.raises(refusals[0][0], match=refusals[0][1]):
        reply()
    with pytest.raises(MalformedError):
        ask(" ")
    with pytest.raises(RoleRefusedError):
        ask(who="head-07282")
    ask()
    with pytest.raises(StateRefusedError, match="Đã lấy ý kiến"):
        ask()
    assert overall(world, one) is Overall.INCOMPLETE
    with pytest.raises(EvidenceRefusedError, match="--text"):
        reply(text="")
    reply(result=CheckResult.ADVERSE)
    assert overall(world, one) is Overall.INELIGIBLE
    reply()
    assert overall(world, one) is Overall.ELIGIBLE
    world.assert_sound()


def test_checks_are_for_dossiers_in_an_offices_hands(world: World) -> None:
    one = world.draft()
    with pytest.raises(RefusedError) as refused, world.acting("appraiser") as (session, context):
        review.ask_agency(session, context, one, "Thuế tỉnh")
    assert refused.value.code == "state"
