"""The award money of one decision, in whole đồng (Nghị định 152/2025/NĐ-CP, Điều 49 and 54)."""

from datetime import date
from decimal import ROUND_CEILING, Decimal

from rules.errors import MalformedError
from rules.parameters import parameter, parameters
from rules.vocabulary import Kind

HOUSEHOLD = "household"  # paid a multiple of what an individual gets; no category of a campaign is one yet


def amount(award: str, kind: Kind | str, decided: date) -> int:
    """What one awardee gets, in đồng, by a decision issued on `decided`.

    `award` is a form of parameters.yaml (`bang_khen_tinh`), `kind` is collective, individual or household.
    The base salary of the day of issue counts (Đ49.1); the sum is rounded up to the next 10,000 đ (Đ49.2).
    """
    if kind == HOUSEHOLD:
        factor = _multiple(award, "household_of_individual", decided)
        return _rounded_up(factor * amount(award, Kind.INDIVIDUAL, decided), decided)
    return _rounded_up(_multiple(award, kind, decided) * parameter("base_salary", decided), decided)


def _multiple(award: str, kind: str, decided: date) -> Decimal:
    name = f"award.{award}.{kind}"
    if name not in parameters():
        raise MalformedError(f"Không có mức tiền thưởng cho hình thức “{award}”, đối tượng “{kind}”.")
    return parameter(name, decided)


def _rounded_up(money: Decimal, decided: date) -> int:
    step = parameter("award_rounding_step", decided)
    return int((money / step).to_integral_value(rounding=ROUND_CEILING) * step)
