"""The tray: which letter is next, and what became of it. Whoever holds it is the only one who delivers.

Everything goes through the one connection that holds the advisory lock: who lost the lock with it can claim nothing.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import DateTime

from engine.post.answers import next_try
from models.database import Database
from models.letters import LetterStatus

LOCK = 0x504F5354  # advisory, held for a whole run: one deliverer at a time
DUE = "(status = 'queued' OR (status = 'deferred' AND next_at <= :now))"
NEXT = "ORDER BY next_at NULLS FIRST, id LIMIT 1"  # letters never tried go before those that failed
IS_DUE = text(f"SELECT 1 FROM letter WHERE {DUE} LIMIT 1")  # noqa: S608 - our own constant
# A claim need not be on disk when its letter goes: if PostgreSQL itself crashes and forgets it, the letter is due again
# as after a sweep; and whatever is committed later, such as its result, takes the claim to disk with it.
CLAIM = text(
    f"WITH next AS (SELECT id, status FROM letter WHERE {DUE} {NEXT} FOR UPDATE SKIP LOCKED)"  # noqa: S608 - as above
    " UPDATE letter SET status = 'sending' FROM next WHERE letter.id = next.id"
    " RETURNING letter.id, recipient, message, attempts, next.status, set_config('synchronous_commit', 'off', true)"
)
SETTLE = text(
    "UPDATE letter SET status = :status, attempts = :attempts, error = :error, sent_at = :sent_at, next_at = :next_at"
    " WHERE id = :id AND status = 'sending'"
).bindparams(bindparam("sent_at", type_=DateTime(timezone=True)), bindparam("next_at", type_=DateTime(timezone=True)))
PUT_BACK = text("UPDATE letter SET status = :before WHERE id = :id AND status = 'sending'")
# What is `sending` now belonged to a process that was killed. It goes after letters never tried, lest it be the killer.
SWEEP = text("UPDATE letter SET status = 'queued', next_at = :now WHERE status = 'sending'")
WAITING = text("SELECT count(*) FROM letter WHERE status IN ('queued', 'deferred')")
LATEST = text("SELECT sent_at FROM letter WHERE status = 'sent' AND sent_at > :since ORDER BY sent_at")


@dataclass(frozen=True, slots=True)
class Claimed:
    """A letter taken out of the tray: its bytes, its address, how often it failed and where it lay."""

    id: int
    recipient: str
    message: bytes
    attempts: int
    before: str


class Tray:
    """The letters, for who holds the lock."""

    def __init__(self, connection: Connection) -> None:
        """Work through the connection that holds the lock."""
        self.connection = connection

    def sweep(self, now: datetime) -> int:
        """Put back what a killed run left on its way; returns how many letters."""
        with self.connection.begin():
            return self.connection.execute(SWEEP, {"now": now}).rowcount

    def is_due(self, now: datetime) -> bool:
        """Whether any letter should go."""
        with self.connection.begin():
            return self.connection.scalar(IS_DUE, {"now": now}) is not None

    def claim(self, now: datetime) -> Claimed | None:
        """Take the next letter out, so that no step supersedes it any more; one that a step holds is passed over."""
        with self.connection.begin():
            row = self.connection.execute(CLAIM, {"now": now}).one_or_none()
        return Claimed(*row[:5]) if row else None

    def put_back(self, letter: Claimed) -> None:
        """As if it had not been claimed."""
        with self.connection.begin():
            self.connection.execute(PUT_BACK, {"id": letter.id, "before": letter.before})

    def sent(self, letter: Claimed, now: datetime) -> None:
        """The server took it."""
        self._settle(letter, LetterStatus.SENT, sent_at=now)

    def failed(self, letter: Claimed, error: str) -> None:
        """It will never go; a person must see why."""
        self._settle(letter, LetterStatus.FAILED, error=error)

    def deferred(self, letter: Claimed, error: str, now: datetime) -> LetterStatus:
        """It goes later, unless it has been tried often enough; returns what it is now."""
        failures = letter.attempts + 1
        if at := next_try(failures, now):
            self._settle(letter, LetterStatus.DEFERRED, error=error, next_at=at)
            return LetterStatus.DEFERRED
        self._settle(letter, LetterStatus.FAILED, error=f"Đã thử {failures} lần không được. {error}")
        return LetterStatus.FAILED

    def _settle(
        self,
        letter: Claimed,
        status: LetterStatus,
        *,
        error: str | None = None,
        sent_at: datetime | None = None,
        next_at: datetime | None = None,
    ) -> None:
        values = {"error": error, "sent_at": sent_at, "next_at": next_at}
        with self.connection.begin():
            self.connection.execute(
                SETTLE, {"id": letter.id, "status": status.value, "attempts": letter.attempts + 1, **values}
            )

    def waiting(self) -> int:
        """How many letters still have to go, now or later."""
        with self.connection.begin():
            return int(self.connection.scalar(WAITING) or 0)

    def latest(self, since: datetime) -> Sequence[datetime]:
        """When letters were sent since a moment, oldest first."""
        with self.connection.begin():
            return self.connection.scalars(LATEST, {"since": since}).all()


@contextmanager
def held(database: Database) -> Iterator[tuple[Tray, bool]]:
    """The tray, and whether it is ours alone; if not, somebody else is delivering."""
    with database.engine.connect() as connection:
        connection.detach()  # so that closing it ends its session, and the lock with it, whatever happens
        with connection.begin():
            alone = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": LOCK}))
        try:
            yield Tray(connection), alone
        finally:
            if alone:
                with suppress(DBAPIError), connection.begin():  # a lost connection has lost the lock already
                    connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK})
