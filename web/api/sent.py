"""What programs send as files: who sends them is known before the body is read, and it is read as a page's form is."""

import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import contextmanager
from typing import Annotated, Any, TypeAlias, TypeVar

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPAuthorizationCredentials
from pydantic import ValidationError

from engine.files.attachments import require_changeable
from engine.importing import require_importer
from engine.previewing import NAMELESS
from engine.workbook.guard import MAX_FILE
from rules.attached import Paper
from rules.errors import MalformedError
from web.api.asked import Body, Code, Identity, Name, OfCampaign, Written
from web.arriving import Examined, received
from web.bodies import FILES
from web.forms import Form, Posted
from web.work import BEARER, Work, signed_in

B = TypeVar("B", bound=Body)
Credentials: TypeAlias = Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]
TODAY = {"type": "string", "format": "date", "description": "Coi hôm nay là ngày này; chỉ trong đợt diễn tập."}
FILE = {"type": "string", "format": "binary"}
SEVERAL = {"type": "array", "items": FILE, "description": "PDF, DOCX, JPEG, PNG."}


class FileSent(Body):
    """A file that came and was found harmless."""

    paper: Name
    name: Name
    sha256: Name


class PapersAsked(Written):
    """Files to attach, to this dossier and to others of its unit."""

    also: list[Name]
    files: list[FileSent]


class WorkbookAsked(OfCampaign):
    """A workbook to look at."""

    name: Name
    sha256: Name


def described(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    """The form in the OpenAPI document, which the framework does not read for us."""
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return {"requestBody": {"required": True, "content": {FILES: {"schema": schema}}}}


PAPERS_FORM = described(
    {
        **{paper.value: SEVERAL for paper in Paper},
        "also": {"type": "array", "items": {"type": "string"}, "description": "Hồ sơ khác của cùng đơn vị."},
        "today": TODAY,
    },
    [],
)
WORKBOOK_FORM = described({"file": {**FILE, "description": "Tệp .xlsx theo mẫu."}, "today": TODAY}, ["file"])


async def papers_let_in(request: Request, identity: Identity, credentials: Credentials) -> AsyncIterator[None]:
    """Let in the files of somebody who may change the papers of this dossier as things stand."""

    def may(work: Work) -> None:
        context, dossier, _ = work.seen(identity)
        require_changeable(context, dossier)

    async with received(request, lambda: sender(request, credentials, may)):
        yield


async def workbook_let_in(request: Request, code: Code, credentials: Credentials) -> AsyncIterator[None]:
    """Let in the workbook of somebody who may import one."""
    async with received(
        request, lambda: sender(request, credentials, lambda work: require_importer(work.context(code)))
    ):
        yield


def sender(request: Request, credentials: HTTPAuthorizationCredentials | None, may: Callable[[Work], None]) -> int:
    """The account of the token, if it may do this; doing it asks again."""
    with contextmanager(signed_in)(request, None, credentials) as work:
        may(work)
        return work.account.id


def papers_asked(form: Posted, arrived: Examined) -> PapersAsked:
    """The form of papers; MalformedError tells of every file that may not be taken, and then none is."""
    require_known(form, {paper.value for paper in Paper}, {"also", "today"})
    if arrived.refused:
        raise MalformedError(" ".join(f"{one.paper.value}, “{one.name}”: {one.message}" for one in arrived.refused))
    files = [{"paper": u.paper.value, "name": u.name, "sha256": u.examined.sha256} for u in arrived.uploads]
    return shaped(PapersAsked, {"also": form.many("also"), "today": form.text("today") or None, "files": files})


def workbook_content(form: Posted) -> bytes:
    """The bytes of the one workbook in the form."""
    require_known(form, {"file"}, {"today"})
    files = form.files("file")
    if len(files) != 1:
        raise MalformedError("Thân yêu cầu: phải có đúng một tệp, file.")
    return files[0].file.read(MAX_FILE + 1)


def workbook_asked(form: Posted, content: Annotated[bytes, Depends(workbook_content)]) -> WorkbookAsked:
    """What is asked about that workbook."""
    name, digest = form.files("file")[0].filename or NAMELESS, hashlib.sha256(content).hexdigest()
    return shaped(WorkbookAsked, {"name": name[:200], "sha256": digest, "today": form.text("today") or None})


def require_known(form: Form, files: set[str], words: set[str]) -> None:
    """MalformedError for a form with a field there is none of, or with words where a file should be."""
    if (form.uploads.keys() - files) or (form.texts.keys() - words):
        known = ", ".join((*sorted(files), *sorted(words)))
        raise MalformedError(f"Thân yêu cầu: có trường không nhận. Tệp và trường được nhận: {known}.")


def shaped(shape: type[B], values: dict[str, Any]) -> B:
    """The values in their shape; RequestValidationError, as for a JSON body, for any that does not fit."""
    try:
        return shape.model_validate(values)
    except ValidationError as error:
        flaws = [{**flaw, "loc": ("body", *flaw["loc"])} for flaw in error.errors(include_url=False)]
        raise RequestValidationError(flaws) from error


PapersLetIn = Depends(papers_let_in, scope="function")  # the first of a route's dependencies
WorkbookLetIn = Depends(workbook_let_in, scope="function")
SentPapers: TypeAlias = Annotated[PapersAsked, Depends(papers_asked)]
SentWorkbook: TypeAlias = Annotated[WorkbookAsked, Depends(workbook_asked)]
Content: TypeAlias = Annotated[bytes, Depends(workbook_content)]
