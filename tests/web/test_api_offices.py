"""What the offices look over by the API: papers of letters and decisions, the trail, what is late, opinions."""

import json
from datetime import timedelta
from typing import Any

import pytest

from rules.vocabulary import Action, State
from tests.web.client import DAY
from tests.web.conftest import As
from tests.world import CODE, World

CAMPAIGN = f"/campaigns/{CODE}"
OFFICER, HEAD = "officer-07282", "head-07282"
UNIT = (OFFICER, HEAD, "officer-07330")
LOOKS = ("decision/list", "submissions", "submissions/1/papers/pdf", "decision/papers", "trail", "overdue", "checks")


def test_no_unit_looks_at_any_of_it(as_: As, world: World) -> None:
    world.advance(world.draft(unit="07330", name="Lò Thị Kín"), State.APPROVED)
    for who in UNIT:
        for path in (*LOOKS, f"decision/papers/danh-sach-{CODE}.json"):
            answer = as_(who).get(f"{CAMPAIGN}/{path}")
            assert (who, path, answer.status_code) == (who, path, 403)
            assert "Lò Thị Kín" not in answer.text
        for path, more in (("checks", {}), ("checks/replies", {"result": "clear", "text": "x"})):
            asked = {"nominations": ["ZZZZZZZZ"], "agency": "Công an tỉnh", **more}
            assert as_(who).post(f"{CAMPAIGN}/{path}", asked).status_code == 403
    assert as_(None).get(f"{CAMPAIGN}/trail").status_code == 401
    assert as_("observer").get("/campaigns/khong-co/trail").status_code == 404


# --- papers ---


def test_letters_that_went_are_listed_and_downloaded(as_: As, world: World) -> None:
    first, second = (world.advance(world.draft(name=f"Nông Thị {n}"), State.SELECTED) for n in ("Một", "Hai"))
    before = as_("reviewer").get(f"{CAMPAIGN}/submissions").json()
    assert (before["submissions"], [one["id"] for one in before["ready"]]) == ([], [first, second])
    asked = {"number": "9", "date": DAY, "today": DAY}
    assert as_("review-head").post(f"{CAMPAIGN}/submissions", asked).status_code == 200
    after = as_("appraiser").get(f"{CAMPAIGN}/submissions").json()
    (letter,) = after["submissions"]
    assert (letter["number"], letter["date"], letter["nominations"]) == ("09/TTr-SDTTG", DAY, 2)
    assert after["ready"] == []
    beginnings = {"pdf": b"%PDF-", "docx": b"PK", "xlsx": b"PK", "json": b"{"}
    for form, beginning in beginnings.items():
        answer = as_("appraiser").get(f"{CAMPAIGN}/submissions/{letter['id']}/papers/{form}")
        assert (form, answer.status_code, answer.content.startswith(beginning)) == (form, 200, True)
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert answer.headers["content-security-policy"].startswith("sandbox;")
        assert b"0991800" not in answer.content
    assert as_("appraiser").get(f"{CAMPAIGN}/submissions/99/papers/pdf").status_code == 404
    assert as_("appraiser").get(f"{CAMPAIGN}/submissions/{letter['id']}/papers/html").status_code == 422
    world.assert_sound()


