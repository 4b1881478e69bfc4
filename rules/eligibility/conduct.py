"""No breach of discipline or law since the programme began, and nothing under examination."""

from datetime import date

from rules.dates import dates_in, last_day, years_in
from rules.eligibility.outcomes import fails, fails_until, passes, quoted, said, unknown
from rules.facts import Facts
from rules.registry import Outcome, rule
from rules.vocabulary import Kind, Party

BREACH_READS = ("field:breach", "data_from")
STATE_BREACH = "Ghi rõ có hay không vi phạm kỷ luật, pháp luật; nếu có, ghi hình thức và ngày, tháng, năm."
JUDGE_BREACH = "Xem xét vi phạm đã nêu và thời điểm vi phạm, kết luận đạt hoặc không đạt."


@rule("conduct.no_breach", applies_to=(Kind.COLLECTIVE,), citations=("KH2025.II.2.c",), reads=BREACH_READS)
def collective_without_breach(facts: Facts) -> Outcome:
    """Tập thể không được vi phạm kỷ luật, pháp luật từ khi thực hiện Chương trình."""
    if settled := _without_text(facts) or _within_programme(facts):
        return settled
    answer = said(facts.fields.get("breach"))
    # A year of the programme that stands in no readable date (31/02/2022) is not evidence of an earlier breach.
    if dates_in(answer) and max(years_in(answer)) < facts.data_from.year:
        return passes(f"Hồ sơ ghi {quoted(answer)}, trước khi thực hiện Chương trình ({_shown(facts.data_from)}).")
    return unknown(f"Hồ sơ ghi {quoted(answer)}, không rõ thời điểm.", Party.REVIEW_OFFICE, JUDGE_BREACH)


@rule("conduct.no_breach", applies_to=(Kind.INDIVIDUAL,), citations=("KH2025.II.2.c",), reads=BREACH_READS)
def individual_without_breach(facts: Facts) -> Outcome:
    """Cá nhân không được vi phạm kỷ luật, pháp luật."""
    if settled := _without_text(facts) or _within_programme(facts):
        return settled
    answer = said(facts.fields.get("breach"))
    when = f"trước khi thực hiện Chương trình ({_shown(facts.data_from)})" if dates_in(answer) else "không rõ thời điểm"
    return unknown(f"Hồ sơ ghi {quoted(answer)}, {when}.", Party.REVIEW_OFFICE, JUDGE_BREACH)


@rule("conduct.no_pending_matter", citations=("ND152.4.4",), reads=("field:pending",))
def no_pending_matter(facts: Facts) -> Outcome:
    """Chưa xét khen thưởng khi đang bị xem xét kỷ luật, thanh tra, kiểm tra, điều tra hoặc xác minh đơn thư."""
    pending = facts.fields.get("pending")
    if pending is False:
        return passes("Không có việc đang bị xem xét, xác minh.")
    if answer := said(pending):
        return fails_until(
            f"Chưa xét: hồ sơ ghi {quoted(answer)}.",
            Party.UNIT,
            "Nộp văn bản kết luận của cơ quan có thẩm quyền để cơ quan xét chọn xác nhận việc đã được làm rõ.",
        )
    return unknown(
        "Chưa ghi có hay không việc đang bị xem xét, xác minh.",
        Party.UNIT,
        "Ghi rõ có hay không việc đang bị xem xét, xác minh.",
    )


def _without_text(facts: Facts) -> Outcome | None:
    """What is to be said of an answer that is no text: none declared, or blank."""
    breach = facts.fields.get("breach")
    if breach is False:
        return passes("Không vi phạm kỷ luật, pháp luật.")
    if said(breach):
        return None
    return unknown("Chưa ghi có hay không vi phạm kỷ luật, pháp luật.", Party.UNIT, STATE_BREACH)


def _within_programme(facts: Facts) -> Outcome | None:
    answer = said(facts.fields.get("breach"))
    if not any(last_day(found) >= facts.data_from for found in dates_in(answer)):
        return None
    return fails(f"Hồ sơ ghi {quoted(answer)}, trong thời gian thực hiện Chương trình (từ {_shown(facts.data_from)}).")


def _shown(day: date) -> str:
    return f"{day:%d/%m/%Y}"
