"""Invariants of the quota: never more holders than places, no place held by nobody, nobody without the place due."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from engine.invariants.registry import invariant, rows
from models.chain import Problem
from rules.campaign import parse_campaign
from rules.errors import MalformedError
from rules.vocabulary import HOLDING, MAY_HOLD, State

HELD = """
SELECT 'campaign:' || c.code, format('loại “%s” có %s hồ sơ, chỉ tiêu %s', k.key, count(*), k.capacity)
FROM nomination n JOIN campaign c ON c.id = n.campaign_id
JOIN category k ON k.campaign_id = n.campaign_id AND k.key = n.category
WHERE n.state = ANY(:states) GROUP BY c.code, k.key, k.capacity HAVING count(*) > k.capacity
"""
PLACES = """
SELECT 'nomination:' || n.id, format('ở trạng thái “%s” giữ %s chỗ%s', n.state, count(s.number),
    CASE WHEN bool_or(s.category <> n.category OR s.campaign_id <> n.campaign_id) THEN ', khác loại' ELSE '' END)
FROM nomination n LEFT JOIN slot s ON s.nomination_id = n.id GROUP BY n.id
HAVING CASE WHEN n.state = ANY(:holding) THEN count(s.number) <> 1
        WHEN n.state = ANY(:may_hold) THEN count(s.number) > 1 ELSE count(s.number) > 0 END
    OR bool_or(s.category <> n.category OR s.campaign_id <> n.campaign_id)
"""
SLOTS = """
SELECT c.code, c.config, coalesce(json_object_agg(k.key, json_build_array(k.kind, k.capacity,
    ARRAY(SELECT s.number FROM slot s WHERE s.campaign_id = c.id AND s.category = k.key ORDER BY s.number)))
    FILTER (WHERE k.key IS NOT NULL), '{}')
FROM campaign c LEFT JOIN category k ON k.campaign_id = c.id GROUP BY c.id
"""


def values_of(states: Iterable[State]) -> list[str]:
    """States as the database writes them."""
    return [state.value for state in states]


@invariant("Số hồ sơ giữ chỗ không vượt chỉ tiêu")
def holders_within_limit(session: Session) -> Iterable[Problem]:
    """States that hold a place, counted."""
    return rows(session, HELD, states=values_of(HOLDING))


@invariant("Số hồ sơ được tặng thưởng không vượt chỉ tiêu")
def awards_within_limit(session: Session) -> Iterable[Problem]:
    """Awards that stand, counted."""
    return rows(session, HELD, states=[State.AWARDED.value])


@invariant("Hồ sơ từ bước lựa chọn trở đi giữ đúng một chỗ của loại mình, hồ sơ khác không giữ chỗ")
def places_match_states(session: Session) -> Iterable[Problem]:
    """Places and states, dossier by dossier."""
    return rows(session, PLACES, holding=values_of(HOLDING), may_hold=values_of(MAY_HOLD))


@invariant("Số chỗ của mỗi loại đúng bằng chỉ tiêu trong cấu hình đợt khen thưởng")
def slots_match_limit(session: Session) -> Iterable[Problem]:
    """Rows of places, the category's capacity and the campaign's file."""
    for code, config, stored in session.execute(text(SLOTS)):
        subject = f"campaign:{code}"
        try:
            wanted = {
                c.key: [c.kind.value, c.limit, [*range(1, c.limit + 1)]] for c in parse_campaign(config).categories
            }
        except MalformedError as error:
            yield Problem(subject, 0, error.message)
            continue
        for key in sorted(wanted.keys() | stored.keys()):
            if wanted.get(key) != stored.get(key):
                yield Problem(
                    subject, 0, f"loại “{key}”: {counted(stored.get(key))}; cấu hình: {counted(wanted.get(key))}"
                )


def counted(category: list[Any] | None) -> str:
    """A category's kind, limit and places in words."""
    if category is None:
        return "không có"
    kind, limit, numbers = category
    return f"{kind}, chỉ tiêu {limit}, {len(numbers)} chỗ" + (f" đến số {max(numbers)}" if numbers else "")
