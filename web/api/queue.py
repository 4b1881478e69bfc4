"""The offices' queue: a page of a campaign's dossiers, filtered, searched and sorted."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import AfterValidator

from engine.queue import PAGE, Order, Wanted, queue_page
from engine.views import eyes_in
from rules.vocabulary import Overall, State
from web.api.asked import Code, words
from web.api.reading import Reading
from web.api.told import PLAYED, declared
from web.api.told_campaigns import QueueTold

router = APIRouter(tags=["Đợt khen thưởng"])
LARGEST_PAGE = 200
Text = AfterValidator(words)
Named = Annotated[str | None, Query(max_length=200), Text]


def wanted(  # noqa: PLR0913 - the filters of one address
    *,
    state: Annotated[
        list[State], Query(max_length=len(State), description="Các trạng thái; không nêu: mọi trạng thái.")
    ] = [],  # noqa: B006 - FastAPI copies it
    category: Named = None,
    unit: Named = None,
    overall: Annotated[Overall | None, Query(description="Kết quả rà soát gần nhất.")] = None,
    waiting: Annotated[int | None, Query(ge=0, le=1000, description="Chờ quá số ngày làm việc này.")] = None,
    q: Annotated[
        str, Query(max_length=200, description="Đầu các từ trong tên, không cần dấu; hoặc mã hồ sơ."), Text
    ] = "",
    order: Order = Order.ARRIVAL,
    descending: bool = False,
    after: Annotated[str | None, Query(max_length=200, description="Từ câu trả lời trước."), Text] = None,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = PAGE,
) -> Wanted:
    """What an address asks for."""
    return Wanted(
        states=tuple(state),
        category=category,
        unit=unit,
        overall=overall,
        waiting=waiting,
        search=q,
        order=order,
        descending=descending,
        after=after,
        size=limit,
    )  # fmt: skip


@router.get(
    "/campaigns/{code}/queue",
    response_model=QueueTold,
    responses=declared(*PLAYED, 403, 404),
    summary="Hồ sơ của một đợt cho các cơ quan: lọc, tìm, xếp thứ tự.",
)
def show_queue(code: Code, work: Reading, asked: Annotated[Wanted, Depends(wanted)]) -> dict[str, Any]:
    """One page of the queue, for those who see every unit's dossiers."""
    context = work.context(code)
    page = queue_page(work.session, context.campaign_id, eyes_in(context), context.today, asked)
    lines = [
        {
            "id": line.id,
            "name": line.name,
            "category": line.category,
            "unit": line.unit,
            "unit_name": line.unit_name,
            "state": line.state.value,
            "since": line.since.isoformat(),
            "waited": line.waited,
            "due": line.due.isoformat() if line.due else None,
            "score": None if line.score is None else float(line.score),
            "overall": line.overall.value if line.overall else None,
            "project": line.project,
            "direct": line.direct,
        }
        for line in page.lines
    ]
    return {"nominations": lines, "after": page.after, "count": page.count, "more": page.more}
