"""The decision: opened, filled, frozen as of a day, opened again, cancelled, signed, corrected; and revocations."""

import json
from datetime import date
from typing import Any

import pytest

from engine import amendments, campaigns, decisions, submissions
from engine.award_set import set_hash
from engine.editing import correct_fields
from engine.review import ask_agency, record_reply
from models.campaigns import Decision
from rules.decision import DecisionState
from rules.errors import (
    EvidenceRefusedError,
    MalformedError,
    NotFoundError,
    RefusedError,
    RoleRefusedError,
    StateRefusedError,
)
from rules.vocabulary import Action, CheckResult, Kind, State
from tests.world import World

CITED = "Trùng thành tích, mục II.2.c Kế hoạch"
SIGNING = date(2025, 12, 20)
NEW_YEAR = date(2026, 1, 5)


def decision_of(world: World) -> Decision:
    """The campaign's decision."""
    with world.acting("appraisal-head") as (session, context):
        return decisions.required(session, context)


def trail_of(world: World) -> list[str]:
    """What was done to it."""
    return [entry["tag"] for entry in world.entries(f"decision:{decision_of(world).id}")]


def freeze_refused(world: World, today: date) -> list[tuple[str, RefusedError]]:
    """Freeze the list on a day; the dossiers that are in the way."""
    with world.acting("appraisal-head", today, alone=True) as (session, context):
        outcome = decisions.freeze(session, context).outcome
    return [(refused.id, refused.error) for refused in outcome.refused]


def test_freezing_fixes_the_set_with_its_hash_in_vietnamese_order(world: World) -> None:
    names = ("Lò Văn Đậu", "Lò Văn Dậu", "Lò Văn Ân", "Lò Văn Anh")
    ids = {name: world.advance(world.draft(name=name), State.APPROVED) for name in names}
    group = world.advance(world.draft(Kind.COLLECTIVE), State.APPROVED)
    world.enlist()
    world.freeze()
    decision = decision_of(world)
    assert (decision.state, decision.version, decision.frozen_on) == (DecisionState.FROZEN, 1, world.today)
    content = str(decision.content)
    assert decision.content_hash == set_hash(content)
    awards = json.loads(content)["awards"]
    assert [(award["category"], award["serial"], award["id"]) for award in awards] == [
        ("collective", 1, group),
        ("individual", 2, ids["Lò Văn Anh"]),  # one run of numbers through the decision (Số sổ vàng)
        ("individual", 3, ids["Lò Văn Ân"]),
        ("individual", 4, ids["Lò Văn Dậu"]),
        ("individual", 5, ids["Lò Văn Đậu"]),
    ]
    assert set(awards[0]) == {"id", "serial", "category", "name", "position", "workplace", "unit", "unit_name", "merit"}
    assert "099180" not in content, "no CCCD in a list that is published"
    assert world.entries(f"decision:{decision.id}")[-1]["hash"] == decision.content_hash
    world.assert_sound()


def test_freezing_screens_again_as_of_that_day(world: World) -> None:
    unrated = world.advance(world.draft(rating_2025="unrated"), State.LISTED)
    fine = world.advance(world.draft(), State.LISTED)
    ((refused, error),) = freeze_refused(world, NEW_YEAR)
    assert refused == unrated
    assert error.code == "rule"
    assert "duties.completed_well" in error.message
    assert any("86/2025" in citation for citation in error.citations), "cited with what is in force on that day"
    assert decision_of(world).state is DecisionState.OPEN
    assert freeze_refused(world, date(2025, 12, 31)) == []
    assert {world.state(one) for one in (unrated, fine)} == {State.LISTED}


def test_an_open_check_stops_approval_and_an_adverse_one_the_freezing(world: World) -> None:
    one = world.advance(world.draft(), State.IN_APPRAISAL)
    with world.acting("appraiser") as (session, context):
        ask_agency(session, context, one, "Công an tỉnh")
    with pytest.raises(EvidenceRefusedError, match="Chưa có ý kiến của: Công an tỉnh"):
        world.step(one, Action.APPROVE, "appraiser")

    def answer(result: CheckResult, text: str) -> None:
        with world.acting("appraiser") as (session, context):
            record_reply(session, context, one, "Công an tỉnh", result, text)

    answer(CheckResult.CLEAR, "Công văn số 12")
    world.step(one, Action.APPROVE, "appraiser")
    world.enlist()
    answer(CheckResult.ADVERSE, "Công văn số 15: có đơn tố cáo")
    ((refused, error),) = freeze_refused(world, world.today)
    assert (refused, error.code) == (one, "rule")
    assert "checks.clear" in error.message
    tags = [entry["tag"] for entry in world.entries(one)]
    assert tags.count("nomination:check:answered") == 2, "the newer answer counts, and both stay on the trail"


