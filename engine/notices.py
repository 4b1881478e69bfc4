"""Notices: letters about several dossiers, or about the data, that no step writes; each on a chain of the trail."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, text
from sqlmodel import Session

from engine.context import Acting, Context
from engine.letter_text import render
from engine.letters import NO_ADDRESS, stored
from engine.trail import append
from models.chain import Entry
from models.letters import Letter, LetterStatus
from rules.vocabulary import Party, Role

CLOCK = Acting(actor=None, on_behalf=None, role=Role.CLOCK, office=None)
KINDS = (  # templates/letters/KIND.txt
    "remind.unit",
    "overdue.review_office",
    "overdue.appraisal_office",
    "screened.review_office",
    "screened.appraisal_office",
    "alert.administrator",
    "account.first_use",
    "account.reset",
)


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One letter to several addresses: what its template says, and the party it is for."""

    kind: str
    party: Party
    addresses: Sequence[str]
    values: Mapping[str, Any]

    def rows(self, now: datetime) -> list[dict[str, Any]]:
        """A letter for each address; one marked failed, for a person to see, where there is none."""
        title, message = render(self.kind, self.values)
        message["Date"] = now
        common = message.as_bytes()
        return [
            {
                "party": self.party,
                "kind": self.kind,
                "recipient": address,
                "title": title,
                "message": common,
                "status": LetterStatus.QUEUED if address else LetterStatus.FAILED,
                "error": None if address else NO_ADDRESS,
            }
            for address in sorted(set(self.addresses)) or [""]
        ]


def tell(session: Session, context: Context, tag: str, notice: Notice, public: Mapping[str, Any]) -> None:
    """Write a notice and its entry on the campaign's chain; `public` is what the clock will remember of it."""
    subject = f"campaign:{context.campaign.code}"
    said = {**public, "letters": [notice.party.value]}
    post(session, append(session, context, subject, tag, acting=CLOCK, public=said), notice, context.now)


def post(session: Session, entry: Entry, notice: Notice, now: datetime) -> None:
    """Store the letters of a notice behind its entry."""
    rows = [stored(row, entry, number) for number, row in enumerate(notice.rows(now), start=1)]
    session.execute(insert(Letter).values(rows))


def told(session: Session, context: Context, tag: str) -> list[dict[str, Any]]:
    """What the entries with this tag on the campaign's chain say, oldest first: all that the clock remembers."""
    query = text("SELECT body FROM trail WHERE subject = :subject AND tag = :tag ORDER BY seq")
    rows = session.scalars(query, {"subject": f"campaign:{context.campaign.code}", "tag": tag})
    return [json.loads(body) for body in rows]


def common_values(context: Context) -> dict[str, Any]:
    """What every notice of a campaign may say."""
    offices = context.campaign.offices
    return {
        "campaign": context.campaign.title,
        "review_office": context.unit_names.get(offices.review, ""),
        "appraisal_office": context.unit_names.get(offices.appraisal, ""),
        "today": f"{context.today:%d/%m/%Y}",
        "rehearsal": context.campaign.rehearsal,
    }


def addresses_of(context: Context, roles: Sequence[Role], unit: str | None = None) -> list[str]:
    """Where the holders of some roles are written to."""
    return [actor.email for actor in context.holders(roles, unit) if actor.email]
