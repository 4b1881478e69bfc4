"""Campaigns that are no rehearsal: they only know the real day."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from sqlmodel import Session

from engine import clock
from engine.campaigns import load_campaign
from engine.context import Context, load_context
from models.database import Database
from rules.campaign import parse_campaign
from tests.world import ORIGIN, World, campaign_data


class Earnest(World):
    """A world whose campaign is no rehearsal."""

    @contextmanager
    def acting(
        self, name: str | None, today: date | None = None, *, alone: bool = False
    ) -> Iterator[tuple[Session, Context]]:
        """A transaction with the context of one person, today."""
        assert today is None
        with self.database.transaction() as session:
            yield session, load_context(session, self.code, as_name=name, origin=ORIGIN, exclusive=alone)


def in_earnest(database: Database, code: str, *, open_for: int = 1) -> Earnest:
    """Load such a campaign, or load it anew: its intake closes so many days from today, or did before it."""
    closes = clock.local_date(clock.now()) + timedelta(days=open_for)
    data = campaign_data(code=code, rehearsal=False, intake={"opens": "2025-10-20", "closes": closes.isoformat()})
    with database.transaction() as session:
        load_campaign(session, parse_campaign(data), ORIGIN)
    return Earnest(database, code=code)
