"""Who else is nominated under the same name: the other dossiers that question one, and what they share with it."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session

from engine.dossier import Dossier
from engine.eyes import Eyes
from engine.views import require_overview
from rules.vocabulary import Kind, State

OTHERS = text(
    "SELECT o.id, o.name, u.name AS unit_name, o.state, coalesce(o.cccd = n.cccd, false) AS same_number,"
    " o.namesake = n.namesake AS same_name"
    " FROM nomination n JOIN nomination o ON o.id = ANY(:others) JOIN unit u ON u.code = o.unit_code"
    " WHERE n.id = :id ORDER BY o.arrival"
)
NAMESAKES = {Kind.INDIVIDUAL: "họ tên và ngày sinh", Kind.COLLECTIVE: "tên và đơn vị"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """Another live dossier of the same nominee, and what the two share."""

    id: str
    name: str
    unit_name: str
    state: State
    shared: tuple[str, ...]


def others_of(session: Session, dossier: Dossier, eyes: Eyes) -> list[Other]:
    """The dossiers that name the same nominee and are not settled against this one; for the offices only.

    That two share a number is no secret among offices; the number itself is not told here.
    """
    require_overview(eyes)
    rows = session.execute(OTHERS, {"id": dossier.id, "others": list(dossier.others)})
    return [
        Other(
            id=row.id,
            name=row.name,
            unit_name=row.unit_name,
            state=State(row.state),
            shared=(*(["số CCCD"] if row.same_number else []), *([NAMESAKES[dossier.kind]] if row.same_name else [])),
        )
        for row in rows
    ]
