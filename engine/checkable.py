"""Dossiers with where their third-party checks stand, a page at a time: for asking and answering about many at once."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from engine.context import Context
from rules.errors import MalformedError
from rules.vocabulary import CheckResult, State

SIZE = 30
LINES = (
    "SELECT n.id, n.name, n.category, n.state, u.name AS unit_name,"
    " (SELECT coalesce(json_agg(json_build_array(v.agency, v.result) ORDER BY v.agency), '[]')"
    "  FROM verification v WHERE v.nomination_id = n.id) AS checks"
    " FROM nomination n JOIN unit u ON u.code = n.unit_code"
    " WHERE n.campaign_id = :campaign AND n.state = :state"
)
AFTER = " AND n.arrival > (SELECT o.arrival FROM nomination o WHERE o.id = :after AND o.campaign_id = :campaign)"
OF_AGENCY = "EXISTS (SELECT 1 FROM verification v WHERE v.nomination_id = n.id AND v.agency = :agency"


class Standing(StrEnum):
    """Where the check by one agency stands."""

    UNASKED = "unasked"
    WAITING = "waiting"
    ANSWERED = "answered"


STANDING_LABELS: dict[Standing, str] = {
    Standing.UNASKED: "chưa lấy ý kiến",
    Standing.WAITING: "đang chờ trả lời",
    Standing.ANSWERED: "đã trả lời",
}
CONDITIONS: dict[Standing, str] = {
    Standing.UNASKED: f" AND NOT {OF_AGENCY})",
    Standing.WAITING: f" AND {OF_AGENCY} AND v.result IS NULL)",
    Standing.ANSWERED: f" AND {OF_AGENCY} AND v.result IS NOT NULL)",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One dossier; `unasked` are the agencies the campaign requires and nobody asked yet."""

    id: str
    name: str
    category: str
    state: State
    unit_name: str
    checks: tuple[tuple[str, CheckResult | None], ...]
    unasked: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which dossiers: in one state, and, with an agency named, where its check stands."""

    state: State = State.IN_APPRAISAL
    agency: str = ""
    standing: Standing | None = None
    after: str | None = None  # the id of the last dossier of the page before


def lines_of(session: Session, context: Context, wanted: Wanted) -> tuple[list[Line], str | None]:
    """One page in order of arrival, and where the next begins (None: there is none); MalformedError for a bad cursor.

    Which eyes may look is the caller's to check: dossiers of every unit are named.
    """
    query = LINES + (AFTER if wanted.after else "")
    if wanted.agency and wanted.standing:
        query += CONDITIONS[wanted.standing]
    values: dict[str, Any] = {"campaign": context.campaign_id, "state": wanted.state.value, "after": wanted.after}
    values |= {"agency": wanted.agency, "size": SIZE + 1}
    if wanted.after is not None and not known(session, values):
        raise MalformedError("Trang này không còn: hãy xem lại từ đầu danh sách.")
    rows = session.execute(text(f"{query} ORDER BY n.arrival LIMIT :size"), values).all()
    lines = [line(row, context.campaign.required_checks) for row in rows[:SIZE]]
    return lines, lines[-1].id if len(rows) > SIZE else None


def known(session: Session, values: dict[str, Any]) -> bool:
    """Whether the page before ended with a dossier of this campaign."""
    query = text("SELECT 1 FROM nomination WHERE id = :after AND campaign_id = :campaign")
    return session.scalar(query, values) is not None


def line(row: Any, required: tuple[str, ...]) -> Line:  # noqa: ANN401 - a database row
    """One row."""
    checks = tuple((agency, CheckResult(result) if result else None) for agency, result in row.checks)
    asked = {agency for agency, _ in checks}
    return Line(
        id=row.id,
        name=row.name,
        category=row.category,
        state=State(row.state),
        unit_name=row.unit_name,
        checks=checks,
        unasked=tuple(agency for agency in required if agency not in asked),
    )
