"""Two things measured in turn, so that whatever else the machine does falls on both."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Compared:
    """Seconds of each round, of the thing measured and of what it is measured against."""

    ours: tuple[float, ...]
    plain: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """Median against median."""
        return median(self.ours) / median(self.plain)

    def told(self) -> str:
        """Both medians in milliseconds, their ratio and the number of rounds."""
        ours, plain = (1000 * median(seconds) for seconds in (self.ours, self.plain))
        return f"{ours:8.1f} ms against {plain:8.1f} ms: {self.ratio:5.2f} ({len(self.ours)} rounds)"


def seconds(of: Callable[[], object]) -> float:
    """How long one call takes."""
    started = time.perf_counter()
    of()
    return time.perf_counter() - started


def in_turn(ours: Callable[[], object], plain: Callable[[], object], rounds: int) -> Compared:
    """Call both `rounds` times in turn, each first in every other round, after one call of each that does not count."""
    ours()
    plain()
    timed: list[tuple[float, float]] = []
    for number in range(rounds):
        if number % 2:
            second = seconds(plain)
            timed.append((seconds(ours), second))
        else:
            timed.append((seconds(ours), seconds(plain)))
    return Compared(tuple(one for one, _ in timed), tuple(other for _, other in timed))
