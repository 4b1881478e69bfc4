"""Was a dossier moved while a command about it was on its way? Then whoever typed it looked at what is no more."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from engine.steps import Taken
from rules.errors import StaleError

# The moment the dossier last moved before the step just taken; the real clock's, whatever day a rehearsal plays.
MOVED = text(
    "SELECT max(CAST(CAST(body AS json) ->> 'at' AS timestamptz)) FROM trail"
    " WHERE subject = :subject AND seq < :version AND tag LIKE 'nomination:step:%'"
)


def require_unmoved(session: Session, taken: Taken, began: datetime) -> None:
    """StaleError if the dossier moved after the command began, though the step would still be possible.

    Approving and refusing at once must not end as approved, then refused. Call it in the step's transaction,
    which the error then undoes.
    """
    moved = session.scalar(MOVED, {"subject": f"nomination:{taken.id}", "version": taken.version})
    if moved is not None and moved > began:
        raise StaleError("Hồ sơ vừa được người khác xử lý. Hãy xem lại rồi thực hiện lại.")
