"""What was printed is kept: the same paper is given out again as the same bytes, a signed one for good."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from engine.papers import press
from models.papers import Paper

DRAFT = "du-thao/"  # before the name of a paper made before signing: it is never taken for the signed one


@dataclass(frozen=True, kw_only=True)
class Owner:
    """Whose paper it is: a decision's or a submission letter's, by id."""

    decision: int | None = None
    submission: int | None = None

    @property
    def key(self) -> dict[str, int | None]:
        """The columns that say so."""
        return {"decision_id": self.decision, "submission_id": self.submission}


class Status(StrEnum):
    """How binding a paper is, and with that which kept copy stands for it."""

    SIGNED = "signed"  # the first one kept under its name, for good
    ISSUED = "issued"  # numbered and dated: the first one of the same data
    DRAFT = "draft"  # one of the same data by the same tools


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A paper's bytes as they are given out; `new` if they were made just now."""

    name: str
    content: bytes
    new: bool


@dataclass(frozen=True, kw_only=True)
class Copy:
    """Which kept copy is wanted: whose, under which name, of which data."""

    owner: Owner
    name: str
    status: Status
    source_hash: str

    @property
    def values(self) -> dict[str, Any]:
        """The parameters of the search for it."""
        return {
            **self.owner.key,
            "name": f"{DRAFT}{self.name}" if self.status is Status.DRAFT else self.name,
            "source": None if self.status is Status.SIGNED else self.source_hash,
            "tools": press.fingerprint() if self.status is Status.DRAFT else None,
        }


def keep(session: Session, wanted: Copy, make: Callable[[], bytes], now: datetime) -> Kept:
    """The kept paper, or a new one, then kept. Two at once: the second finds the first's."""
    known = find(session, wanted)
    if known is not None:
        return Kept(name=wanted.name, content=known, new=False)
    content = make()
    row = {
        **wanted.owner.key,
        "name": wanted.values["name"],
        "source_hash": wanted.source_hash,
        "fingerprint": press.fingerprint(),
        "sha256": hashlib.sha256(content).hexdigest(),
        "content": content,
        "made_at": now,
    }
    added = session.execute(insert(Paper).values(row).on_conflict_do_nothing().returning(Paper.id))  # type: ignore[call-overload]  # SQLModel columns read as their values
    new = added.scalar_one_or_none() is not None
    return Kept(name=wanted.name, content=find(session, wanted) or content, new=new)


def find(session: Session, wanted: Copy) -> bytes | None:
    """The first kept copy that stands for it."""
    query = text(
        "SELECT content FROM paper WHERE decision_id IS NOT DISTINCT FROM :decision_id"
        " AND submission_id IS NOT DISTINCT FROM :submission_id AND name = :name"
        " AND (CAST(:source AS text) IS NULL OR source_hash = :source)"
        " AND (CAST(:tools AS text) IS NULL OR fingerprint = :tools) ORDER BY id LIMIT 1"
    )
    content = session.scalar(query, wanted.values)
    return None if content is None else bytes(content)
