"""Pictures as plain geometry for inline SVG: shares of a bar, columns of a chart, in percent of the room there is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

LEGIBLE = 5.0  # percent of a bar that a figure needs
MOST_COLUMNS = 62  # two months of days; longer intakes are told by weeks
WEEK = 7
TALLEST = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A part of a bar: where it begins and ends, and whether its figure has room in it."""

    key: str
    label: str
    number: int
    x: float
    width: float

    @property
    def middle(self) -> float:
        """Where its figure stands."""
        return round(self.x + self.width / 2, 3)

    @property
    def legible(self) -> bool:
        """Whether there is room for the figure."""
        return self.width >= LEGIBLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Some days of a chart: from where on, how many were counted, and how tall that is in percent."""

    first: date
    last: date
    number: int
    x: float
    width: float
    height: float
    begun: bool


def shares(parts: Sequence[tuple[str, str, int]], whole: int | None = None) -> tuple[Share, ...]:
    """A bar of (key, label, number) parts, without empty ones; `whole` is what the full width stands for."""
    total = whole or sum(number for _, _, number in parts)
    found: list[Share] = []
    x = 0.0
    for key, label, number in parts:
        if number and total:
            width = round(100 * number / total, 3)
            found.append(Share(key=key, label=label, number=number, x=round(x, 3), width=width))
            x += width
    return tuple(found)


def columns(counts: Mapping[date, int], first: date, last: date, today: date) -> tuple[Column, ...]:
    """A column for each day from `first` to `last`, or for each week when there are many days."""
    days = (last - first).days + 1
    step = 1 if days <= MOST_COLUMNS else WEEK
    starts = [first + timedelta(days=n) for n in range(0, days, step)]
    ends = [min(start + timedelta(days=step - 1), last) for start in starts]
    numbers = [
        sum(number for day, number in counts.items() if start <= day <= end)
        for start, end in zip(starts, ends, strict=True)
    ]
    tallest = max([*numbers, 1])
    width = 100 / len(starts)
    return tuple(
        Column(
            first=start,
            last=end,
            number=number,
            x=round(place * width, 3),
            width=round(width * 0.8, 3),
            height=round(TALLEST * number / tallest, 1),
            begun=start <= today,
        )
        for place, (start, end, number) in enumerate(zip(starts, ends, numbers, strict=True))
    )
