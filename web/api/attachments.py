"""Papers of a dossier: sent, taken off, downloaded; and the whole dossier as a bundle."""

from typing import Annotated, TypeAlias

from fastapi import APIRouter, Header, Path, Response

from engine.bundle import make_bundle
from engine.context import Context
from engine.files.attachments import attach, take_off
from engine.files.content import Media
from engine.files.reading import hand_out, readable
from web.api.asked import Identity, Written
from web.api.reading import Reading
from web.api.sent import PAPERS_FORM, PapersLetIn, SentPapers
from web.api.told import PLAYED, Declared, declared, download
from web.api.told_dossiers import ChangedTold
from web.api.writings import ANSWERS, Writes
from web.arriving import Examined
from web.handing import handed, room

router = APIRouter(tags=["Hồ sơ"], prefix="/nominations/{id}")
BUNDLE = "application/zip"
UNCHANGED: Declared = {304: {"description": "Tệp vẫn là tệp mà If-None-Match nêu."}}
Attachment: TypeAlias = Annotated[int, Path(ge=0, le=2**63 - 1, description="Số của giấy tờ, như trong danh sách.")]
IfNoneMatch: TypeAlias = Annotated[str | None, Header(alias="If-None-Match", description="ETag của tệp đã có.")]


@router.post(
    "/papers",
    dependencies=[PapersLetIn],
    response_model=ChangedTold,
    responses=ANSWERS,
    openapi_extra=PAPERS_FORM,
    summary="Đính kèm giấy tờ: tất cả các tệp, hoặc không tệp nào.",
)
def send_papers(asked: SentPapers, arrived: Examined, writes: Writes) -> Response:
    """Attach every file, to this dossier and to the others of its unit that are named; what is there is left alone."""
    session, ids = writes.work.session, [writes.identity, *asked.also]

    def do(context: Context) -> None:
        attach(session, context, ids, arrived.uploads)

    return writes.carry_out("papers", asked, do)


@router.post(
    "/papers/{paper}/removal", response_model=ChangedTold, responses=ANSWERS, summary="Gỡ một giấy tờ khỏi hồ sơ."
)
def remove_paper(paper: Attachment, asked: Written, writes: Writes) -> Response:
    """Take a paper off the dossier; the file stays, for the trail names it."""
    session, identity = writes.work.session, writes.identity

    def do(context: Context) -> None:
        take_off(session, context, identity, paper)

    return writes.carry_out(f"removal of {paper}", asked, do)


@router.get(
    "/papers/{paper}",
    response_class=Response,
    responses={**download(*Media), **UNCHANGED, **declared(*PLAYED, 403, 404)},
    summary="Tải một giấy tờ.",
)
def download_paper(identity: Identity, paper: Attachment, work: Reading, known: IfNoneMatch = None) -> Response:
    """One paper as a download; what offices read is on the trail."""
    context, dossier, eyes = work.seen(identity)
    found = readable(work.session, dossier, eyes, paper)
    if known == f'"{found.sha256}"':
        return Response(status_code=304, headers={"ETag": known})
    file = room()
    hand_out(work.session, context, dossier, eyes, found.id, file)
    return handed(file, found.media.value, found.name, found.sha256)


@router.get(
    "/bundle",
    response_class=Response,
    responses={**download(BUNDLE), **declared(*PLAYED, 404)},
    summary="Tải cả hồ sơ thành một gói ZIP.",
)
def download_bundle(identity: Identity, work: Reading) -> Response:
    """Fields, verdicts, history, letters and papers as far as the account sees them; its making is on the trail."""
    context, dossier, eyes = work.seen(identity)
    file = room()
    made = make_bundle(work.session, context, dossier.id, eyes, file)
    return handed(file, BUNDLE, f"ho-so-{dossier.id}.zip", made.sha256)
