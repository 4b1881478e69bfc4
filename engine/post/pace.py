"""How fast letters may go: at most so many in any sixty seconds, the run before this one counted."""

from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=1)


class Pace:
    """The moments of the newest letters; `rate` in letters a minute, 0 for no limit."""

    def __init__(self, rate: int, before: Iterable[datetime] = ()) -> None:
        """Begin after the letters that went `before`, oldest first."""
        self.rate = rate
        self.moments = deque(before, maxlen=rate)

    def wait(self, now: datetime) -> float:
        """Seconds until the next letter may go."""
        if not self.rate or len(self.moments) < self.rate:
            return 0.0
        return max(0.0, (self.moments[0] + WINDOW - now).total_seconds())

    def went(self, moment: datetime) -> None:
        """Count one letter."""
        self.moments.append(moment)
