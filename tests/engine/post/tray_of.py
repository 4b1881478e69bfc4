"""The letters of a world, as tests look at them."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from tests.world import World


@dataclass(frozen=True)
class LetterRow:
    """What is known of a letter's delivery."""

    id: int
    kind: str
    recipient: str
    status: str
    attempts: int
    sent_at: datetime | None
    next_at: datetime | None
    error: str | None


@dataclass(frozen=True)
class Tray:
    """Every letter of a world."""

    world: World

    def rows(self) -> list[LetterRow]:
        """All of them, in order of writing."""
        columns = "id, kind, recipient, status, attempts, sent_at, next_at, error"
        return [LetterRow(*tuple(row)) for row in self.world.query(f"SELECT {columns} FROM letter ORDER BY id")]  # noqa: S608 - our own constant

    def to(self, recipient: str) -> LetterRow:
        """The only letter to an address."""
        (row,) = [row for row in self.rows() if row.recipient == recipient]
        return row

    def statuses(self) -> dict[str, int]:
        """How many letters there are of each status."""
        return dict(Counter(row.status for row in self.rows()))

    def readdress(self, before: str, after: str) -> None:
        """Change where letters go."""
        self.world.change("UPDATE letter SET recipient = :after WHERE recipient = :before", before=before, after=after)