def test_nothing_to_list_and_nothing_to_freeze(world: World) -> None:
    with pytest.raises(StateRefusedError, match="chưa lập danh sách"), world.acting("appraisal-head") as (s, c):
        decisions.enlist(s, c)
    with world.acting("appraisal-head") as (session, context):
        decisions.open_decision(session, context)
    with (
        pytest.raises(StateRefusedError, match="Không có hồ sơ nào đã thẩm định đạt"),
        world.acting("appraisal-head") as (session, context),
    ):
        decisions.enlist(session, context)
    with pytest.raises(StateRefusedError, match="còn trống"):
        freeze_refused(world, world.today)
    with pytest.raises(StateRefusedError, match="đang lập"), world.acting("appraisal-head") as (session, context):
        decisions.open_decision(session, context)


def test_unfreezing_needs_a_reason_and_makes_the_next_version(world: World) -> None:
    one = world.advance(world.draft(), State.LISTED)
    world.freeze()
    first = decision_of(world).content_hash
    with pytest.raises(EvidenceRefusedError, match="lý do"), world.acting("appraisal-head") as (session, context):
        decisions.unfreeze(session, context, " ")
    with world.acting("appraisal-head", alone=True) as (session, context):
        decisions.unfreeze(session, context, "Sai tên một cá nhân")
    decision = decision_of(world)
    assert (decision.state, decision.version, decision.content) == (DecisionState.OPEN, 2, None)
    with world.acting("appraiser") as (session, context):
        correct_fields(session, context, one, {"name": "Nông Thị Mận"}, "Sai dấu")
    world.freeze()
    second = decision_of(world)
    assert second.version == 2
    assert second.content_hash != first
    assert "Nông Thị Mận" in str(second.content)
    assert world.entries(f"decision:{second.id}")[-2]["discarded"] == first
    world.assert_sound()


def test_cancelling_takes_everything_back_to_approved(world: World) -> None:
    ids = [world.advance(world.draft(), State.APPROVED) for _ in range(2)]
    world.enlist()
    world.freeze()
    with pytest.raises(EvidenceRefusedError), world.acting("appraisal-head") as (session, context):
        decisions.cancel(session, context, "")
    with world.acting("appraisal-head", alone=True) as (session, context):
        moved = decisions.cancel(session, context, "Lập lại theo chỉ đạo")
    assert [taken.target for taken in moved.outcome.moved] == [State.APPROVED] * 2
    assert moved.decision.state is DecisionState.CANCELLED
    assert {world.state(one) for one in ids} == {State.APPROVED}
    assert {world.look(one).decision_id for one in ids} == {None}
    world.enlist()
    world.sign()
    assert {world.state(one) for one in ids} == {State.AWARDED}
    assert len(world.query("SELECT 1 FROM decision")) == 2
    world.assert_sound()


def test_signing_awards_all_and_releases_what_was_held(world: World) -> None:
    ids = [world.advance(world.draft(), State.APPROVED) for _ in range(3)]
    declined = world.advance(world.draft(), State.ENDORSED)
    world.step(declined, Action.DECLINE, "review-head", reason=CITED)
    assert {status for _, _, status in world.letters(declined) if _ and status == "held"} == {"held"}
    world.enlist()
    world.sign(SIGNING)
    assert [world.look(one).serial for one in ids] == [1, 2, 3]
    assert {world.state(one) for one in ids} == {State.AWARDED}
    parties = {kind for kind, _, _ in world.letters(ids[0], world.look(ids[0]).version)}
    assert parties == {"award.unit", "award.nominee", "award.review_office", "award.appraisal_office"}
    held = [kind for kind, _, status in world.letters(declined) if status == "held"]
    assert held == []
    assert ("decline.unit", "queued") in {(kind, status) for kind, _, status in world.letters(declined)}
    (campaign,) = world.query("SELECT decided FROM campaign")
    assert campaign.decided
    assert trail_of(world) == ["decision:step:open", "decision:step:freeze", "decision:step:sign"]
    late = world.draft()
    assert world.state(late) is State.DRAFT
    world.assert_sound()


