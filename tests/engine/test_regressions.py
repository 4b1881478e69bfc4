"""What hurt others, each as a test named after it; the docstring says whose pain it was."""

import json
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from engine import amendments, campaigns, decisions
from engine.award_set import exported_set
from engine.context import load_context
from engine.editing import correct_fields, set_fields
from engine.plans import plan
from engine.review import ask_agency, judge, score
from engine.steps import Request, take_step
from rules.errors import (
    DutiesRefusedError,
    NotFoundError,
    QuotaRefusedError,
    RefusedError,
    RoleRefusedError,
    StaleError,
    StateRefusedError,
)
from rules.vocabulary import Action, Kind, Role, State
from tests.world import ROUTE, World

CITED = "Trùng thành tích, mục II.2.c Kế hoạch"
FINDINGS = (("field:merit", "Nêu số liệu."),)
DUE = date(2025, 11, 28)


def alive(world: World, one: str, kind: str) -> list[str]:
    """Who will get, or got, a letter of this kind."""
    return [to for found, to, status in world.letters(one) if found == kind and status != "superseded"]


def texts(world: World, one: str) -> list[tuple[str, str]]:
    """Every letter of a dossier: its kind, and its subject and text."""
    found = []
    for row in world.query("SELECT kind, title, message FROM letter WHERE nomination_id = :id ORDER BY id", id=one):
        body = message_from_bytes(bytes(row.message), policy=policy.default).get_body(("plain",))
        assert body is not None
        found.append((row.kind, f"{row.title}\n{body.get_content()}"))
    return found


# --- letters and states ---


def test_a_batch_that_did_not_move_its_dossiers_mails_nobody(world: World) -> None:
    """hypha#1705: the batch sent its mails, the states did not change."""
    fine = world.advance(world.draft(), State.SUBMITTED)
    wrote_it = world.advance(world.draft_by("reviewer", unit="07282"), State.SUBMITTED)
    before = world.query("SELECT count(*) AS number FROM letter")
    with world.acting("reviewer") as (session, context):
        outcome = plan(session, context, Action.ACCEPT, Request(), source=State.SUBMITTED)
        assert [refused.id for refused in outcome.refused] == [wrote_it]
        session.rollback()
    assert {world.state(one) for one in (fine, wrote_it)} == {State.SUBMITTED}
    assert world.query("SELECT count(*) AS number FROM letter") == before
    with world.acting("reviewer") as (session, context):
        plan(session, context, Action.ACCEPT, Request(), source=State.SUBMITTED, skip_refused=True)
    assert (world.state(fine), bool(alive(world, fine, "accept.unit"))) == (State.IN_REVIEW, True)
    assert (world.state(wrote_it), bool(alive(world, wrote_it, "accept.unit"))) == (State.SUBMITTED, False)


def test_a_letter_that_cannot_be_stored_undoes_the_step(world: World) -> None:
    """hypha#1705, the other way round: a state never changes without its letters."""
    one = world.advance(world.draft(), State.SUBMITTED)
    world.change("ALTER TABLE letter ADD CHECK (kind <> 'accept.unit')", owner=True)
    with pytest.raises(DBAPIError):
        world.step(one, Action.ACCEPT, "reviewer")
    assert (world.state(one), world.look(one).version) == (State.SUBMITTED, 2)


def test_two_accepts_queue_one_mail(world: World) -> None:
    """pretalx#444: two accepts queued two mails."""
    one = world.advance(world.draft(), State.SUBMITTED)
    seen = world.look(one).version
    world.step(one, Action.ACCEPT, "reviewer", expected_version=seen)
    first = alive(world, one, "accept.unit")
    with pytest.raises(StateRefusedError):
        world.step(one, Action.ACCEPT, "reviewer2")
    with pytest.raises(StaleError):
        world.step(one, Action.ACCEPT, "reviewer2", expected_version=seen)
    assert alive(world, one, "accept.unit") == first
    assert len(set(first)) == len(first)


