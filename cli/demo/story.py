"""The first campaign from workbook to signed decision, played by officers who obey the same rules as everybody."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlmodel import Session

from engine.context import Context, load_context
from engine.dossier import Dossier, load_dossiers, screen_dossier
from engine.importing import ImportReport
from engine.plans import Outcome, plan
from engine.steps import Request
from models.database import Database
from rules.campaign import Campaign
from rules.screening import Finding
from rules.vocabulary import Action, State, Verdict


@dataclass
class Story:
    """The demonstration so far; each act is a handful of transactions."""

    database: Database
    campaign: Campaign
    accounts: Path
    units: Path
    workbook: Path
    tell: Callable[[str], None]
    counts: dict[str, int] = field(default_factory=dict)
    report: ImportReport | None = None

    @contextmanager
    def acting(self, name: str | None, today: date, *, alone: bool = False) -> Iterator[tuple[Session, Context]]:
        """One transaction in somebody's name (None: the clock) on one day."""
        with self.database.transaction() as session:
            yield (
                session,
                load_context(session, self.campaign.code, as_name=name, today=today, exclusive=alone),
            )

    def step_all(self, name: str, today: date, action: Action, source: State, **options: object) -> Outcome:
        """One plan on everything in one state, leaving out what would be refused."""
        category, limit = options.get("category"), options.get("limit")
        with self.acting(name, today) as (session, context):
            return plan(
                session,
                context,
                action,
                Request(),
                source=source,
                category=str(category) if category else None,
                limit=int(str(limit)) if limit else None,
                skip_refused=True,
            )

    def in_state(self, state: State, today: date) -> list[tuple[Dossier, list[Finding]]]:
        """Dossiers in one state with the findings that do not pass."""
        with self.acting(None, today) as (session, context):
            return [
                (dossier, [f for f in screen_dossier(context, dossier).findings if f.verdict is not Verdict.PASS])
                for dossier in load_dossiers(session, context, states=(state,))
            ]
