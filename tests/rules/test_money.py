"""Award money against the figures written by hand in the table of domain.md section 8."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import MalformedError
from rules.money import amount
from rules.parameters import parameter, parameter_in_force, parameters
from rules.vocabulary import Kind

LAST_OLD, FIRST_NEW = date(2026, 6, 30), date(2026, 7, 1)
DECEMBER, AUGUST = date(2025, 12, 22), date(2026, 8, 15)


@pytest.mark.parametrize(
    ("award", "kind", "old", "new"),
    [
        ("bang_khen_tinh", "individual", 3_510_000, 3_800_000),
        ("bang_khen_tinh", "collective", 7_020_000, 7_590_000),
        ("bang_khen_tinh", "household", 5_270_000, 5_700_000),
        ("giay_khen_so", "individual", 710_000, 760_000),
        ("giay_khen_so", "collective", 1_410_000, 1_520_000),
    ],
)
def test_the_table_of_amounts(award: str, kind: str, old: int, new: int) -> None:
    assert amount(award, kind, DECEMBER) == amount(award, kind, LAST_OLD) == old
    assert amount(award, kind, FIRST_NEW) == amount(award, kind, AUGUST) == new


@pytest.mark.parametrize(("decided", "total"), [(DECEMBER, 210_600_000), (AUGUST, 227_850_000)])
def test_the_first_campaign(decided: date, total: int) -> None:
    collective = amount("bang_khen_tinh", Kind.COLLECTIVE, decided)
    individual = amount("bang_khen_tinh", Kind.INDIVIDUAL, decided)
    assert 15 * collective + 30 * individual == total


def test_amounts_are_whole_dong() -> None:
    assert type(amount("bang_khen_tinh", Kind.INDIVIDUAL, DECEMBER)) is int


@pytest.mark.parametrize(("award", "kind"), [("huan_chuong", "individual"), ("giay_khen_so", "household")])
def test_a_form_or_kind_without_a_figure_is_refused(award: str, kind: str) -> None:
    with pytest.raises(MalformedError, match="Không có mức tiền thưởng") as refused:
        amount(award, kind, DECEMBER)
    assert award in refused.value.message


def test_a_day_before_every_figure_is_refused() -> None:
    with pytest.raises(MalformedError, match="30/06/2025"):
        amount("bang_khen_tinh", Kind.INDIVIDUAL, date(2025, 6, 30))


@given(
    st.dates(min_value=date(2025, 7, 1), max_value=date(2040, 1, 1)),
    st.sampled_from([("bang_khen_tinh", "1.5", 15), ("giay_khen_so", "0.3", 3)]),
)
def test_rounded_up_to_the_next_ten_thousand_and_no_further(decided: date, award: tuple[str, str, int]) -> None:
    form, _, tenths = award
    exact_times_ten = (2_530_000 if decided >= FIRST_NEW else 2_340_000) * tenths
    paid = amount(form, Kind.INDIVIDUAL, decided)
    assert paid % 10_000 == 0
    assert 0 <= 10 * paid - exact_times_ten < 100_000


def test_values_of_a_number_follow_each_other_without_gap_or_overlap() -> None:
    for name, values in parameters().items():
        for earlier, later in pairwise(values):
            assert earlier.until is not None, name
            assert (later.since - earlier.until).days == 1, name
        assert all(value.source for value in values), name
        assert all(value.until is None or value.until >= value.since for value in values), name


def test_a_number_is_exact_and_says_where_it_comes_from() -> None:
    third = parameter("award.giay_khen_so.individual", DECEMBER)
    assert str(third) == "0.3"
    assert "152/2025" in parameter_in_force("award.bang_khen_tinh.collective", DECEMBER).source


def test_ten_days_before_the_conference() -> None:
    assert parameter("forward.days_before_conference", date(2025, 12, 14)) == 10
    assert parameter("forward.days_before_conference", date(2025, 12, 15)) == 10
