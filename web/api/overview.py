"""What those who see every unit's dossiers look over: the trail of a campaign, and what lies too long."""

from dataclasses import asdict
from typing import Annotated, Any, TypeAlias

from fastapi import APIRouter, Depends, Query
from pydantic import AfterValidator

from engine.chronicle.searching import Wanted, reader_in
from engine.chronicle.telling import Entry, page_of
from engine.escalation import Waiting, waiting_too_long
from engine.views import eyes_in, require_overview
from web.api.asked import Code, Day, words
from web.api.reading import Reading
from web.api.told import PLAYED, declared, plain
from web.api.told_overview import ChronicleTold, OverdueTold

router = APIRouter(tags=["Đợt khen thưởng"], prefix="/campaigns/{code}")
MOST = 300  # lines anybody reads
Text: TypeAlias = Annotated[str, Query(max_length=200), AfterValidator(words)]


def wanted(
    kind: Text = "",
    tag: Text = "",
    person: Text = "",
    nomination: Text = "",
    since: Annotated[Day | None, Query(description="Từ ngày này.")] = None,
    until: Annotated[Day | None, Query(description="Đến hết ngày này.")] = None,
    before: Text = "",
) -> Wanted:
    """What an address asks for."""
    return Wanted(kind=kind, tag=tag, person=person, dossier=nomination, since=since, until=until, before=before)


@router.get(
    "/trail",
    response_model=ChronicleTold,
    responses=declared(*PLAYED, 403, 404),
    summary="Nhật ký của một đợt, mới nhất trước: theo loại, việc, người, hồ sơ, ngày.",
)
def show_chronicle(code: Code, work: Reading, asked: Annotated[Wanted, Depends(wanted)]) -> dict[str, Any]:
    """A page of the trail; entries of accounts are for who supervises and who administers."""
    context = work.context(code)
    reader = reader_in(context)
    require_overview(reader.eyes)
    found = page_of(work.session, context, reader, asked)
    return {"entries": [entry_view(one) for one in found.entries], "before": found.older}


def entry_view(entry: Entry) -> dict[str, Any]:
    """One entry as data."""
    told: dict[str, Any] = plain(asdict(entry))
    told["from"], told["to"] = told.pop("source"), told.pop("target")
    return {**told, "details": [{"what": what, "said": said} for what, said in entry.details]}


@router.get(
    "/overdue",
    response_model=OverdueTold,
    responses=declared(*PLAYED, 403, 404),
    summary="Hồ sơ nằm quá lâu ở một cơ quan hoặc quá hạn, lâu nhất trước.",
)
def show_overdue(code: Code, work: Reading) -> dict[str, Any]:
    """Every dossier an office owes a step for longer than it may take; `allowed` counts working days."""
    context = work.context(code)
    require_overview(eyes_in(context))
    late = waiting_too_long(work.session, context, MOST + 1)
    told = [late_view(one) for one in late[:MOST]]
    return {"overdue": told, "more": len(late) > MOST, "allowed": context.campaign.clock.waiting}


def late_view(one: Waiting) -> dict[str, Any]:
    """One such dossier as data."""
    told: dict[str, Any] = plain(asdict(one))
    del told["arrival"]
    return {**told, "owed_by": one.owed_by.value}
