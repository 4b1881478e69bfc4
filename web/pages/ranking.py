"""The ranking board: who stands where and why, the cut, the reserve, ties to settle, and what the selection covers."""

from dataclasses import dataclass
from typing import Any

from fastapi.responses import Response

from engine.context import Context, may_act
from engine.coverage import coverage
from engine.standing import Standing, settle, standing
from engine.steps import Request, take_step
from engine.views import eyes_in, require_overview
from rules.errors import MalformedError, RoleRefusedError
from rules.ranking import CRITERIA, UNSETTLED, Place
from rules.vocabulary import ACTION_LABELS, Action, Role, State
from web.visit import Pages, Visit, Visiting

router = Pages()
CATEGORY, WHOLE = "loai", "tat-ca"
BEYOND = 50  # lines shown below the cut, unless all are asked for


@dataclass(frozen=True, slots=True)
class BoardLine:
    """One place with what may be done there: the step that selects or takes back, and the tie with the next."""

    place: Place
    dossier: Any
    reserve: int | None
    step: str | None
    tied_with: str | None


@router.get("/dot/{code}/xep-hang")
def show_board(code: str, visit: Visiting) -> Response:
    """The board of one category, for those who see every unit's dossiers."""
    return board(visit, code, visit.request.query_params.get(CATEGORY, ""))


def board(visit: Visit, code: str, wanted: str) -> Response:
    """The board after anything that was done or refused on it."""
    context = visit.context(code)
    eyes = eyes_in(context)
    require_overview(eyes)
    category = context.campaign.category(wanted or context.campaign.categories[0].key)
    now = standing(visit.session, context, category.key)
    head = is_head(context)
    lines = lines_of(now, head=head)
    shown = lines if WHOLE in visit.request.query_params else lines[: now.limit + BEYOND]
    return visit.page(
        "office/ranking.html",
        category=category, categories=context.campaign.categories, standing=now, lines=shown,
        below=len(lines) - len(shown),
        criteria=[(name, CRITERIA[name].title) for name in context.campaign.ranking], head=head,
        next=now.waiting[0] if now.waiting and now.free else None, decided=context.decided,
        coverage=coverage(visit.session, context, eyes, category.key), sent=visit.form,
    )  # fmt: skip


def is_head(context: Context) -> bool:
    """Whether the account selects and settles."""
    try:
        may_act(context, (Role.REVIEW_HEAD,))
    except RoleRefusedError:
        return False
    return True


def lines_of(now: Standing, *, head: bool) -> list[BoardLine]:
    """The places with what the head may do about each."""
    steps = {State.ENDORSED: Action.SELECT.value, State.SELECTED: Action.DESELECT.value} if head else {}
    reserve = {place.id: number for number, place in enumerate(now.reserve, start=1)}
    following = [*(place.id for place in now.places[1:]), None][: len(now.places)]
    return [
        BoardLine(
            place=place,
            dossier=now.dossiers[place.id],
            reserve=reserve.get(place.id),
            step=steps.get(now.dossiers[place.id].state),
            tied_with=next_id if head and place.above_next_because == UNSETTLED else None,
        )
        for place, next_id in zip(now.places, following, strict=True)
    ]


@router.post("/dot/{code}/xep-hang/chon")
def choose(code: str, visit: Visiting) -> Response:
    """Select a dossier, or take the selection back, and stay on the board."""
    form, wanted = visit.form, visit.form.text("category")

    def done() -> str:
        action = {"select": Action.SELECT, "deselect": Action.DESELECT}.get(form.text("action"))
        if action is None:
            raise MalformedError("Không có bước này.")
        context = visit.context(code, writes=True)
        request = Request(reason=form.text("reason"), expected_version=form.number("version"))
        taken = take_step(visit.session, context, form.text("nomination"), action, request)
        return " ".join((f"Đã {ACTION_LABELS[action]}.", *taken.warnings))

    note = visit.attempt(done)
    return board(visit, code, wanted) if note is None else back(visit, code, wanted, note)


@router.post("/dot/{code}/xep-hang/phan-dinh")
def settle_tie(code: str, visit: Visiting) -> Response:
    """Put one of two tied dossiers above the other, with a reason."""
    form, wanted = visit.form, visit.form.text("category")

    def done() -> str:
        pair = [form.text("first"), form.text("second")]
        above = form.text("above")
        if above not in pair:
            raise MalformedError("Hãy chọn hồ sơ xếp trên.")
        below = pair[1] if above == pair[0] else pair[0]
        settle(visit.session, visit.context(code, writes=True), above, below, form.text("reason"))
        return "Đã phân định thứ tự."

    note = visit.attempt(done)
    return board(visit, code, wanted) if note is None else back(visit, code, wanted, note)


def back(visit: Visit, code: str, category: str, note: str) -> Response:
    """To the board of the category."""
    return visit.go(f"/dot/{code}/xep-hang?{CATEGORY}={category}", note)