def test_a_rejection_taken_back_leaves_only_what_is_true(world: World) -> None:
    """pretalx#1402: accept, then reject, and both mails stood."""
    one = world.advance(world.draft(), State.ENDORSED)
    world.step(one, Action.DECLINE, "review-head", reason=CITED)
    world.step(one, Action.REOPEN, "review-head", reason="Xem xét lại")
    world.advance(one, State.AWARDED)
    assert alive(world, one, "decline.unit") == []
    assert alive(world, one, "award.unit") != []


def test_a_return_taken_back_before_it_was_sent_is_not_sent(world: World) -> None:
    """pretalx#1402, earlier in the life cycle."""
    one = world.advance(world.draft(), State.IN_REVIEW)
    world.give_back(one)
    world.step(one, Action.RECALL, "reviewer", reason="Trả nhầm")
    assert alive(world, one, "return.unit") == []
    assert alive(world, one, "recall.unit") == []


def test_the_second_arrival_in_a_state_sends_its_mail_too(world: World) -> None:
    """frappe#41691: after a return, the second arrival in a state sent no mail."""
    one = world.advance(world.draft(), State.IN_REVIEW)
    world.give_back(one)
    world.answer(one)
    world.step(one, Action.SUBMIT, "head")
    world.step(one, Action.ACCEPT, "reviewer")
    world.give_back(one)
    for kind in ("accept.unit", "return.unit", "submit.review_office"):
        addresses = alive(world, one, kind)
        assert len(addresses) == 2 * len(set(addresses)) > 0, kind


def test_the_receiving_office_is_told(world: World) -> None:
    """indico#6159: the office a dossier moves to was told nothing."""
    one = world.advance(world.draft(), State.IN_APPRAISAL)
    assert set(alive(world, one, "submit.review_office")) == {
        "reviewer@bacninh.example", "reviewer2@bacninh.example", "review-head@bacninh.example",
    }  # fmt: skip
    assert set(alive(world, one, "forward.appraisal_office")) == {
        "appraiser@bacninh.example", "appraiser2@bacninh.example", "appraisal-head@bacninh.example",
    }  # fmt: skip


def test_a_mail_shows_the_new_state_and_no_placeholder(world: World) -> None:
    """hypha#4678 and #4500: the mail said "#None", or the state before the step."""
    one = world.advance(world.draft(email=None, position=None), State.IN_REVIEW)
    world.give_back(one)
    world.answer(one)
    world.step(one, Action.SUBMIT, "head")
    world.step(one, Action.WITHDRAW, "head", reason="Xin rút")
    world.step(one, Action.REOPEN, "review-head", reason="Xin lại")
    world.advance(one, State.AWARDED)
    written = texts(world, one)
    assert {kind for kind, _ in written} >= {"accept.unit", "return.unit", "reopen.unit", "award.unit", "award.nominee"}
    for kind, text in written:
        assert "None" not in text, kind
        assert "{{" not in text, kind
    assert "Đã nộp, chờ tiếp nhận" in dict(written)["submit.unit"]
    assert "Đang xem xét" in dict(written)["accept.unit"]
    assert "Đã nộp" not in dict(written)["accept.unit"]
    assert "Đang xem xét" in dict(written)["reopen.unit"]


def test_a_pending_outcome_survives_an_unrelated_edit(world: World) -> None:
    """pretalx#2204: a pending decision was lost by an unrelated edit."""
    one = world.advance(world.draft(), State.ENDORSED)
    world.step(one, Action.DECLINE, "review-head", reason=CITED)
    held = [(kind, to) for kind, to, status in world.letters(one) if status == "held"]
    with world.acting("reviewer") as (session, context):
        correct_fields(session, context, one, {"name": "Tên Sửa"}, "Sai chính tả")
    assert world.state(one) is State.DECLINED
    assert [(kind, to) for kind, to, status in world.letters(one) if status == "held"] == held
    with world.acting("review-head") as (session, context):
        campaigns.release(session, context, [one])
    assert len(alive(world, one, "decline.unit")) == len(held) > 0


