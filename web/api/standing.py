"""What stands open: the steps somebody may take of a dossier, agencies' opinions on it, the list of the decision."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

from engine.checking import panel_of
from engine.deciding import desk_of
from engine.openings import openings
from engine.views import eyes_in, require_overview
from web.api.asked import Code, Identity
from web.api.reading import Reading
from web.api.told import PLAYED, declared, plain
from web.api.told_standing import DecisionListTold, OpeningsTold, PanelTold

router = APIRouter()


@router.get(
    "/nominations/{id}/steps",
    response_model=OpeningsTold,
    tags=["Hồ sơ"],
    responses=declared(*PLAYED, 404),
    summary="Các bước tài khoản này thực hiện được với hồ sơ, cần nêu gì, hoặc vì sao chưa được.",
)
def show_steps(identity: Identity, work: Reading) -> dict[str, Any]:
    """The steps whose role the account holds; under embargo a unit is shown none, whatever the state."""
    context, dossier, eyes = work.seen(identity)
    return {"id": dossier.id, "steps": [plain(asdict(one)) for one in openings(context, dossier, eyes)]}


@router.get(
    "/nominations/{id}/checks",
    response_model=PanelTold,
    tags=["Hồ sơ"],
    responses=declared(*PLAYED, 403, 404),
    summary="Ý kiến các cơ quan về một hồ sơ: hỏi ngày nào, trả lời ngày nào, nội dung gì.",
)
def show_checks(identity: Identity, work: Reading) -> dict[str, Any]:
    """Whom one asked and what they answered; the words only for those who judge the dossier."""
    context, dossier, eyes = work.seen(identity)
    require_overview(eyes)
    panel = panel_of(work.session, context, dossier, eyes)
    checks = [{**plain(asdict(one)), "result": one.result, "waiting": one.waiting} for one in panel.checks]
    suggested = [{"agency": agency, "about": about} for agency, about in panel.suggested]
    return {"id": dossier.id, "checks": checks, "suggested": suggested, "law": list(panel.law), "may": panel.may}


@router.get(
    "/campaigns/{code}/decision/list",
    response_model=DecisionListTold,
    tags=["Đợt khen thưởng"],
    responses=declared(*PLAYED, 403, 404),
    summary="Danh sách quyết định so với chỉ tiêu và tiền thưởng, hồ sơ chờ đưa vào, việc làm được.",
)
def show_list(code: Code, work: Reading) -> dict[str, Any]:
    """The list as it stands; without a decision, what would join it."""
    context = work.context(code)
    desk = desk_of(work.session, context, eyes_in(context))
    parts = {name: getattr(desk, name) for name in ("shares", "joining", "lines", "amendments", "cancelled", "left")}
    return {
        **plain(parts),
        "money": plain(desk.money),
        "no_money": desk.no_money,
        "steps": sorted(desk.steps),
        "mark": desk.mark,
    }
