"""The papers attached to a dossier, as its viewer's eyes see them."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from engine.along import Along, along, read
from engine.dossier import Dossier
from engine.eyes import Eyes
from engine.files.content import Media
from rules.attached import PAPER_LABELS, Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A file as a paper of a dossier."""

    id: int
    paper: Paper
    sha256: str
    name: str
    version: int
    removed_version: int | None
    media: Media
    size: int
    sent: bool

    @property
    def live(self) -> bool:
        """Whether it is a paper of the dossier now."""
        return self.removed_version is None

    @property
    def shown(self) -> bool:
        """Whether anybody may look at it: what was taken off before it was ever sent is nobody's business."""
        return self.live or self.sent

    @property
    def key(self) -> str:
        """What makes it one: its paper and its content."""
        return f"{self.paper.value}:{self.sha256}"


def attachments_of(session: Session, nomination_id: str) -> list[Attached]:
    """Every file ever attached to a dossier, in order, as they are now."""
    return attached_in(read(session, nomination_id, Along.ATTACHMENTS))


def attached_in(found: list[dict[str, Any]]) -> list[Attached]:
    """The files as they were read."""
    return [Attached(**one | {"paper": Paper(one["paper"]), "media": Media(one["media"])}) for one in found]


def shown_of(session: Session, dossier: Dossier) -> list[Attached]:
    """The files of a dossier that anybody may look at: those of now in the order of papers, then those replaced."""
    found = attached_in(along(session, dossier.id, dossier.version, Along.ATTACHMENTS))
    return in_order([one for one in found if one.shown])


def papers_seen(session: Session, dossier: Dossier, eyes: Eyes) -> list[Attached]:
    """The papers whose content these eyes may read: those of now, in the order of papers, then those replaced."""
    if not eyes.sees_sensitive(dossier.unit):
        return []
    return shown_of(session, dossier)


def attachments_view(session: Session, dossier: Dossier, eyes: Eyes) -> list[dict[str, Any]]:
    """The papers as data. Who may not read them sees that they are there, not what they are called."""
    readable = eyes.sees_sensitive(dossier.unit)
    return [
        {
            "id": one.id,
            "paper": one.paper.value,
            "label": PAPER_LABELS[one.paper],
            "name": one.name if readable else None,
            "media": one.media.value,
            "size": one.size,
            "sha256": one.sha256 if readable else None,
            "replaced": not one.live,
            "readable": readable,
        }
        for one in shown_of(session, dossier)
    ]


def in_order(attached: list[Attached]) -> list[Attached]:
    """Those of now first, in the order of papers, then of arrival."""
    order = list(Paper)
    return sorted(attached, key=lambda one: (not one.live, order.index(one.paper), one.id))
