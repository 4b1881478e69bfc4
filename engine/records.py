"""Change anything of a nomination but its state: locked, versioned and on the trail, like a step."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Delete, Insert, Update, update
from sqlmodel import Session

from engine.context import Acting, Context
from engine.dossier import Dossier
from engine.trail import record
from models.nominations import Nomination
from rules.errors import StaleError

Part = Insert | Update | Delete


def require_version(dossier: Dossier, expected: int | None) -> None:
    """StaleError unless the dossier is at the version somebody expects; None expects nothing."""
    if expected not in {None, dossier.version}:
        raise StaleError(f"Hồ sơ đã thay đổi (phiên bản {dossier.version}, bạn đang xem phiên bản {expected}).")


def change(  # noqa: PLR0913 - what a change is made of
    session: Session,
    context: Context,
    dossier: Dossier,
    tag: str,
    acting: Acting | None,
    *,
    public: Mapping[str, Any],
    private: Mapping[str, Any] | None = None,
    values: Mapping[str, Any] | None = None,
    parts: Sequence[Part] | Callable[[int], Sequence[Part]] = (),
) -> int:
    """Write one trail entry, new `values` of the row and other `parts`; returns the new version.

    The dossier must have been locked. `parts` may be a function of the new version.
    """
    recorded = record(context, dossier.subject, dossier.head, tag, acting=acting, public=public, private=private)
    version = recorded.entry.seq
    statement = (
        update(Nomination)
        .where(Nomination.id == dossier.id, Nomination.version == dossier.version)  # type: ignore[arg-type]  # SQLModel columns read as their values
        .values({**(values or {}), "version": version})
    )
    others = parts(version) if callable(parts) else parts
    for number, part in enumerate((*recorded.inserts(), *others)):
        statement = statement.add_cte(part.cte(f"part_{number}"))
    if session.execute(statement).rowcount != 1:  # type: ignore[attr-defined]  # a DML result has a rowcount
        raise StaleError("Hồ sơ vừa được người khác xử lý. Hãy xem lại rồi thực hiện lại.")
    return version
