"""The clock: the only place that asks what time it is, in Asia/Ho_Chi_Minh."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


def local_date(moment: datetime) -> date:
    """The day it is in Vietnam at `moment`."""
    return moment.astimezone(VIETNAM).date()
