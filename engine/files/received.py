"""A file that has arrived: examined apart, its name made clean, and then kept once for all dossiers it belongs to."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import Session

from engine.files.apart import Examined, examine
from engine.files.names import clean_name
from models.files import StoredFile
from rules.attached import Paper, paper_named
from rules.errors import MalformedError

AT_ONCE = 1024 * 1024  # bytes read from the database at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A harmless file on this machine that is to become a paper of a dossier."""

    paper: Paper
    name: str
    path: Path
    examined: Examined


def receive(paper: str, name: str, path: Path) -> Upload:
    """The file at `path`, which somebody calls `name`; MalformedError unless it may become that paper.

    Call it outside a transaction: it takes as long as the file is hard to read.
    """
    what = paper_named(paper)
    examined = examine(path)
    return Upload(paper=what, name=clean_name(name, examined.media), path=path, examined=examined)


def keep(session: Session, upload: Upload) -> None:
    """Store the file unless it is known; MalformedError when it is no longer what was examined."""
    known = text("SELECT 1 FROM file WHERE sha256 = :sha256")
    if session.scalar(known, {"sha256": upload.examined.sha256}):
        return
    content = upload.path.read_bytes()
    if hashlib.sha256(content).hexdigest() != upload.examined.sha256:
        raise MalformedError(f"Tệp “{upload.name}” đã thay đổi trong khi được kiểm tra; hãy gửi lại.")
    row = {
        "sha256": upload.examined.sha256,
        "media": upload.examined.media.value,
        "size": upload.examined.size,
        "content": content,
    }
    session.execute(upsert(StoredFile).values(row).on_conflict_do_nothing())


def write_content(session: Session, sha256: str, file: BinaryIO) -> None:
    """Copy a stored file into `file`, never the whole of it in memory."""
    piece = text("SELECT substring(content FROM :start FOR :length) FROM file WHERE sha256 = :sha256")
    values = {"sha256": sha256, "length": AT_ONCE}
    start = 1
    while content := session.scalar(piece, {**values, "start": start}):
        file.write(content)
        start += AT_ONCE
