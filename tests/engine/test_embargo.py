"""What a unit may learn before the outcome is released: one neutral answer, whatever the state, whatever it asks."""

from collections.abc import Callable
from datetime import date
from email import message_from_bytes, policy

import pytest
from sqlmodel import Session

from engine import campaigns
from engine.context import Context
from engine.editing import set_fields
from engine.review import answer_finding
from engine.steps import Request, take_step
from rules.errors import NotFoundError, RefusedError, RoleRefusedError, StateRefusedError, VinhDanhError
from rules.vocabulary import STAFF_LABELS, Action, State
from tests.world import World

CITED = "Trùng thành tích, mục II.2.c Kế hoạch"
FINDINGS = (("field:merit", "Căn cứ đâu?"),)
DUE = date(2025, 11, 28)
HIDDEN = (
    State.IN_REVIEW, State.ENDORSED, State.SELECTED, State.IN_APPRAISAL, State.QUERIED, State.APPROVED, State.LISTED,
    State.DECLINED, State.REFUSED,
)  # fmt: skip


def hidden(world: World, state: State) -> str:
    """A dossier in one of the states a unit must not tell apart."""
    if state is State.DECLINED:
        one = world.advance(world.draft(), State.ENDORSED)
        world.step(one, Action.DECLINE, "review-head", reason=CITED)
    elif state in {State.REFUSED, State.QUERIED}:
        one = world.advance(world.draft(), State.IN_APPRAISAL)
        if state is State.REFUSED:
            world.step(one, Action.REFUSE, "appraisal-head", reason=CITED)
        else:
            world.step(one, Action.QUERY, "appraiser", findings=FINDINGS, due=DUE)
    else:
        one = world.advance(world.draft(), state)
    return one


ASKED: dict[str, Callable[[Session, Context, str], object]] = {
    **{
        action.value: lambda s, c, one, action=action: take_step(s, c, one, action, Request(reason="Xin rút", due=DUE))  # type: ignore[misc]  # a bound default
        for action in Action
    },
    "edit": lambda s, c, one: set_fields(s, c, one, {"merit": "Khác"}),
    "answer": lambda s, c, one: answer_finding(s, c, one, "field:merit", "Trả lời"),
    "stale": lambda s, c, one: take_step(s, c, one, Action.WITHDRAW, Request(reason="Xin rút", expected_version=1)),
}


def refusals(world: World, one: str, who: str) -> dict[str, tuple[str, str]]:
    """What somebody of the unit hears, whatever they try: code and message, the dossier's own number left out."""
    heard = {}
    for what, ask in ASKED.items():
        with pytest.raises(VinhDanhError) as refused, world.acting(who) as (session, context):
            ask(session, context, one)
        heard[what] = (refused.value.code, refused.value.message.replace(one, "…"))
    return heard


@pytest.mark.parametrize("who", ["head-07282", "officer-07282", "head-07330"])
def test_a_unit_hears_the_same_in_every_state_under_embargo(world: World, who: str) -> None:
    heard = {}
    for state in HIDDEN:  # one listed dossier takes along what is approved
        heard[state] = refusals(world, hidden(world, state), who)
    assert heard == dict.fromkeys(HIDDEN, heard[State.IN_REVIEW])


def test_the_one_answer_is_neutral_and_says_what_to_do(world: World) -> None:
    one = hidden(world, State.REFUSED)
    with pytest.raises(StateRefusedError) as refused:
        world.step(one, Action.WITHDRAW, "head", reason="Xin rút")
    assert "Đang xem xét" in refused.value.message
    assert "Sở Dân tộc và Tôn giáo" in refused.value.message
    assert [label for label in STAFF_LABELS.values() if label in refused.value.message] == []


def test_what_the_unit_may_see_it_is_told(world: World) -> None:
    one = world.draft()
    world.step(one, Action.WITHDRAW, "head", reason="Nhầm người")
    with pytest.raises(StateRefusedError, match="Đã rút hồ sơ"):
        world.step(one, Action.SUBMIT, "head")
    other = world.advance(world.draft(), State.SUBMITTED)
    with pytest.raises(StateRefusedError, match="Đã nộp, chờ tiếp nhận"):
        world.step(other, Action.SUBMIT, "head")


def test_a_withdrawal_on_request_is_told_by_letter_and_looks_like_any_other_state(world: World) -> None:
    one = world.advance(world.draft(), State.SELECTED)
    world.step(one, Action.WITHDRAW, "review-head", reason="Công văn 5")
    assert ("withdraw.unit", "queued") in {(kind, status) for kind, _, status in world.letters(one)}


# --- outcomes are held until released ---


def statuses(world: World, one: str, kind: str) -> set[str]:
    return {status for found, _, status in world.letters(one) if found == kind}


@pytest.mark.parametrize("state", [State.DECLINED, State.REFUSED])
def test_an_outcome_is_held_until_the_review_head_releases_it(world: World, state: State) -> None:
    one, other = hidden(world, state), hidden(world, state)
    kind = "decline.unit" if state is State.DECLINED else "refuse.unit"
    assert statuses(world, one, kind) == {"held"}
    for who in ("reviewer", "appraisal-head", "head-07282"):
        with pytest.raises(RoleRefusedError), world.acting(who) as (session, context):
            campaigns.release(session, context, [one])
    with world.acting("review-head") as (session, context):
        campaigns.release(session, context, [one])
    assert statuses(world, one, kind) == {"queued"}
    assert statuses(world, other, kind) == {"held"}
    with pytest.raises(StateRefusedError, match="đã được thông báo"), world.acting("review-head") as (session, context):
        campaigns.release(session, context, [one])
    with pytest.raises(StateRefusedError, match="Không được khen thưởng"):
        world.step(one, Action.WITHDRAW, "head", reason="Xin rút")
    world.assert_sound()


