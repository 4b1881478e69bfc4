"""A plan is shown first, then happens wholly or not at all."""

from collections.abc import Callable

import pytest

from rules.vocabulary import State
from tests.cli.conftest import Shell
from tests.world import CODE, World

DAY = ("--today", "2025-11-20")
IN = ("--campaign", CODE)
SUBMIT = ("nomination", "plan", "submit", *IN, "--from", "draft", "--as", "unit-head", *DAY, "--json")


@pytest.fixture
def drafts(world: World) -> tuple[str, str, str]:
    """Two complete drafts, and one that lacks its minutes."""
    return world.draft(), world.draft(), world.draft(minutes=None)


def states(world: World, ids: tuple[str, ...]) -> list[State]:
    """Where these dossiers stand."""
    return [world.state(identity) for identity in ids]


def test_a_dry_run_tells_and_changes_nothing(
    shell: Shell, world: World, drafts: tuple[str, str, str], trail_length: Callable[[], int]
) -> None:
    before = trail_length()
    answer = shell(*SUBMIT, "--dry-run")
    assert answer.code == 0
    assert set(answer.data["moved"]) == set(drafts[:2])
    assert answer.data["applied"] is False
    (refused,) = answer.data["refused"]
    assert refused.keys() == {"id", "code", "message", "citations"}
    assert (refused["id"], refused["code"]) == (drafts[2], "evidence")
    assert "biên bản" in refused["message"]
    assert states(world, drafts) == [State.DRAFT] * 3
    assert trail_length() == before


def test_a_plan_with_a_refusal_changes_nothing_and_is_3(
    shell: Shell, world: World, drafts: tuple[str, str, str], trail_length: Callable[[], int]
) -> None:
    before = trail_length()
    answer = shell(*SUBMIT)
    assert (answer.code, answer.data["applied"], len(answer.data["refused"])) == (3, False, 1)
    assert states(world, drafts) == [State.DRAFT] * 3
    assert trail_length() == before
    assert shell("letters", "list", "--json").data["letters"] == []


def test_what_is_refused_can_be_left_out(shell: Shell, world: World, drafts: tuple[str, str, str]) -> None:
    answer = shell(*SUBMIT, "--skip-refused")
    assert (answer.code, answer.data["applied"]) == (0, True)
    assert [refused["id"] for refused in answer.data["refused"]] == [drafts[2]]
    assert states(world, drafts) == [State.SUBMITTED, State.SUBMITTED, State.DRAFT]


def test_a_dry_run_with_skipping_changes_nothing_either(
    shell: Shell, world: World, drafts: tuple[str, str, str]
) -> None:
    answer = shell(*SUBMIT, "--skip-refused", "--dry-run")
    assert (answer.code, answer.data["applied"], len(answer.data["moved"])) == (0, False, 2)
    assert states(world, drafts) == [State.DRAFT] * 3


def test_the_limit_counts_what_is_left(shell: Shell, world: World, drafts: tuple[str, str, str]) -> None:
    answer = shell(*SUBMIT, "--skip-refused", "--limit", 1)
    assert (answer.code, answer.data["moved"]) == (0, [drafts[0]])
    assert states(world, drafts) == [State.SUBMITTED, State.DRAFT, State.DRAFT]


def test_only_one_category_is_moved_when_one_is_named(shell: Shell, world: World, drafts: tuple[str, str, str]) -> None:
    answer = shell(*SUBMIT, "--category", "collective")
    assert (answer.code, answer.data) == (0, {"moved": [], "refused": [], "applied": True, "warnings": []})
    assert states(world, drafts) == [State.DRAFT] * 3


def test_more_than_the_quota_are_not_selected(shell: Shell, world: World) -> None:
    ids = tuple(world.advance(world.draft(), State.ENDORSED) for _ in range(3))
    words = ("nomination", "plan", "select", *IN, "--from", "endorsed", "--as", "review-head", *DAY, "--json")
    answer = shell(*words)
    assert (answer.code, [refused["code"] for refused in answer.data["refused"]]) == (3, ["quota"])
    assert states(world, ids) == [State.ENDORSED] * 3
    assert shell(*words, "--limit", 2).code == 0
    assert states(world, ids) == [State.SELECTED, State.SELECTED, State.ENDORSED]
    assert shell(*words, "--skip-refused").data["moved"] == []


def test_a_plan_carries_reason_due_date_and_findings(shell: Shell, world: World) -> None:
    identity = world.advance(world.draft(), State.IN_REVIEW)
    words = ("nomination", "plan", "return", *IN, "--from", "in_review", "--as", "reviewer", *DAY, "--json")
    assert shell(*words).data["refused"][0]["code"] == "evidence"
    done = shell(*words, "--due", "2025-11-28", "--finding", "field:merit=Nêu số liệu")
    assert (done.code, world.state(identity)) == (0, State.RETURNED)


def test_forwarding_is_all_or_nothing(shell: Shell, world: World, trail_length: Callable[[], int]) -> None:
    first, second = (world.advance(world.draft(), State.SELECTED) for _ in range(2))
    with world.database.owner.begin() as connection:  # a finding that came to be left open, whatever the reason
        connection.exec_driver_sql(
            "INSERT INTO finding (nomination_id, version, addressee, anchor, text)"
            " VALUES (%s, 1, 'unit', 'field:merit', 'x')",
            (second,),
        )
    before = trail_length()
    words = ("submission", "forward", *IN, "--number", "9", "--date", "2025-11-20", "--as", "review-head", *DAY)
    answer = shell(*words, "--json")
    assert (answer.code, answer.data["applied"]) == (3, False)
    assert [refused["id"] for refused in answer.data["refused"]] == [second]
    assert states(world, (first, second)) == [State.SELECTED] * 2
    assert trail_length() == before
    assert shell("submission", "export", "--number", "9", "--out", "x", "--json").code == 5


def test_freezing_is_refused_with_the_rule_and_leaves_the_list_open(shell: Shell, world: World) -> None:
    world.advance(world.draft(rating_2025="unrated"), State.LISTED)
    head = (*IN, "--as", "appraisal-head")
    answer = shell("decision", "freeze", *head, "--today", "2026-01-05", "--json")
    assert (answer.code, answer.data["applied"], answer.data["state"]) == (3, False, "open")
    assert "duties.completed_well" in answer.data["refused"][0]["message"]
    assert answer.data["refused"][0]["citations"]
    assert shell("decision", "freeze", *head, "--today", "2025-12-20", "--json").code == 0


def test_a_number_is_used_once(shell: Shell, world: World) -> None:
    words = (
        "submission",
        "forward",
        *IN,
        "--number",
        "9",
        "--date",
        "2025-11-20",
        "--as",
        "review-head",
        *DAY,
        "--json",
    )
    world.advance(world.draft(), State.SELECTED)
    assert shell(*words).code == 0
    other = world.advance(world.draft(), State.SELECTED)
    again = shell(*words)
    assert (again.code, again.data["refused"]) == (3, "evidence")
    assert world.state(other) is State.SELECTED
