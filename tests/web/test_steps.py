"""One step over HTTP: done, refused, stale, or on the wrong version."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from rules.vocabulary import Action, State
from tests.web.client import Portal
from tests.web.conftest import As
from tests.web.standings import CITED, DUE, returned
from tests.world import World


def test_a_step_is_taken_and_says_by_which_way_it_came(world: World, as_: As) -> None:
    identity = world.draft()
    answer = as_("head-07282").step(identity, "submit")
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    said = answer.json()
    assert said.pop("letters") > 0
    assert said == {
        "id": identity, "action": "submit", "from": "draft", "to": "submitted", "version": 2, "warnings": [],
    }  # fmt: skip
    entry = world.entries(identity)[-1]
    assert (entry["channel"], entry["tag"], entry["to"]) == ("api", "nomination:step:submit", "submitted")


def test_a_return_with_its_findings(world: World, as_: As) -> None:
    identity = world.advance(world.draft(), State.IN_REVIEW)
    findings = [{"anchor": "field:merit", "text": "Nêu số liệu."}, {"anchor": "paper:minutes", "text": "Bổ sung."}]
    answer = as_("reviewer").step(identity, "return", findings=findings, due="2025-11-28")
    assert (answer.status_code, answer.json()["to"]) == (200, "returned")
    assert [(one.anchor, one.text) for one in world.look(identity).findings] == [
        ("field:merit", "Nêu số liệu."),
        ("paper:minutes", "Bổ sung."),
    ]
    assert world.look(identity).due == DUE


@pytest.mark.parametrize(
    ("who", "action", "more", "status", "code"),
    [
        ("head-07282", "accept", {}, 403, "role"),
        ("reviewer", "select", {}, 403, "role"),
        ("review-head", "select", {}, 409, "state"),
        ("reviewer", "return", {}, 409, "evidence"),
        (
            "reviewer",
            "return",
            {"findings": [{"anchor": "field:none", "text": "x"}], "due": "2025-11-28"},
            409,
            "evidence",
        ),
        ("review-head", "decline", {"reason": "Không nổi bật"}, 409, "evidence"),
        ("review-head", "forward", {}, 409, "state"),
        ("reviewer", "endorse", {}, 409, "rule"),
    ],
)
def test_a_refusal_has_its_status_its_code_and_changes_nothing(
    shared_world: World, shared_as: As, who: str, action: str, more: dict[str, object], status: int, code: str
) -> None:
    identity = shared_world.advance(shared_world.draft(rating_2022="completed"), State.IN_REVIEW)
    answer = shared_as(who).step(identity, action, **more)
    assert (answer.status_code, answer.json()["refused"]) == (status, code)
    assert "--" not in answer.json()["message"]
    assert (shared_world.state(identity), shared_world.look(identity).version) == (State.IN_REVIEW, 3)


def test_a_rule_is_refused_with_its_article(world: World, as_: As) -> None:
    identity = world.advance(world.draft(rating_2022="completed"), State.IN_REVIEW)
    assert "II.2.c" in " ".join(as_("reviewer").step(identity, "endorse").json()["citations"])


def test_duties_are_separate(world: World, as_: As) -> None:
    identity = world.advance(world.draft(), State.IN_REVIEW)
    world.change("INSERT INTO author SELECT :id, id FROM account WHERE name = 'reviewer'", id=identity)
    answer = as_("reviewer").step(identity, "endorse")
    assert (answer.status_code, answer.json()["refused"]) == (403, "duties")


def test_the_last_place_is_given_once(world: World, as_: As) -> None:
    for _ in range(2):
        world.advance(world.draft(), State.SELECTED)
    identity = world.advance(world.draft(), State.ENDORSED)
    answer = as_("review-head").step(identity, "select")
    assert (answer.status_code, answer.json()["refused"]) == (409, "quota")


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"If-Match": '"3"'}, {}, 200),
        ({"If-Match": "*"}, {}, 200),
        ({}, {"expected_version": 3}, 200),
        ({"If-Match": '"3"'}, {"expected_version": 3}, 200),
        ({"If-Match": '"2"'}, {}, 412),
        ({"If-Match": '"4"'}, {}, 412),
        ({}, {"expected_version": 2}, 409),
        ({}, {"expected_version": 0}, 409),
        ({"If-Match": '"2"'}, {"expected_version": 3}, 422),
        ({"If-Match": "3"}, {}, 422),
        ({"If-Match": 'W/"3"'}, {}, 422),
        ({"If-Match": '"3", "4"'}, {}, 422),
        ({"If-Match": '"99999999999"'}, {}, 422),
        ({}, {"expected_version": -1}, 422),
        ({}, {"expected_version": "3"}, 422),
        ({}, {"expected_version": True}, 422),
    ],
)
def test_a_version_must_be_the_present_one(
    shared_world: World, shared_as: As, headers: dict[str, str], body: dict[str, object], status: int
) -> None:
    identity = shared_world.advance(shared_world.draft(), State.IN_REVIEW)
    answer = shared_as("reviewer").step(identity, "endorse", headers=headers, **body)
    assert answer.status_code == status
    assert shared_world.state(identity) is (State.ENDORSED if status == 200 else State.IN_REVIEW)
    if status in {409, 412}:
        assert answer.json()["error"] == "stale"


def test_the_etag_that_was_read_is_the_one_to_match(world: World, as_: As) -> None:
    identity = world.advance(world.draft(), State.IN_REVIEW)
    caller = as_("reviewer")
    for _ in range(2):
        read = caller.get(f"/nominations/{identity}").headers["etag"]
        assert caller.step(
            identity, "endorse" if read == '"3"' else "accept", headers={"If-Match": read}
        ).status_code in {200, 409}
    assert world.state(identity) is State.ENDORSED
    assert caller.step(identity, "endorse", headers={"If-Match": '"3"'}).status_code == 412


def test_a_dossier_moved_since_the_request_came_is_stale(world: World, as_: As) -> None:
    """As for a command that was typed before: approving and refusing at once must not end as approved, then refused."""
    identity = world.advance(world.draft(), State.IN_APPRAISAL)
    world.step(identity, Action.APPROVE, "appraiser")
    later = (datetime.now(UTC) + timedelta(minutes=1)).isoformat(timespec="milliseconds")
    with world.database.owner.begin() as connection:  # as if the approval had come while the request was on its way
        connection.exec_driver_sql("ALTER TABLE trail DISABLE TRIGGER ALL")
        connection.exec_driver_sql(
            "UPDATE trail SET body = jsonb_set(body::jsonb, '{at}', to_jsonb(%s::text))::text"
            " WHERE subject = %s AND tag = 'nomination:step:approve'",
            (later, f"nomination:{identity}"),
        )
    answer = as_("appraisal-head").step(identity, "refuse", reason=CITED)
    assert (answer.status_code, answer.json()["error"]) == (409, "stale")
    assert world.state(identity) is State.APPROVED


def test_two_who_decide_at_once_decide_once(world: World, as_: As, portal: Portal) -> None:
    for _ in range(3):
        identity = world.advance(world.draft(), State.IN_REVIEW)
        world.step(identity, Action.RETURN, "reviewer", findings=(("field:merit", "Bổ sung."),), due=DUE)
        recall, withdraw = as_("reviewer"), as_("head-07282")
        with ThreadPoolExecutor(2) as pool:
            one = pool.submit(recall.step, identity, "recall", reason="Trả nhầm")
            other = pool.submit(withdraw.step, identity, "withdraw", reason="Xin rút")
        statuses = sorted([one.result().status_code, other.result().status_code])
        assert statuses[0] == 200
        assert statuses[1] in {403, 409}
        assert world.look(identity).version == 5
    world.assert_sound()


def test_nobody_pretends_another_day_in_earnest(world: World, as_: As) -> None:
    identity = world.draft()
    world.change("UPDATE campaign SET config = jsonb_set(config, '{rehearsal}', 'false'), rehearsal = false")
    answer = as_("head-07282").step(identity, "submit")
    assert (answer.status_code, answer.json()["refused"]) == (409, "state")
    assert "diễn tập" in answer.json()["message"]


def test_a_resubmission_over_http(world: World, as_: As) -> None:
    identity = returned(world, world.advance(world.draft(), State.IN_REVIEW))
    assert as_("head-07282").step(identity, "submit").json()["to"] == "submitted"
    assert as_("reviewer").step(identity, "accept").json()["to"] == "in_review"
    assert as_("reviewer").step(identity, "endorse").json()["to"] == "endorsed"
    assert as_("review-head").step(identity, "select").json()["to"] == "selected"
    assert as_("review-head").step(identity, "deselect", reason="Đổi").json()["to"] == "endorsed"
    world.assert_sound()


def test_silence_is_only_for_reopening(world: World, as_: As) -> None:
    identity = world.draft()
    world.step(identity, Action.WITHDRAW, "head", reason="Nhầm")
    answer = as_("review-head").step(identity, "reopen", reason="Xin lại", silent=True)
    assert (answer.status_code, answer.json()["letters"]) == (200, 0)