def test_a_selection_survives_what_is_no_step(world: World) -> None:
    """pretalx#2204: nothing but a step moves a dossier or its place."""
    one = world.advance(world.draft(), State.SELECTED)
    place = world.look(one).slot
    with world.acting("reviewer2") as (session, context):
        correct_fields(session, context, one, {"workplace": "Thôn Đồng Cả"}, "Sai tên thôn")
        score(session, context, one, "12")
        ask_agency(session, context, one, "Thuế tỉnh")
    assert (world.state(one), world.look(one).slot) == (State.SELECTED, place)


# --- limits ---


def test_the_last_place_is_given_once(small_world: World) -> None:
    """eventyay#1359: the last slot was sold twice; processes race for it in test_races.py."""
    world = small_world
    world.advance(world.draft(), State.SELECTED)
    one, other = (world.advance(world.draft(), State.ENDORSED) for _ in range(2))
    world.step(one, Action.SELECT, "review-head")
    with pytest.raises(QuotaRefusedError):
        world.step(other, Action.SELECT, "review-head")


def test_withdrawing_and_coming_back_evades_no_limit(small_world: World) -> None:
    """HotCRP 3.4: withdraw and revive went past the limit."""
    world = small_world
    first, _ = (world.advance(world.draft(), State.SELECTED) for _ in range(2))
    world.step(first, Action.WITHDRAW, "review-head", reason="Công văn 5")
    world.advance(world.draft(), State.SELECTED)
    world.step(first, Action.REOPEN, "review-head", reason="Công văn 6")
    world.step(first, Action.ENDORSE, "reviewer")
    assert world.state(first) is State.ENDORSED
    with pytest.raises(QuotaRefusedError):
        world.step(first, Action.SELECT, "review-head")
    world.assert_sound()


def test_what_fell_is_not_counted(small_world: World) -> None:
    """conference-hall#936: archived items still counted against the limit."""
    world = small_world
    for end in (Action.WITHDRAW, Action.DECLINE):
        one = world.advance(world.draft(), State.SELECTED if end is Action.WITHDRAW else State.ENDORSED)
        world.step(one, end, "review-head", reason=CITED)
    for _ in range(2):
        world.advance(world.draft(), State.SELECTED)
    with world.acting(None) as (session, context):
        (counted,) = [c for c in campaigns.show(session, context)["categories"] if c["key"] == "individual"]
    assert (counted["taken"], counted["limit"]) == (2, 2)


# --- who approves what ---


def test_one_click_approves_one_tier(world: World, tmp_path: Path) -> None:
    """server-ux#195: one click approved the later tiers too."""
    everything = [(role, unit) for role, unit in (
        (Role.REVIEW_OFFICER, "SDTTG"), (Role.REVIEW_HEAD, "SDTTG"), (Role.APPRAISAL_OFFICER, "SNV"),
        (Role.APPRAISAL_HEAD, "SNV"), (Role.DECISION_CLERK, "VPUBND"),
    )]  # fmt: skip
    who = world.account(tmp_path, "mọi-vai", *everything)
    one = world.advance(world.draft(), State.IN_REVIEW)
    world.step(one, Action.ENDORSE, who)
    assert world.state(one) is State.ENDORSED
    world.step(one, Action.SELECT, "review-head")
    assert world.state(one) is State.SELECTED
    kinds = {row.kind for row in world.query("SELECT kind FROM duty WHERE nomination_id = :id", id=one)}
    assert kinds == {"submit", "endorse", "select"}


