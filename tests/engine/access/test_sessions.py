"""Sessions: alive for a while, listed, ended, and each on the trail."""

from datetime import date

import pytest

from engine.access import sessions
from tests.engine.access.conftest import Door
from tests.world import ORIGIN


@pytest.fixture
def cookie(door: Door) -> str:
    """Somebody signed in."""
    door.give_password()
    return door.enter()


def test_only_its_hash_is_kept(door: Door, cookie: str) -> None:
    assert len(cookie) == 43
    (row,) = door.world.query("SELECT * FROM web_session WHERE account_id = :id", id=door.id())
    assert row.sha256 == sessions.digest(cookie)
    assert cookie not in str(tuple(row))
    assert door.who(row.sha256) is None
    assert (row.method, row.address, row.agent) == ("password", door.home, "Trình duyệt thử")
    assert door.world.entries(f"account:{door.id()}")[-1]["session"] == row.sha256[:16]


def test_it_ends_when_idle_for_an_hour_and_lives_while_used(door: Door, cookie: str) -> None:
    for _ in range(5):
        door.later(minutes=59)
        assert door.who(cookie) == door.me
    door.later(minutes=60, seconds=1)
    assert door.who(cookie) is None


def test_it_ends_after_twelve_hours_however_busy(door: Door, cookie: str) -> None:
    for _ in range(12 * 2 - 1):
        door.later(minutes=30)
        assert door.who(cookie) == door.me
    door.later(minutes=30, seconds=1)
    assert door.who(cookie) is None


def test_signing_out_ends_it_without_a_word_on_the_trail(door: Door, cookie: str) -> None:
    other = door.enter()
    with door.world.database.transaction() as session:
        assert sessions.end(session, door.id(), door.now, only=sessions.digest(cookie)) == 1
        assert sessions.end(session, door.id(), door.now, only=sessions.digest(cookie)) == 0
    assert (door.who(cookie), door.who(other)) == (None, door.me)
    assert "session:ended" not in door.tags()


def test_nobody_ends_the_session_of_another(door: Door, cookie: str) -> None:
    with door.world.database.transaction() as session:
        assert sessions.end(session, door.id(door.other), door.now, only=sessions.digest(cookie)) == 0
    assert door.who(cookie) == door.me


def test_the_list_names_those_alive_the_last_used_first(door: Door, cookie: str) -> None:
    door.later(minutes=30)
    second = door.enter()
    door.later(minutes=5)
    third = door.enter()
    with door.world.database.transaction() as session:
        sessions.end(session, door.id(), door.now, only=sessions.digest(third))
    door.later(minutes=20)
    assert door.who(cookie) == door.me
    with door.world.database.transaction() as session:
        found = [one.sha256 for one in sessions.listed(session, door.id(), door.now)]
    assert found == [sessions.digest(cookie), sessions.digest(second)]
    door.later(minutes=50)
    assert door.who(second) is None
    with door.world.database.transaction() as session:
        assert [one.sha256 for one in sessions.listed(session, door.id(), door.now)] == [sessions.digest(cookie)]


def test_ending_them_all_is_on_the_trail_with_their_number(door: Door, cookie: str) -> None:
    door.enter()
    with door.world.database.transaction() as session:
        assert sessions.revoke(session, door.id(), ORIGIN, door.now) == 2
        assert sessions.revoke(session, door.id(), ORIGIN, door.now) == 0
    assert door.tags()[-1] == "session:ended"
    assert door.world.entries(f"account:{door.id()}")[-1]["sessions"] == 2
    assert door.problems() == []


@pytest.mark.parametrize("change", ["INSERT", "DELETE"])
def test_a_session_put_in_or_taken_out_by_hand_is_noticed(door: Door, cookie: str, change: str) -> None:
    insert = (
        "INSERT INTO web_session (sha256, account_id, csrf, method, began_at, seen_at, address, agent)"
        " VALUES (repeat('b', 64), :id, 'x', 'password', now(), now(), 'x', 'x')"
    )
    delete = "DELETE FROM web_session WHERE account_id = :id"
    door.world.change(insert if change == "INSERT" else delete, owner=True, id=door.id())
    (problem,) = door.problems()
    assert "phiên đăng nhập đang lưu là" in problem


def test_a_pretended_day_is_the_session_s_own(door: Door, cookie: str) -> None:
    other = door.enter()
    with door.world.database.transaction() as session:
        sessions.pretend(session, sessions.digest(cookie), date(2025, 11, 20))
    with door.world.database.transaction() as session:
        found = [sessions.signed_in(session, one, door.now) for one in (cookie, other)]
    assert [one and one.rehearsal_day for one in found] == [date(2025, 11, 20), None]


def test_form_tokens_differ_from_cookies_and_from_each_other(door: Door, cookie: str) -> None:
    with door.world.database.transaction() as session:
        found = [sessions.signed_in(session, one, door.now) for one in (cookie, door.enter())]
    tokens = {one.csrf for one in found if one}
    assert len(tokens) == 2
    assert cookie not in tokens


def test_an_agent_that_says_too_much_is_cut(door: Door) -> None:
    door.give_password()
    with door.world.database.transaction() as session:
        sessions.begin(session, door.id(), method="oidc", now=door.now, address="x", agent="a" * 9999)
    (row,) = door.world.query("SELECT agent FROM web_session WHERE account_id = :id", id=door.id())
    assert len(row.agent) == 300
