"""The offices' queue: filtered, searched, sorted, a page at a time; every view of it has an address to come back to."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlencode

from fastapi.responses import Response
from starlette.datastructures import QueryParams

from engine.queue import Desk, Order, Wanted, desk_of, queue_page
from rules.errors import MalformedError
from rules.vocabulary import Overall, State
from web.visit import Looking, Pages

router = Pages()
V = TypeVar("V", bound=StrEnum)
MOST_WAITING = 1000  # working days anybody may ask for
# Names in the address: states, category, unit, screening, waiting, words, order, falling, after, before.
STATE, CATEGORY, UNIT, OVERALL, WAITING, SEARCH = "trang-thai", "loai", "don-vi", "ra-soat", "cho", "q"
ORDER, FALLING, AFTER, BEFORE = "xep", "giam", "sau", "truoc"
ORDERS = {
    "den": Order.ARRIVAL,
    "ten": Order.NAME,
    "don-vi": Order.UNIT,
    "cho": Order.SINCE,
    "diem": Order.SCORE,
}
# Ways to look that people take every day, each with the states it shows.
TABS: tuple[tuple[str, tuple[State, ...]], ...] = (
    ("Tất cả", ()),
    ("Chờ tiếp nhận", (State.SUBMITTED,)),
    ("Đang xét", (State.IN_REVIEW,)),
    ("Đang bổ sung", (State.RETURNED,)),
    ("Chờ lựa chọn", (State.ENDORSED,)),
    ("Chờ trình", (State.SELECTED,)),
    ("Cần giải trình", (State.QUERIED,)),
    ("Đang thẩm định", (State.IN_APPRAISAL, State.APPROVED, State.LISTED)),
)


@dataclass(frozen=True)
class Address:
    """The address of a view of the queue, and of those beside it."""

    path: str
    pairs: tuple[tuple[str, str], ...] = ()
    pages: tuple[str, ...] = field(default=(AFTER, BEFORE))

    def having(self, **changes: str | tuple[str, ...] | None) -> str:
        """The same view from its first page with these changes; `trang_thai` is `trang-thai`, None takes one away."""
        named = {name.replace("_", "-"): value for name, value in changes.items()}
        kept = [(name, value) for name, value in self.pairs if name not in named and name not in self.pages]
        for name, value in named.items():
            kept += [(name, one) for one in ((value,) if isinstance(value, str) else value or ())]
        return f"{self.path}?{urlencode(kept)}" if kept else self.path

    def sorted_by(self, name: str) -> str:
        """The view sorted by `name`; asked for again, the other way round."""
        given = dict(self.pairs)
        again = given.get(ORDER, "den") == name and FALLING not in given
        return self.having(xep=name, giam="1" if again else None)


@router.get("/dot/{code}/ho-so")
def show_queue(code: str, visit: Looking) -> Response:
    """One page of the queue, for those who see every unit's dossiers."""
    assert visit.campaign is not None  # noqa: S101 - the address names it
    eyes, desk = visit.visitor.eyes(visit.campaign), desk_of(visit.session, visit.account.mark, code)
    params = visit.request.query_params
    wanted = wanted_in(params, desk)
    page = queue_page(visit.session, desk.campaign_id, eyes, visit.today, wanted)
    address = Address(visit.request.url.path, tuple((k, v) for k, v in params.multi_items() if v))
    return visit.page("office/queue.html", page=page, wanted=wanted, desk=desk, address=address, **CHOICES)


CHOICES: dict[str, Any] = {
    "tabs": [(label, tuple(state.value for state in states)) for label, states in TABS],
    "states": tuple(State),
    "overalls": tuple(Overall),
    "orders": {order: name for name, order in ORDERS.items()},
}


def wanted_in(params: QueryParams, desk: Desk) -> Wanted:
    """What the address asks for; MalformedError for words that are none of ours."""
    overall = params.get(OVERALL)
    return Wanted(
        states=tuple(dict.fromkeys(member(State, one) for one in params.getlist(STATE) if one)),
        category=known(params.get(CATEGORY), desk.categories.__contains__),
        unit=known(params.get(UNIT), desk.units.__contains__),
        overall=member(Overall, overall) if overall else None,
        waiting=waiting_in(params.get(WAITING, "")),
        search=params.get(SEARCH, "")[:200],
        order=ORDERS[known(params.get(ORDER), ORDERS.__contains__) or "den"],
        descending=FALLING in params,
        after=params.get(AFTER),
        before=params.get(BEFORE),
    )


def known(value: str | None, is_known: Callable[[str], bool]) -> str | None:
    """The value, None for none; MalformedError for one that is not known."""
    if not value:
        return None
    if not is_known(value):
        raise MalformedError(f"Bộ lọc không có giá trị “{value[:40]}”.")
    return value


def member(vocabulary: type[V], value: str) -> V:
    """A member of a vocabulary by its value; MalformedError for none."""
    known(value, {one.value for one in vocabulary}.__contains__)
    return vocabulary(value)


def waiting_in(typed: str) -> int | None:
    """Working days waited; MalformedError for what is no number of them."""
    if not typed.strip():
        return None
    if not (typed.isascii() and typed.strip().isdigit() and int(typed[:9]) <= MOST_WAITING):
        raise MalformedError(f"Số ngày làm việc phải từ 0 đến {MOST_WAITING}.")
    return int(typed)
