"""What an account's eyes see: units their own dossiers under embargo, onlookers nothing sensitive."""

from datetime import date
from typing import Any

import pytest

from engine.eyes import OPERATOR, Eyes, eyes_of
from engine.people import add_delegation
from engine.views import WITHHELD
from rules.vocabulary import Action, Role, State
from tests.cli.conftest import Shell
from tests.world import CODE, ORIGIN, World

DAY = ("--today", "2025-11-20")
IN = ("--campaign", CODE)
SENSITIVE = {"ethnicity", "cccd", "breach", "pending"}
BREACH = "Khiển trách năm 2015, QĐ số 77"
UNDER_EMBARGO = [State.ENDORSED, State.SELECTED, State.IN_APPRAISAL, State.APPROVED, State.LISTED]


def listed(shell: Shell, *words: object) -> list[dict[str, Any]]:
    """What `nomination list` shows."""
    answer = shell("nomination", "list", *IN, *words, "--json")
    assert answer.code == 0
    found: list[dict[str, Any]] = answer.data["nominations"]
    return found


def shown(shell: Shell, identity: str, name: str | None) -> dict[str, Any]:
    """What `nomination show` shows to somebody."""
    answer = shell("nomination", "show", identity, *(("--as", name) if name else ()), "--json")
    assert answer.code == 0, answer
    found: dict[str, Any] = answer.data
    return found


def refuse(world: World, identity: str) -> None:
    """The appraiser refuses a dossier in appraisal."""
    world.step(identity, Action.REFUSE, "appraisal-head", reason="Không đạt theo Điều 3 Quyết định số 86/2025")


def test_a_unit_lists_its_own_dossiers_only(shell: Shell, world: World) -> None:
    mine, theirs = world.draft(), world.draft(unit="07330")
    assert [one["id"] for one in listed(shell, "--as", "head-07282")] == [mine]
    assert [one["id"] for one in listed(shell, "--as", "officer-07330")] == [theirs]
    assert len(listed(shell)) == 2
    assert len(listed(shell, "--as", "observer")) == 2


@pytest.mark.parametrize("state", UNDER_EMBARGO)
def test_under_embargo_a_unit_sees_one_neutral_state(shell: Shell, world: World, state: State) -> None:
    identity = world.advance(world.draft(), state)
    beside = world.advance(world.draft(unit="07330"), State.IN_REVIEW)
    (mine,) = listed(shell, "--as", "head-07282")
    (neutral,) = listed(shell, "--as", "head-07330")
    alike = {"state", "version"}
    assert (
        {key: mine[key] for key in alike}
        == {key: neutral[key] for key in alike}
        == {"state": "in_review", "version": None}
    )
    view, plain = shown(shell, identity, "head-07282"), shown(shell, beside, "head-07330")
    hidden = {"state", "label", "version", "due", "slot", "score", "checks", "judgements", "findings"}
    assert {key: view[key] for key in hidden} == {key: plain[key] for key in hidden}
    assert view["label"] == "Đang xem xét"
    assert [entry["tag"] for entry in view["history"]] == [entry["tag"] for entry in plain["history"]]
    assert {entry["seq"] for entry in view["history"]} == {None}
    assert shown(shell, identity, None)["state"] == state
    assert "Đang xem xét" in shell("nomination", "list", *IN, "--as", "head-07282").out


@pytest.mark.parametrize("state", UNDER_EMBARGO)
def test_the_state_cannot_be_found_out_by_asking_for_it(shell: Shell, world: World, state: State) -> None:
    world.advance(world.draft(), state)
    assert listed(shell, "--as", "head-07282", "--state", state) == []
    assert len(listed(shell, "--as", "head-07282", "--state", "in_review")) == 1
    assert len(listed(shell, "--as", "reviewer", "--state", state)) == 1


def test_a_unit_learns_an_outcome_once_it_is_released(shell: Shell, world: World) -> None:
    identity = world.advance(world.draft(), State.IN_APPRAISAL)
    refuse(world, identity)
    assert shown(shell, identity, "head-07282")["state"] == "in_review"
    assert shell("campaign", "release", CODE, identity, "--as", "review-head", *DAY).code == 0
    told = shown(shell, identity, "head-07282")
    assert (told["state"], told["label"]) == ("refused", "Không được khen thưởng")
    assert listed(shell, "--as", "head-07282")[0]["state"] == "refused"


