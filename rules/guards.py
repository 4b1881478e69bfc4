"""What each guard of the life cycle checks, on the facts of one step: a predicate, a sentence, a citation."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from rules.decision import DecisionState
from rules.errors import DutiesRefusedError, EvidenceRefusedError, RefusedError, RuleRefusedError, StateRefusedError
from rules.lifecycle import Guard
from rules.screening import Screening
from rules.text import nfc_folded
from rules.vocabulary import OVERALL_LABELS, Action, Overall, Verdict

# A document and its number or year (“Luật … năm 2022”, NĐ152), or an article of one (Điều 5, Đ93.2, mục II.2.c). Not
# “vi phạm pháp luật năm 2023”, “đơn vị nộp muộn 3 ngày” or “không đủ điều kiện”.
CITATION = re.compile(
    r"(?i)(?<!pháp )(?<!kỷ )\b(?:luật|nghị định|thông tư|quyết định|kế hoạch|quy chế|quy định)\b"
    r"\W*(?:\w+\W+){0,6}?\w*\d"
    r"|\b(?:nđ|nd|qđ|qd|tt|kh|đ)(?![^\W\d])\W*\d"
    r"|\b(?:điều|khoản|mục)\W+(?:\d|[ivx]+\b)"
    r"|\b(?-i:[IVX]+)\.\d"
)
MIN_REASON = 3  # letters or digits; a dash or dots are no reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Everything a guard may look at. Dates are local; counts are of this nomination alone."""

    today: date
    intake_opens: date
    intake_closes: date
    due: date | None = None  # of the open return or query
    missing_papers: tuple[str, ...] = ()  # Vietnamese names
    malformed: tuple[str, ...] = ()  # Vietnamese sentences
    open_of_unit: int = 0  # findings of a return the unit has not answered
    open_of_review: int = 0  # findings of a query the review office has not answered
    open_checks: tuple[str, ...] = ()  # agencies that have not answered
    head_submitted: bool = False
    involved: str | None = None  # why the person acting is involved, or None
    decision: DecisionState | None = None
    decided: bool = False
    on_submission: bool = False
    revoking_decision: bool = False
    reason: str = ""
    due_given: date | None = None
    findings_given: int = 0
    action: Action = Action.SUBMIT
    screen: Callable[[], Screening] | None = field(default=None, compare=False)


Check = Callable[[Situation], RefusedError | None]
CHECKS: dict[Guard, Check] = {}


def check(guard: Guard) -> Callable[[Check], Check]:
    """Register the predicate of one guard."""

    def register(function: Check) -> Check:
        CHECKS[guard] = function
        return function

    return register


def refusal_of(guards: tuple[Guard, ...], situation: Situation) -> RefusedError | None:
    """The first refusal among `guards`, in their order, or None."""
    for guard in guards:
        if refusal := CHECKS[guard](situation):
            return refusal
    return None


def shown(day: date) -> str:
    """A date as Vietnamese papers write it."""
    return f"{day:%d/%m/%Y}"


def has_reason(text: str) -> bool:
    """Whether `text` says anything at all."""
    return sum(character.isalnum() for character in text) >= MIN_REASON


@check(Guard.INTAKE_OPEN)
def intake_open(s: Situation) -> RefusedError | None:
    """Nominations are taken from the first to the last day of intake, both included."""
    if s.intake_opens <= s.today <= s.intake_closes:
        return None
    span = f"từ {shown(s.intake_opens)} đến hết {shown(s.intake_closes)}"
    return StateRefusedError(f"Thời gian nhận hồ sơ {span}; hôm nay là {shown(s.today)}.")


@check(Guard.INTAKE_CLOSED)
def intake_closed(s: Situation) -> RefusedError | None:
    """Drafts lapse only after the last day of intake."""
    if s.today > s.intake_closes:
        return None
    return StateRefusedError(f"Thời gian nhận hồ sơ chưa kết thúc (đến hết {shown(s.intake_closes)}).")