def test_what_is_declined_after_signing_would_not_be_held(world: World) -> None:
    late = world.advance(world.draft(), State.IN_REVIEW)
    world.advance(world.draft(), State.AWARDED)
    world.step(late, Action.DECLINE, "review-head", reason=CITED)
    assert {status for kind, _, status in world.letters(late) if kind == "decline.unit"} == {"queued"}


@pytest.mark.parametrize(
    ("number", "dated", "signer", "error", "words"),
    [
        ("QĐ 12", SIGNING, "Ai đó", MalformedError, "không đúng dạng"),
        ("0/QĐ-UBND", SIGNING, "Ai đó", MalformedError, "không đúng dạng"),
        ("12/QĐ-UBND", date(2025, 12, 21), "Ai đó", StateRefusedError, "sau hôm nay"),
        ("12/QĐ-UBND", SIGNING, "  ", MalformedError, "người ký"),
    ],
)
def test_a_signature_must_be_readable(
    world: World, number: str, dated: date, signer: str, error: type[Exception], words: str
) -> None:
    one = world.advance(world.draft(), State.LISTED)
    world.freeze()
    with pytest.raises(error, match=words), world.acting("clerk", SIGNING, alone=True) as (session, context):
        decisions.sign(session, context, number, dated, signer)
    assert world.state(one) is State.LISTED
    assert decision_of(world).state is DecisionState.FROZEN


def test_only_a_frozen_list_is_signed(world: World) -> None:
    world.advance(world.draft(), State.LISTED)
    with pytest.raises(StateRefusedError, match="đang lập"), world.acting("clerk", alone=True) as (session, context):
        decisions.sign(session, context, "12", context.today, "Ai đó")


def test_corrections_of_a_signed_decision(world: World) -> None:
    one = world.advance(world.draft(), State.LISTED)
    world.sign(SIGNING)

    def correct(number: str, dated: date, reason: str = "Sai năm sinh ở số thứ tự 1") -> None:
        with world.acting("clerk", SIGNING, alone=True) as (session, context):
            amendments.correct(session, context, number, dated, reason)

    with pytest.raises(EvidenceRefusedError, match="nội dung"):
        correct("1300/QĐ-UBND", SIGNING, "")
    with pytest.raises(StateRefusedError, match="trước ngày của quyết định"):
        correct("1300/QĐ-UBND", date(2025, 12, 19))
    with pytest.raises(StateRefusedError, match="sau hôm nay"):
        correct("1300/QĐ-UBND", date(2025, 12, 22))
    with pytest.raises(EvidenceRefusedError, match="đã được dùng"):
        correct("1234/QĐ-UBND", SIGNING)
    correct("1300/QĐ-UBND", SIGNING)
    assert decision_of(world).state is DecisionState.CORRECTED
    correct("1301/QĐ-UBND", SIGNING)
    rows = world.query("SELECT kind, number FROM amendment ORDER BY id")
    assert [(row.kind, row.number) for row in rows] == [("correction", "1300/QĐ-UBND"), ("correction", "1301/QĐ-UBND")]
    assert world.state(one) is State.AWARDED
    world.assert_sound()


def test_a_revocation_has_its_own_number_and_keeps_the_place(world: World) -> None:
    one, other = (world.advance(world.draft(), State.APPROVED) for _ in range(2))
    with pytest.raises(StateRefusedError, match="chưa lập danh sách"), world.acting("clerk") as (session, context):
        amendments.revoke(session, context, one, "77", context.today, CITED)
    world.enlist()
    world.sign(SIGNING)

    def revoke(who: str = "clerk", one: str = one, number: str = "77/QĐ-UBND", reason: str = "Luật Đ93.2") -> None:
        with world.acting(who, SIGNING) as (session, context):
            amendments.revoke(session, context, one, number, SIGNING, reason)

    with pytest.raises(RoleRefusedError):
        revoke("appraisal-head")
    with pytest.raises(NotFoundError):
        revoke(one="KHONGCO1")
    with pytest.raises(EvidenceRefusedError):
        revoke(reason="")
    with pytest.raises(EvidenceRefusedError, match="đã được dùng"):
        revoke(number="1234/QĐ-UBND")
    revoke()
    assert (world.state(one), world.state(other)) == (State.REVOKED, State.AWARDED)
    assert world.look(one).slot is not None
    with pytest.raises(StateRefusedError):
        revoke(number="78/QĐ-UBND")
    assert world.entries(one)[-1]["revoking"] == "77/QĐ-UBND"
    assert {kind for kind, _, _ in world.letters(one, world.look(one).version)} == {
        "revoke.unit", "revoke.nominee", "revoke.appraisal_office",
    }  # fmt: skip
    world.assert_sound()


