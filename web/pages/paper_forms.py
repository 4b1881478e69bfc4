"""What parts/papers.html shows: the papers of a dossier, the form that adds to them, what was just refused of it."""

from dataclasses import dataclass, field
from typing import Any

from engine.context import Context
from engine.dossier import Dossier
from engine.eyes import Eyes
from engine.files.attachments import changeable, companions
from engine.files.limits import MAX_FILE, MEGABYTE
from engine.files.listing import attachments_view
from rules.attached import PAPER_LABELS, Paper
from web.arriving import RefusedFile
from web.bodies import AT_ONCE
from web.visit import Visit

ACCEPTED = ".pdf,.docx,.jpg,.jpeg,.png"  # what the browser offers to choose; what it sends is examined all the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of a form some of whose files were refused; `note` tells of the others."""

    refused: list[RefusedFile] = field(default_factory=list)
    note: str = ""


def papers_values(visit: Visit, context: Context, dossier: Dossier, eyes: Eyes) -> dict[str, Any]:
    """The values the part needs, under one name; and what to say on top of the page of files that were taken."""
    may = changeable(context, dossier)
    sent: Sent = getattr(visit.request.state, "papers_sent", Sent())
    files = attachments_view(visit.session, dossier, eyes)
    return ({"note": sent.note} if sent.note else {}) | {
        "paper_panel": {
            "files": [{**one, "length": size_words(one["size"])} for one in files if not one["replaced"]],
            "replaced": [one for one in files if one["replaced"]],
            "may": may,
            "fields": [
                {
                    "name": paper.value,
                    "label": PAPER_LABELS[paper],
                    "refused": [(one.name, one.message) for one in sent.refused if one.paper is paper],
                }
                for paper in Paper
            ],
            "others": companions(visit.session, context, dossier) if may else [],
            "chosen": visit.form.many("also"),
            "accepted": ACCEPTED,
            "most": f"{MAX_FILE // MEGABYTE} MB",
            "at_once": f"{AT_ONCE // MEGABYTE} MB",
        }
    }


def size_words(size: int) -> str:
    """A length as people say it."""
    if size < MEGABYTE:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / MEGABYTE:.1f} MB".replace(".", ",")
