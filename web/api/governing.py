"""The administrator's part: campaigns' files, and whether the data are sound. Nothing here moves a dossier."""

from typing import Any

from fastapi import APIRouter, Response

from engine.actors import Actor
from engine.administering import campaign_files
from engine.administering.accounts import administrator
from engine.chronicle import soundness
from engine.context import command_origin
from web.api.asked import Code, Key
from web.api.asked_administration import ComparisonAsked, LoadAsked
from web.api.once import Done, given, once
from web.api.told import READS, WRITES, declared, plain
from web.api.told_administration import AllLoadedTold, ComparedTold, ConfigTold, FileLoadedTold, SoundnessTold
from web.wording import plainly
from web.work import SignedIn, Work

router = APIRouter(tags=["Quản trị"], prefix="/administration")


def require_administrator(work: Work) -> Actor:
    """Whoever asks, if an administrator."""
    return administrator(work.session, work.account.name)


@router.get(
    "/soundness",
    response_model=SoundnessTold,
    responses=declared(*READS, 403),
    summary="Nhật ký và dữ liệu có toàn vẹn không: điểm chốt, lần kiểm tra gần nhất, cảnh báo.",
)
def show_soundness(work: SignedIn) -> dict[str, Any]:
    """The newest checkpoint, the last checks, and the alerts."""
    require_administrator(work)
    found, alerts = soundness.soundness(work.session), soundness.alerts(work.session, cleared=True)
    return {"checkpoint": plain(found.checkpoint), "checks": plain(found.checks), "alerts": plain(alerts)}


@router.get(
    "/campaigns",
    response_model=AllLoadedTold,
    responses=declared(*READS, 403),
    summary="Các đợt khen thưởng đã nạp, mới nhất trước.",
)
def list_loaded(work: SignedIn) -> dict[str, Any]:
    """Every campaign, and how many dossiers it has."""
    require_administrator(work)
    return {"campaigns": campaign_files.loaded(work.session)}


@router.get(
    "/campaigns/{code}",
    response_model=ConfigTold,
    responses=declared(*READS, 403, 404),
    summary="Cấu hình đang dùng của một đợt khen thưởng.",
)
def show_config(code: Code, work: SignedIn) -> dict[str, Any]:
    """The configuration as its file would have it."""
    require_administrator(work)
    return {"code": code, "content": campaign_files.as_yaml(work.session, code)}


@router.post(
    "/campaigns/comparisons",
    response_model=ComparedTold,
    responses=declared(*WRITES),
    summary="So một tệp cấu hình với cấu hình đang dùng; không ghi gì.",
)
def compare_file(asked: ComparisonAsked, work: SignedIn) -> dict[str, Any]:
    """What a file would change, and what would stand in the way of loading it."""
    require_administrator(work)
    compared, refusal = campaign_files.foreseen(work.session, asked.content.encode(), command_origin("api"))
    told = {"code": compared.campaign.code, "new": compared.new, "changes": plain(compared.changes)}
    return {**told, "mark": compared.mark, "refusal": None if refusal is None else plainly(refusal.message)}


@router.post(
    "/campaigns", response_model=FileLoadedTold, responses=declared(*WRITES), summary="Nạp tệp cấu hình đã so sánh."
)
def load_file(asked: LoadAsked, work: SignedIn, key: Key = None) -> Response:
    """Load a file that was compared with what is loaded; 409 when that is something else by now."""

    def do() -> Done:
        by, content = require_administrator(work), asked.content.encode()
        code = campaign_files.compare(work.session, content).campaign.code
        changed = campaign_files.load(work.session, by, content, asked.mark, command_origin("api"))
        return given({"code": code, "changed": changed})

    return once(work, key, {"campaign file": "load"}, asked, do)