# --- clerical corrections ---


def test_a_clerical_correction_before_freezing_moves_nothing(world: World) -> None:
    one = world.advance(world.draft(), State.LISTED)

    def correct(texts: dict[str, str], reason: str = "Sai chính tả", who: str = "appraiser") -> None:
        with world.acting(who) as (session, context):
            correct_fields(session, context, one, texts, reason)

    for texts in ({"merit": "Hay hơn"}, {"rating_2021": "Hoàn thành xuất sắc nhiệm vụ"}, {"breach": "Không"}):
        with pytest.raises(EvidenceRefusedError, match="Chỉ được chỉnh sửa lỗi văn bản"):
            correct(texts)
    with pytest.raises(EvidenceRefusedError, match="lý do"):
        correct({"name": "Nông Thị Mận"}, "")
    with pytest.raises(RoleRefusedError):
        correct({"name": "Nông Thị Mận"}, who="head-07282")
    before = world.look(one)
    correct({"name": "Nông Thị Mận"})
    after = world.look(one)
    assert (after.name, after.state, after.slot) == ("Nông Thị Mận", State.LISTED, before.slot)
    assert after.authors == before.authors, "who corrects a slip does not become an author"
    disclosed = world.query(
        "SELECT field, value FROM disclosure WHERE subject = :s AND seq = :n", s=f"nomination:{one}", n=after.version
    )
    told: dict[str, Any] = {row.field: json.loads(row.value) for row in disclosed}
    assert told["changes"] == {"name": [before.name, "Nông Thị Mận"]}
    assert told["reason"] == "Sai chính tả"
    world.freeze()
    with pytest.raises(StateRefusedError, match="đã chốt"):
        correct({"name": "Nông Thị Mẫu"})


def test_a_correction_is_for_what_the_unit_cannot_edit_and_the_decision_has_not_fixed(world: World) -> None:
    one = world.draft()
    for state in (State.DRAFT, State.AWARDED):
        world.advance(one, state)
        with pytest.raises(StateRefusedError, match="không thuộc diện"), world.acting("reviewer") as (s, c):
            correct_fields(s, c, one, {"name": "Khác"}, "Sai tên")


# --- the end of the campaign ---


def test_closing_puts_an_end_to_everything_left_with_its_place_in_the_ranking(world: World) -> None:
    awarded = world.advance(world.draft(), State.LISTED)
    reserve = world.advance(world.draft(), State.ENDORSED)
    submitted = world.advance(world.draft(), State.SUBMITTED)
    draft = world.draft()
    overdue, in_time = (world.advance(world.draft(), State.IN_REVIEW) for _ in range(2))
    world.give_back(overdue, date(2025, 11, 25))
    world.give_back(in_time, date(2025, 12, 31))
    with pytest.raises(StateRefusedError, match="sau khi quyết định được ký"), world.acting("review-head") as (s, c):
        campaigns.close(s, c)
    world.sign(SIGNING)
    with pytest.raises(RoleRefusedError), world.acting("appraisal-head", SIGNING) as (session, context):
        campaigns.close(session, context)
    with world.acting("review-head", SIGNING, alone=True) as (session, context):
        outcome = campaigns.close(session, context)
    assert outcome.refused == ()
    assert {one: world.state(one) for one in (awarded, reserve, submitted, draft, overdue, in_time)} == {
        awarded: State.AWARDED,
        reserve: State.NOT_SELECTED,
        submitted: State.NOT_SELECTED,
        draft: State.LAPSED,
        overdue: State.LAPSED,
        in_time: State.NOT_SELECTED,
    }
    assert world.entries(reserve)[-1]["place"] == "2/2"
    assert world.entries(submitted)[-1]["place"] == ""
    letter = world.query("SELECT convert_from(message, 'UTF8') AS text FROM letter WHERE kind = 'close.unit' LIMIT 1")
    assert letter
    with world.acting("review-head", SIGNING, alone=True) as (session, context):
        assert campaigns.close(session, context).moved == ()
    world.assert_sound()


