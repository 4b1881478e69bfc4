"""Passwords: what is kept of them, who is meant, and what setting one ends."""

import unicodedata
from time import process_time

import pytest

from engine import clock
from engine.access import passwords, sessions
from engine.access.signing_in import Turned
from rules.errors import EvidenceRefusedError
from tests.engine.access.conftest import RIGHT, Door

LACKING = ["", "mười một kt", "a" * 300, "aaaaaaaaaaaaaaaa", "abababababababab", "   reviewer  head   "]


def test_a_password_opens_and_another_does_not(door: Door) -> None:
    door.give_password()
    assert door.who(door.enter()) == door.me
    assert door.come(door.me, RIGHT + ".") == Turned("Tên đăng nhập hoặc mật khẩu không đúng.")
    assert door.come(door.other, RIGHT) == Turned("Tên đăng nhập hoặc mật khẩu không đúng.")


@pytest.mark.usefixtures("dear")
def test_only_a_hash_is_kept_and_nothing_of_it_is_on_the_trail(door: Door) -> None:
    door.give_password()
    (row,) = door.world.query("SELECT password FROM credential WHERE account_id = :id", id=door.id())
    assert row.password.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert door.tags() == ["password:set"]
    everything = "".join(
        str(tuple(one)) for table in ("trail", "disclosure", "letter") for one in door.world.query(f"TABLE {table}")
    )
    assert RIGHT not in everything
    assert row.password not in everything
    assert row.password.rsplit("$", 1)[1] not in everything
    assert door.problems() == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE credential SET password = '$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$Zm9yZ2Vk' WHERE account_id = :id",
        "UPDATE credential SET password = NULL WHERE account_id = :id",
        "INSERT INTO credential (account_id, password) VALUES (:id, '$argon2id$forged')",
    ],
)
def test_a_password_put_in_by_hand_is_noticed(door: Door, change: str) -> None:
    door.give_password()
    whose = door.id(door.other) if "INSERT" in change else door.id()
    door.world.change(change, id=whose)
    (problem,) = door.problems()
    assert "mật khẩu (mã băm) đang lưu là" in problem


def test_one_keyboard_writes_a_letter_as_one_character_another_as_three(door: Door) -> None:
    door.give_password(password=unicodedata.normalize("NFC", RIGHT))
    assert unicodedata.normalize("NFD", RIGHT) != unicodedata.normalize("NFC", RIGHT)
    door.enter(password=unicodedata.normalize("NFD", RIGHT))


def test_whatever_is_typed_is_a_password_that_is_wrong(door: Door) -> None:
    door.give_password()
    for typed in ("", "\x00", "\ud800", "x" * 200_000):
        assert isinstance(door.come(door.other, typed), Turned)
        assert isinstance(door.come(typed, RIGHT, address="198.51.100.1"), Turned)


@pytest.mark.parametrize("password", LACKING)
def test_a_weak_password_is_refused(door: Door, password: str) -> None:
    with pytest.raises(EvidenceRefusedError):
        passwords.require_acceptable(password, "Reviewer Head")
    passwords.require_acceptable(RIGHT, "Reviewer Head")


def test_an_account_is_meant_by_its_name_or_by_an_address_of_its_own(door: Door) -> None:
    door.give_password()
    address = str(door.known().email)
    for typed in (door.me, address, address.upper(), f"  {door.me.replace(' ', '  ')} "):
        assert door.who(door.enter(typed)) == door.me
    door.world.change("UPDATE account SET email = :email WHERE id = :id", email=address, id=door.id(door.other))
    assert isinstance(door.come(address, RIGHT), Turned)
    door.enter(door.me)


def test_a_name_that_is_another_account_s_address_is_a_name(door: Door) -> None:
    door.give_password()
    door.world.change("UPDATE account SET email = :me WHERE id = :id", me=door.me, id=door.id(door.other))
    assert door.who(door.enter(door.me)) == door.me


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE account SET active = false WHERE id = :id",
        "DELETE FROM account_role WHERE account_id = :id",
        "UPDATE credential SET password = NULL WHERE account_id = :id",
    ],
)
def test_who_may_not_act_gets_in_nowhere(door: Door, change: str) -> None:
    door.give_password()
    cookie = door.enter()
    door.world.change(change, owner=True, id=door.id())
    assert isinstance(door.come(door.me, RIGHT), Turned)
    assert door.who(cookie) == (door.me if "credential" in change else None)


def test_a_new_password_ends_every_session_but_the_one_it_was_set_in(door: Door) -> None:
    door.give_password()
    door.give_password(door.other)
    door.now = clock.now()
    cookies, theirs = [door.enter() for _ in range(3)], door.enter(door.other)
    assert door.give_password(password=RIGHT + "!", but=sessions.digest(cookies[1])) == 2
    assert [door.who(cookie) for cookie in cookies] == [None, door.me, None]
    assert door.give_password(password=RIGHT) == 1
    assert door.who(cookies[1]) is None
    assert door.who(theirs) == door.other
    assert door.tags()[-4:] == ["password:set", "session:ended", "password:set", "session:ended"]
    assert door.problems() == []


@pytest.mark.usefixtures("dear")
def test_an_unknown_account_takes_as_long_as_a_known_one(door: Door) -> None:
    door.give_password()

    def seconds(typed: str, address: str) -> float:
        began = process_time()
        assert isinstance(door.come(typed, "không đúng đâu nhé", address=address), Turned)
        return process_time() - began

    taken = {
        name: min(seconds(typed, f"198.51.100.{start + number}") for number in range(2))
        for start, name, typed in ((1, "known", door.me), (11, "none", "không có ai"), (21, "unset", door.other))
    }
    assert min(taken.values()) > 0.5 * max(taken.values()), taken
