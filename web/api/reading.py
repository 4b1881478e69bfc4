"""Reading on another day: what a rehearsal shows on the day that the address plays."""

from dataclasses import replace
from typing import Annotated, TypeAlias

from fastapi import Depends, Query

from web.api.asked import Day
from web.work import SignedIn, Work

Played: TypeAlias = Annotated[
    Day | None, Query(alias="today", description="Coi hôm nay là ngày này; chỉ trong đợt diễn tập.")
]


def on_the_day(work: SignedIn, today: Played = None) -> Work:
    """The work of somebody who only reads, on the day the address plays."""
    return replace(work, day=today)


# What a route asks for that shows a campaign or a dossier: it may be refused (409) for the day.
Reading = Annotated[Work, Depends(on_the_day, scope="function")]