def test_a_signed_decision_ends_the_embargo(shell: Shell, world: World) -> None:
    identity = world.advance(world.draft(), State.AWARDED)
    told = shown(shell, identity, "head-07282")
    assert (told["state"], told["label"]) == ("awarded", "Được tặng Bằng khen")


@pytest.mark.parametrize("words", [("nomination", "show"), ("explain",), ("finding", "list")])
def test_another_unit_s_dossier_does_not_exist(shell: Shell, world: World, words: tuple[str, ...]) -> None:
    identity = world.draft()
    theirs = shell(*words, identity, "--as", "head-07330", "--json")
    none = shell(*words, "ZZZZZZZZ", "--as", "head-07330", "--json")
    assert theirs.code == none.code == 5
    assert theirs.data["message"].replace(identity, "ZZZZZZZZ") == none.data["message"]


@pytest.mark.parametrize("name", [None, "reviewer", "review-head", "appraiser", "appraisal-head", "head-07282"])
def test_who_needs_sensitive_answers_sees_them(shell: Shell, world: World, name: str | None) -> None:
    view = shown(shell, world.draft(breach=BREACH), name)
    assert view["fields"].keys() >= SENSITIVE
    assert view["fields"]["cccd"] == "099180000001"
    assert view["withheld"] == []


@pytest.mark.parametrize("name", ["observer", "admin", "clerk"])
def test_onlookers_see_everything_but_what_is_sensitive(shell: Shell, world: World, name: str) -> None:
    identity = world.advance(world.draft(breach=BREACH), State.IN_REVIEW)
    world.give_back(identity, anchor="rule:conduct.no_breach")
    world.answer(identity, anchor="rule:conduct.no_breach")
    world.step(identity, Action.RECALL, "reviewer", reason="Đã rõ")
    judge = ("nomination", "judge", identity, "conduct.no_breach", "--verdict", "pass", "--as", "reviewer", *DAY)
    assert shell(*judge, "--reason", "Hết thời hạn kỷ luật").code == 0
    view = shown(shell, identity, name)
    assert view["fields"].keys().isdisjoint(SENSITIVE)
    assert set(view["withheld"]) == SENSITIVE
    assert view["fields"]["merit"]
    assert (view["findings"][0]["text"], view["findings"][0]["answer"]) == (WITHHELD, WITHHELD)
    assert view["judgements"] == [{"rule": "conduct.no_breach", "verdict": "pass", "reason": WITHHELD}]
    for words in (
        ("screen", *IN),
        ("explain", identity),
        ("finding", "list", identity),
        ("nomination", "show", identity),
    ):
        answer = shell(*words, "--as", name, "--json")
        assert answer.code == 0
        assert "Khiển trách" not in answer.out
        assert "099180" not in answer.out
        assert "Hết thời hạn" not in answer.out
    assert "Khiển trách" in shell("screen", *IN, "--as", "reviewer", "--json").out


def test_a_finding_on_a_sensitive_answer_is_withheld_from_onlookers(shell: Shell, world: World) -> None:
    identity = world.advance(world.draft(), State.IN_REVIEW)
    world.give_back(identity, anchor="field:pending")
    (seen,) = shell("finding", "list", identity, "--as", "observer", "--json").data["findings"]
    assert (seen["text"], seen["answer"], seen["anchor"]) == (WITHHELD, None, "field:pending")
    (asked,) = shell("finding", "list", identity, "--as", "head-07282", "--json").data["findings"]
    assert asked["text"] == "Bổ sung số liệu."


def test_a_unit_sees_what_was_asked_of_it_and_nothing_of_the_offices(shell: Shell, world: World) -> None:
    identity = world.advance(world.draft(), State.IN_REVIEW)
    world.give_back(identity)
    mine = shown(shell, identity, "head-07282")
    assert (mine["state"], mine["due"], mine["version"]) == ("returned", "2025-11-28", 4)
    assert [finding["anchor"] for finding in mine["findings"]] == ["field:merit"]
    world.answer(identity)
    world.step(identity, Action.SUBMIT, "head")
    world.step(identity, Action.ACCEPT, "reviewer")
    assert shell("nomination", "score", identity, 91, "--as", "reviewer2", *DAY).code == 0
    world.advance(identity, State.IN_APPRAISAL)
    assert shell("verification", "ask", identity, "--agency", "Thuế tỉnh", "--as", "appraiser", *DAY).code == 0
    query = (("field:model", "Nêu thêm"),)
    world.step(identity, Action.QUERY, "appraiser", findings=query, due=date(2025, 11, 28))
    mine = shown(shell, identity, "head-07282")
    assert [finding["anchor"] for finding in mine["findings"]] == ["field:merit"]
    assert [
        finding["anchor"]
        for finding in shell("finding", "list", identity, "--as", "head-07282", "--json").data["findings"]
    ] == ["field:merit"]
    assert (mine["score"], mine["slot"], mine["checks"], mine["due"]) == (None, None, [], None)
    assert {entry["role"] for entry in mine["history"]} == {"unit_head", "unit_officer"}
    assert "reviewer" not in str(mine)
    theirs = shown(shell, identity, "reviewer")
    assert [finding["anchor"] for finding in theirs["findings"]] == ["field:merit", "field:model"]
    assert (theirs["score"], theirs["slot"], theirs["due"]) == (91.0, 1, "2025-11-28")
    assert theirs["checks"] == [{"agency": "Thuế tỉnh", "result": None}]


