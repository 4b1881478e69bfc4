"""What is done to a whole campaign: forwarded, decided, released, closed. Nobody else moves a dossier meanwhile."""

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from sqlmodel import Session

from engine import amendments, campaigns, deciding, decisions, submissions
from engine.answers import outcome_view
from engine.context import Context
from engine.decisions import Moved
from engine.plans import Outcome
from engine.views import eyes_in, require_overview
from rules.errors import MalformedError, NotFoundError, RefusedError
from web.api.asked import ClosingAsked, Code, DecisionAsked, ForwardAsked, Key, OfCampaign, ReleaseAsked
from web.api.once import Done, given, once
from web.api.reading import Reading
from web.api.told import PLAYED, WRITES, Declared, Failure, Refusal, declared
from web.api.told_campaigns import DecisionMoved, PlanTold, ReleasedTold, SubmissionTold
from web.errors import STATUSES
from web.wording import plainly
from web.work import SignedIn, Work

router = APIRouter(tags=["Đợt khen thưởng"], prefix="/campaigns/{code}")


def stopped(shape: type) -> Declared:
    """The statuses of a write on a whole campaign: dossiers that were refused are told in the shape of success."""
    return {
        **declared(*WRITES),
        409: {"model": shape | Refusal | Failure, "description": "Có hồ sơ bị từ chối, hoặc yêu cầu bị từ chối."},
    }


def alone(work: Work, code: str, asked: OfCampaign) -> Context:
    """The context of one who works on the whole campaign, for those who see every unit's dossiers."""
    require_overview(eyes_in(work.context(code)))
    return work.context(code, writes=True, today=asked.today, exclusive=True)


def concluded(work: Work, outcome: Outcome, more: Mapping[str, Any]) -> Done:
    """What stands: everything, or nothing where a dossier was refused."""
    view = {**outcome_view(outcome, applied=not outcome.refused), **more}
    for refused in view["refused"]:
        refused["message"] = plainly(refused["message"])
    if view["applied"]:
        return given(view)
    work.session.rollback()
    return JSONResponse(view, STATUSES[RefusedError])


@router.post(
    "/submissions",
    response_model=SubmissionTold,
    responses=stopped(SubmissionTold),
    summary="Trình các hồ sơ được lựa chọn theo một tờ trình.",
)
def forward(code: Code, asked: ForwardAsked, work: SignedIn, key: Key = None) -> Response:
    """Forward every selected dossier under one submission letter."""

    def do() -> Done:
        done = submissions.forward(work.session, alone(work, code, asked), asked.number, asked.date, mark=asked.mark)
        more = {"number": done.number, "date": done.dated.isoformat(), "warnings": list(done.warnings)}
        return concluded(work, done.outcome, more)

    return once(work, key, {"submission": code}, asked, do)


@router.get(
    "/decision",
    response_model=DecisionMoved,
    responses=declared(*PLAYED, 403, 404),
    summary="Quyết định của đợt khen thưởng.",
)
def show_decision(code: Code, work: Reading) -> dict[str, Any]:
    """The decision as it is, for those who see every unit's dossiers."""
    context = work.context(code)
    require_overview(eyes_in(context))
    decision = decisions.current(work.session, context)
    if decision is None:
        raise NotFoundError("Đợt khen thưởng chưa lập danh sách quyết định.")
    moved = Moved(decision=decision)
    mark = deciding.present_mark(work.session, context)
    return {**outcome_view(moved.outcome, applied=True), **decision_view(moved, mark)}


def decision_view(moved: Moved, mark: str) -> dict[str, Any]:
    """The decision itself, as data, and the mark of its list."""
    decision = moved.decision
    return {
        "state": decision.state.value,
        "version": decision.version,
        "number": decision.number,
        "date": decision.dated.isoformat() if decision.dated else None,
        "signer": decision.signer,
        "hash": decision.content_hash,
        "mark": mark,
    }


@router.post(
    "/decision/steps",
    response_model=DecisionMoved,
    responses=stopped(DecisionMoved),
    summary="Một bước với quyết định: lập, chốt, ghi nhận đã ký, đính chính, thu hồi.",
)
def move_decision(code: Code, asked: DecisionAsked, work: SignedIn, key: Key = None) -> Response:
    """Open, enlist, freeze, unfreeze, cancel, sign, correct or revoke; the mark told is of the list left behind."""

    def do() -> Done:
        context = alone(work, code, asked)
        before = deciding.require_mark(work.session, context, asked.mark)
        moved = DO[asked.action](work.session, context, asked)
        mark = before if moved.outcome.refused else deciding.present_mark(work.session, context)
        return concluded(work, moved.outcome, decision_view(moved, mark))

    return once(work, key, {"decision": code}, asked, do)


Step = Callable[[Session, Context, DecisionAsked], Moved]


def dated(asked: DecisionAsked) -> dict[str, Any]:
    """Number and date of the document behind a step; MalformedError without them."""
    if asked.date is None or not asked.number:
        raise MalformedError("Thân yêu cầu: bước này phải có number và date.")
    return {"number": asked.number, "dated": asked.date}


DO: dict[str, Step] = {
    "open": lambda session, context, _: decisions.open_decision(session, context),
    "enlist": lambda session, context, _: decisions.enlist(session, context),
    "freeze": lambda session, context, _: decisions.freeze(session, context),
    "unfreeze": lambda session, context, asked: decisions.unfreeze(session, context, asked.reason),
    "cancel": lambda session, context, asked: decisions.cancel(session, context, asked.reason),
    "sign": lambda session, context, asked: decisions.sign(session, context, **dated(asked), signer=asked.signer),
    "correct": lambda session, context, asked: amendments.correct(
        session, context, **dated(asked), reason=asked.reason
    ),
    "revoke": lambda session, context, asked: amendments.revoke(
        session, context, asked.nomination, **dated(asked), reason=asked.reason
    ),
}


@router.post(
    "/releases",
    response_model=ReleasedTold,
    responses=declared(*WRITES),
    summary="Thông báo kết quả cho đơn vị trước khi quyết định được ký.",
)
def release(code: Code, asked: ReleaseAsked, work: SignedIn, key: Key = None) -> Response:
    """The review head releases outcomes early."""

    def do() -> Done:
        context = alone(work, code, asked)
        wanted = list(dict.fromkeys(asked.nominations))
        for identity in wanted:
            require_of(context, work, identity)
        return given({"released": campaigns.release(work.session, context, wanted)})

    return once(work, key, {"releases": code}, asked, do)


def require_of(context: Context, work: Work, identity: str) -> None:
    """NotFoundError for a dossier of another campaign."""
    seen, _, _ = work.seen(identity)
    if seen.campaign_id != context.campaign_id:
        raise NotFoundError(f"Không có hồ sơ “{identity}” trong đợt khen thưởng này.")


@router.post(
    "/closing",
    response_model=PlanTold,
    responses=stopped(PlanTold),
    summary="Kết thúc các hồ sơ còn lại sau khi quyết định được ký.",
)
def close(code: Code, asked: ClosingAsked, work: SignedIn, key: Key = None) -> Response:
    """Close what is left after signing."""

    def do() -> Done:
        return concluded(work, campaigns.close(work.session, alone(work, code, asked), asked.reason), {})

    return once(work, key, {"closing": code}, asked, do)
