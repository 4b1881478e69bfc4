"""What there is to read: the same data as the command line's, through the eyes of the token's account."""

import pytest
from sqlalchemy import event

from rules.vocabulary import Action, Kind, State
from tests.web.conftest import As
from tests.web.standings import CITED, returned
from tests.world import CODE, World


def test_a_campaign_at_a_glance(world: World, as_: As) -> None:
    world.advance(world.draft(), State.SELECTED)
    world.draft(unit="07330")
    shown = as_("reviewer").get(f"/campaigns/{CODE}")
    assert (shown.status_code, shown.json()["code"]) == (200, CODE)
    individual = next(one for one in shown.json()["categories"] if one["key"] == "individual")
    assert individual == {
        "key": "individual", "title": individual["title"], "limit": 2, "taken": 1,
        "states": {"draft": 1, "selected": 1},
    }  # fmt: skip
    assert as_("reviewer").get("/campaigns/khong-co").json()["error"] == "not_found"


def test_one_dossier_is_what_the_office_works_with(world: World, as_: As) -> None:
    identity = returned(world, world.advance(world.draft(), State.IN_REVIEW))
    shown = as_("reviewer").get(f"/nominations/{identity}")
    assert (shown.status_code, shown.headers["etag"]) == (200, '"5"')
    view = shown.json()
    assert (view["state"], view["due"], view["version"]) == ("returned", "2025-11-28", 5)
    assert view["fields"]["cccd"] == "099180000001"
    assert [(one["anchor"], one["status"], one["answer"]) for one in view["findings"]] == [
        ("field:merit", "answered", "Đã bổ sung.")
    ]
    assert [one["to"] for one in view["history"]] == ["draft", "submitted", "in_review", "returned", None]


def test_a_collective_with_score_and_check(world: World, as_: As) -> None:
    identity = world.advance(world.draft(Kind.COLLECTIVE), State.IN_REVIEW)
    view = as_("appraiser").get(f"/nominations/{identity}").json()
    assert (view["category"], view["fields"]["size"], view["withheld"]) == ("collective", 20, [])


def test_a_trail_and_an_explanation(world: World, as_: As) -> None:
    identity = world.draft(rating_2022=None)
    trail = as_("observer").get(f"/nominations/{identity}/trail")
    assert (trail.status_code, trail.headers["etag"]) == (200, '"1"')
    (entry,) = trail.json()["trail"]
    assert (entry["tag"], entry["by"], entry["seq"]) == ("nomination:dossier:imported", "officer-07282", 1)
    explained = as_("head-07282").get(f"/nominations/{identity}/explain")
    assert (explained.status_code, explained.json()["overall"]) == (200, "incomplete")
    assert ("duties.completed_well", "unit") in {(one["rule"], one["who"]) for one in explained.json()["would_help"]}


def test_a_ranking_for_those_who_see_everything(world: World, as_: As) -> None:
    first, second = (world.advance(world.draft(), State.ENDORSED) for _ in range(2))
    shown = as_("review-head").get(f"/campaigns/{CODE}/ranking", category="individual")
    assert shown.status_code == 200
    assert [(one["id"], one["place"]) for one in shown.json()["ranking"]] == [(first, 1), (second, 2)]
    assert shown.json()["next"] == first
    refused = as_("head-07282").get(f"/campaigns/{CODE}/ranking", category="individual")
    assert (refused.status_code, refused.json()["refused"]) == (403, "role")
    assert as_("reviewer").get(f"/campaigns/{CODE}/ranking", category="none").status_code == 422
    assert as_("reviewer").get(f"/campaigns/{CODE}/ranking").status_code == 422
    assert as_("reviewer").get("/campaigns/khong-co/ranking", category="individual").status_code == 404


def ids(answer: object) -> list[str]:
    """The ids of a page."""
    return [one["id"] for one in answer.json()["nominations"]]  # type: ignore[attr-defined]  # an answer


def test_pages_follow_each_other_and_end(world: World, as_: As) -> None:
    made = [world.draft() for _ in range(5)]
    caller, found, cursor = as_("reviewer"), [], None
    for _ in range(3):
        page = caller.get("/nominations", campaign=CODE, limit=2, **({"cursor": cursor} if cursor else {}))
        found.append(ids(page))
        cursor = page.json()["cursor"]
    assert found == [made[:2], made[2:4], made[4:]]
    assert cursor is None
    assert as_("reviewer").get("/nominations", limit=5).json()["cursor"] is None


def test_a_page_goes_on_where_it_stood_though_its_last_dossier_moved(world: World, as_: As) -> None:
    made = [world.draft() for _ in range(3)]
    page = as_("reviewer").get("/nominations", state="draft", limit=1)
    assert page.json()["cursor"] == made[0]
    world.advance(made[0], State.SUBMITTED)
    assert ids(as_("reviewer").get("/nominations", state="draft", cursor=made[0])) == made[1:]


