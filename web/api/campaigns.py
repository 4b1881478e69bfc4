"""Campaigns: at a glance, their ranking, and plans that move many dossiers."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse

from engine import campaigns
from engine.answers import outcome_view
from engine.plans import Outcome, plan, require_performer, require_plain
from engine.standing import head_of_reserve, standing
from engine.views import eyes_in, ranking_view, require_overview
from rules.errors import RefusedError
from web.api.asked import Category, Code, Key, PlanAsked
from web.api.once import Done, given, once
from web.api.reading import Reading
from web.api.told import PLAYED, READS, WRITES, Declared, Failure, Refusal, declared
from web.api.told_campaigns import CampaignsTold, CampaignSummary, PlanTold, RankingTold
from web.errors import STATUSES
from web.wording import plainly
from web.work import SignedIn, Work

router = APIRouter(tags=["Đợt khen thưởng"])
STOPPED: Declared = {
    409: {"model": PlanTold | Refusal | Failure, "description": "Có hồ sơ bị từ chối, hoặc yêu cầu bị từ chối."}
}


@router.get(
    "/campaigns",
    response_model=CampaignsTold,
    responses=declared(*READS),
    summary="Các đợt khen thưởng, mới nhất trước.",
)
def list_campaigns(work: SignedIn) -> dict[str, Any]:
    """Every campaign."""
    return {"campaigns": campaigns.every(work.session)}


@router.get(
    "/campaigns/{code}",
    response_model=CampaignSummary,
    responses=declared(*PLAYED, 404),
    summary="Chỉ tiêu, số chỗ đã dùng và số hồ sơ theo trạng thái.",
)
def show_campaign(code: Code, work: Reading) -> dict[str, Any]:
    """A campaign at a glance, as the account may see it."""
    context = work.context(code)
    return campaigns.show(work.session, context, eyes_in(context))


@router.get(
    "/campaigns/{code}/ranking",
    response_model=RankingTold,
    responses=declared(*PLAYED, 403, 404),
    summary="Thứ tự của một loại đối tượng, lý do và vạch chỉ tiêu.",
)
def show_ranking(code: Code, category: Annotated[Category, Query()], work: Reading) -> dict[str, Any]:
    """The ordered list of a category, for those who see every unit's dossiers."""
    context = work.context(code)
    require_overview(eyes_in(context))
    view = ranking_view(standing(work.session, context, category))
    following = head_of_reserve(work.session, context, category)
    return {**view, "next": following.id if following else None}


@router.post(
    "/campaigns/{code}/plans",
    response_model=PlanTold,
    responses={**declared(*WRITES), **STOPPED},
    summary="Một bước với nhiều hồ sơ: tất cả hoặc không hồ sơ nào.",
)
def make_plan(code: Code, asked: PlanAsked, work: SignedIn, key: Key = None) -> Response:
    """Take one step of every dossier in a state, in ranking order."""
    return once(work, key, {"plan": code}, asked, lambda: planned(work, code, asked))


def planned(work: Work, code: str, asked: PlanAsked) -> Done:
    """The plan, carried out or undone."""
    require_plain(asked.action)
    context = work.context(code, writes=True, today=asked.today)
    require_performer(context, asked.action)
    if asked.category is not None:
        context.campaign.category(asked.category)
    outcome = plan(
        work.session,
        context,
        asked.action,
        asked.request(),
        source=asked.source,
        category=asked.category,
        limit=asked.limit,
        skip_refused=asked.skip_refused,
        eyes=eyes_in(context),
    )
    return concluded(work, outcome, dry_run=asked.dry_run, skip_refused=asked.skip_refused)


def concluded(work: Work, outcome: Outcome, *, dry_run: bool, skip_refused: bool) -> Done:
    """What stands of a plan: nothing after a dry run, nor when dossiers were refused that were not to be skipped."""
    stopped = bool(outcome.refused) and not skip_refused
    view = outcome_view(outcome, applied=not (dry_run or stopped))
    for refused in view["refused"]:
        refused["message"] = plainly(refused["message"])
    if view["applied"]:
        return given(view)
    work.session.rollback()
    return JSONResponse(view, STATUSES[RefusedError] if stopped and not dry_run else 200)
