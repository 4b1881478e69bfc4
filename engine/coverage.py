"""Coverage: how many are nominated, endorsed and selected, by commune, by project, and by direct implementation."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session

from engine.context import Context
from engine.eyes import Eyes
from engine.views import require_overview
from rules.vocabulary import HOLDING, RANKED, State

COMMUNES = ("commune", "ward")  # kinds of data/units.csv: xã and phường
NOT_NOMINATED = (State.DRAFT, State.WITHDRAWN, State.LAPSED)
COUNTS = text(
    "SELECT grouping(unit_code, project, direct) AS apart, unit_code, project, direct,"
    " count(*) FILTER (WHERE state <> ALL(:not_nominated)) AS nominated,"
    " count(*) FILTER (WHERE state = ANY(:endorsed)) AS endorsed,"
    " count(*) FILTER (WHERE state = ANY(:selected)) AS selected"
    " FROM queue_line WHERE campaign_id = :campaign AND category = :category"
    " GROUP BY GROUPING SETS ((unit_code), (project), (direct))"
)
BY_UNIT, BY_PROJECT, BY_DIRECT = 0b011, 0b101, 0b110  # which columns a row leaves out
UNITS = text("SELECT code, name, kind, nominates FROM unit ORDER BY code")


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One unit, project or answer: how many dossiers were nominated, how many of them endorsed, and how many selected.

    Who is selected was endorsed. `code` is None for dossiers that name no project.
    """

    code: str | None
    title: str
    nominated: int = 0
    endorsed: int = 0
    selected: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """One category's. `communes` are all that may nominate, also those with nothing; `offices` only who nominated."""

    category: str
    communes: tuple[Share, ...]
    offices: tuple[Share, ...]
    projects: tuple[Share, ...]
    direct: Share
    indirect: Share

    def covered(self, shares: Iterable[Share]) -> tuple[int, int, int]:
        """In how many of these somebody is nominated, endorsed, selected."""
        counts = [(share.nominated > 0, share.endorsed > 0, share.selected > 0) for share in shares]
        return sum(n for n, _, _ in counts), sum(e for _, e, _ in counts), sum(s for _, _, s in counts)


def coverage(session: Session, context: Context, eyes: Eyes, category: str) -> Coverage:
    """The coverage of one category; RoleRefusedError unless these eyes see every unit's dossiers."""
    require_overview(eyes)
    values = {
        "campaign": context.campaign_id,
        "category": context.campaign.category(category).key,
        "not_nominated": [state.value for state in NOT_NOMINATED],
        "endorsed": [state.value for state in RANKED],
        "selected": [state.value for state in HOLDING],
    }
    rows = session.execute(COUNTS, values).all()
    units = {row.unit_code: row for row in rows if row.apart == BY_UNIT}
    projects = {row.project: row for row in rows if row.apart == BY_PROJECT}
    direct = {row.direct: row for row in rows if row.apart == BY_DIRECT}
    known = session.execute(UNITS).all()
    titles = {project.code: project.title for project in context.campaign.projects}
    return Coverage(
        category=category,
        communes=tuple(
            share(unit.code, unit.name, units.get(unit.code))
            for unit in known
            if unit.kind in COMMUNES and (unit.nominates or unit.code in units)
        ),
        offices=tuple(
            share(unit.code, unit.name, units[unit.code])
            for unit in known
            if unit.kind not in COMMUNES and unit.code in units
        ),
        projects=(
            *(share(code, title, projects.get(code)) for code, title in titles.items()),
            *(share(code, code or "", row) for code, row in sorted(projects.items(), key=str) if code not in titles),
        ),
        direct=share("direct", "", direct.get(True)),
        indirect=share("indirect", "", direct.get(False)),
    )


def share(code: str | None, title: str, row: Row[Any] | None) -> Share:
    """One line, of nothing if there is no row."""
    counted = {} if row is None else {"nominated": row.nominated, "endorsed": row.endorsed, "selected": row.selected}
    return Share(code=code, title=title, **counted)
