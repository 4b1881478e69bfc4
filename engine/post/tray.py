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
from engine.post.stale import LINKS, MAY_AGE, supersede
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
    " RETURNING letter.id, recipient, message, attempts, next.status, next_at, kind,"
    " set_config('synchronous_commit', 'off', true)"
)
# A link that opens an account is not kept once it is on its way to its reader.
SETTLE = text(
    "UPDATE letter SET status = :status, attempts = :attempts, error = :error, sent_at = :sent_at, next_at = :next_at,"  # noqa: S608 - our own constants
    f" message = CASE WHEN :status = 'sent' AND kind IN ({', '.join(repr(kind) for kind in LINKS)})"
    " THEN ''::bytea ELSE message END WHERE id = :id AND status = 'sending'"
).bindparams(bindparam("sent_at", type_=DateTime(timezone=True)), bindparam("next_at", type_=DateTime(timezone=True)))
PUT_BACK = text("UPDATE letter SET status = :before WHERE id = :id AND status = 'sending'")
# Behind the letters never tried, and with its attempts as they were: it may be that nothing is wrong with it.
PUT_BEHIND = text(
    "UPDATE letter SET status = 'queued', attempts = :attempts, next_at = :now,"
    " error = CASE status WHEN 'sending' THEN error END"
    " WHERE id = :id AND status IN ('sending', 'failed')"
)
# What is `sending` now belonged to a process that was killed. It goes after letters never tried, lest it be the killer.
SWEEP = text("UPDATE letter SET status = 'queued', next_at = :now WHERE status = 'sending' RETURNING id")
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
    next_at: datetime | None

    @property
    def was_put_behind(self) -> bool:
        """Whether an earlier run put it back because of the server, or died with it."""
        return self.before == LetterStatus.QUEUED and self.next_at is not None


class Tray:
    """The letters, for who holds the lock."""

    def __init__(self, connection: Connection) -> None:
        """Work through the connection that holds the lock."""
        self.connection = connection

    def sweep(self, now: datetime) -> int:
        """Put back what a killed run left on its way, unless it is old news by now; returns how many letters."""
        with self.connection.begin():
            swept = self.connection.scalars(SWEEP, {"now": now}).all()
            supersede(self.connection, swept)
        return len(swept)

    def is_due(self, now: datetime) -> bool:
        """Whether any letter should go."""
        with self.connection.begin():
            return self.connection.scalar(IS_DUE, {"now": now}) is not None

    def claim(self, now: datetime) -> Claimed | None:
        """Take the next letter out, so that no step supersedes it any more; one that a step holds is passed over.

        Those that say nothing any more though no step took them back are superseded on the way.
        """
        while True:
            with self.connection.begin():
                row = self.connection.execute(CLAIM, {"now": now}).one_or_none()
                if row is None:
                    return None
                if row.kind not in MAY_AGE or not supersede(self.connection, [row.id]):
                    return Claimed(*row[:6])

    def put_back(self, letter: Claimed) -> None:
        """As if it had not been claimed, unless it is old news by now."""
        with self.connection.begin():
            self.connection.execute(PUT_BACK, {"id": letter.id, "before": letter.before})
            supersede(self.connection, [letter.id])

    def put_behind(self, letters: Sequence[Claimed], now: datetime) -> None:
        """Put letters back that were refused for what need not be their fault, after all that were never tried."""
        with self.connection.begin():
            for letter in letters:
                self.connection.execute(PUT_BEHIND, {"id": letter.id, "attempts": letter.attempts, "now": now})
            supersede(self.connection, [letter.id for letter in letters])

    def sent(self, letter: Claimed, now: datetime) -> None:
        """The server took it."""
        self._settle(letter, LetterStatus.SENT, sent_at=now)

    def failed(self, letter: Claimed, error: str) -> None:
        """It will never go; a person must see why."""
        self._settle(letter, LetterStatus.FAILED, error=error)

    def deferred(self, letter: Claimed, error: str, now: datetime) -> LetterStatus:
        """It goes later, unless it has been tried often enough or is old news by now; returns what it is now."""
        failures = letter.attempts + 1
        if at := next_try(failures, now):
            stale = self._settle(letter, LetterStatus.DEFERRED, error=error, next_at=at)
            return LetterStatus.SUPERSEDED if stale else LetterStatus.DEFERRED
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
    ) -> bool:
        """Put down what became of it; returns whether it should go later, but is old news by now."""
        values = {"error": error, "sent_at": sent_at, "next_at": next_at}
        with self.connection.begin():
            self.connection.execute(
                SETTLE, {"id": letter.id, "status": status.value, "attempts": letter.attempts + 1, **values}
            )
            return status is LetterStatus.DEFERRED and supersede(self.connection, [letter.id]) > 0

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
