"""No unit learns of another unit's dossiers, nor of its own what is under embargo: every route, every way of asking."""

import re
from collections.abc import Iterator

import pytest

from rules.vocabulary import Action, State
from tests.web.client import Caller
from tests.web.conftest import As
from tests.web.standings import in_standing
from tests.world import CODE, World

pytestmark = pytest.mark.wide

NOBODY = "ZZZZZZZZ"  # the shape of a dossier's id, and none
NAME, CCCD, MERIT = "Lò Thị Kín", "099180999999", "Thành tích của người khác"
HIDDEN = ("endorsed", "selected", "in_appraisal", "queried", "approved", "listed", "declined", "refused")


def plain(text: str, identity: str) -> str:
    """What was said, without the dossier's id and the name of who asked."""
    return re.sub(rf"{re.escape(identity)}|(head|officer)-07\d+", "…", text)


def asked(caller: Caller, identity: str) -> Iterator[tuple[str, tuple[int, str]]]:
    """Everything a client could ask of one dossier, with what it hears; the id itself is not part of it."""
    for path in ("", "/trail", "/explain"):
        answer = caller.get(f"/nominations/{identity}{path}")
        yield path, (answer.status_code, plain(answer.text, identity))
    for action in Action:
        for more in ({}, {"expected_version": 1}, {"findings": [{"anchor": "field:merit", "text": "x"}]}):
            answer = caller.step(identity, action.value, reason="Xin rút", due="2025-11-28", **more)
            yield f"{action} {sorted(more)}", (answer.status_code, plain(answer.text, identity))
    for match in ('"1"', '"7"', "*"):
        answer = caller.step(identity, "withdraw", reason="Xin rút", headers={"If-Match": match})
        yield f"withdraw {match}", (answer.status_code, plain(answer.text, identity))


@pytest.mark.parametrize("who", ["head-07330", "officer-07330"])
def test_another_units_dossier_is_as_one_that_does_not_exist(world: World, as_: As, who: str) -> None:
    theirs = world.advance(world.draft(name=NAME, cccd=CCCD, merit=MERIT), State.ENDORSED)
    caller = as_(who)
    heard = dict(asked(caller, theirs))
    assert heard == dict(asked(caller, NOBODY))
    assert {status for status, _ in heard.values()} == {404, 409}  # 409: what is no plain step, whatever the dossier
    for secret in (NAME, CCCD, MERIT, "07282", "Đồng Kỳ"):
        assert not any(secret in text for _, text in heard.values())


def test_lists_searches_counts_and_cursors_know_only_ones_own(world: World, as_: As) -> None:
    theirs = [world.draft(name=NAME, cccd=CCCD), world.advance(world.draft(name=NAME), State.SELECTED)]
    mine = [world.draft(unit="07330", name="Vi Văn Mình") for _ in range(2)]
    caller = as_("head-07330")
    for query in ({}, {"campaign": CODE}, {"category": "individual"}, {"limit": 2}):
        page = caller.get("/nominations", **query).json()
        assert ([one["id"] for one in page["nominations"]], page["cursor"]) == (mine, None)
    for q in ("lo thi kin", NAME, CCCD, *theirs):
        assert caller.get("/nominations", q=q).json() == {"nominations": [], "cursor": None}
        assert caller.get("/nominations", q=q, limit=1).json()["cursor"] is None
    assert caller.get("/nominations", limit=1).json()["cursor"] == mine[0]  # nothing that counts others
    refusals = {caller.get("/nominations", cursor=cursor).text for cursor in (*theirs, NOBODY)}
    assert len(refusals) == 1
    (category,) = (one for one in caller.get(f"/campaigns/{CODE}").json()["categories"] if one["key"] == "individual")
    assert (category["taken"], category["states"]) == (None, {"draft": 2})
    assert caller.get("/nominations", state="selected").json()["nominations"] == []
    assert caller.get("/nominations", q="vi van minh").json()["nominations"][0]["id"] == mine[0]


