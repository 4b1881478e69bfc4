"""The second step: confirmed by a code, each code good once, throttled, turned off by who knows the password."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest

from engine.access import second_step, sessions, signing_in
from engine.access.signing_in import Admitted, Turned
from rules.errors import StateRefusedError
from tests.engine.access.conftest import RIGHT, Door
from tests.world import ORIGIN

WRONG = "Mã xác minh không đúng, đã dùng hoặc đã quá hạn. Hãy chờ mã kế tiếp rồi nhập lại."


@pytest.fixture
def secret(door: Door) -> str:
    """A password and a confirmed secret; a step later, so that the next code is another one."""
    door.give_password()
    made = door.enrol()
    assert door.confirm(code_at(door, made))
    door.later(seconds=30)
    return made


def code_at(door: Door, secret: str, steps: int = 0) -> str:
    """What the app shows, so many steps away."""
    return pyotp.TOTP(secret).at(door.now, counter_offset=steps)


def waiting(door: Door) -> str:
    """The cookie after the password."""
    admitted = door.come(door.me, RIGHT)
    assert isinstance(admitted, Admitted)
    assert admitted.awaits_code
    return admitted.cookie


def test_the_password_alone_opens_nothing_and_the_code_does_under_another_cookie(door: Door, secret: str) -> None:
    cookie = waiting(door)
    assert door.who(cookie) is None
    admitted = door.code(cookie, code_at(door, secret))
    assert isinstance(admitted, Admitted)
    assert admitted.cookie != cookie
    assert door.who(admitted.cookie) == door.me
    assert door.who(cookie) is None
    assert isinstance(door.code(cookie, code_at(door, secret, 1)), Turned), "what waited is over"


def test_a_code_is_good_once(door: Door, secret: str) -> None:
    cookies = [waiting(door) for _ in range(4)]
    code = code_at(door, secret)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda cookie: door.code(cookie, code), cookies))
    assert sorted(type(answer).__name__ for answer in answers) == ["Admitted", "Turned", "Turned", "Turned"]


@pytest.mark.parametrize(("steps", "good"), [(-2, False), (-1, False), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_off_by_one_step_but_no_step_comes_back(door: Door, secret: str, steps: int, good: bool) -> None:  # noqa: FBT001 - an example
    """One step back is the one by which the secret was confirmed, which is used up."""
    assert isinstance(door.code(waiting(door), code_at(door, secret, steps)), Admitted if good else Turned)


def test_a_late_code_is_good_while_no_later_one_was_used(door: Door, secret: str) -> None:
    door.later(minutes=5)
    assert isinstance(door.code(waiting(door), code_at(door, secret, -1)), Admitted)
    assert isinstance(door.code(waiting(door), code_at(door, secret, 1)), Admitted)
    assert isinstance(door.code(waiting(door), code_at(door, secret, 0)), Turned), "a later one was used"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "-12345", "12 34 5", "\x00" * 6])
def test_what_is_no_code_is_wrong(door: Door, secret: str, typed: str) -> None:
    assert door.code(waiting(door), typed) == Turned(WRONG)


def test_spaces_as_apps_show_them_do_no_harm(door: Door, secret: str) -> None:
    code = code_at(door, secret)
    assert isinstance(door.code(waiting(door), f" {code[:3]} {code[3:]} "), Admitted)


def test_codes_are_throttled_whatever_the_cookie_and_the_address(door: Door, secret: str) -> None:
    for number in range(5):
        assert door.code(waiting(door), "000000", f"192.0.2.{number}") == Turned(WRONG)
    turned = door.code(waiting(door), code_at(door, secret), "192.0.2.99")
    assert isinstance(turned, Turned)
    assert turned.until == door.now + timedelta(minutes=1)
    door.later(minutes=1)
    assert isinstance(door.code(waiting(door), code_at(door, secret)), Admitted)


def test_a_password_waits_ten_minutes_for_its_code(door: Door, secret: str) -> None:
    cookie = waiting(door)
    door.later(minutes=10, seconds=1)
    turned = door.code(cookie, code_at(door, secret))
    assert turned == Turned("Đã quá thời gian chờ mã xác minh. Hãy nhập lại tên đăng nhập và mật khẩu.")
    assert isinstance(door.code("không có", code_at(door, secret)), Turned)


def test_until_it_is_confirmed_the_secret_counts_for_nothing(door: Door) -> None:
    door.give_password()
    secret = door.enrol()
    assert not door.confirm("000000")
    assert door.who(door.enter()) == door.me
    with door.world.database.transaction() as session:
        assert not second_step.is_on(session, door.id())
        assert not second_step.accepts(session, door.id(), code_at(door, secret), door.now)
    assert door.enrol() != secret, "another one in its place"


def test_turning_it_on_ends_sessions_that_began_without(door: Door) -> None:
    door.give_password()
    here, there = door.enter(), door.enter()
    assert door.confirm(code_at(door, door.enrol()), but=sessions.digest(here))
    assert (door.who(here), door.who(there)) == (door.me, None)
    assert door.tags()[-2:] == ["second_step:on", "session:ended"]


def test_what_is_on_is_not_replaced_nor_confirmed_again(door: Door, secret: str) -> None:
    with pytest.raises(StateRefusedError):
        door.enrol()
    with pytest.raises(StateRefusedError):
        door.confirm(code_at(door, secret))
    with door.world.database.transaction() as session:
        assert second_step.proposed(session, door.id(), door.me) is None, "nobody is shown the secret again"


def test_turned_off_the_password_is_enough_and_the_trail_knows(door: Door, secret: str) -> None:
    assert door.problems() == []
    with door.world.database.transaction() as session:
        second_step.turn_off(session, door.id(), ORIGIN)
    assert door.who(door.enter()) == door.me
    assert door.tags()[:3] == ["password:set", "second_step:on", "second_step:off"]
    with door.world.database.transaction() as session, pytest.raises(StateRefusedError):
        second_step.turn_off(session, door.id(), ORIGIN)
    assert door.problems() == []


def test_the_secret_is_nowhere_but_where_codes_are_checked(door: Door, secret: str) -> None:
    (row,) = door.world.query("SELECT totp_secret FROM credential WHERE account_id = :id", id=door.id())
    assert row.totp_secret == secret
    for table in ("trail", "disclosure", "letter", "web_session"):
        assert not [one for one in door.world.query(f"TABLE {table}") if secret in str(tuple(one))]


@pytest.mark.parametrize("change", ["totp_secret = NULL, totp_since = NULL", f"totp_secret = '{'A' * 32}'"])
def test_a_secret_changed_by_hand_is_noticed(door: Door, secret: str, change: str) -> None:
    door.world.change(f"UPDATE credential SET {change} WHERE account_id = :id", id=door.id())  # noqa: S608 - see above
    (problem,) = door.problems()
    assert "xác minh hai bước (mã băm) đang lưu là" in problem


def test_the_picture_says_what_the_app_must_know_and_carries_no_style(door: Door) -> None:
    with door.world.database.transaction() as session:
        second_step.propose(session, door.id())
        proposed = second_step.proposed(session, door.id(), "Đào Thu Cúc")
    assert proposed is not None
    assert re.fullmatch(r"[A-Z2-7]{32}", proposed.secret)
    assert proposed.picture.startswith("<svg")
    assert re.findall(r"style=|<script|<style|\bon\w+=|href", proposed.picture) == []


def test_the_password_is_asked_again_and_that_is_throttled(door: Door) -> None:
    door.give_password()
    with door.world.database.transaction() as session:
        assert signing_in.prove(session, door.id(), RIGHT, door.now) is None
    for _ in range(5):
        with door.world.database.transaction() as session:
            turned = signing_in.prove(session, door.id(), "không đúng đâu nhé", door.now)
            assert turned == Turned("Mật khẩu hiện nay không đúng.")
    with door.world.database.transaction() as session:
        turned = signing_in.prove(session, door.id(), RIGHT, door.now)
        assert turned is not None
        assert turned.until is not None
    door.enter()
    with door.world.database.transaction() as session:
        assert signing_in.prove(session, door.id(door.other), "", door.now) is not None, "who has no password has none"
