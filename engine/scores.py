"""What each reviewer gave a dossier, criterion by criterion, how far they are apart, and who recused themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from engine.along import Along, along
from engine.context import Context
from engine.dossier import Dossier
from engine.eyes import Eyes
from engine.views import WITHHELD, require_overview


@dataclass(frozen=True, slots=True)
class Given:
    """What one reviewer gave, in all and by criterion, or why they recused themselves."""

    id: int
    name: str
    points: Decimal | None
    parts: dict[str, Decimal]
    recused: bool
    reason: str | None


def given_of(session: Session, dossier: Dossier) -> list[Given]:
    """What every reviewer gave, by name."""
    return [
        Given(
            id=one["id"],
            name=one["name"],
            points=None if one["points"] is None else Decimal(one["points"]),
            parts={key: Decimal(points) for key, points in one["parts"].items()},
            recused=one["recused"],
            reason=one["reason"],
        )
        for one in along(session, dossier.id, dossier.version, Along.SCORES)
    ]


def scores_view(session: Session, context: Context, dossier: Dossier, eyes: Eyes) -> dict[str, Any]:
    """Points of every reviewer in all and by criterion, with mean and spread of those that count; for the offices only.

    `spread` is the distance between the highest and the lowest. A recusal's reason is for the offices that judge.
    """
    require_overview(eyes)
    rows = given_of(session, dossier)
    counting = [row for row in rows if row.points is not None and not row.recused]
    own = context.actor.ids if context.actor else ()
    return {
        "max": context.campaign.score.max,
        **spread([row.points for row in counting if row.points is not None]),
        "criteria": [
            {
                "key": criterion.key,
                "title": criterion.title,
                "max": criterion.max,
                **spread([row.parts[criterion.key] for row in counting if criterion.key in row.parts]),
            }
            for criterion in context.campaign.score.rubric
        ],
        "reviewers": [reviewer_view(row, own, shown=eyes.sees_sensitive(dossier.unit)) for row in rows],
    }


def reviewer_view(row: Given, own: Sequence[int], *, shown: bool) -> dict[str, Any]:
    """One reviewer: points (None: recused before giving any), by criterion where they were given so."""
    return {
        "name": row.name,
        "own": row.id in own,
        "points": None if row.points is None else float(row.points),
        "parts": {key: float(points) for key, points in row.parts.items()},
        "recused": row.recused,
        "reason": row.reason if shown or row.reason is None else WITHHELD,
    }


def spread(points: Sequence[Decimal]) -> dict[str, float | None]:
    """Mean, lowest, highest, and the distance between these two; nothing of no points at all."""
    if not points:
        return {"mean": None, "lowest": None, "highest": None, "spread": None}
    low, high = min(points), max(points)
    mean = round(float(sum(points, Decimal(0)) / len(points)), 4)
    return {"mean": mean, "lowest": float(low), "highest": float(high), "spread": float(high - low)}