def test_filters_narrow(world: World, as_: As) -> None:
    person, team = world.draft(), world.draft(Kind.COLLECTIVE)
    moved = world.advance(world.draft(), State.SUBMITTED)
    caller = as_("observer")
    assert ids(caller.get("/nominations", category="collective")) == [team]
    assert ids(caller.get("/nominations", state="submitted")) == [moved]
    assert ids(caller.get("/nominations", state="draft", category="individual", campaign=CODE)) == [person]
    (line,) = caller.get("/nominations", category="collective").json()["nominations"]
    assert line == {
        "id": team, "category": "collective", "unit": "07282", "name": "Trạm Y tế xã Đồng Kỳ 2", "state": "draft",
        "version": 1, "source": {"sheet": "Cá nhân", "row": 2}, "campaign": CODE,
    }  # fmt: skip
    assert caller.get("/nominations", campaign="khong-co").status_code == 404
    for name, value in {"category": "none", "state": "none", "limit": 0, "cursor": "ZZZZZZZZ"}.items():
        assert caller.get("/nominations", **{name: value}).status_code == 422, name
    assert caller.get("/nominations", limit=201).status_code == 422


@pytest.mark.parametrize("q", ["nông thị mẫu", "NONG MAU", "mau nong", "  thi ", "nông"])
def test_a_search_needs_no_diacritics(world: World, as_: As, q: str) -> None:
    one = world.draft()
    world.draft(name="Đặng Văn Đức")
    assert ids(as_("reviewer").get("/nominations", q=q)) == [one]


def test_a_search_finds_by_id_and_takes_signs_as_they_are(world: World, as_: As) -> None:
    one, other = world.draft(), world.draft(name="Đặng Văn Đức")
    assert ids(as_("reviewer").get("/nominations", q=one.lower())) == [one]
    assert ids(as_("reviewer").get("/nominations", q="dang duc")) == [other]
    for sign in ("%", "_", "\\", "n%g", "' OR 1=1 --"):
        assert ids(as_("reviewer").get("/nominations", q=sign)) == [], sign


def sights(world: World) -> list[str]:
    """Whose trail says that a CCCD number was shown."""
    rows = world.query(
        "SELECT a.name FROM trail t JOIN account a ON t.subject = 'account:' || a.id WHERE t.tag = 'account:cccd:seen'"
        " AND CAST(t.body AS json) ->> 'channel' = 'api' ORDER BY a.name"
    )
    return [row.name for row in rows]


def test_a_cccd_that_is_shown_is_on_the_trail(world: World, as_: As) -> None:
    identity = world.draft()
    for name in ("reviewer", "observer", "admin", "clerk", "head-07282", "head-07330"):
        as_(name).get(f"/nominations/{identity}")
    assert sights(world) == ["head-07282", "reviewer"]
    as_("reviewer").get("/nominations")
    as_("reviewer").get(f"/nominations/{identity}/explain")
    assert len(sights(world)) == 2


@pytest.mark.parametrize("name", ["observer", "admin", "clerk"])
def test_onlookers_see_nothing_sensitive(world: World, as_: As, name: str) -> None:
    identity = world.draft(breach="Khiển trách năm 2015")
    for path in ("", "/trail", "/explain"):
        answer = as_(name).get(f"/nominations/{identity}{path}")
        assert answer.status_code == 200
        for secret in ("099180000001", "Khiển trách", "Nùng"):
            assert secret not in answer.text
    assert "cccd" in as_(name).get(f"/nominations/{identity}").json()["withheld"]


def test_once_sent_a_unit_hears_no_verdict(world: World, as_: As) -> None:
    identity = world.advance(world.draft(), State.SUBMITTED)
    answer = as_("head-07282").get(f"/nominations/{identity}/explain")
    assert (answer.status_code, answer.json()["refused"]) == (409, "state")
    world.step(identity, Action.ACCEPT, "reviewer")
    world.step(identity, Action.DECLINE, "review-head", reason=CITED)
    assert as_("head-07282").get(f"/nominations/{identity}/explain").json()["refused"] == "state"


@pytest.mark.parametrize("path", ["/nowhere", "/nominations/", "/campaigns/", "/nominations/x/y"])
def test_an_address_that_is_none(as_: As, path: str) -> None:
    answer = as_("reviewer").get(path)
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


def test_a_method_that_is_none(world: World, as_: As) -> None:
    for method in ("DELETE", "PUT", "PATCH", "OPTIONS"):
        answer = as_("reviewer").call(method, f"/nominations/{world.draft()}")
        assert (answer.status_code, answer.json()["error"]) == (405, "method")


def test_a_list_asks_the_database_as_often_for_one_dossier_as_for_thirty(world: World, as_: As) -> None:
    asked: list[str] = []
    caller = as_("reviewer")
    event.listen(world.database.engine, "after_cursor_execute", lambda *said: asked.append(said[2]))
    counts: list[list[int]] = []
    for more in (1, 29):
        for _ in range(more):
            world.draft()
        counts.append([])
        for path in ("/nominations", f"/nominations?q=mau&campaign={CODE}", f"/campaigns/{CODE}"):
            asked.clear()
            assert caller.call("GET", path).status_code == 200
            counts[-1].append(len(asked))
    assert counts[0] == counts[1]
    assert max(counts[0]) < 10
