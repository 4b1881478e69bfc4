"""Separation of duties: one kind per person and dossier, nobody judges their own, and a deputy counts for two."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from engine import campaigns, decisions, people, review, standing, submissions
from engine.context import Context, may_act
from engine.dossier import lock_dossier
from engine.editing import correct_fields, set_fields, write_fields
from engine.importing import import_workbook
from engine.plans import plan
from engine.steps import Request
from rules.errors import DutiesRefusedError, RoleRefusedError
from rules.vocabulary import Action, CheckResult, Kind, Role, State
from tests.engine.workbooks import SAMPLE
from tests.world import ORIGIN, World

CITED = "Trùng thành tích, mục II.2.c Kế hoạch"
OFFICER, HEAD = (Role.REVIEW_OFFICER, "SDTTG"), (Role.REVIEW_HEAD, "SDTTG")
APPRAISER, APPRAISAL_HEAD = (Role.APPRAISAL_OFFICER, "SNV"), (Role.APPRAISAL_HEAD, "SNV")
CLERK = (Role.DECISION_CLERK, "VPUBND")
DEPUTY = "officer-SYT"  # somebody with no part in these dossiers


def delegate(world: World, giver: str, taker: str, until: date = date(2026, 1, 31), since: date | None = None) -> None:
    with world.database.transaction() as session:
        people.add_delegation(session, giver, taker, until, ORIGIN, since)


# --- one kind of duty ---


@pytest.mark.parametrize(
    ("roles", "before", "first", "second"),
    [
        ((OFFICER, HEAD), State.IN_REVIEW, Action.ENDORSE, Action.SELECT),
        ((HEAD, APPRAISER), State.ENDORSED, Action.SELECT, Action.APPROVE),
        ((APPRAISER, APPRAISAL_HEAD), State.IN_APPRAISAL, Action.APPROVE, Action.ENLIST),
        ((APPRAISAL_HEAD, CLERK), State.APPROVED, Action.ENLIST, Action.AWARD),
        ((OFFICER, APPRAISER), State.IN_REVIEW, Action.ENDORSE, Action.APPROVE),
        ((HEAD, CLERK), State.ENDORSED, Action.SELECT, Action.AWARD),
    ],
    ids=lambda value: value.value if isinstance(value, Action) else None,
)
def test_who_carried_one_kind_carries_no_other(
    world: World, tmp_path: Path, roles: tuple[tuple[Role, str], ...], before: State, first: Action, second: Action
) -> None:
    one = world.advance(world.draft(), before)
    both = world.account(tmp_path, "hai-vai", *roles)
    if first is Action.ENLIST:
        world.enlist(both)
    else:
        world.step(one, first, both)
    for action, who in (
        (Action.SELECT, "review-head"),
        (Action.FORWARD, "review-head"),
        (Action.APPROVE, "appraiser"),
        (Action.ENLIST, "appraisal-head"),
        (Action.AWARD, "clerk"),
    ):
        if action is second:
            break
        bring_on(world, one, action, who)
    with pytest.raises(DutiesRefusedError, match="mỗi người một khâu"):
        bring_on(world, one, second, both)
    world.assert_sound()


def bring_on(world: World, one: str, action: Action, who: str) -> None:
    """One step of the ordinary route, unless the dossier is past it."""
    state = world.state(one)
    if action is Action.FORWARD and state is State.SELECTED:
        world.forward(who)
    elif action is Action.ENLIST and state is State.APPROVED:
        world.enlist(who)
    elif action is Action.AWARD:
        world.freeze()
        with world.acting(who, alone=True) as (session, context):
            decisions.sign(session, context, "9/QĐ-UBND", context.today, "Người Ký Giả Định")
    elif (action, state) in {(Action.SELECT, State.ENDORSED), (Action.APPROVE, State.IN_APPRAISAL)}:
        world.step(one, action, who)


def test_the_same_kind_again_after_a_return(world: World) -> None:
    one = world.advance(world.draft(), State.IN_APPRAISAL)
    world.step(one, Action.QUERY, "appraiser", findings=(("field:merit", "Rõ hơn"),), due=date(2025, 11, 27))
    world.give_back(one)
    world.answer(one)
    world.step(one, Action.SUBMIT, "head")
    world.step(one, Action.ACCEPT, "reviewer")
    world.step(one, Action.ENDORSE, "reviewer")
    assert world.state(one) is State.SELECTED
    kinds = [row.kind for row in world.query("SELECT kind FROM duty WHERE nomination_id = :id ORDER BY kind", id=one)]
    assert kinds == ["endorse", "select", "submit"]


# --- involved ---


@pytest.mark.parametrize(
    ("kind", "person", "collective", "fields"),
    [
        (Kind.INDIVIDUAL, "099180000777", "", {"cccd": "099180000777"}),
        (Kind.INDIVIDUAL, "nông thị mẫu riêng", "", {"name": "Nông Thị Mẫu Riêng"}),
        (Kind.COLLECTIVE, "", "Trạm Y tế xã Đồng Kỳ", {"name": "Trạm Y tế xã Đồng Kỳ"}),
        (Kind.COLLECTIVE, "Vi Ngọc Huệ", "", {"head": "Vi Ngọc Huệ"}),
    ],
    ids=["CCCD", "name", "member of the collective", "head of the collective"],
)
def test_the_nominee_and_the_nominated_judge_nothing(
    world: World, tmp_path: Path, kind: Kind, person: str, collective: str, fields: dict[str, str]
) -> None:
    one = world.advance(world.draft(kind, **fields), State.SUBMITTED)
    world.account(tmp_path, "reviewer2", person=person, collective=collective)
    world.account(tmp_path, "appraiser2", person=person, collective=collective)
    with pytest.raises(DutiesRefusedError, match="đối tượng"):
        world.step(one, Action.ACCEPT, "reviewer2")
    world.step(one, Action.ACCEPT, "reviewer")
    with pytest.raises(DutiesRefusedError, match="đối tượng"):
        world.step(one, Action.ENDORSE, "reviewer2")
    with pytest.raises(DutiesRefusedError), world.acting("reviewer2") as (session, context):
        review.score(session, context, one, "90")
    world.advance(one, State.IN_APPRAISAL)
    with pytest.raises(DutiesRefusedError, match="đối tượng"):
        world.step(one, Action.APPROVE, "appraiser2")
    world.step(one, Action.APPROVE, "appraiser")


def test_people_of_the_nominating_unit_judge_nothing_of_it(world: World, tmp_path: Path) -> None:
    world.account(tmp_path, "hai-nơi", OFFICER, (Role.UNIT_OFFICER, "07282"))
    own, other = (world.advance(world.draft(unit=unit), State.SUBMITTED) for unit in ("07282", "07330"))
    with pytest.raises(DutiesRefusedError, match="thuộc chính đơn vị đề nghị"):
        world.step(own, Action.ACCEPT, "hai-nơi")
    world.step(other, Action.ACCEPT, "hai-nơi")


def test_an_office_judges_its_own_nomination_by_those_who_had_no_hand_in_it(world: World, tmp_path: Path) -> None:
    world.account(tmp_path, "giám-đốc", (Role.UNIT_HEAD, "SDTTG"), OFFICER, HEAD)
    one = world.draft(unit="SDTTG")
    world.step(one, Action.SUBMIT, "giám-đốc")
    with pytest.raises(DutiesRefusedError, match="đã giữ khâu khác"):
        world.step(one, Action.ACCEPT, "giám-đốc")
    world.account(tmp_path, "officer-SDTTG", OFFICER, (Role.UNIT_OFFICER, "SDTTG"))
    with pytest.raises(DutiesRefusedError, match="đã lập hoặc nhập"):
        world.step(one, Action.ACCEPT, "officer-SDTTG")
    world.step(one, Action.ACCEPT, "reviewer")
    with pytest.raises(DutiesRefusedError), world.acting("giám-đốc") as (session, context):
        review.score(session, context, one, "99")
    world.step(one, Action.ENDORSE, "reviewer")
    with pytest.raises(DutiesRefusedError, match="mỗi người một khâu"):
        world.step(one, Action.SELECT, "giám-đốc")
    world.step(one, Action.SELECT, "review-head")  # a deputy signs
    world.assert_sound()


def test_the_one_officer_of_an_office_takes_its_own_nomination_again_after_a_return(world: World) -> None:
    one = world.advance(world.draft(unit="SDTTG"), State.IN_APPRAISAL)
    world.step(one, Action.QUERY, "appraiser", findings=(("field:merit", "Rõ hơn"),), due=date(2025, 11, 27))
    world.give_back(one)
    world.answer(one)
    world.step(one, Action.SUBMIT, "head")
    world.step(one, Action.ACCEPT, "reviewer")
    world.step(one, Action.ENDORSE, "reviewer")


def test_the_appraising_office_nominates_its_own_too(world: World) -> None:
    one = world.advance(world.draft(unit="SNV"), State.APPROVED)
    assert world.state(one) is State.APPROVED


# --- delegation ---


def test_a_delegated_act_counts_for_both_and_the_trail_keeps_both(world: World) -> None:
    one = world.advance(world.draft(), State.ENDORSED)
    delegate(world, "review-head", DEPUTY)
    world.step(one, Action.SELECT, DEPUTY)
    entry = world.entries(one)[-1]
    ids = {row.name: row.id for row in world.query("SELECT id, name FROM account")}
    assert entry["by"] == f"account:{ids[DEPUTY]}"
    assert entry["on_behalf"] == f"account:{ids['review-head']}"
    assert entry["role"] == "review_head"
    names = world.query("SELECT field, value FROM disclosure WHERE subject = :s AND seq = :n AND field LIKE '%name'",
                        s=f"nomination:{one}", n=entry["seq"])  # fmt: skip
    assert {(row.field, row.value) for row in names} == {
        ("by_name", f'"{DEPUTY}"'),
        ("on_behalf_name", '"review-head"'),
    }
    carried = world.query("SELECT account_id FROM duty WHERE nomination_id = :id AND kind = 'select'", id=one)
    assert {row.account_id for row in carried} == {ids[DEPUTY], ids["review-head"]}
    world.assert_sound()


def test_what_the_giver_or_the_taker_carried_bars_the_delegated_act(world: World, tmp_path: Path) -> None:
    taker_carried, giver_carried = world.draft(), world.draft()
    for one in (taker_carried, giver_carried):
        world.advance(one, State.IN_REVIEW)
    world.account(tmp_path, "reviewer2", OFFICER, HEAD)
    world.step(taker_carried, Action.ENDORSE, "reviewer")
    world.step(giver_carried, Action.ENDORSE, "reviewer2")
    delegate(world, "review-head", "reviewer")
    with pytest.raises(DutiesRefusedError, match="reviewer đã giữ khâu"):
        world.step(taker_carried, Action.SELECT, "reviewer")
    delegate(world, "reviewer2", DEPUTY)
    with pytest.raises(DutiesRefusedError, match="reviewer2 đã giữ khâu"):
        world.step(giver_carried, Action.SELECT, DEPUTY)


def test_an_involved_giver_bars_the_delegated_act(world: World, tmp_path: Path) -> None:
    one = world.advance(world.draft(cccd="099180000778"), State.SUBMITTED)
    world.account(tmp_path, "reviewer", person="099180000778")
    delegate(world, "reviewer", DEPUTY)
    with pytest.raises(DutiesRefusedError, match="reviewer là đối tượng"):
        world.step(one, Action.ACCEPT, DEPUTY)


def test_a_delegation_holds_on_its_days_and_both_are_included(world: World) -> None:
    ids = [world.advance(world.draft(), State.SUBMITTED) for _ in range(2)]
    delegate(world, "reviewer", DEPUTY, until=date(2025, 11, 22), since=date(2025, 11, 21))
    for day in (date(2025, 11, 20), date(2025, 11, 23)):
        with pytest.raises(RoleRefusedError):
            world.step(ids[0], Action.ACCEPT, DEPUTY, day)
    for one, day in zip(ids, (date(2025, 11, 21), date(2025, 11, 22)), strict=True):
        world.step(one, Action.ACCEPT, DEPUTY, day)


def test_who_holds_the_role_acts_in_their_own_name(world: World) -> None:
    one = world.advance(world.draft(), State.SUBMITTED)
    delegate(world, "reviewer", "reviewer2")
    world.step(one, Action.ACCEPT, "reviewer2")
    assert "on_behalf" not in world.entries(one)[-1]


def test_a_deputy_passes_nothing_on(world: World) -> None:
    one = world.advance(world.draft(), State.SUBMITTED)
    delegate(world, "reviewer", DEPUTY)
    delegate(world, DEPUTY, "head-SYT")
    with pytest.raises(RoleRefusedError):
        world.step(one, Action.ACCEPT, "head-SYT")


@pytest.mark.parametrize("taker", ["admin", "observer"])
def test_who_administers_or_observes_stands_in_for_nobody(world: World, taker: str) -> None:
    with pytest.raises(RoleRefusedError, match="không được nhận ủy quyền"):
        delegate(world, "review-head", taker)


def test_two_accounts_of_one_person_are_one_person(world: World, tmp_path: Path) -> None:
    one = world.advance(world.draft(), State.IN_REVIEW)
    world.account(tmp_path, "reviewer", person="Nguyễn Văn Hai Vai")
    world.account(tmp_path, "review-head", person="nguyễn văn  hai vai")
    world.step(one, Action.ENDORSE, "reviewer")
    with pytest.raises(DutiesRefusedError, match="mỗi người một khâu"):
        world.step(one, Action.SELECT, "review-head")


# --- nobody left ---


def test_the_system_says_at_once_when_nobody_is_left(world: World) -> None:
    one = world.draft_by("reviewer", unit="07282")
    with world.acting("reviewer2") as (session, context):  # as a changed row imported in the unit's place does
        dossier = lock_dossier(session, one)
        acting = may_act(context, review.REVIEWERS)
        write_fields(session, context, dossier, acting, {"merit": "Khác"}, "nomination:dossier:edited")
    taken = world.step(one, Action.SUBMIT, "head")
    assert len(taken.warnings) == 1
    assert one in taken.warnings[0]
    assert "không còn chuyên viên cơ quan xét chọn nào được phép tiếp nhận" in taken.warnings[0]


def test_a_head_who_endorses_leaves_nobody_to_select(world: World, tmp_path: Path) -> None:
    world.account(tmp_path, "review-head", OFFICER, HEAD)
    one = world.advance(world.draft(), State.IN_REVIEW)
    taken = world.step(one, Action.ENDORSE, "review-head")
    assert [warning for warning in taken.warnings if "được phép lựa chọn" in warning]
    other = world.advance(world.draft(), State.IN_REVIEW)
    assert world.step(other, Action.ENDORSE, "reviewer").warnings == ()


# --- who may do nothing ---

WORKS: dict[str, Callable[[Session, Context, str], Any]] = {
    "set": lambda s, c, one: set_fields(s, c, one, {"merit": "Khác"}),
    "correct": lambda s, c, one: correct_fields(s, c, one, {"name": "Khác"}, "Sai tên"),
    "score": lambda s, c, one: review.score(s, c, one, "50"),
    "judge": lambda s, c, one: review.judge(s, c, one, "award.not_already_given", passed=True, reason="Đã xem"),
    "answer": lambda s, c, one: review.answer_finding(s, c, one, "field:merit", "Trả lời"),
    "ask": lambda s, c, one: review.ask_agency(s, c, one, "Thuế tỉnh"),
    "reply": lambda s, c, one: review.record_reply(s, c, one, "Thuế tỉnh", CheckResult.CLEAR, "Công văn 3"),
    "settle": lambda s, c, one: standing.settle(s, c, one, one + "0", "Hơn"),
    "forward": lambda s, c, _: submissions.forward(s, c, "1", c.today),
    "open": lambda s, c, _: decisions.open_decision(s, c),
    "release": lambda s, c, one: campaigns.release(s, c, [one]),
    "close": lambda s, c, _: campaigns.close(s, c),
    "import": lambda s, c, _: import_workbook(s, c, SAMPLE),
}


@pytest.mark.parametrize("who", ["admin", "observer", "clerk"])
def test_administrators_observers_and_the_clerk_neither_write_nor_judge(world: World, who: str) -> None:
    one = world.advance(world.draft(), State.IN_REVIEW)
    world.give_back(one)
    before = world.look(one)
    for what, work in WORKS.items():
        refused = False
        try:
            with world.acting(who) as (session, context):
                work(session, context, one)
        except RoleRefusedError:
            refused = True
        assert refused, f"{who} may {what}"
    assert world.look(one) == before


def test_a_plan_by_an_administrator_moves_nothing(world: World) -> None:
    one = world.advance(world.draft(), State.SUBMITTED)
    with world.acting("admin") as (session, context):
        outcome = plan(session, context, Action.ACCEPT, Request(), source=State.SUBMITTED, skip_refused=True)
    assert [refused.error.code for refused in outcome.refused] == ["role"]
    assert outcome.moved == ()
    assert world.state(one) is State.SUBMITTED


@pytest.mark.parametrize(
    ("action", "who"),
    [
        ("freeze", "appraiser"), ("freeze", "clerk"), ("unfreeze", "appraiser"), ("cancel", "review-head"),
        ("sign", "appraisal-head"), ("sign", "admin"), ("enlist", "appraiser"),
    ],
)  # fmt: skip
def test_a_decision_moves_only_by_whom_it_is_for(world: World, action: str, who: str) -> None:
    world.advance(world.draft(), State.LISTED)
    if action in {"unfreeze", "sign"}:
        world.freeze()
    if action == "enlist":
        world.advance(world.draft(), State.APPROVED)
    works: dict[str, Callable[[Session, Context], Any]] = {
        "freeze": decisions.freeze,
        "unfreeze": lambda s, c: decisions.unfreeze(s, c, "Sửa"),
        "cancel": lambda s, c: decisions.cancel(s, c, "Hủy"),
        "sign": lambda s, c: decisions.sign(s, c, "1", c.today, "Ai đó"),
        "enlist": lambda s, c: raise_refused(decisions.enlist(s, c)),
    }
    with pytest.raises(RoleRefusedError), world.acting(who) as (session, context):
        works[action](session, context)


def raise_refused(moved: decisions.Moved) -> None:
    """What a command does with a plan that was refused."""
    if moved.outcome.refused:
        raise moved.outcome.refused[0].error
