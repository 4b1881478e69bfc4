"""Requests that may come twice: done once, answered alike. What changed nothing is not kept and is tried anew."""

from dataclasses import dataclass

from sqlalchemy import insert, text
from sqlmodel import Session

from engine import clock
from models.api import StoredAnswer
from rules.errors import RepeatRefusedError

# Whoever comes with the same key meanwhile waits here until the first one has answered.
LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
FIND = text("SELECT request_hash, body, etag FROM answer WHERE account_id = :account AND key = :key")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request under a key of the account's own; `digest` is the SHA-256 of what it asks for."""

    account: int
    key: str
    digest: str


@dataclass(frozen=True, kw_only=True)
class Given:
    """What was answered: a JSON text and the version it left behind."""

    body: str
    etag: str | None


def given_before(session: Session, asked: Asked) -> Given | None:
    """The answer already given; None for the first request under the key. RepeatRefusedError if it was another one.

    Call it first in the transaction: it waits for whoever is about the same request.
    """
    session.execute(LOCK, {"name": f"answer:{asked.account}:{asked.key}"})
    row = session.execute(FIND, {"account": asked.account, "key": asked.key}).one_or_none()
    if row is None:
        return None
    if row.request_hash != asked.digest:
        raise RepeatRefusedError("Khóa Idempotency-Key này đã dùng cho một yêu cầu khác.")
    return Given(body=row.body, etag=row.etag)


def keep(session: Session, asked: Asked, given: Given) -> None:
    """Keep an answer, in the transaction of what it tells of."""
    values = {"account_id": asked.account, "key": asked.key, "request_hash": asked.digest}
    kept = {"body": given.body, "etag": given.etag, "answered_at": clock.now()}
    session.execute(insert(StoredAnswer).values({**values, **kept}))
