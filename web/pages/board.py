"""The pictures of the first page: bars, columns and the figures they stand for."""

from dataclasses import dataclass
from typing import Any

from engine.context import Context
from engine.dashboard import Dashboard
from rules.vocabulary import STAFF_LABELS, UNIT_LABELS, State
from web.pictures import Share, columns, shares

TOP = 10  # units that sent most, drawn as bars


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A category's dossiers by state, and its places; `held` is None for eyes that see no places."""

    key: str
    title: str
    limit: int
    held: int | None
    number: int
    parts: tuple[Share, ...]
    places: tuple[Share, ...]


def pictures_of(context: Context, board: Dashboard) -> dict[str, Any]:
    """What dashboard.html draws and tells in tables."""
    labels = UNIT_LABELS if board.units is None else STAFF_LABELS
    return {
        "bars": [bar_of(board, category.key, category.title, category.limit, labels)
                 for category in context.campaign.categories],
        "stages": stages(board, labels),
        **units_of(board),
        "pace": pace_of(context, board),
        "passed": shares([("passed", "", min(board.deadline.begun, board.deadline.days))], board.deadline.days),
    }  # fmt: skip


def bar_of(board: Dashboard, key: str, title: str, limit: int, labels: dict[State, str]) -> Bar:
    """A category as a bar; states that are called alike are one part."""
    parts: dict[str, tuple[str, int]] = {}
    for state in State:
        css, number = parts.get(labels[state], (state.value, 0))
        parts[labels[state]] = (css, number + board.all.counts[key, state])
    held = None if board.held is None else board.held.get(key, 0)
    return Bar(
        key=key,
        title=title,
        limit=limit,
        held=held,
        number=sum(number for _, number in parts.values()),
        parts=shares([(css, label, number) for label, (css, number) in parts.items()]),
        places=shares([("held", "", held or 0)], limit),
    )


def stages(board: Dashboard, labels: dict[State, str]) -> list[tuple[str, str]]:
    """(class, label) of what some dossier stands in, in the order of the life cycle."""
    found: dict[str, str] = {}
    for state in State:
        if board.all.of(state):
            found.setdefault(labels[state], state.value)
    return [(css, label) for label, css in found.items()]


def units_of(board: Dashboard) -> dict[str, Any]:
    """Who sent most, everybody who sent, and who sent nothing yet; nothing for a unit's eyes."""
    units = board.units or ()
    sent = [unit for unit in units if unit.sent]
    most = max((unit.sent for unit in sent), default=1)
    return {
        "top": [(unit, round(100 * unit.sent / most, 2)) for unit in sent[:TOP]],
        "sent": sent,
        "silent": sorted((unit for unit in units if not unit.sent), key=lambda unit: unit.code),
    }


def pace_of(context: Context, board: Dashboard) -> dict[str, Any] | None:
    """The days of intake as columns, with how many were sent on none of them (intake was other days before)."""
    if board.daily is None:
        return None
    drawn = columns(board.daily, board.deadline.opens, board.deadline.closes, context.today)
    total = sum(board.daily.values())
    return {
        "columns": drawn,
        "tallest": max((column.number for column in drawn), default=0),
        "total": total,
        "outside": total - sum(column.number for column in drawn),
        "weekly": any(column.first != column.last for column in drawn),
    }
