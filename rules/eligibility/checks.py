"""What the agencies asked about a nominee have answered."""

from rules.eligibility.outcomes import fails, passes, unknown
from rules.facts import Facts
from rules.registry import Outcome, rule
from rules.vocabulary import CheckResult, Party


@rule("checks.clear", citations=("ND152.4.4", "QD86.10.2"), reads=("checks",))
def checks_clear(facts: Facts) -> Outcome:
    """Mọi cơ quan được hỏi ý kiến đều phải xác nhận không có vi phạm."""
    adverse = sorted({check.agency for check in facts.checks if check.result is CheckResult.ADVERSE})
    if adverse:
        return fails(f"Có ý kiến bất lợi của: {', '.join(adverse)}.")
    waiting = sorted({check.agency for check in facts.checks if check.result is None})
    if waiting:
        return unknown(
            f"Chưa có ý kiến của: {', '.join(waiting)}.",
            Party.APPRAISAL_OFFICE,
            f"Lấy ý kiến bằng văn bản của: {', '.join(waiting)}.",
        )
    return passes("Các cơ quan được hỏi đều xác nhận không có vi phạm." if facts.checks else "Không phải hỏi ý kiến.")
