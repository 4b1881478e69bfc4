"""What each reviewer gave a dossier, criterion by criterion, how far they are apart, and who recused themselves."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session

from engine.context import Context
from engine.dossier import Dossier
from engine.eyes import Eyes
from engine.views import WITHHELD, require_overview

GIVEN = text(
    "SELECT a.id, a.name, s.points, r.reason, r.account_id IS NOT NULL AS recused,"
    " (SELECT coalesce(json_object_agg(p.criterion, p.points), '{}') FROM score_part p"
    "  WHERE p.nomination_id = :id AND p.account_id = a.id) AS parts"
    " FROM account a LEFT JOIN score s ON s.account_id = a.id AND s.nomination_id = :id"
    " LEFT JOIN recusal r ON r.account_id = a.id AND r.nomination_id = :id"
    " WHERE s.points IS NOT NULL OR r.account_id IS NOT NULL ORDER BY a.name"
)


def scores_view(session: Session, context: Context, dossier: Dossier, eyes: Eyes) -> dict[str, Any]:
    """Points of every reviewer in all and by criterion, with mean and spread of those that count; for the offices only.

    `spread` is the distance between the highest and the lowest. A recusal's reason is for the offices that judge.
    """
    require_overview(eyes)
    rows = session.execute(GIVEN, {"id": dossier.id}).all()
    counting = [row for row in rows if row.points is not None and not row.recused]
    own = context.actor.ids if context.actor else ()
    return {
        "max": context.campaign.score.max,
        **spread([row.points for row in counting]),
        "criteria": [
            {
                "key": criterion.key,
                "title": criterion.title,
                "max": criterion.max,
                **spread([Decimal(str(row.parts[criterion.key])) for row in counting if criterion.key in row.parts]),
            }
            for criterion in context.campaign.score.rubric
        ],
        "reviewers": [reviewer_view(row, own, shown=eyes.sees_sensitive(dossier.unit)) for row in rows],
    }


def reviewer_view(row: Row[Any], own: Sequence[int], *, shown: bool) -> dict[str, Any]:
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
