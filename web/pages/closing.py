"""The end of a campaign: once the decision is signed, what is left is closed as not selected, each with its place."""

from fastapi.responses import Response

from engine import campaigns
from engine.context import Context
from engine.eyes import Eyes
from engine.plans import require_whole
from engine.views import eyes_in, require_overview
from rules.errors import EvidenceRefusedError, StaleError
from rules.vocabulary import CLOSABLE, Role, State
from web.visit import Pages, Visit, Visiting

router = Pages()


@router.get("/dot/{code}/ket-thuc")
def show_closing(code: str, visit: Visiting) -> Response:
    """What closing would end."""
    return closing_page(visit, visit.context(code))


def closing_page(visit: Visit, context: Context) -> Response:
    """The page after anything that was refused on it."""
    eyes = eyes_in(context)
    require_overview(eyes)
    return visit.page(
        "office/closing.html", decided=context.decided, head=visit.visitor.holds(Role.REVIEW_HEAD),
        left=left_in(visit, context, eyes), reason=visit.form.text("reason"), usual=campaigns.DEFAULT_CLOSING_REASON,
    )  # fmt: skip


def left_in(visit: Visit, context: Context, eyes: Eyes) -> dict[State, int]:
    """How many dossiers closing would end, by the state they are in; overdue drafts lapse with them."""
    counts = campaigns.counted(visit.session, context, eyes)
    found = {state: sum(n for (_, at), n in counts.items() if at is state) for state in CLOSABLE}
    return {state: number for state, number in found.items() if number}


@router.post("/dot/{code}/ket-thuc")
def close_campaign(code: str, visit: Visiting) -> Response:
    """Close what is left, all or nothing, if it is still as many as were shown."""
    context = visit.context(code, writes=True, exclusive=True)
    note = visit.attempt(lambda: closed(visit, context))
    return closing_page(visit, context) if note is None else visit.go(f"/dot/{code}/ho-so", note)


def closed(visit: Visit, context: Context) -> str:
    """What to say of a campaign that was closed."""
    form = visit.form
    before = sum(left_in(visit, context, eyes_in(context)).values())
    outcome = campaigns.close(visit.session, context, form.text("reason"))
    if not form.ticked("sure"):
        raise EvidenceRefusedError("Hãy xác nhận đã xem lại danh sách.")
    if form.number("left") != before:
        raise StaleError("Số hồ sơ còn lại đã khác với khi bạn xem. Hãy xem lại.")
    require_whole(outcome)
    return f"Đã kết thúc {len(outcome.moved)} hồ sơ."
