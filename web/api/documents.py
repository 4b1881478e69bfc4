"""Papers of a campaign as downloads: of submission letters that went, and of the decision."""

import hashlib
from io import BytesIO
from typing import Annotated, Any, Literal, TypeAlias

from fastapi import APIRouter, Path, Request, Response
from pydantic import AfterValidator

from engine.papers.forwarded import submission_paper
from engine.papers.ordering import MEDIA, catalogue, order
from engine.submissions import late_warning, mark_of, ready, sent
from engine.views import eyes_in, require_overview
from web.api.asked import HIGHEST, Code, words
from web.api.reading import Reading
from web.api.told import PLAYED, declared, download
from web.api.told_documents import CatalogueTold, SubmissionsTold
from web.handing import handed
from web.later import Later
from web.printing import maker

router = APIRouter(tags=["Đợt khen thưởng"], prefix="/campaigns/{code}")
Submission: TypeAlias = Annotated[int, Path(ge=0, le=HIGHEST, description="Số của tờ trình trong danh sách (id).")]
Form: TypeAlias = Annotated[Literal["pdf", "docx", "xlsx", "json"], Path(description="Dạng tệp.")]
Paper: TypeAlias = Annotated[
    str, Path(max_length=300, description="Tên tệp, như trong danh mục."), AfterValidator(words)
]
# A JSON file is a download like the others: its media type stands beside them.
FILES = download(*MEDIA.values())


@router.get(
    "/submissions",
    response_model=SubmissionsTold,
    responses=declared(*PLAYED, 403, 404),
    summary="Các tờ trình đã trình, và hồ sơ mà tờ trình tiếp theo sẽ gồm.",
)
def list_submissions(code: Code, work: Reading) -> dict[str, Any]:
    """The letters that went, newest first, and what the next one would carry, in ranking order."""
    context = work.context(code)
    require_overview(eyes_in(context))
    letters = [
        {"id": one.id, "number": one.number, "date": one.dated.isoformat(), "nominations": one.dossiers}
        for one in sent(work.session, context)
    ]
    dossiers = ready(work.session, context)
    waiting = [{"id": one.id, "name": one.name, "category": one.category, "unit": one.unit} for one in dossiers]
    warnings = list(late_warning(context))
    return {"submissions": letters, "ready": waiting, "warnings": warnings, "mark": mark_of(dossiers)}


@router.get(
    "/submissions/{submission}/papers/{form}",
    response_class=Response,
    responses={**FILES, **declared(*PLAYED, 403, 404)},
    summary="Tải một tờ trình kèm danh sách.",
)
def submission_file(code: Code, submission: Submission, form: Form, work: Reading) -> Response:
    """A letter with its list; what was printed is kept as it is."""
    context = work.context(code)
    require_overview(eyes_in(context))
    name, media, content = submission_paper(work.session, context, submission, form)
    return handed(BytesIO(content), media, name, hashlib.sha256(content).hexdigest())


@router.get(
    "/decision/papers",
    response_model=CatalogueTold,
    responses=declared(*PLAYED, 403, 404),
    summary="Danh mục văn bản của quyết định.",
)
def list_papers(code: Code, work: Reading) -> dict[str, Any]:
    """The papers of a decision by file name; they can be had once its list is frozen."""
    context = work.context(code)
    require_overview(eyes_in(context))
    return {"papers": [{"name": name, "label": label} for name, label in catalogue(context.campaign.code).items()]}


@router.get(
    "/decision/papers/{name}",
    response_class=Response,
    responses={**FILES, **declared(*PLAYED, 403, 404)},
    summary="Tải một văn bản của quyết định đã chốt hoặc đã ký.",
)
def decision_file(code: Code, name: Paper, work: Reading, request: Request) -> Response:
    """One paper of the frozen or signed decision; printing it keeps nobody waiting."""
    context = work.context(code)
    require_overview(eyes_in(context))
    wanted = order(work.session, context, name)
    return Later(maker(request, wanted), request.app.state.press)
