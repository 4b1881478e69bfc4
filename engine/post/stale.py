"""Letters whose news no longer holds: whatever puts a letter back into the tray asks here first.

Ask in a statement of its own, after the letter's row is locked: a step that takes it back holds that lock until its
entry can be seen.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, text
from sqlmodel import Session

from rules.lifecycle import REVERSES
from rules.vocabulary import EDITABLE

REMINDER = "remind.unit"
FIRST_USE, RESET = "account.first_use", "account.reset"  # they hold a link to choose a password
LINKS = (FIRST_USE, RESET)
MAY_AGE = (REMINDER, *LINKS)  # kinds that no step takes back
REMINDED = "campaign:unit:reminded"  # the tag of a reminder's entry: {"unit", "dossiers": [[id, deadline, days left]]}
PAIRS = ", ".join(
    f"('{step.value}', 'nomination:step:{later.value}')" for later, earlier in REVERSES.items() for step in earlier
)
# The step it tells of was taken back since.
TAKEN_BACK = (
    "EXISTS (SELECT 1 FROM trail later WHERE later.subject = letter.subject AND later.seq > letter.seq"  # noqa: S608 - our own vocabulary
    f" AND (split_part(letter.kind, '.', 1), later.tag) IN ({PAIRS}))"
)
# A reminder none of whose dossiers still waits with the deadline it says, unless a later one for the unit names it too.
OUTDATED = (
    f"(letter.kind = '{REMINDER}' AND NOT EXISTS ("  # noqa: S608 - as above
    "SELECT 1 FROM trail said CROSS JOIN LATERAL json_array_elements(said.body::json -> 'dossiers') AS named"
    " JOIN nomination n ON n.id = named ->> 0"
    " WHERE said.subject = letter.subject AND said.seq = letter.seq"
    f" AND n.state IN ({', '.join(repr(state.value) for state in EDITABLE)})"
    " AND (n.due IS NULL OR n.due = CAST(named ->> 1 AS date))"
    " AND NOT EXISTS (SELECT 1 FROM trail later CROSS JOIN LATERAL"
    " json_array_elements(later.body::json -> 'dossiers') AS again"
    f" WHERE later.subject = letter.subject AND later.seq > letter.seq AND later.tag = '{REMINDED}'"
    " AND later.body::json ->> 'unit' = said.body::json ->> 'unit' AND again ->> 0 = n.id)))"
)
# Its link was used or replaced, or is too old.
EXPIRED = (
    f"(letter.kind IN ({', '.join(repr(kind) for kind in LINKS)}) AND NOT EXISTS ("  # noqa: S608 - as above
    "SELECT 1 FROM trail said JOIN pass_link l ON left(l.sha256, 16) = said.body::json ->> 'link'"
    " WHERE said.subject = letter.subject AND said.seq = letter.seq AND 'account:' || l.account_id = letter.subject"
    " AND l.used_at IS NULL AND l.expires_at > now()))"
)
STALE = f"({TAKEN_BACK} OR {OUTDATED} OR {EXPIRED})"
SUPERSEDE = text(
    "UPDATE letter SET status = 'superseded', next_at = NULL"  # noqa: S608 - as above
    f" WHERE id = ANY(:ids) AND status IN ('queued', 'deferred', 'sending') AND {STALE}"
)
SUPERSEDE_REMINDERS = text(
    "UPDATE letter SET status = 'superseded', next_at = NULL WHERE subject = :subject"  # noqa: S608 - as above
    f" AND kind = '{REMINDER}' AND status IN ('queued', 'deferred') AND {OUTDATED}"
)


def supersede(connection: Connection, ids: Sequence[int]) -> int:
    """Take stale ones among these letters, locked by this transaction, out of the tray; returns how many."""
    return connection.execute(SUPERSEDE, {"ids": list(ids)}).rowcount if ids else 0


def supersede_reminders(session: Session, subject: str) -> None:
    """Take a campaign's outdated reminders out of the tray; one that is being sent now is left to delivery."""
    session.execute(SUPERSEDE_REMINDERS, {"subject": subject})
