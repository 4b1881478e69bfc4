"""`account invite|password|sessions`: an operator's hand in how people get in; no secret in arguments or answers."""

import io
import json
from pathlib import Path

import pytest

from engine.access import passwords, sessions
from engine.access.signing_in import Admitted, Visitor, sign_in
from engine.clock import now
from rules.vocabulary import Role
from tests.cli.conftest import Answer, Shell
from tests.world import OFFICES, UNITS, World

SECRET = "Câu mật khẩu rất dài"  # noqa: S105 - of nobody
EVERYBODY = len(OFFICES) + 2 * len(UNITS)


@pytest.fixture
def type_password(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> "TypePassword":
    """`account password` with a line on standard input."""
    return TypePassword(shell, monkeypatch)


class TypePassword:
    def __init__(self, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shell, self.monkeypatch = shell, monkeypatch

    def __call__(self, name: str, line: str | bytes, *options: str) -> Answer:
        data = line if isinstance(line, bytes) else line.encode()
        self.monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
        return self.shell("account", "password", name, *options, "--json")


def opens(world: World, name: str, password: str) -> bool:
    """Whether the password signs somebody in."""
    with world.database.transaction() as session:
        return isinstance(sign_in(session, name, password, Visitor(address="127.0.0.1", agent="x"), now()), Admitted)


def test_everybody_without_a_password_is_invited_once(
    shell: Shell, world: World, type_password: TypePassword, tmp_path: Path
) -> None:
    world.account(tmp_path, "không thư", (Role.OBSERVER, "UBMTTQ"))
    assert type_password("reviewer", SECRET + "\n").code == 0
    answer = shell("account", "invite", "--all", "--json")
    assert answer.code == 0
    assert len(answer.data["invited"]) == EVERYBODY - 1
    assert not {"reviewer", "không thư"} & set(answer.data["invited"])
    assert answer.data["skipped"] == [{"name": "không thư", "reason": "chưa có địa chỉ thư điện tử"}]
    assert "không thư: chưa có địa chỉ thư điện tử." in answer.err
    assert shell("account", "invite", "--all", "--json").data["invited"] == []
    queued = world.query("SELECT FROM letter WHERE kind = 'account.first_use' AND status = 'queued'")
    assert len(queued) == EVERYBODY - 1
    world.assert_sound()


def test_one_is_invited_again_by_name_and_the_link_is_in_no_answer(shell: Shell, world: World) -> None:
    for _ in range(2):
        answer = shell("account", "invite", "observer", "--json")
        assert (answer.code, answer.data) == (0, {"invited": ["observer"], "skipped": []})
        assert "/mat-khau/" not in answer.out + answer.err
    assert "Đã viết 1 thư mời" in shell("account", "invite", "observer").out
    alive = world.query("SELECT FROM pass_link WHERE used_at IS NULL")
    assert (len(alive), len(world.query("SELECT FROM pass_link"))) == (1, 3)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("nobody",), 5),
        ((), 2),
        (("observer", "--all"), 2),
        (("clerk",), 3),
        (("reviewer",), 3),
        (("off",), 5),
    ],
)
def test_who_cannot_be_invited_is_told_why(
    shell: Shell, world: World, type_password: TypePassword, words: tuple[str, ...], code: int
) -> None:
    world.change("UPDATE account SET email = NULL WHERE name = 'clerk'")
    world.change("UPDATE account SET active = false, name = 'off' WHERE name = 'observer'")
    type_password("reviewer", SECRET)
    answer = shell("account", "invite", *words, "--json")
    assert answer.code == code
    assert answer.err
    assert world.query("SELECT FROM letter") == []


def test_a_password_is_read_from_standard_input(world: World, type_password: TypePassword) -> None:
    for end in ("", "\n", "\r\n", "\nanother line\n"):
        answer = type_password("reviewer", SECRET + end)
        assert (answer.code, answer.data) == (0, {"name": "reviewer", "ended": 0})
        assert SECRET not in answer.out + answer.err
    assert opens(world, "reviewer", SECRET)
    answer = type_password("reviewer", SECRET + "!")
    assert answer.data == {"name": "reviewer", "ended": 1}
    assert not opens(world, "reviewer", SECRET)
    world.assert_sound()


@pytest.mark.parametrize(("line", "code"), [("", 3), ("ngắn\n", 3), (b"\xff\xfe matkhau dai\n", 2)])
def test_a_password_that_will_not_do_is_refused(
    world: World, type_password: TypePassword, line: str | bytes, code: int
) -> None:
    answer = type_password("reviewer", line)
    assert answer.code == code
    assert json.loads(answer.out)["message"]
    assert "matkhau" not in answer.out + answer.err
    assert world.query("SELECT FROM credential") == []


def test_an_account_that_is_none_gets_no_password(type_password: TypePassword) -> None:
    assert type_password("nobody", SECRET).code == 5


def test_at_a_terminal_it_is_typed_twice_and_not_shown(
    shell: Shell, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = iter([SECRET, SECRET, SECRET, SECRET + "?"])
    asked: list[str] = []

    def hidden(prompt: str) -> str:
        asked.append(prompt)
        return next(typed)

    monkeypatch.setattr("getpass.getpass", hidden)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    assert shell("account", "password", "reviewer").code == 0
    assert asked == ["Mật khẩu mới: ", "Nhập lại: "]
    assert opens(world, "reviewer", SECRET)
    assert shell("account", "password", "reviewer").code == 2


def test_who_lost_their_phone_gets_in_with_a_new_password(world: World, type_password: TypePassword) -> None:
    assert type_password("reviewer", SECRET, "--without-code").code == 3, "there is no second step to turn off"
    type_password("reviewer", SECRET)
    world.change("UPDATE credential SET totp_secret = 'A', totp_since = now()")
    assert type_password("reviewer", SECRET, "--without-code").code == 0
    (row,) = world.query("SELECT totp_secret, totp_since FROM credential")
    assert (row.totp_secret, row.totp_since) == (None, None)
    with world.database.transaction() as session:
        known = passwords.only_one(session, "reviewer")
    assert known is not None
    assert not known.second_step


def test_sessions_are_listed_and_ended(shell: Shell, world: World, type_password: TypePassword) -> None:
    type_password("reviewer", SECRET)
    assert opens(world, "reviewer", SECRET)
    (listed,) = shell("account", "sessions", "reviewer", "--json").data["sessions"]
    assert {key: listed[key] for key in ("method", "address", "agent")} == {
        "method": "password",
        "address": "127.0.0.1",
        "agent": "x",
    }
    assert listed.keys() == {"began_at", "seen_at", "method", "address", "agent"}
    shown = shell("account", "sessions", "reviewer")
    assert "mật khẩu" in shown.out
    assert "1 phiên đăng nhập." in shown.out
    assert shell("account", "sessions", "reviewer", "--end", "--json").data == {"ended": 1}
    assert "Đã kết thúc 0 phiên" in shell("account", "sessions", "reviewer", "--end").out
    assert shell("account", "sessions", "reviewer", "--json").data == {"sessions": []}
    assert shell("account", "sessions", "nobody").code == 5
    with world.database.transaction() as session:
        assert sessions.listed(session, 1, now()) == []
    world.assert_sound()
