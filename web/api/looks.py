"""What the offices look at besides: points, earlier answers, other dossiers of a nominee, coverage; and papers."""

from dataclasses import asdict
from typing import Annotated, Any, TypeAlias

from fastapi import APIRouter, Path

from engine.coverage import Share, coverage
from engine.duplicates import others_of
from engine.files.listing import attachments_view
from engine.scores import scores_view
from engine.versions import Writing, side_by_side, writings
from engine.views import eyes_in, note_sight
from web.api.asked import HIGHEST, Category, Code, Identity
from web.api.reading import Reading
from web.api.told import PLAYED, declared
from web.api.told_looks import AnswersTold, CoverageTold, OthersTold, PapersTold, ScoresTold, VersionsTold

router = APIRouter()
Earlier: TypeAlias = Annotated[int, Path(ge=0, le=HIGHEST, description="Phiên bản trước.")]
OFFICES = declared(*PLAYED, 403, 404)


@router.get(
    "/nominations/{id}/papers",
    response_model=PapersTold,
    summary="Giấy tờ đính kèm hồ sơ.",
    tags=["Hồ sơ"],
    responses=declared(*PLAYED, 404),
)
def show_papers(identity: Identity, work: Reading) -> dict[str, Any]:
    """The papers that are there; their names only for eyes that may read them."""
    _, dossier, eyes = work.seen(identity)
    return {"id": dossier.id, "papers": attachments_view(work.session, dossier, eyes)}


@router.get(
    "/nominations/{id}/scores",
    response_model=ScoresTold,
    summary="Điểm của từng người chấm.",
    tags=["Hồ sơ"],
    responses=OFFICES,
)
def show_scores(identity: Identity, work: Reading) -> dict[str, Any]:
    """Points of every reviewer by criterion, and who recused themselves."""
    context, dossier, eyes = work.seen(identity)
    return {"id": dossier.id, **scores_view(work.session, context, dossier, eyes)}


@router.get(
    "/nominations/{id}/versions",
    response_model=VersionsTold,
    summary="Các lần nội dung được ghi.",
    tags=["Hồ sơ"],
    responses=OFFICES,
)
def show_versions(identity: Identity, work: Reading) -> dict[str, Any]:
    """Every time the answers were written, newest first."""
    context, dossier, eyes = work.seen(identity)
    return {"id": dossier.id, "versions": [told(one) for one in writings(work.session, context, dossier, eyes)]}


def told(writing: Writing) -> dict[str, Any]:
    """One writing as data."""
    changes = None
    if writing.differences is not None:
        changes = [{"field": d.field.key, "before": d.before, "now": d.after} for d in writing.differences]
    return {
        "version": writing.version,
        "first": writing.first,
        "corrected": writing.corrected,
        "on": writing.on.isoformat(),
        "by": writing.by,
        "on_behalf": writing.on_behalf,
        "reason": writing.reason,
        "changes": changes,
    }


@router.get(
    "/nominations/{id}/versions/{version}",
    response_model=AnswersTold,
    summary="Nội dung ở một phiên bản trước, bên cạnh nội dung hiện nay.",
    tags=["Hồ sơ"],
    responses=OFFICES,
)
def compare_version(identity: Identity, version: Earlier, work: Reading) -> dict[str, Any]:
    """Every answer then and now; that a CCCD number was shown goes on the trail."""
    context, dossier, eyes = work.seen(identity)
    answers = side_by_side(work.session, context, dossier, eyes, version)
    note_sight(work.session, context, dossier, eyes)
    told = [
        {"field": one.field.key, "then": one.before, "now": one.now, "changed": one.changed} for one in answers or ()
    ]
    return {"id": dossier.id, "version": version, "answers": None if answers is None else told}


@router.get(
    "/nominations/{id}/others",
    response_model=OthersTold,
    summary="Hồ sơ khác của cùng tập thể, cá nhân.",
    tags=["Hồ sơ"],
    responses=OFFICES,
)
def show_others(identity: Identity, work: Reading) -> dict[str, Any]:
    """The live dossiers that name the same nominee and are not settled against this one."""
    _, dossier, eyes = work.seen(identity)
    others = others_of(work.session, dossier, eyes)
    return {"id": dossier.id, "others": [{**asdict(one), "state": one.state.value} for one in others]}


@router.get(
    "/campaigns/{code}/coverage",
    response_model=CoverageTold,
    tags=["Đợt khen thưởng"],
    responses=OFFICES,
    summary="Độ phủ theo xã, dự án và trực tiếp triển khai.",
)
def show_coverage(code: Code, category: Category, work: Reading) -> dict[str, Any]:
    """How many were nominated, endorsed and selected by unit, project and direct implementation."""
    context = work.context(code)
    found = coverage(work.session, context, eyes_in(context), category)
    lists: dict[str, tuple[Share, ...]] = {
        "communes": found.communes,
        "offices": found.offices,
        "projects": found.projects,
    }
    shares = {name: [asdict(share) for share in some] for name, some in lists.items()}
    return {"category": category, **shares, "direct": asdict(found.direct), "indirect": asdict(found.indirect)}