def test_the_clock_lapses_what_is_overdue_and_nothing_else(world: World) -> None:
    draft, waiting = world.draft(), world.advance(world.draft(), State.SUBMITTED)
    early, late = (world.advance(world.draft(), State.IN_REVIEW) for _ in range(2))
    world.give_back(early, date(2025, 11, 25))
    world.give_back(late, date(2025, 12, 5))

    def lapsed(today: date) -> set[str]:
        with world.acting("admin", today) as (session, context):
            return {taken.id for taken in campaigns.lapse(session, context).moved}

    assert lapsed(date(2025, 11, 25)) == set()
    assert lapsed(date(2025, 11, 26)) == {early}
    assert lapsed(date(2025, 11, 30)) == set()
    assert lapsed(date(2025, 12, 1)) == {draft}
    assert lapsed(date(2025, 12, 6)) == {late}
    assert lapsed(date(2026, 3, 1)) == set()
    assert world.state(waiting) is State.SUBMITTED
    assert "by" not in world.entries(early)[-1]
    assert world.entries(early)[-1]["role"] == "clock"
    world.assert_sound()


# --- submission letters ---


def test_forwarding_takes_everything_selected_under_one_number(world: World) -> None:
    ids = [world.advance(world.draft(), State.SELECTED) for _ in range(2)]
    world.advance(world.draft(), State.ENDORSED)
    with world.acting("review-head", alone=True) as (session, context):
        sent = submissions.forward(session, context, "9", date(2025, 11, 19))
    assert sent.number == "09/TTr-SDTTG"
    assert {taken.id for taken in sent.outcome.moved} == set(ids)
    assert {world.entries(one)[-1]["submission"] for one in ids} == {"09/TTr-SDTTG"}
    with (
        pytest.raises(StateRefusedError, match="Không có hồ sơ nào"),
        world.acting("review-head") as (session, context),
    ):
        submissions.forward(session, context, "10", context.today)
    world.advance(world.draft(), State.SELECTED)
    with pytest.raises(EvidenceRefusedError, match="đã được dùng"), world.acting("review-head") as (session, context):
        submissions.forward(session, context, "09/TTr-SDTTG", context.today)
    with pytest.raises(StateRefusedError, match="sau hôm nay"), world.acting("review-head") as (session, context):
        submissions.forward(session, context, "11", date(2025, 11, 21))
    world.assert_sound()


def test_forwarding_late_warns(world: World) -> None:
    world.advance(world.draft(), State.SELECTED)
    with world.acting("review-head", date(2025, 12, 14), alone=True) as (session, context):
        early = submissions.late_warning(context)
    with world.acting("review-head", date(2025, 12, 16), alone=True) as (session, context):
        sent = submissions.forward(session, context, "9", date(2025, 12, 16))
    assert early == ()
    assert any("10 ngày" in warning for warning in sent.warnings)


def test_an_open_query_stops_the_letter_for_all(world: World) -> None:
    fine = world.advance(world.draft(), State.SELECTED)
    asked = world.advance(world.draft(), State.SELECTED)
    world.forward()
    world.step(asked, Action.QUERY, "appraiser", findings=(("field:merit", "Rõ hơn"),), due=date(2025, 11, 27))
    world.step(asked, Action.REFUSE, "appraisal-head", reason=CITED)
    world.step(asked, Action.REOPEN, "review-head", reason="Có giải trình")
    world.step(asked, Action.ENDORSE, "reviewer")
    world.step(asked, Action.SELECT, "review-head")
    other = world.advance(world.draft(), State.SELECTED)
    with pytest.raises(EvidenceRefusedError, match="chưa giải trình"):
        world.forward()
    assert {world.state(one) for one in (asked, other)} == {State.SELECTED}
    assert world.state(fine) is State.IN_APPRAISAL
