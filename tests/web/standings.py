"""A dossier in every state a step could start from, for those who try everything."""

from collections.abc import Callable
from datetime import date

from engine import amendments, campaigns
from rules.vocabulary import Action, State
from tests.world import World

CITED = "Theo Công văn số 12/CV-UBND ngày 18/11/2025; trùng thành tích, mục II.2.c Kế hoạch"
DUE = date(2025, 11, 28)
LATE = date(2025, 12, 2)  # intake is closed, and what was returned is overdue
FINDINGS = (("field:merit", "Bổ sung số liệu."),)
# Far along first: forwarding and enlisting take along whatever stands where they start.
UNDECIDED = (
    "listed", "approved", "refused", "returned+place", "submitted+place", "in_review+place", "queried", "in_appraisal",
    "selected", "endorsed", "declined", "withdrawn<in_review", "in_review", "withdrawn<returned", "lapsed<returned",
    "returned", "submitted", "withdrawn<draft", "lapsed<draft", "draft",
)  # fmt: skip
DECIDED = ("revoked", "awarded", "not_selected")


def in_standing(world: World, standing: str) -> str:
    """A new dossier of unit 07282 there; its id. What is returned or queried is answered, ready for the next step."""
    words, _, left = standing.partition("<")
    state, _, place = words.partition("+")
    if left:
        return fallen(world, State(state), left)
    if place:
        return holding_a_place(world, State(state))
    return WAYS[State(state)](world) if State(state) in WAYS else world.advance(world.draft(), State(state))


def answered_query(world: World) -> str:
    """One whose query the review office has answered."""
    one = queried(world)
    world.answer(one, name="reviewer2")
    return one


def refused(world: World) -> str:
    """One that the appraisal office refused."""
    one = world.advance(world.draft(), State.IN_APPRAISAL)
    world.step(one, Action.REFUSE, "appraisal-head", reason=CITED)
    return one


def declined(world: World) -> str:
    """One that the review office declined."""
    one = world.advance(world.draft(), State.ENDORSED)
    world.step(one, Action.DECLINE, "review-head", reason=CITED)
    return one


def queried(world: World) -> str:
    """One that the appraiser asks about."""
    one = world.advance(world.draft(), State.IN_APPRAISAL)
    world.step(one, Action.QUERY, "appraiser", findings=FINDINGS, due=DUE)
    return one


def returned(world: World, one: str) -> str:
    """One given back to its unit, which has answered."""
    world.step(one, Action.RETURN, "reviewer", findings=FINDINGS, due=DUE)
    world.answer(one)
    return one


def holding_a_place(world: World, state: State) -> str:
    """One that came back from appraisal with its place."""
    one = returned(world, queried(world))
    if state in {State.SUBMITTED, State.IN_REVIEW}:
        world.step(one, Action.SUBMIT, "head")
    if state is State.IN_REVIEW:
        world.step(one, Action.ACCEPT, "reviewer")
    return one


def fallen(world: World, state: State, left: str) -> str:
    """One that fell out of the running from a state."""
    if left == "in_review":
        one = world.advance(world.draft(), State.IN_REVIEW)
        world.step(one, Action.WITHDRAW, "review-head", reason=CITED)
        return one
    one = world.draft() if left == "draft" else returned(world, world.advance(world.draft(), State.IN_REVIEW))
    if state is State.WITHDRAWN:
        world.step(one, Action.WITHDRAW, "head", reason=CITED)
        return one
    world.step(one, Action.LAPSE, None, LATE, reason="Quá thời hạn")
    return one


def decided(world: World) -> dict[str, str]:
    """A dossier in each state that only a signed decision leads to."""
    chosen = [world.advance(world.draft(), State.SELECTED) for _ in range(2)]
    left = world.advance(world.draft(), State.ENDORSED)
    for one in chosen:
        world.advance(one, State.LISTED)
    world.sign()
    with world.acting("clerk", alone=True) as (session, context):
        amendments.revoke(session, context, chosen[0], "1241/QĐ-UBND", context.today, "Khai gian, Luật Đ93.2")
    with world.acting("review-head", alone=True) as (session, context):
        campaigns.close(session, context)
    return {"revoked": chosen[0], "awarded": chosen[1], "not_selected": left}


WAYS: dict[State, Callable[[World], str]] = {
    State.RETURNED: lambda world: returned(world, world.advance(world.draft(), State.IN_REVIEW)),
    State.QUERIED: answered_query,
    State.REFUSED: refused,
    State.DECLINED: declined,
}
