"""A write that comes twice under one key is done once and answered alike."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.editing import set_fields
from rules.vocabulary import Action, State
from tests.web.client import DAY, Portal
from tests.web.conftest import As
from tests.world import CODE, World

KEY = {"Idempotency-Key": "7f1b-01"}


def test_the_same_request_again_gives_the_same_answer_and_does_nothing(world: World, as_: As) -> None:
    identity, caller = world.draft(), as_("head-07282")
    first = caller.step(identity, "submit", headers=KEY)
    letters = len(world.letters(identity))
    world.step(identity, Action.ACCEPT, "reviewer")
    second = caller.step(identity, "submit", headers=KEY)
    assert (first.status_code, second.status_code) == (200, 200)
    assert (first.content, first.headers["etag"]) == (second.content, second.headers["etag"])
    assert (first.headers.get("idempotency-replayed"), second.headers["idempotency-replayed"]) == (None, "true")
    assert world.look(identity).version == 3
    assert len([one for one in world.letters(identity) if one[0].startswith("submit")]) == letters


def test_without_a_key_it_is_another_request(world: World, as_: As) -> None:
    identity, caller = world.draft(), as_("head-07282")
    assert [caller.step(identity, "submit").status_code for _ in range(2)] == [200, 409]


@pytest.mark.parametrize(
    "change", [{"reason": "Khác"}, {"action": "withdraw"}, {"expected_version": 1}, {"today": "2025-11-21"}]
)
def test_the_key_of_another_request_is_refused(world: World, as_: As, change: dict[str, object]) -> None:
    identity, caller = world.draft(), as_("head-07282")
    assert caller.step(identity, "submit", headers=KEY).status_code == 200
    answer = caller.post(f"/nominations/{identity}/steps", {"action": "submit", "today": DAY, **change}, **KEY)
    assert (answer.status_code, answer.json()["refused"]) == (409, "repeat")
    other = world.draft()
    assert caller.step(other, "submit", headers=KEY).json()["refused"] == "repeat"
    assert caller.step(identity, "submit", headers={**KEY, "If-Match": '"1"'}).json()["refused"] == "repeat"
    assert world.state(other) is State.DRAFT


def test_a_key_is_the_accounts_own(world: World, as_: As) -> None:
    mine, theirs = world.draft(), world.draft(unit="07330")
    assert as_("head-07282").step(mine, "submit", headers=KEY).status_code == 200
    assert as_("head-07330").step(theirs, "submit", headers=KEY).status_code == 200
    assert as_("head-07330").step(mine, "submit", headers={"Idempotency-Key": "x"}).status_code == 404


def test_what_was_refused_is_tried_anew(world: World, as_: As) -> None:
    identity, caller = world.draft(letter=None), as_("head-07282")
    assert caller.step(identity, "submit", headers=KEY).status_code == 409
    assert world.query("SELECT 1 FROM answer") == []
    with world.acting("head-07282") as (session, context):
        set_fields(session, context, identity, {"letter": "14/TTr-UBND ngày 11/11/2025"})
    assert caller.step(identity, "submit", headers=KEY).status_code == 200


def test_a_plan_is_done_once_and_a_dry_run_is_no_plan(world: World, as_: As) -> None:
    made = [world.advance(world.draft(), State.SUBMITTED) for _ in range(2)]
    body = {"action": "accept", "from": "submitted", "today": DAY, "limit": 1}
    plans, caller = f"/campaigns/{CODE}/plans", as_("reviewer")
    assert caller.post(plans, {**body, "dry_run": True}, **KEY).json()["applied"] is False
    first, second = (caller.post(plans, body, **KEY) for _ in range(2))
    assert first.json()["moved"] == made[:1]
    assert second.content == first.content
    assert [world.state(one) for one in made] == [State.IN_REVIEW, State.SUBMITTED]
    assert caller.post(plans, {**body, "limit": 2}, **KEY).json()["refused"] == "repeat"


def test_two_at_once_do_it_once(world: World, as_: As, portal: Portal) -> None:
    """The second waits for the first and hears its answer; without the lock it would be told of a race."""
    caller = as_("head-07282")
    for round_ in range(5):
        identity = world.draft()
        key = {"Idempotency-Key": f"round-{round_}"}
        with ThreadPoolExecutor(4) as pool:
            answers = [pool.submit(caller.step, identity, "submit", headers=key) for _ in range(4)]
        said = [answer.result() for answer in answers]
        assert [one.status_code for one in said] == [200] * 4
        assert len({one.content for one in said}) == 1
        assert sorted(one.headers.get("idempotency-replayed", "") for one in said) == ["", "true", "true", "true"]
        assert world.look(identity).version == 2
    world.assert_sound()


@pytest.mark.parametrize("key", ["", "a b", "khóa", "x" * 201])
def test_a_key_is_visible_ascii_of_some_length(world: World, as_: As, key: str) -> None:
    identity = world.draft()
    answer = as_("head-07282").call(
        "POST", f"/nominations/{identity}/steps", json={"action": "submit"}, headers=[("Idempotency-Key", key.encode())]
    )
    assert (answer.status_code, answer.json()["error"]) == (422, "malformed")
    assert world.state(identity) is State.DRAFT
