"""Working days of Vietnamese offices: weekends, public holidays, days off in lieu and Saturdays worked for them."""

from datetime import date, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase

DAY = timedelta(days=1)


@cache
def _calendar(year: int) -> "HolidayBase":
    from holidays import country_holidays  # noqa: PLC0415 - its import costs a third of a second; few commands need it

    return country_holidays("VN", years=year)


@lru_cache(maxsize=4096)  # a list of dossiers asks for the same weeks line after line
def is_working_day(day: date) -> bool:
    """Whether offices are open on `day`."""
    return _calendar(day.year).is_working_day(day)


def add_working_days(start: date, days: int) -> date:
    """The day `days` working days after `start` (before it, if negative); `start` itself is not counted."""
    step = DAY if days >= 0 else -DAY
    day = start
    for _ in range(abs(days)):
        day += step
        while not is_working_day(day):
            day += step
    return day


@lru_cache(maxsize=4096)  # as above; a dossier may have waited for a year, and the days are counted one by one
def working_days_between(start: date, end: date) -> int:
    """How many working days it takes from `start` to `end`: `start` is not counted, `end` is; negative backwards."""
    if end < start:
        return -sum(is_working_day(end + n * DAY) for n in range((start - end).days))
    return sum(is_working_day(start + n * DAY) for n in range(1, (end - start).days + 1))


def day_before_working_days(today: date, days: int) -> date:
    """The last day such that at least `days` working days have gone by since, `today` included."""
    day, passed = today, 0
    while passed < days:
        passed += is_working_day(day)
        day -= DAY
    return day