@pytest.mark.parametrize(
    "who", ["appraisal-head", "reviewer", "review-head", "clerk", "observer", "head-SNV", "head-07282"]
)
def test_the_wrong_person_does_not_approve(world: World, who: str) -> None:
    """purchase-workflow#692: somebody with another right could approve."""
    one = world.advance(world.draft(), State.IN_APPRAISAL)
    with pytest.raises(RoleRefusedError):
        world.step(one, Action.APPROVE, who)


def test_an_appraiser_of_another_office_does_not_approve(world: World, tmp_path: Path) -> None:
    """purchase-workflow#692: the right role at the wrong place."""
    world.account(tmp_path, "nơi-khác", (Role.APPRAISAL_OFFICER, "SYT"), (Role.REVIEW_HEAD, "SNV"))
    one = world.advance(world.draft(), State.IN_APPRAISAL)
    with pytest.raises(RoleRefusedError):
        world.step(one, Action.APPROVE, "nơi-khác")


def test_an_administrator_approves_nothing_by_editing_data(world: World) -> None:
    """spiff-arena#686: administrators "approved on behalf" by editing data."""
    one = world.advance(world.draft(prior_awards=None), State.IN_REVIEW)
    acts = (
        lambda s, c: set_fields(s, c, one, {"merit": "Khác"}),
        lambda s, c: correct_fields(s, c, one, {"name": "Khác"}, "Sai tên"),
        lambda s, c: judge(s, c, one, "award.not_already_given", passed=True, reason="Đã xem"),
        lambda s, c: take_step(s, c, one, Action.ENDORSE, Request()),
    )
    for act in acts:
        with pytest.raises(RoleRefusedError), world.acting("admin") as (session, context):
            act(session, context)
    assert world.look(one).version == 3


def test_one_person_does_not_sign_four_stages(world: World, tmp_path: Path) -> None:
    """simpler-grants-gov's own happy path: one user signs every stage."""
    roles = (
        (Role.UNIT_HEAD, "07282"), (Role.REVIEW_OFFICER, "SDTTG"), (Role.REVIEW_HEAD, "SDTTG"),
        (Role.APPRAISAL_OFFICER, "SNV"), (Role.APPRAISAL_HEAD, "SNV"), (Role.DECISION_CLERK, "VPUBND"),
    )  # fmt: skip
    who = world.account(tmp_path, "một-mình", *roles)
    one = world.draft()
    world.step(one, Action.SUBMIT, who)
    for action, ordinary in ROUTE[1:6]:
        if action is Action.FORWARD:
            world.forward(who)  # carries no duty
            continue
        with pytest.raises(DutiesRefusedError):
            world.step(one, action, who)
        world.step(one, action, ordinary)
    with pytest.raises(DutiesRefusedError):
        world.enlist(who)
    world.enlist()
    world.freeze()
    with pytest.raises(DutiesRefusedError), world.acting(who, alone=True) as (session, context):
        decisions.sign(session, context, "5", context.today, "Ai đó")
    assert world.state(one) is State.LISTED


# --- what is kept ---


def test_going_back_deletes_nothing(world: World) -> None:
    """OCA base_tier_validation: moving back to draft deleted all approvals."""
    one = world.advance(world.draft(prior_awards=None), State.IN_REVIEW)
    with world.acting("reviewer2") as (session, context):
        score(session, context, one, "88")
        judge(session, context, one, "award.not_already_given", passed=True, reason="Đã đối chiếu")
    world.advance(one, State.IN_APPRAISAL)
    world.step(one, Action.QUERY, "appraiser", findings=FINDINGS, due=DUE)
    tables = ("duty", "score", "judgement", "finding", "author")
    before = {table: world.query(f"SELECT * FROM {table} WHERE nomination_id = :id", id=one) for table in tables}  # noqa: S608 - our tables
    entries, place = world.entries(one), world.look(one).slot
    world.give_back(one, anchor="field:model")
    for table in tables:
        now = world.query(f"SELECT * FROM {table} WHERE nomination_id = :id", id=one)  # noqa: S608 - our tables
        assert [row for row in before[table] if row not in now] == [], table
    assert world.entries(one)[: len(entries)] == entries
    assert world.look(one).slot == place
    world.assert_sound()