def test_there_is_nothing_to_release_before_an_outcome(world: World) -> None:
    one = world.advance(world.draft(), State.ENDORSED)
    with pytest.raises(StateRefusedError, match="chưa có kết quả"), world.acting("review-head") as (session, context):
        campaigns.release(session, context, [one])
    with pytest.raises(NotFoundError), world.acting("review-head") as (session, context):
        campaigns.release(session, context, ["KHONGCO1"])


def test_reopening_an_outcome_nobody_heard_of_supersedes_its_letter(world: World) -> None:
    one = hidden(world, State.DECLINED)
    taken = world.step(one, Action.REOPEN, "review-head", reason="Có tài liệu mới")
    assert taken.letters == 0
    assert statuses(world, one, "decline.unit") == {"superseded"}
    world.step(one, Action.DECLINE, "review-head", reason=CITED)
    with world.acting("review-head") as (session, context):
        campaigns.release(session, context, [one])
    assert (
        sorted(s for kind, _, s in world.letters(one) if kind == "decline.unit") == ["queued"] * 3 + ["superseded"] * 3
    )
    world.assert_sound()


def test_reopening_an_outcome_the_unit_read_tells_it(world: World) -> None:
    one = hidden(world, State.DECLINED)
    with world.acting("review-head") as (session, context):
        campaigns.release(session, context, [one])
    world.deliver()
    world.step(one, Action.REOPEN, "review-head", reason="Có tài liệu mới")
    assert statuses(world, one, "reopen.unit") == {"queued"}
    assert statuses(world, one, "decline.unit") == {"sent"}


def test_a_lapsed_return_that_is_reopened_tells_the_unit_its_new_date_even_when_nothing_was_sent_yet(
    world: World,
) -> None:
    one = world.advance(world.draft(), State.IN_REVIEW)
    world.give_back(one, date(2025, 11, 21))
    with world.acting("admin", date(2025, 11, 22)) as (session, context):
        campaigns.lapse(session, context)
    world.step(one, Action.REOPEN, "review-head", reason="Mất điện", due=date(2025, 12, 4))
    assert statuses(world, one, "lapse.unit") == {"superseded"}
    assert statuses(world, one, "reopen.unit") == {"queued"}
    (row, *_) = world.query("SELECT title FROM letter WHERE kind = 'reopen.unit'")
    assert "04/12/2025" in row.title


# --- a recall ---


def test_a_recall_tells_those_who_got_the_return_and_no_others(world: World) -> None:
    one = world.advance(world.draft(), State.IN_REVIEW)
    world.give_back(one)
    first = next(address for kind, address, _ in world.letters(one) if kind == "return.unit")
    world.change("UPDATE letter SET status = 'sent' WHERE kind = 'return.unit' AND recipient = :to", to=first)
    world.step(one, Action.EXTEND, "reviewer", due=date(2025, 12, 1))
    world.step(one, Action.RECALL, "reviewer", reason="Trả nhầm")
    told = {address for kind, address, _ in world.letters(one) if kind == "recall.unit"}
    assert told == {first}
    left = {(kind, address) for kind, address, status in world.letters(one) if status == "queued"}
    assert {kind for kind, _ in left} & {"return.unit", "extend.unit"} == set()
    world.assert_sound()


def test_a_second_return_recalled_unsent_stays_unheard_though_the_first_was_read(world: World) -> None:
    one = world.advance(world.draft(), State.IN_REVIEW)
    world.give_back(one)
    world.deliver()
    world.answer(one)
    world.step(one, Action.SUBMIT, "head")
    world.step(one, Action.ACCEPT, "reviewer")
    world.give_back(one, anchor="field:model")
    assert world.step(one, Action.RECALL, "reviewer", reason="Đã đủ").letters == 0


# --- nothing of others ---


def test_neither_refusals_nor_letters_to_a_unit_name_another_units_dossier(world: World) -> None:
    ours = world.advance(world.draft(cccd="099180000600", name="Lò Thị Hai"), State.IN_REVIEW)
    theirs = world.advance(world.draft(cccd="099180000600", name="Lò Thị Hai", unit="07330"), State.IN_REVIEW)
    with pytest.raises(RefusedError) as refused:
        world.step(ours, Action.ENDORSE, "reviewer")
    assert "nominee.named_once" in refused.value.message
    world.step(ours, Action.RETURN, "reviewer", findings=(("rule:nominee.named_once", "Làm rõ."),), due=DUE)
    world.step(theirs, Action.DECLINE, "review-head", reason=CITED)
    letters = world.query("SELECT title, message FROM letter WHERE nomination_id = :id AND party = 'unit'", id=ours)
    assert letters
    said = [refused.value.message, *(str(readable(row.message)) for row in letters), *(row.title for row in letters)]
    for text in said:
        assert theirs not in text
        assert "07330" not in text
        assert "Phúc Hòa" not in text


def readable(message: bytes) -> str:
    """A letter's text."""
    body = message_from_bytes(bytes(message), policy=policy.default).get_body(("plain",))
    assert body is not None
    return str(body.get_content())