@check(Guard.PAPERS_PRESENT)
def papers_present(s: Situation) -> RefusedError | None:
    """Every required paper is there."""
    if not s.missing_papers:
        return None
    return EvidenceRefusedError(f"Hồ sơ còn thiếu: {', '.join(s.missing_papers)}.")


@check(Guard.WELL_FORMED)
def well_formed(s: Situation) -> RefusedError | None:
    """No field holds something that cannot be read."""
    if not s.malformed:
        return None
    return EvidenceRefusedError(f"Hồ sơ có thông tin sai định dạng: {'; '.join(s.malformed)}.")


@check(Guard.DUE_NOT_PASSED)
def due_not_passed(s: Situation) -> RefusedError | None:
    """The last day to answer a return is the due date itself."""
    if s.due is None or s.today <= s.due:
        return None
    return StateRefusedError(f"Thời hạn bổ sung đã hết ngày {shown(s.due)}; hôm nay là {shown(s.today)}.")


@check(Guard.DUE_PASSED)
def due_passed(s: Situation) -> RefusedError | None:
    """A return lapses only after its due date."""
    if s.due is not None and s.today > s.due:
        return None
    when = shown(s.due) if s.due else "chưa định"
    return StateRefusedError(f"Thời hạn bổ sung chưa hết (đến hết {when}).")


@check(Guard.RETURN_NOT_OVERDUE)
def return_not_overdue(s: Situation) -> RefusedError | None:
    """An overdue return lapses instead of being closed."""
    if s.due is None or s.today <= s.due:
        return None
    return StateRefusedError(f"Hồ sơ trả lại đã quá hạn bổ sung ({shown(s.due)}): để hết hạn, không kết thúc.")


@check(Guard.RETURN_ANSWERED)
def return_answered(s: Situation) -> RefusedError | None:
    """The unit has answered every point of the return."""
    if not s.open_of_unit:
        return None
    return EvidenceRefusedError(f"Còn {s.open_of_unit} nội dung được yêu cầu bổ sung chưa trả lời.")


@check(Guard.QUERY_ANSWERED)
def query_answered(s: Situation) -> RefusedError | None:
    """The review office has answered every point of the query."""
    if not s.open_of_review:
        return None
    return EvidenceRefusedError(f"Còn {s.open_of_review} nội dung cơ quan thẩm định yêu cầu chưa giải trình.")


@check(Guard.ONLY_QUERY_OPEN)
def only_query_open(s: Situation) -> RefusedError | None:
    """Only what the appraiser asked may still be open."""
    return return_answered(s)


@check(Guard.NOTHING_OPEN)
def nothing_open(s: Situation) -> RefusedError | None:
    """Nothing asked by anybody is still open."""
    return return_answered(s) or query_answered(s)


@check(Guard.CHECKS_ANSWERED)
def checks_answered(s: Situation) -> RefusedError | None:
    """Every agency asked has answered."""
    if not s.open_checks:
        return None
    return EvidenceRefusedError(f"Chưa có ý kiến của: {', '.join(s.open_checks)}.")


@check(Guard.REASON)
def reason_given(s: Situation) -> RefusedError | None:
    """A reason people can read later."""
    return None if has_reason(s.reason) else EvidenceRefusedError("Bước này phải nêu lý do (--reason).")


@check(Guard.CITED_REASON)
def cited_reason_given(s: Situation) -> RefusedError | None:
    """A reason that names the provision it rests on."""
    if refusal := reason_given(s):
        return refusal
    if CITATION.search(nfc_folded(s.reason)):
        return None
    return EvidenceRefusedError(
        "Lý do phải viện dẫn căn cứ (điều, khoản của văn bản), ví dụ: “… theo mục II.2.c Kế hoạch tổng kết”."
    )


@check(Guard.WRITTEN_REQUEST)
def written_request_given(s: Situation) -> RefusedError | None:
    """The unit asked in writing; the reason says by which letter."""
    if has_reason(s.reason):
        return None
    return EvidenceRefusedError("Phải nêu văn bản đề nghị rút của đơn vị (số, ngày) trong lý do (--reason).")