def test_a_person_who_leaves_leaves_their_trail(world: World) -> None:
    """hypha: deleting a user deleted the trail."""
    one = world.advance(world.draft(), State.ENDORSED)
    entries = world.entries(one)
    world.change("UPDATE account SET active = false WHERE name = 'reviewer'")
    assert world.entries(one) == entries
    with pytest.raises(NotFoundError, match="Không có tài khoản"):
        world.step(one, Action.SELECT, "reviewer")
    world.step(one, Action.SELECT, "review-head")
    with pytest.raises(DBAPIError):
        world.change("DELETE FROM account WHERE name = 'reviewer'", owner=True)
    assert world.entries(one)[:-1] == entries


def test_the_list_names_who_signed_and_when_for_ever(world: World) -> None:
    """opencrvs-core#13859: the certificate named the wrong official. Award Force `{today}`: it showed today's date."""
    world.advance(world.draft(), State.LISTED)
    world.freeze(date(2025, 12, 20))
    with world.acting("clerk", date(2025, 12, 20), alone=True) as (session, context):
        decisions.sign(session, context, "812", context.today, "Người Ký Giả Định")
    with world.acting("clerk", date(2026, 8, 1), alone=True) as (session, context):
        amendments.correct(session, context, "900", context.today, "Sai chức vụ ở số 1")
    for today in (date(2025, 12, 20), date(2026, 8, 1)):
        with world.acting("clerk", today) as (session, context):
            exported = exported_set(context.campaign, decisions.required(session, context), today)
        assert exported["decision"]["signer"] == "Người Ký Giả Định"
        assert exported["decision"]["date"] == "2025-12-20"
        assert exported["decision"]["number"] == "812/QĐ-UBND"
        assert exported["money"]["total"] == 3_510_000, "by the day of the decision, not of the export"


def test_nothing_leaks_who_else_is_nominated(world: World) -> None:
    """openreview#351, HotCRP 3.4: identity leaked through counts, search and error messages."""
    theirs = world.advance(world.draft(cccd="099180000700", name="Lò Thị Ba", unit="07330"), State.SELECTED)
    ours = world.draft(unit="07282")
    with world.acting("officer-07282") as (session, context):
        set_fields(session, context, ours, {"cccd": "099180000700", "name": "Lò Thị Ba"})
    taken = world.step(ours, Action.SUBMIT, "head")
    assert taken.warnings == ()
    said = " ".join(text for _, text in texts(world, ours))
    assert theirs not in said
    with pytest.raises(RefusedError) as refused:
        world.step(theirs, Action.WITHDRAW, "head-07282", reason="Trùng")
    assert "Lò Thị Ba" not in refused.value.message
    assert "07330" not in refused.value.message


def test_a_rehearsed_day_is_kept_beside_the_real_one(world: World) -> None:
    """A backdated entry must never pass for one written that day (design.md §7)."""
    one = world.draft()
    world.step(one, Action.SUBMIT, "head", date(2025, 10, 25))
    entry = world.entries(one)[-1]
    assert entry["today"] == "2025-10-25"
    assert not entry["at"].startswith("2025-10-25")


def test_a_category_of_the_other_kind_is_not_filled_by_mistake(small_world: World) -> None:
    """eventyay#1359 again: a place of one product sold for another."""
    world = small_world
    for _ in range(2):
        world.advance(world.draft(Kind.COLLECTIVE), State.SELECTED)
    person = world.advance(world.draft(), State.SELECTED)
    with world.database.transaction() as session:
        assert load_context(session, world.code).campaign.category("individual").limit == 2
    (row,) = world.query("SELECT category FROM slot WHERE nomination_id = :id", id=person)
    assert row.category == "individual"
    assert json.dumps(world.entries(person)[-1]["slot"]) == '"takes 1"'