def test_papers_of_a_decision_are_downloads_once_it_is_frozen(as_: As, world: World) -> None:
    name = f"danh-sach-{CODE}.json"
    listed = [one["name"] for one in as_("clerk").get(f"{CAMPAIGN}/decision/papers").json()["papers"]]
    assert {name, "to-trinh.pdf", "quyet-dinh.docx", "certificates.pdf"} < set(listed)
    assert as_("clerk").get(f"{CAMPAIGN}/decision/papers/{name}").status_code == 409
    world.advance(world.draft(name="Nông Thị Một"), State.AWARDED)
    answer = as_("clerk").get(f"{CAMPAIGN}/decision/papers/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert [one["name"] for one in json.loads(answer.content)["awards"]] == ["Nông Thị Một"]
    word = as_("observer").get(f"{CAMPAIGN}/decision/papers/quyet-dinh.docx")
    assert (word.status_code, word.content[:2]) == (200, b"PK")
    assert as_("clerk").get(f"{CAMPAIGN}/decision/papers/khong-co.pdf").status_code == 404


# --- the trail, and what is late ---


def test_the_trail_is_read_newest_first_and_narrowed(as_: As, world: World) -> None:
    one, other = world.draft(name="Nông Thị Một"), world.draft(name="Nông Thị Hai")
    world.advance(one, State.IN_REVIEW)
    found = as_("reviewer").get(f"{CAMPAIGN}/trail", nomination=one).json()
    tags = [entry["tag"] for entry in found["entries"]]
    assert tags[:2] == ["nomination:step:accept", "nomination:step:submit"]
    assert (found["entries"][0]["from"], found["entries"][0]["to"], found["before"]) == ("Đã nộp", "Đang xét", None)
    assert {entry["subject"] for entry in found["entries"]} == {f"nomination:{one}"}
    steps = as_("observer").get(f"{CAMPAIGN}/trail", tag="nomination:step:submit").json()["entries"]
    assert [entry["subject"] for entry in steps] == [f"nomination:{one}"]
    whole = as_("observer").get(f"{CAMPAIGN}/trail").json()
    assert f"nomination:{other}" in {entry["subject"] for entry in whole["entries"]}
    assert as_("reviewer").get(f"{CAMPAIGN}/trail", since="2099-01-01").json()["entries"] == []
    assert as_("reviewer").get(f"{CAMPAIGN}/trail", since="1/1/2099").status_code == 422
    assert as_("reviewer").get(f"{CAMPAIGN}/trail", before="x").status_code == 422
    assert as_("reviewer").get(f"{CAMPAIGN}/trail", person="không ai").status_code == 404


def test_entries_of_accounts_are_for_who_supervises(as_: As, world: World) -> None:
    assert as_(OFFICER).token
    kinds: dict[str, set[str]] = {}
    for who in ("reviewer", "appraiser", "clerk", "observer", "admin"):
        entries = as_(who).get(f"{CAMPAIGN}/trail").json()["entries"]
        kinds[who] = {entry["subject"].partition(":")[0] for entry in entries}
    assert "account" in kinds["observer"]
    assert "account" in kinds["admin"]
    assert not any("account" in kinds[who] for who in ("reviewer", "appraiser", "clerk"))
    assert world.query("SELECT 1 FROM trail WHERE tag LIKE 'account:token%'") != []


def test_what_lies_too_long_is_told_with_who_owes_it(as_: As, world: World) -> None:
    late = world.advance(world.draft(name="Nông Thị Chờ"), State.SUBMITTED)
    told = as_("review-head").get(f"{CAMPAIGN}/overdue").json()
    (line,) = told["overdue"]  # the rehearsal's day is long past
    assert (line["id"], line["state"], line["owed_by"], line["due"]) == (late, "submitted", "review_office", None)
    assert line["over"] == line["waited"] - told["allowed"]
    assert line["since"] == DAY
    assert told["more"] is False
    assert timedelta(days=line["over"]) > timedelta(0)


# --- agencies' opinions on many ---


def test_one_letter_asks_about_several_and_one_answers(as_: As, world: World) -> None:
    ids = [world.advance(world.draft(), State.IN_APPRAISAL) for _ in range(2)]
    asked: dict[str, Any] = {"nominations": ids, "agency": "Công an tỉnh", "today": DAY}
    for who in ("observer", "admin", "clerk"):
        assert (who, as_(who).post(f"{CAMPAIGN}/checks", asked).status_code) == (who, 403)
    for _ in range(2):
        answer = as_("appraiser").post(f"{CAMPAIGN}/checks", asked, Idempotency_Key="ask-1")
        assert answer.json() == {"agency": "Công an tỉnh", "asked": 2, "before": 0}
    assert as_("appraiser").post(f"{CAMPAIGN}/checks", asked).json()["before"] == 2
    waiting = as_("observer").get(f"{CAMPAIGN}/checks", agency="Công an tỉnh", standing="waiting").json()
    assert [one["id"] for one in waiting["nominations"]] == ids
    assert waiting["nominations"][0]["checks"] == [{"agency": "Công an tỉnh", "result": None}]
    draft = world.draft()
    reply = {**asked, "result": "clear", "text": "Công văn số 12/CAT ngày 12/12/2025."}
    wrong = as_("appraiser").post(f"{CAMPAIGN}/checks/replies", {**reply, "nominations": [*ids, draft]})
    assert (wrong.status_code, draft in wrong.json()["message"]) == (409, True)
    assert (
        as_("observer").get(f"{CAMPAIGN}/checks", agency="Công an tỉnh", standing="answered").json()["nominations"]
        == []
    )
    done = as_("appraiser").post(f"{CAMPAIGN}/checks/replies", reply)
    assert done.json() == {"agency": "Công an tỉnh", "recorded": 2}
    assert [world.look(one).checks[0].result for one in ids] == ["clear", "clear"]
    world.assert_sound()


@pytest.mark.parametrize("after", ["ZZZZZZZZ", "x"])
def test_a_page_that_is_none_is_refused(as_: As, after: str) -> None:
    assert as_("appraiser").get(f"{CAMPAIGN}/checks", after=after).status_code == 422


def test_a_check_asked_here_holds_an_approval_back(as_: As, world: World) -> None:
    one = world.advance(world.draft(), State.IN_APPRAISAL)
    as_("appraiser").post(f"{CAMPAIGN}/checks", {"nominations": [one], "agency": "Công an tỉnh", "today": DAY})
    assert as_("appraiser").step(one, Action.APPROVE.value).status_code == 409
    assert world.state(one) is State.IN_APPRAISAL


def test_the_panel_of_a_dossier_tells_when_and_what_to_those_who_judge(as_: As, world: World) -> None:
    one = world.advance(world.draft(), State.IN_APPRAISAL)
    asked = {"nominations": [one], "agency": "Công an tỉnh", "today": DAY}
    as_("appraiser").post(f"{CAMPAIGN}/checks", asked)
    words = "Công văn số 12/CAT về ông Mẫu."
    as_("appraiser").post(f"{CAMPAIGN}/checks/replies", {**asked, "result": "clear", "text": words})
    (check,) = as_("appraiser").get(f"/nominations/{one}/checks").json()["checks"]
    assert (check["agency"], check["on"], check["by"], check["result"]) == ("Công an tỉnh", DAY, "appraiser", "clear")
    assert [(reply["text"], reply["on"]) for reply in check["replies"]] == [(words, DAY)]
    onlooker = as_("observer").get(f"/nominations/{one}/checks")
    assert (onlooker.json()["checks"][0]["result"], "ông Mẫu" in onlooker.text) == ("clear", False)
    assert [as_(who).get(f"/nominations/{one}/checks").status_code for who in (OFFICER, "officer-07330")] == [403, 404]


# --- what stands open ---


def test_steps_that_stand_open_are_told_and_no_unit_learns_from_them(as_: As, world: World) -> None:
    draft, lacking = world.draft(), world.draft(letter=None)

    def told(who: str, identity: str) -> dict[str, Any]:
        answer = as_(who).get(f"/nominations/{identity}/steps", today=DAY).json()
        return {one["action"]: one for one in answer["steps"]}

    found = told(HEAD, draft)
    assert set(found) == {"submit", "withdraw"}
    assert (found["submit"]["refusal"], found["withdraw"]["reason"]) == (None, True)
    assert told(OFFICER, draft) == {}
    assert "ờ trình" in told(HEAD, lacking)["submit"]["refusal"]
    late = as_(HEAD).get(f"/nominations/{draft}/steps").json()["steps"]
    assert "Thời gian nhận hồ sơ" in next(one["refusal"] for one in late if one["action"] == "submit")
    hidden = [world.advance(world.draft(), state) for state in (State.IN_REVIEW, State.SELECTED, State.APPROVED)]
    for one in hidden:
        assert [told(who, one) for who in (HEAD, "observer", "admin")] == [{}, {}, {}]
        assert as_("officer-07330").get(f"/nominations/{one}/steps").status_code == 404
    assert set(told("appraiser", hidden[-1])) == {"query"}


def test_the_list_stands_against_quota_and_money(as_: As, world: World) -> None:
    joins = world.advance(world.draft(name="Nông Thị Chờ"), State.APPROVED)
    before = as_("appraisal-head").get(f"{CAMPAIGN}/decision/list").json()
    assert ([one["id"] for one in before["joining"]], before["lines"], before["steps"]) == ([joins], [], ["open"])
    listed = world.advance(world.draft(name="Nông Thị Một"), State.LISTED)
    told = as_("appraisal-head").get(f"{CAMPAIGN}/decision/list").json()
    assert [(one["serial"], one["id"], one["state"]) for one in told["lines"]][-1][2] == "listed"
    assert listed in {one["id"] for one in told["lines"]}
    (share,) = [one for one in told["shares"] if one["key"] == "individual"]
    assert share["limit"] == 2
    assert told["money"]["total"] == share["money"] == share["each"] * share["listed"]
    assert {"freeze", "cancel"} < set(told["steps"])
    assert as_("observer").get(f"{CAMPAIGN}/decision/list").json()["steps"] == []


# --- earlier answers ---


def test_answers_of_an_earlier_version_stand_beside_todays(as_: As, world: World) -> None:
    cccd = "099180777791"
    one = world.draft(position="Trưởng bản", cccd=cccd)
    body = {"fields": {"position": "Bí thư chi bộ"}, "today": DAY}
    assert as_(OFFICER).post(f"/nominations/{one}/fields", body).status_code == 200
    world.advance(one, State.IN_REVIEW)
    told = as_("reviewer").get(f"/nominations/{one}/versions/1").json()
    answers = {answer["field"]: answer for answer in told["answers"]}
    assert answers["position"] == {"field": "position", "then": "Trưởng bản", "now": "Bí thư chi bộ", "changed": True}
    assert [answer["field"] for answer in told["answers"] if answer["changed"]] == ["position"]
    assert answers["cccd"]["now"] == cccd
    reviewer = world.query("SELECT id FROM account WHERE name = 'reviewer'")[0].id
    assert world.entries(f"account:{reviewer}")[-1]["tag"] == "account:cccd:seen"
    onlooker = as_("observer").get(f"/nominations/{one}/versions/1")
    assert (onlooker.status_code, cccd in onlooker.text) == (200, False)
    assert as_("reviewer").get(f"/nominations/{one}/versions/99").json()["answers"] is None
    statuses = [as_(who).get(f"/nominations/{one}/versions/1").status_code for who in (OFFICER, "officer-07330")]
    assert statuses == [403, 404]


# --- a list that changed since it was shown ---


def test_a_step_of_the_decision_on_a_list_that_changed_does_nothing(as_: As, world: World) -> None:
    head, steps = as_("appraisal-head"), f"{CAMPAIGN}/decision/steps"
    world.advance(world.draft(), State.APPROVED)
    before = head.get(f"{CAMPAIGN}/decision/list").json()["mark"]
    opened = head.post(steps, {"action": "open", "today": DAY, "mark": before}).json()["mark"]
    assert opened != before
    stale = head.post(steps, {"action": "cancel", "reason": "Lập lại.", "today": DAY, "mark": before})
    assert (stale.status_code, stale.json()["error"]) == (409, "stale")
    late = world.advance(world.draft(), State.APPROVED)  # approved after the head looked
    entries = len(world.query("SELECT 1 FROM trail"))
    stale = head.post(steps, {"action": "enlist", "today": DAY, "mark": opened}, Idempotency_Key="enlist-1")
    assert stale.json() == {
        "error": "stale", "message": "Danh sách vừa thay đổi so với khi bạn xem. Hãy xem lại rồi thực hiện lại.",
    }  # fmt: skip
    assert (world.state(late), len(world.query("SELECT 1 FROM trail"))) == (State.APPROVED, entries)
    seen = [head.get(f"{CAMPAIGN}/{path}").json()["mark"] for path in ("decision", "decision/list")]
    assert seen[0] == seen[1] != opened
    done = head.post(steps, {"action": "enlist", "today": DAY, "mark": seen[0]}, Idempotency_Key="enlist-2")
    assert (done.status_code, world.state(late)) == (200, State.LISTED)
    again = head.post(steps, {"action": "enlist", "today": DAY, "mark": seen[0]}, Idempotency_Key="enlist-2")
    assert (again.status_code, again.content) == (200, done.content)  # told again, though the list is another by now
    assert head.get(f"{CAMPAIGN}/decision").json()["mark"] == done.json()["mark"] != seen[0]
    world.assert_sound()


def test_each_answer_of_the_decision_tells_the_mark_of_what_it_left_behind(as_: As, world: World) -> None:
    steps, written = f"{CAMPAIGN}/decision/steps", {"number": "1386/QĐ-UBND", "date": DAY}
    one = world.advance(world.draft(), State.APPROVED)
    marks = [as_("observer").get(f"{CAMPAIGN}/decision/list").json()["mark"]]
    for who, asked in (
        ("appraisal-head", {"action": "open"}),
        ("appraisal-head", {"action": "enlist"}),
        ("appraisal-head", {"action": "cancel", "reason": "Lập lại từ đầu."}),
        ("appraisal-head", {"action": "open"}),
        ("appraisal-head", {"action": "enlist"}),
        ("appraisal-head", {"action": "freeze"}),
        ("appraisal-head", {"action": "unfreeze", "reason": "Sửa chức vụ."}),
        ("appraisal-head", {"action": "freeze"}),
        ("clerk", {"action": "sign", **written, "signer": "Người Ký Giả Định"}),
        ("clerk", {"action": "correct", **written, "number": "1400/QĐ-UBND", "reason": "Tên đơn vị in sai."}),
    ):
        answer = as_(who).post(steps, {**asked, "today": DAY, "mark": marks[-1]})
        assert (asked["action"], answer.status_code) == (asked["action"], 200), answer.text
        marks.append(answer.json()["mark"])
        assert as_("observer").get(f"{CAMPAIGN}/decision/list").json()["mark"] == marks[-1]
    assert len(set(marks)) == len(marks)
    assert world.state(one) is State.AWARDED


def test_a_step_that_was_undone_tells_the_mark_of_the_list_that_still_stands(as_: As, world: World) -> None:
    head, steps = as_("appraisal-head"), f"{CAMPAIGN}/decision/steps"
    good, bad = (world.advance(world.draft(), State.APPROVED) for _ in range(2))
    mark = head.post(steps, {"action": "open", "today": DAY}).json()["mark"]
    world.change(
        "INSERT INTO duty (nomination_id, account_id, kind)"
        " SELECT :id, id, 'approve' FROM account WHERE name = 'appraisal-head'",
        id=bad,
    )
    answer = head.post(steps, {"action": "enlist", "today": DAY, "mark": mark})
    told = answer.json()
    assert (answer.status_code, told["moved"], [one["id"] for one in told["refused"]]) == (409, [good], [bad])
    assert told["mark"] == mark == head.get(f"{CAMPAIGN}/decision").json()["mark"]
    assert [world.state(one) for one in (good, bad)] == [State.APPROVED] * 2


def test_a_letter_over_a_list_that_changed_takes_nothing_along(as_: As, world: World) -> None:
    head, letter = as_("review-head"), {"number": "9", "date": DAY, "today": DAY}
    one = world.advance(world.draft(), State.SELECTED)
    shown = as_("observer").get(f"{CAMPAIGN}/submissions").json()["mark"]
    other = world.advance(world.draft(), State.SELECTED)
    stale = head.post(f"{CAMPAIGN}/submissions", {**letter, "mark": shown})
    assert (stale.status_code, stale.json()) == (
        409,
        {"error": "stale", "message": "Danh sách được lựa chọn đã khác với khi bạn xem. Hãy xem lại rồi trình."},
    )
    assert [world.state(each) for each in (one, other)] == [State.SELECTED] * 2
    assert world.query("SELECT 1 FROM register_entry UNION ALL SELECT 1 FROM submission") == []
    world.step(other, Action.DESELECT, "review-head", reason="Nhường chỗ.")
    assert head.get(f"{CAMPAIGN}/submissions").json()["mark"] == shown  # the very list that was shown
    assert head.post(f"{CAMPAIGN}/submissions", {**letter, "mark": shown}).json()["moved"] == [one]
    gone = head.post(f"{CAMPAIGN}/submissions", {**letter, "number": "10", "mark": shown})
    assert (gone.status_code, gone.json()["error"]) == (409, "stale")


def test_who_may_not_see_the_list_learns_nothing_by_guessing_its_mark(as_: As, world: World) -> None:
    world.advance(world.draft(), State.APPROVED)
    mark = as_("observer").get(f"{CAMPAIGN}/decision/list").json()["mark"]
    for who in UNIT:
        for guess in (mark, "0" * 32):
            answer = as_(who).post(f"{CAMPAIGN}/decision/steps", {"action": "open", "today": DAY, "mark": guess})
            assert (answer.status_code, answer.json()["refused"]) == (403, "role")
            asked = {"number": "9", "date": DAY, "today": DAY, "mark": guess}
            assert as_(who).post(f"{CAMPAIGN}/submissions", asked).status_code == 403