def test_a_unit_is_screened_on_its_own_answers_while_it_can_change_them(shell: Shell, world: World) -> None:
    identity = world.draft(breach=BREACH, letter=None)
    theirs = world.draft(unit="07330")
    (mine,) = shell("screen", *IN, "--as", "head-07282", "--json").data["nominations"]
    assert (mine["id"], mine["overall"]) == (identity, "incomplete")
    assert "Khiển trách" in str(mine)
    assert shell("explain", identity, "--as", "officer-07282", "--json").data["would_help"]
    world.advance(theirs, State.SUBMITTED)
    assert shell("screen", *IN, "--as", "head-07330", "--json").data == {"nominations": []}
    refused = shell("explain", theirs, "--as", "head-07330", "--json")
    assert (refused.code, refused.data["refused"]) == (3, "state")


def test_judgements_do_not_show_through_a_unit_s_screening(shell: Shell, world: World) -> None:
    identity = world.advance(world.draft(breach=BREACH), State.IN_REVIEW)
    judge = ("nomination", "judge", identity, "conduct.no_breach", "--verdict", "fail", "--as", "reviewer", *DAY)
    assert shell(*judge, "--reason", "Còn trong thời hạn").code == 0
    assert shell("verification", "ask", identity, "--agency", "Thuế tỉnh", "--as", "reviewer", *DAY).code == 0
    world.give_back(identity)
    seen = shell("explain", identity, "--as", "head-07282", "--json")
    assert seen.data["overall"] == "incomplete"
    assert "Còn trong thời hạn" not in seen.out
    assert "Thuế tỉnh" not in seen.out
    assert shell("explain", identity, "--as", "reviewer", "--json").data["overall"] == "ineligible"


def test_who_stands_in_sees_with_the_other_s_eyes_while_it_lasts(shell: Shell, world: World) -> None:
    identity = world.draft(unit="07330")
    with world.database.transaction() as session:
        add_delegation(session, "head-07330", "officer-07282", date(2025, 11, 25), ORIGIN, since=date(2025, 11, 21))
    for day, seen in (("2025-11-20", []), ("2025-11-21", [identity]), ("2025-11-25", [identity]), ("2025-11-26", [])):
        words = ("--as", "officer-07282", "--today", day)
        assert [one["id"] for one in listed(shell, *words)] == seen
        assert shell("nomination", "show", identity, *words).code == (0 if seen else 5)


@pytest.mark.parametrize("category", ["collective", "individual"])
def test_a_ranking_is_for_the_offices_and_onlookers(shell: Shell, world: World, category: str) -> None:
    assert world.code == CODE
    words = ("ranking", "show", *IN, "--category", category, "--json")
    assert shell(*words, "--as", "head-07282").code == 3
    assert [shell(*words, "--as", name).code for name in ("reviewer", "appraiser", "observer", "admin")] == [0] * 4


def test_a_reviewer_of_no_reviewing_office_sees_nothing() -> None:
    assert eyes_of({(Role.REVIEW_OFFICER, "SYT")}, "SDTTG", "SNV") == Eyes()
    assert not Eyes().sees("SYT")


def test_roles_add_up() -> None:
    eyes = eyes_of({(Role.OBSERVER, "UBMTTQ"), (Role.UNIT_HEAD, "SYT")}, "SDTTG", "SNV")
    assert (eyes.overview, eyes.sees_sensitive("SYT"), eyes.sees_sensitive("07282")) == (True, True, False)
    assert OPERATOR.sees_sensitive("07282")