@check(Guard.FINDINGS)
def findings_given(s: Situation) -> RefusedError | None:
    """At least one point to answer."""
    if s.findings_given:
        return None
    return EvidenceRefusedError("Phải nêu ít nhất một nội dung cần bổ sung, giải trình (--finding).")


@check(Guard.DUE_DATE)
def due_date_given(s: Situation) -> RefusedError | None:
    """A day to answer by, not before today."""
    if s.due_given is None:
        return EvidenceRefusedError("Phải định thời hạn trả lời (--due).")
    if s.due_given < s.today:
        return EvidenceRefusedError(f"Thời hạn {shown(s.due_given)} đã qua; hôm nay là {shown(s.today)}.")
    return None


@check(Guard.LATER_DUE_DATE)
def later_due_date_given(s: Situation) -> RefusedError | None:
    """An extension is later than the date it replaces."""
    if refusal := due_date_given(s):
        return refusal
    if s.due is None or (s.due_given is not None and s.due_given > s.due):
        return None
    return EvidenceRefusedError(f"Thời hạn mới phải sau thời hạn cũ {shown(s.due)}.")


@check(Guard.HEAD_SUBMITTED)
def submitted_by_head(s: Situation) -> RefusedError | None:
    """The unit's head signed and sent it."""
    return None if s.head_submitted else EvidenceRefusedError("Thủ trưởng đơn vị đề nghị chưa nộp hồ sơ này.")


@check(Guard.ELIGIBLE)
def eligible_today(s: Situation) -> RefusedError | None:
    """Every rule passes on today's facts; the refusal carries rule, article and facts."""
    if s.screen is None:
        raise LookupError("an eligibility guard needs the nomination's screening")
    screening = s.screen()
    if screening.overall is Overall.ELIGIBLE:
        return None
    failing = [f for f in screening.findings if f.verdict is not Verdict.PASS]
    details = " ".join(f"[{f.rule}] {f.message}" for f in failing)
    citations = tuple(dict.fromkeys(citation for f in failing for citation in f.citations))
    return RuleRefusedError(f"Hồ sơ {OVERALL_LABELS[screening.overall]}: {details}", citations)


@check(Guard.NOT_INVOLVED)
def not_involved(s: Situation) -> RefusedError | None:
    """Nobody judges a dossier they are part of."""
    return DutiesRefusedError(s.involved) if s.involved else None


@check(Guard.SUBMISSION_LETTER)
def on_submission_letter(s: Situation) -> RefusedError | None:
    """A numbered, dated letter carries the dossier to the appraisal office."""
    return None if s.on_submission else EvidenceRefusedError("Phải có tờ trình (số, ngày) kèm theo.")


@check(Guard.DECISION_OPEN)
def decision_open(s: Situation) -> RefusedError | None:
    """The decision's list may still change."""
    if s.decision is DecisionState.OPEN:
        return None
    return StateRefusedError("Danh sách quyết định chưa mở hoặc đã chốt.")


@check(Guard.DECISION_SIGNED)
def decision_signed(s: Situation) -> RefusedError | None:
    """Number, date and signer are recorded."""
    if s.decision in {DecisionState.SIGNED, DecisionState.CORRECTED}:
        return None
    return StateRefusedError("Quyết định chưa được ký ban hành.")


@check(Guard.REVOKING_DECISION)
def revoking_decision_given(s: Situation) -> RefusedError | None:
    """A numbered revoking decision and its ground."""
    if s.revoking_decision and has_reason(s.reason):
        return None
    return EvidenceRefusedError("Phải nêu số, ngày quyết định thu hồi và căn cứ thu hồi.")


@check(Guard.UNDECIDED)
def campaign_undecided(s: Situation) -> RefusedError | None:
    """After signing nothing is reopened."""
    return StateRefusedError("Đợt khen thưởng đã có quyết định, không thể mở lại hồ sơ.") if s.decided else None
