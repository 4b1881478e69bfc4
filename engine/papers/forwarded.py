"""One paper of a submission letter that went: pdf, docx, xlsx or json."""

from sqlmodel import Session

from engine.context import Context
from engine.papers import submission_files
from engine.papers.ordering import MEDIA
from engine.submissions import sent
from rules.errors import NotFoundError


def submission_paper(session: Session, context: Context, submission: int, form: str) -> tuple[str, str, bytes]:
    """(name, media, content) of one form of the letter with its list; what was printed is kept as it is.

    NotFoundError where the campaign has no such letter, or it has no such form.
    """
    found = sent(session, context, submission)
    if not found or form not in MEDIA:
        raise NotFoundError("Không có văn bản này.")
    files = submission_files(session, context, found[0].number)
    name = next(name for name in files if name.endswith(f".{form}"))
    return name, MEDIA[form], files[name]
