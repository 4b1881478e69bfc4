"""Papers on their way in: who sends them is known before the body is read, and no transaction is open meanwhile.

A body is read to disk as it arrives, so many come in little memory; then each file is examined apart, and only what is
whole and harmless reaches the transaction that attaches it.
"""

import shutil
from asyncio import Semaphore
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, TypeAlias

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from engine.files.attachments import require_changeable
from engine.files.limits import MAX_FILE, too_large
from engine.files.received import Upload, receive
from rules.attached import Paper
from rules.errors import MalformedError, StateRefusedError
from web.bodies import FILES, media_of
from web.forms import Form, Posted
from web.visit import Coming, visit_in
from web.work import database_of

ROOM = 16  # bodies on their way at once; each may hold a megabyte a file in memory before it goes to disk
OF_ONE = 3  # of one account: who sends slowly keeps nobody else out
MOST_FILES = 12
MOST_FIELDS = 300  # the other dossiers of a unit that the files belong to as well
LONGEST_FIELD = 16 * 1024  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedFile:
    """A file that was not taken, and why."""

    paper: Paper
    name: str
    message: str


@dataclass
class Arrived:
    """The files of a form: those that may be attached, those that may not."""

    uploads: list[Upload] = field(default_factory=list)
    refused: list[RefusedFile] = field(default_factory=list)


@dataclass
class Doorway:
    """How many bodies are on their way into this process, and whose."""

    room: Semaphore = field(default_factory=lambda: Semaphore(ROOM))
    coming: Counter[int] = field(default_factory=Counter)

    @asynccontextmanager
    async def entered(self, account: int) -> AsyncIterator[None]:
        """Let one body in; StateRefusedError when the account sends too many at once."""
        if self.coming[account] >= OF_ONE:
            raise StateRefusedError(
                f"Tài khoản đang gửi {OF_ONE} lượt tệp cùng lúc: hãy chờ các lượt đó xong rồi gửi tiếp."
            )
        self.coming[account] += 1
        try:
            async with self.room:
                yield
        finally:
            self.coming[account] -= 1


async def let_in(identity: str, request: Request) -> AsyncIterator[None]:
    """Read the form of somebody who may change the papers of this dossier; else refuse it with its body unread."""
    async with received(request, lambda: sender(request, identity)):
        yield


@asynccontextmanager
async def received(request: Request, sent_by: Callable[[], int]) -> AsyncIterator[None]:
    """Read the form of the account that `sent_by` lets in, within its turn."""
    async with request.app.state.writing:
        account = await run_in_threadpool(sent_by)
    async with request.app.state.doorway.entered(account), form_read(request):
        yield


@asynccontextmanager
async def form_read(request: Request) -> AsyncIterator[None]:
    """Read the form within narrower limits than others, for `request.form()` to find; close its files at the end."""
    parser = MultiPartParser(
        request.headers,
        request.stream(),
        max_files=MOST_FILES,
        max_fields=MOST_FIELDS,
        max_part_size=LONGEST_FIELD,
    )
    try:
        if media_of(request.headers) == FILES:
            request._form = await parser.parse()  # noqa: SLF001 - Starlette closes no file of a body that breaks off
        yield
    except MultiPartException as error:
        raise MalformedError("Không đọc được biểu mẫu.") from error
    finally:
        for file in parser._files_to_close_on_error:  # noqa: SLF001 - as above: every file that was begun
            file.close()


def sender(request: Request, identity: str) -> int:
    """The account that is signed in, which may change these papers as things stand; storing them asks again."""
    with database_of(request).transaction() as session:
        visit = visit_in(session, Coming(request, Form(FormData())))
        context, dossier, _ = visit.seen(identity)
        require_changeable(context, dossier)
        return visit.account.id


def examined(form: Posted) -> Iterator[Arrived]:
    """Every file of the form, examined apart; what is left of them goes when the request is done."""
    arrived = Arrived()
    with TemporaryDirectory(prefix="vinhdanh-") as folder:
        for paper in Paper:
            for number, sent in enumerate(form.files(paper.value)):
                take(arrived, paper, sent, Path(folder) / f"{paper.value}-{number}")
        yield arrived


def take(arrived: Arrived, paper: Paper, sent: UploadFile, path: Path) -> None:
    """Examine one file."""
    name = sent.filename or ""
    try:
        if (sent.size or 0) > MAX_FILE:
            raise too_large()
        with path.open("wb") as file:
            shutil.copyfileobj(sent.file, file)
        arrived.uploads.append(receive(paper.value, name, path))
    except MalformedError as error:
        arrived.refused.append(RefusedFile(paper=paper, name=name, message=error.message))


LetIn = Depends(let_in, scope="function")  # the first of a route's dependencies
Examined: TypeAlias = Annotated[Arrived, Depends(examined, scope="function")]  # named before Visiting, it comes first
