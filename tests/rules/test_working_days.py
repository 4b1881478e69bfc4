"""Working days of 2025 and 2026, checked by hand against the calendar offices followed."""

import subprocess
import sys
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.working_days import add_working_days, is_working_day, working_days_between

days = st.dates(min_value=date(2024, 1, 1), max_value=date(2027, 12, 31))


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2025, 11, 29), "Saturday"),
        (date(2025, 11, 30), "Sunday"),
        (date(2025, 1, 1), "New Year"),
        (date(2025, 1, 27), "Tết, the day before the eve"),
        (date(2025, 1, 29), "Tết, first day"),
        (date(2025, 1, 31), "Tết, third day"),
        (date(2026, 2, 16), "Tết, eve"),
        (date(2026, 2, 20), "Tết, fourth day"),
        (date(2025, 4, 7), "Hùng kings"),
        (date(2026, 4, 27), "Hùng kings fell on a Sunday"),
        (date(2025, 4, 30), "Reunification"),
        (date(2025, 5, 1), "Labour day"),
        (date(2025, 5, 2), "exchanged for Saturday 26/04"),
        (date(2025, 9, 1), "National day, the day beside it"),
        (date(2025, 9, 2), "National day"),
        (date(2026, 9, 1), "National day, the day beside it"),
        (date(2026, 9, 2), "National day"),
    ],
)
def test_offices_are_closed(day: date, why: str) -> None:
    assert not is_working_day(day), why


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2025, 11, 27), "a Thursday"),
        (date(2025, 4, 26), "the Saturday worked for 02/05"),
        (date(2025, 2, 3), "the Monday after Tết"),
        (date(2025, 9, 3), "the day after National day"),
        (date(2025, 12, 25), "Christmas is no holiday"),
    ],
)
def test_offices_are_open(day: date, why: str) -> None:
    assert is_working_day(day), why


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2025, 11, 27), 1, date(2025, 11, 28)),
        (date(2025, 11, 27), 2, date(2025, 12, 1)),
        (date(2025, 11, 29), 1, date(2025, 12, 1)),
        (date(2025, 1, 24), 1, date(2025, 2, 3)),
        (date(2025, 8, 29), 1, date(2025, 9, 3)),
        (date(2025, 4, 25), 1, date(2025, 4, 26)),
        (date(2025, 4, 29), 1, date(2025, 5, 5)),
        (date(2025, 12, 1), 20, date(2025, 12, 29)),
        (date(2025, 9, 3), -1, date(2025, 8, 29)),
        (date(2025, 11, 30), 0, date(2025, 11, 30)),
    ],
)
def test_adding_working_days(start: date, count: int, end: date) -> None:
    assert add_working_days(start, count) == end


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        (date(2025, 11, 27), date(2025, 11, 27), 0),
        (date(2025, 11, 27), date(2025, 12, 1), 2),
        (date(2025, 1, 24), date(2025, 2, 3), 1),
        (date(2025, 9, 3), date(2025, 8, 29), -1),
        (date(2025, 11, 28), date(2025, 11, 30), 0),
    ],
)
def test_working_days_between(start: date, end: date, count: int) -> None:
    assert working_days_between(start, end) == count


@given(days, st.integers(-60, 60))
def test_adding_and_counting_agree(start: date, count: int) -> None:
    end = add_working_days(start, count)
    assert working_days_between(start, end) == count
    assert count == 0 or is_working_day(end)


@given(days, st.integers(1, 30))
def test_the_day_before_the_one_reached_falls_short(start: date, count: int) -> None:
    assert working_days_between(start, add_working_days(start, count) - timedelta(days=1)) == count - 1


@given(days, st.integers(0, 30), st.integers(0, 30))
def test_adding_twice_is_adding_the_sum(start: date, one: int, other: int) -> None:
    assert add_working_days(add_working_days(start, one), other) == add_working_days(start, one + other)


def test_the_calendar_is_loaded_only_when_asked() -> None:
    script = "import sys, rules.working_days; assert 'holidays' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True)
