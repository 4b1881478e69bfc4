"""Who may nominate, and what a dossier must contain."""

from rules.eligibility.outcomes import fails, passes, said, unknown
from rules.facts import Facts, Value
from rules.registry import Outcome, rule
from rules.vocabulary import Party

PAPER_LABELS = {
    "letter": "tờ trình (số, ngày)",
    "minutes": "biên bản họp xét (số, ngày)",
    "report": "báo cáo thành tích có xác nhận của cấp trình",
}


@rule("unit.entitled", citations=("KH2025.IV.5",), reads=("unit", "unit_entitled"))
def unit_entitled(facts: Facts) -> Outcome:
    """Chỉ cơ quan, đơn vị được Kế hoạch giao mới được đề nghị khen thưởng."""
    if facts.unit_entitled:
        return passes(f"Đơn vị đề nghị (mã {facts.unit}) được Kế hoạch giao đề nghị khen thưởng.")
    return fails(f"Đơn vị đề nghị (mã {facts.unit}) không thuộc các cơ quan, đơn vị được giao đề nghị.")


@rule(
    "dossier.complete",
    citations=("KH2025.IV.1.d", "QD86.9"),
    reads=("required_papers", "field:letter", "field:minutes", "field:report"),
)
def dossier_complete(facts: Facts) -> Outcome:
    """Hồ sơ phải có đủ tờ trình, biên bản họp xét và báo cáo thành tích có xác nhận."""
    missing = [PAPER_LABELS[paper] for paper in facts.required_papers if not _present(facts.fields.get(paper))]
    if not missing:
        return passes("Hồ sơ có đủ các giấy tờ theo quy định.")
    listed = ", ".join(missing)
    return unknown(f"Hồ sơ còn thiếu: {listed}.", Party.UNIT, f"Bổ sung {listed}.")


@rule("merit.described", citations=("KH2025.II.2.c",), reads=("field:merit",))
def merit_described(facts: Facts) -> Outcome:
    """Hồ sơ phải nêu thành tích trong tổ chức, triển khai thực hiện Chương trình."""
    if said(facts.fields.get("merit")):
        return passes("Hồ sơ có tóm tắt thành tích.")
    return unknown("Phần tóm tắt thành tích để trống.", Party.UNIT, "Bổ sung tóm tắt thành tích.")


def _present(paper: Value) -> bool:
    return paper is True or bool(said(paper))