def test_somebody_of_no_office_of_the_campaign_sees_nothing(world: World, as_: As) -> None:
    world.draft(name=NAME)
    world.change("INSERT INTO account_role SELECT id, 'SYT', 'review_officer' FROM account WHERE name = 'reviewer2'")
    with world.database.owner.begin() as connection:
        connection.exec_driver_sql(
            "DELETE FROM account_role WHERE unit_code = 'SDTTG' AND account_id ="
            " (SELECT id FROM account WHERE name = 'reviewer2')"
        )
    caller = as_("reviewer2")
    assert caller.get("/nominations").json()["nominations"] == []
    assert caller.get(f"/campaigns/{CODE}/ranking", category="individual").status_code == 403


@pytest.mark.parametrize("standing", HIDDEN)
def test_under_embargo_a_unit_hears_the_same_whatever_the_state(world: World, as_: As, standing: str) -> None:
    beside = world.advance(world.draft(unit="07330", name="Vi Văn Mình", cccd=None), State.IN_REVIEW)
    one = in_standing(world, standing)
    heard, neutral = dict(asked(as_("head-07282"), one)), dict(asked(as_("head-07330"), beside))
    moves = [what for what in heard if what not in {"", "/trail", "/explain"}]
    assert {what: heard[what] for what in moves} == {what: neutral[what] for what in moves}
    assert heard["/explain"] == neutral["/explain"]
    shown, other = (as_(who).get(f"/nominations/{of}") for who, of in (("head-07282", one), ("head-07330", beside)))
    hidden = {"state", "label", "version", "due", "slot", "score", "checks", "judgements", "findings"}
    assert {key: shown.json()[key] for key in hidden} == {key: other.json()[key] for key in hidden}
    assert shown.headers.get("etag") is None
    assert as_("head-07282").get(f"/nominations/{one}/trail").headers.get("etag") is None
    said = [
        [entry["tag"] for entry in as_(who).get(f"/nominations/{of}/trail").json()["trail"]]
        for who, of in (("head-07282", one), ("head-07330", beside))
    ]
    assert said[0] == said[1]
    assert [line["id"] for line in as_("head-07282").get("/nominations", state="in_review").json()["nominations"]] == [
        one
    ]
    assert as_("head-07282").get("/nominations", state=standing).json()["nominations"] == []
    states = next(
        c for c in as_("head-07282").get(f"/campaigns/{CODE}").json()["categories"] if c["key"] == "individual"
    )
    assert states["states"] == {"in_review": 1}
    assert standing not in shown.text.replace("in_review", "")


def test_a_released_outcome_and_a_signed_decision_are_told(world: World, as_: As) -> None:
    refused, awarded = in_standing(world, "refused"), world.advance(world.draft(), State.AWARDED)
    caller = as_("head-07282")
    assert {line["state"] for line in caller.get("/nominations").json()["nominations"]} == {"refused", "awarded"}
    for one, state in ((refused, "refused"), (awarded, "awarded")):
        assert [line["id"] for line in caller.get("/nominations", state=state).json()["nominations"]] == [one]
        assert caller.get(f"/nominations/{one}").headers["etag"]
    assert caller.get("/nominations", state="in_review").json()["nominations"] == []


def test_a_delegation_lends_eyes_only_while_it_holds(world: World, as_: As) -> None:
    one = world.draft()
    caller = as_("officer-07330")
    for since, until, status in (("2020-01-01", "2020-12-31", 404), ("2020-01-01", "2999-12-31", 200)):
        world.change(
            "INSERT INTO delegation (from_id, to_id, since, until) SELECT a.id, b.id, CAST(:since AS date),"
            " CAST(:until AS date) FROM account a, account b WHERE a.name = 'head-07282' AND b.name = 'officer-07330'",
            since=since,
            until=until,
        )
        assert caller.get(f"/nominations/{one}").status_code == status
        assert len(caller.get("/nominations").json()["nominations"]) == (status == 200)
