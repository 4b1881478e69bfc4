"""Every guard of the life cycle, both ways: what lets a step pass, and the sentence of what stops it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from rules.decision import DecisionState
from rules.errors import DutiesRefusedError, EvidenceRefusedError, RefusedError, RuleRefusedError, StateRefusedError
from rules.facts import Check
from rules.guards import CHECKS, Situation, has_reason, refusal_of
from rules.lifecycle import LIFE_CYCLE, Guard
from rules.screening import Screening, screen
from rules.vocabulary import CheckResult, Kind
from tests.rules.dossiers import dossier

TODAY = date(2025, 11, 27)
QUIET = Situation(today=TODAY, intake_opens=date(2025, 10, 20), intake_closes=date(2025, 11, 30))


def screening(**changes: Any) -> Callable[[], Screening]:  # noqa: ANN401 - of Facts
    """A screening of an eligible individual with some facts changed."""
    return lambda: screen(dossier(Kind.INDIVIDUAL, **changes))


ELIGIBLE = screening()
INELIGIBLE = screening(checks=(Check(agency="Công an tỉnh", result=CheckResult.ADVERSE),))
INCOMPLETE = screening(fields={"merit": None})
REASON = "Trùng thành tích, Luật Đ5.2"

# guard → what lets it pass, what stops it, as what, and words of the sentence.
Row = tuple[dict[str, Any], dict[str, Any], type[RefusedError], str]
GUARDS: dict[Guard, list[Row]] = {
    Guard.INTAKE_OPEN: [
        ({"today": date(2025, 10, 20)}, {"today": date(2025, 10, 19)}, StateRefusedError, "từ 20/10/2025 đến hết"),
        ({"today": date(2025, 11, 30)}, {"today": date(2025, 12, 1)}, StateRefusedError, "hôm nay là 01/12/2025"),
    ],
    Guard.INTAKE_CLOSED: [
        ({"today": date(2025, 12, 1)}, {"today": date(2025, 11, 30)}, StateRefusedError, "đến hết 30/11/2025"),
    ],
    Guard.PAPERS_PRESENT: [
        ({}, {"missing_papers": ("Biên bản", "Tờ trình")}, EvidenceRefusedError, "còn thiếu: Biên bản, Tờ trình"),
    ],
    Guard.WELL_FORMED: [
        ({}, {"malformed": ("Ngày sinh sai.",)}, EvidenceRefusedError, "sai định dạng: Ngày sinh sai."),
    ],
    Guard.DUE_NOT_PASSED: [
        ({"due": TODAY}, {"due": date(2025, 11, 26)}, StateRefusedError, "đã hết ngày 26/11/2025"),
        ({}, {"due": date(2025, 11, 26)}, StateRefusedError, "hôm nay là 27/11/2025"),
    ],
    Guard.DUE_PASSED: [
        ({"due": date(2025, 11, 26)}, {"due": TODAY}, StateRefusedError, "đến hết 27/11/2025"),
        ({"due": date(2025, 11, 26)}, {}, StateRefusedError, "chưa định"),
    ],
    Guard.RETURN_NOT_OVERDUE: [
        ({"due": TODAY}, {"due": date(2025, 11, 26)}, StateRefusedError, "quá hạn bổ sung (26/11/2025)"),
        ({}, {"due": date(2025, 11, 26)}, StateRefusedError, "để hết hạn, không kết thúc"),
    ],
    Guard.RETURN_ANSWERED: [
        ({"open_of_review": 1}, {"open_of_unit": 2}, EvidenceRefusedError, "Còn 2 nội dung được yêu cầu bổ sung"),
    ],
    Guard.QUERY_ANSWERED: [
        ({"open_of_unit": 1}, {"open_of_review": 3}, EvidenceRefusedError, "Còn 3 nội dung cơ quan thẩm định yêu cầu"),
    ],
    Guard.ONLY_QUERY_OPEN: [
        ({"open_of_review": 1}, {"open_of_unit": 1}, EvidenceRefusedError, "chưa trả lời"),
    ],
    Guard.NOTHING_OPEN: [
        ({}, {"open_of_unit": 1}, EvidenceRefusedError, "chưa trả lời"),
        ({}, {"open_of_review": 1}, EvidenceRefusedError, "chưa giải trình"),
    ],
    Guard.CHECKS_ANSWERED: [
        ({}, {"open_checks": ("Thuế tỉnh",)}, EvidenceRefusedError, "Chưa có ý kiến của: Thuế tỉnh"),
    ],
    Guard.REASON: [
        ({"reason": "Nhầm"}, {"reason": ""}, EvidenceRefusedError, "phải nêu lý do"),
        ({"reason": "Nhầm"}, {"reason": " - "}, EvidenceRefusedError, "phải nêu lý do"),
    ],
    Guard.CITED_REASON: [
        ({"reason": REASON}, {"reason": ""}, EvidenceRefusedError, "phải nêu lý do"),
        ({"reason": REASON}, {"reason": "Xếp hạng thấp"}, EvidenceRefusedError, "viện dẫn căn cứ"),
    ],
    Guard.WRITTEN_REQUEST: [
        ({"reason": "Công văn 5"}, {"reason": "  "}, EvidenceRefusedError, "văn bản đề nghị rút của đơn vị"),
    ],
    Guard.FINDINGS: [({"findings_given": 1}, {}, EvidenceRefusedError, "ít nhất một nội dung")],
    Guard.DUE_DATE: [
        ({"due_given": TODAY}, {}, EvidenceRefusedError, "Phải định thời hạn"),
        ({"due_given": TODAY}, {"due_given": date(2025, 11, 26)}, EvidenceRefusedError, "26/11/2025 đã qua"),
    ],
    Guard.LATER_DUE_DATE: [
        (
            {"due": TODAY, "due_given": date(2025, 11, 28)},
            {"due": TODAY, "due_given": TODAY},
            EvidenceRefusedError,
            "sau thời hạn cũ 27/11/2025",
        ),
        ({"due_given": TODAY}, {"due": TODAY}, EvidenceRefusedError, "Phải định thời hạn"),
    ],
    Guard.HEAD_SUBMITTED: [({"head_submitted": True}, {}, EvidenceRefusedError, "Thủ trưởng đơn vị đề nghị chưa nộp")],
    Guard.ELIGIBLE: [
        ({"screen": ELIGIBLE}, {"screen": INELIGIBLE}, RuleRefusedError, "không đủ điều kiện: [checks.clear]"),
        ({"screen": ELIGIBLE}, {"screen": INCOMPLETE}, RuleRefusedError, "chưa đủ căn cứ: [merit.described]"),
    ],
    Guard.NOT_INVOLVED: [({}, {"involved": "An đã lập hồ sơ này."}, DutiesRefusedError, "An đã lập hồ sơ này.")],
    Guard.SUBMISSION_LETTER: [({"on_submission": True}, {}, EvidenceRefusedError, "Phải có tờ trình")],
    Guard.DECISION_OPEN: [
        ({"decision": DecisionState.OPEN}, {}, StateRefusedError, "chưa mở hoặc đã chốt"),
        ({"decision": DecisionState.OPEN}, {"decision": DecisionState.FROZEN}, StateRefusedError, "đã chốt"),
        ({"decision": DecisionState.OPEN}, {"decision": DecisionState.SIGNED}, StateRefusedError, "đã chốt"),
    ],
    Guard.DECISION_SIGNED: [
        ({"decision": DecisionState.SIGNED}, {"decision": DecisionState.FROZEN}, StateRefusedError, "chưa được ký"),
        ({"decision": DecisionState.CORRECTED}, {}, StateRefusedError, "chưa được ký"),
    ],
    Guard.REVOKING_DECISION: [
        ({"revoking_decision": True, "reason": "Khai gian"}, {"reason": "Khai gian"}, EvidenceRefusedError, "thu hồi"),
        ({"revoking_decision": True, "reason": "Khai gian"}, {"revoking_decision": True}, EvidenceRefusedError, "căn"),
    ],
    Guard.UNDECIDED: [({}, {"decided": True}, StateRefusedError, "đã có quyết định, không thể mở lại")],
}
CASES = [(guard, *row) for guard, rows in GUARDS.items() for row in rows]


@pytest.mark.parametrize(("guard", "passing", "stopping", "kind", "words"), CASES)
def test_it_lets_pass_and_stops(
    guard: Guard, passing: dict[str, Any], stopping: dict[str, Any], kind: type[RefusedError], words: str
) -> None:
    assert refusal_of((guard,), replace(QUIET, **passing)) is None
    refusal = refusal_of((guard,), replace(QUIET, **stopping))
    assert type(refusal) is kind
    assert words in refusal.message
    assert refusal.message[0].isupper() or refusal.message.startswith("[")
    assert refusal.message.endswith((".", ")."))


def test_every_guard_has_a_check_is_tried_here_and_is_used() -> None:
    assert set(CHECKS) == set(Guard) == set(GUARDS) == {guard for move in LIFE_CYCLE for guard in move.only_if}


def test_an_ineligible_dossier_is_refused_with_every_rule_and_its_article() -> None:
    two = screening(fields={"merit": None}, checks=(Check(agency="Công an tỉnh", result=CheckResult.ADVERSE),))
    refusal = refusal_of((Guard.ELIGIBLE,), replace(QUIET, screen=two))
    assert refusal is not None
    assert refusal.message.index("[merit.described]") < refusal.message.index("[checks.clear]")
    assert "Công an tỉnh" in refusal.message
    assert [words for words in ("II.2.c", "Điều 4") if not any(words in cited for cited in refusal.citations)] == []
    assert len(set(refusal.citations)) == len(refusal.citations)


def test_the_first_refusal_counts_and_later_guards_are_not_asked() -> None:
    def never() -> Screening:
        raise AssertionError("the rules were asked although the dossier was refused before")

    situation = replace(QUIET, screen=never)
    refusal = refusal_of((Guard.HEAD_SUBMITTED, Guard.ELIGIBLE), situation)
    assert isinstance(refusal, EvidenceRefusedError)


def test_eligibility_without_a_screening_is_a_fault_of_ours() -> None:
    with pytest.raises(LookupError):
        refusal_of((Guard.ELIGIBLE,), QUIET)


@pytest.mark.parametrize(
    "reason",
    [
        "Không có mô hình mới, theo mục II.2.c Kế hoạch tổng kết",
        "Trùng thành tích (Luật Đ5.2)",
        "Đang bị xác minh đơn tố cáo: NĐ152 Đ4.4",
        "theo Nghị định số 152/2025/NĐ-CP",
        "Căn cứ khoản 2 Điều 93",
        "Luật Thi đua, khen thưởng năm 2022",
        "không đạt KH II.2.c",
        "ĐIỀU 5 quy chế",
        "theo mu\u0323c II.2.c Kế hoạch",  # typed on a machine that decomposes its letters
    ],
)
def test_a_reason_that_names_a_provision(reason: str) -> None:
    assert refusal_of((Guard.CITED_REASON,), replace(QUIET, reason=reason)) is None


@pytest.mark.parametrize(
    "reason",
    [
        "Vi phạm pháp luật năm 2023",
        "Bị kỷ luật ngày 12/03/2022",
        "Đơn vị nộp muộn 3 ngày",
        "Không đủ điều kiện: thiếu 2 năm xếp loại",
        "Điểm 62 dưới ngưỡng 70",
        "Không đạt 2 tiêu chí",
        "Mục tiêu 5 năm chưa xong",
        "Khoảng 3 năm gần đây không tham gia",
        "Xếp thứ 31",
    ],
)
def test_a_number_or_a_word_of_law_alone_is_no_citation(reason: str) -> None:
    refusal = refusal_of((Guard.CITED_REASON,), replace(QUIET, reason=reason))
    assert isinstance(refusal, EvidenceRefusedError)


@pytest.mark.parametrize("text", ["", "   ", "---", "...", "?!", "x", "ok"])
def test_dashes_and_dots_are_no_reason(text: str) -> None:
    assert not has_reason(text)


def test_a_short_word_is_a_reason() -> None:
    assert has_reason("Nhầm")
