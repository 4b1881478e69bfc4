"""Points as reviewers type them: one number for all, or one for each criterion of the campaign's rubric."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from rules.campaign import Score
from rules.errors import MalformedError

HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Points:
    """What one reviewer gives: all in all, and by criterion (empty when given in one number)."""

    total: Decimal
    parts: dict[str, Decimal]


def read_points(score: Score, typed: str | Mapping[str, str]) -> Points:
    """The points typed, decimal comma or point: in all, or for every criterion (key → points).

    Raises MalformedError for what is no number or too many points, a criterion too many, or one left out.
    """
    if isinstance(typed, str):
        return Points(one_number(typed, score.max, "Điểm"), {})
    criteria = {criterion.key: criterion for criterion in score.rubric}
    if strange := [key for key in typed if key not in criteria]:
        known = ", ".join(criteria) or "không có, đợt này chấm một điểm chung"
        raise MalformedError(f"Không có tiêu chí chấm điểm: {', '.join(strange)}. Có: {known}.")
    if missing := [criterion.title for key, criterion in criteria.items() if not typed.get(key, "").strip()]:
        raise MalformedError(f"Chưa chấm: {'; '.join(missing)}.")
    parts = {
        key: one_number(typed[key], criterion.max, f"Điểm “{criterion.title}”") for key, criterion in criteria.items()
    }
    return Points(sum(parts.values(), Decimal(0)).quantize(HUNDREDTH), parts)


def one_number(typed: str, maximum: int, what: str) -> Decimal:
    """Points of one kind, two decimals; MalformedError outside 0 to `maximum`."""
    try:
        value = Decimal(typed.strip().replace(",", "."))
    except InvalidOperation as error:
        raise MalformedError(f"{what} “{typed}” không phải là số.") from error
    if not value.is_finite() or not 0 <= value <= maximum:
        raise MalformedError(f"{what} phải từ 0 đến {maximum}.")
    return value.quantize(HUNDREDTH)
