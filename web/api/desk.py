"""What a unit has in a campaign, several of its dossiers signed and sent at once; and the campaign against its days."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Response

from engine.dashboard import Tally, dashboard
from engine.desk import desk_view, unit_eyes
from engine.filling import require_writer
from engine.plans import require_performer
from engine.sending import send
from engine.views import eyes_in
from rules.vocabulary import Action
from web.api.asked import Code, Key
from web.api.asked_of_units import SendingAsked
from web.api.campaigns import STOPPED, concluded
from web.api.once import Done, once
from web.api.reading import Reading
from web.api.told import PLAYED, WRITES, declared
from web.api.told_campaigns import PlanTold
from web.api.told_desk import DashboardTold, DeskTold
from web.waiting import Task, tasks
from web.work import SignedIn, Work

router = APIRouter(tags=["Đợt khen thưởng"], prefix="/campaigns/{code}")


@router.get(
    "/desk",
    response_model=DeskTold,
    responses=declared(*PLAYED, 403, 404),
    summary="Hồ sơ của đơn vị mình, hồ sơ đang chờ đơn vị trước: tiến độ, thời hạn, còn thiếu bao nhiêu.",
)
def show_desk(code: Code, work: Reading) -> dict[str, Any]:
    """The unit's dossiers as the unit may know them, what waits for the unit first."""
    context = work.context(code)
    require_writer(context)
    intake = context.campaign.intake
    lines = [
        {**one, "due": None if one["due"] is None else one["due"].isoformat()}
        for one in desk_view(work.session, context)
    ]
    return {"nominations": lines, "opens": intake.opens.isoformat(), "closes": intake.closes.isoformat()}


@router.post(
    "/sendings",
    response_model=PlanTold,
    responses={**declared(*WRITES), **STOPPED},
    summary="Ký, nộp nhiều hồ sơ của đơn vị: tất cả hoặc không hồ sơ nào.",
)
def send_chosen(code: Code, asked: SendingAsked, work: SignedIn, key: Key = None) -> Response:
    """The unit's head sends the chosen dossiers, each as it stood at its version."""
    return once(work, key, {"sending": code}, asked, lambda: sent(work, code, asked))


def sent(work: Work, code: str, asked: SendingAsked) -> Done:
    """The chosen dossiers, sent or left as they were."""
    context = work.context(code, writes=True, today=asked.today)
    require_performer(context, Action.SUBMIT)
    versions = {one.id: one.expected_version for one in asked.nominations}
    outcome, _ = send(
        work.session,
        context,
        versions,
        unit_eyes(context),
        dry_run=asked.dry_run,
        skip_refused=asked.skip_refused,
    )
    return concluded(work, outcome, dry_run=asked.dry_run, skip_refused=asked.skip_refused)


@router.get(
    "/dashboard",
    response_model=DashboardTold,
    responses=declared(*PLAYED, 404),
    summary="Tiến độ của đợt: theo trạng thái, theo đơn vị, so với thời hạn.",
)
def show_dashboard(code: Code, work: Reading) -> dict[str, Any]:
    """The campaign at a glance, and what waits for the account; a unit counts its own dossiers, as it sees them."""
    context = work.context(code)
    board = dashboard(work.session, context, eyes_in(context))
    deadline = {name: getattr(board.deadline, name) for name in ("days", "begun", "left", "state")}
    days = {name: getattr(board.deadline, name).isoformat() for name in ("opens", "closes", "conference")}
    waiting = tasks(context.roles_held(context.require_actor()), context, board)
    daily = None if board.daily is None else sorted(board.daily.items())
    return {
        "deadline": {**deadline, **days},
        "all": counts(board.all),
        "own": counts(board.own),
        "held": None if board.held is None else dict(board.held),
        "units": None if board.units is None else [asdict(unit) for unit in board.units],
        "daily": None if daily is None else [{"day": day.isoformat(), "number": number} for day, number in daily],
        "decision": board.decision.value if board.decision else None,
        "waiting": [told_of(task) for task in waiting],
    }


def told_of(task: Task) -> dict[str, Any]:
    """Something that waits."""
    due = task.due.isoformat() if task.due else None
    return {"label": task.label, "number": task.number, "page": task.address, "due": due, "late": task.late}


def counts(tally: Tally) -> list[dict[str, Any]]:
    """How many dossiers stand in each state, by category."""
    found = sorted(tally.counts.items())
    return [{"category": category, "state": state.value, "number": number} for (category, state), number in found]
