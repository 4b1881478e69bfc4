"""Screening by night: rules and facts change while dossiers wait."""

from datetime import date

from sqlmodel import Session

from engine.context import Context
from engine.nightly import screen_all
from flows.edge import Counts, Result, clockwork, in_each_campaign


@clockwork
def screen_nightly(campaign: str | None = None, today: date | None = None) -> Result:
    """Screen every dossier still on its way; offices hear of those that no longer pass."""

    def step(session: Session, context: Context) -> Counts:
        return {"changed": screen_all(session, context)}

    return in_each_campaign(step, "{changed} hồ sơ có kết quả rà soát khác lần trước.", campaign, today)
