"""Links by e-mail: good once, for a while, the newest of their kind; the letters they come in."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from engine import clock, public
from engine.access import links, sessions
from engine.access.signing_in import Admitted, Turned
from engine.post import Delivered, deliver, retry
from rules.errors import EvidenceRefusedError, MalformedError, NotFoundError, StateRefusedError
from tests.engine.access.conftest import RIGHT, Door
from tests.engine.post.sink import Sink, serving
from tests.world import ORIGIN, World


@pytest.fixture
def present(door: Door) -> Door:
    """The door now: letters and what is sent of them go by the real clock."""
    door.now = clock.now()
    return door


def test_a_first_link_lets_somebody_choose_a_password_once(door: Door) -> None:
    link = door.send()
    assert len(link) == 43, "256 bits"
    assert door.open(link) == door.me
    assert door.open(link) == door.me, "looking uses nothing up, and mail programs look"
    assert door.choose(link) == door.me
    assert door.who(door.enter()) == door.me
    assert door.open(link) is None
    with pytest.raises(NotFoundError):
        door.choose(link, RIGHT + "!")
    door.enter()
    assert door.tags() == ["link:sent", "password:set", "session:begun", "session:begun"]
    assert door.problems() == []


def test_only_its_hash_is_kept_and_the_trail_names_its_beginning(door: Door) -> None:
    link = door.send()
    (row,) = door.world.query("SELECT * FROM pass_link WHERE account_id = :id", id=door.id())
    assert (row.sha256, row.purpose, row.used_at) == (links.digest(link), "first_use", None)
    assert row.expires_at - row.issued_at == timedelta(days=7)
    (_, entry) = door.world.entries(f"account:{door.id()}")
    assert (entry["link"], entry["purpose"], entry["letters"]) == (row.sha256[:16], "first_use", ["account"])
    for table in ("trail", "disclosure", "pass_link"):
        assert not [one for one in door.world.query(f"TABLE {table}") if link in str(tuple(one))]


@pytest.mark.parametrize(("has_password", "lasts"), [(False, timedelta(days=7)), (True, timedelta(hours=1))])
def test_it_is_good_for_its_time_and_no_longer(door: Door, has_password: bool, lasts: timedelta) -> None:  # noqa: FBT001 - an example
    if has_password:
        door.give_password()
    link = door.send()
    door.now += lasts - timedelta(seconds=1)
    assert door.open(link) == door.me
    door.later(seconds=1)
    assert door.open(link) is None
    with pytest.raises(NotFoundError):
        door.choose(link)


def test_a_newer_link_of_its_kind_replaces_it_and_one_of_another_kind_does_not(door: Door) -> None:
    first, second = door.send(), door.send()
    assert (door.open(first), door.open(second)) == (None, door.me)
    door.give_password(door.other)
    assert door.open(door.send(door.other)) == door.other
    assert door.open(second) == door.me, "what others are sent changes nothing"


def test_setting_a_password_in_any_way_ends_every_link_and_session(present: Door) -> None:
    present.give_password()
    cookie, link = present.enter(), present.send()
    present.give_password(password=RIGHT + "!")
    assert (present.open(link), present.who(cookie)) == (None, None)
    again, cookie = present.send(), present.enter(password=RIGHT + "!")
    present.choose(again)
    assert present.who(cookie) is None
    assert present.problems() == []


def test_a_reset_leaves_the_second_step_on(door: Door) -> None:
    door.give_password()
    door.world.change(
        "UPDATE credential SET totp_secret = 'A', totp_since = now() WHERE account_id = :id", id=door.id()
    )
    door.choose(door.send(), RIGHT + "!")
    admitted = door.come(door.me, RIGHT + "!")
    assert isinstance(admitted, Admitted)
    assert admitted.awaits_code


def test_a_weak_password_leaves_the_link_good(door: Door) -> None:
    link = door.send()
    with pytest.raises(EvidenceRefusedError):
        door.choose(link, "ngắn")
    assert door.choose(link) == door.me


def test_used_twice_at_once_it_is_good_once(door: Door) -> None:
    link = door.send()

    def choose(number: int) -> bool:
        try:
            return bool(door.choose(link, f"{RIGHT} {number}"))
        except NotFoundError:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(choose, range(4))) == 1


@pytest.mark.parametrize("link", ["", "x", "\x00", "\ud800", "a" * 10_000])
def test_what_is_no_link_opens_nothing(door: Door, link: str) -> None:
    door.send()
    assert door.open(link) is None
    assert door.open(door.linked()[0] + link) == (None if link else door.me)


@pytest.mark.parametrize(
    "change", ["UPDATE account SET active = false WHERE id = :id", "DELETE FROM account_role WHERE account_id = :id"]
)
def test_who_may_not_act_chooses_no_password(door: Door, change: str) -> None:
    link = door.send()
    door.world.change(change, owner=True, id=door.id())
    assert door.open(link) is None
    with pytest.raises(NotFoundError):
        door.choose(link)


def test_a_link_put_in_by_hand_is_noticed(door: Door) -> None:
    door.world.change(
        "INSERT INTO pass_link VALUES (repeat('a', 64), :id, 'reset', now(), now() + interval '1 day')", id=door.id()
    )
    (problem,) = door.problems()
    assert "đường dẫn đặt mật khẩu đang lưu là" in problem


def ask(door: Door, typed: str, address: str = "") -> bool:
    """Ask for a letter, as the page does; whether it may be asked."""
    with door.world.database.transaction() as session:
        may = links.may_ask(session, typed, address or door.home, door.now) is None
    if may:
        with door.world.database.transaction() as session:
            links.answer_request(session, typed, ORIGIN)
    return may


def test_asking_writes_to_the_account_s_address_by_name_or_address(door: Door) -> None:
    door.give_password()
    assert ask(door, door.me)
    assert ask(door, str(door.known().email).upper())
    assert [(row.kind, row.recipient, row.party, row.status) for row in door.letters()] == [
        ("account.reset", door.known().email, "account", "queued")
    ] * 2
    assert ask(door, f"không phải {door.me}")
    assert len(door.letters()) == 2


def test_who_has_no_password_yet_gets_a_first_link_when_asking(door: Door) -> None:
    ask(door, door.me)
    assert [row.kind for row in door.letters()] == ["account.first_use"]


def test_each_account_of_a_shared_address_gets_a_letter_that_names_it(door: Door) -> None:
    address = str(door.known().email)
    door.world.change("UPDATE account SET email = :email WHERE id = :id", email=address, id=door.id(door.other))
    ask(door, address)
    for name in (door.me, door.other):
        (row,) = door.letters(name)
        body = message_from_bytes(row.message, policy=policy.default).get_body(("plain",))
        assert body is not None
        assert f"Kính gửi Ông/Bà {name}," in body.get_content()
        assert door.open(door.linked(name)[0]) == name


def test_without_an_address_there_is_no_letter(door: Door) -> None:
    door.world.change("UPDATE account SET email = NULL WHERE id = :id", id=door.id())
    ask(door, door.me)
    assert door.letters() == []


@pytest.mark.parametrize("known", [True, False])
def test_asking_is_throttled_alike_for_an_account_known_or_not(door: Door, known: bool) -> None:  # noqa: FBT001 - an example
    typed = door.me if known else f"không phải {door.me}"
    assert [ask(door, typed, f"192.0.2.{number}") for number in range(5)] == [True, True, True, False, False]
    door.later(minutes=10)
    assert [ask(door, typed, f"192.0.2.{number}") for number in range(5, 7)] == [True, False]
    door.later(minutes=20)
    assert ask(door, typed)
    assert len(door.letters()) == (5 if known else 0)


def test_asking_from_one_address_is_throttled_whoever_is_asked_for(door: Door) -> None:
    assert [ask(door, f"{door.me} {number}") for number in range(12)] == [True] * 10 + [False] * 2
    assert ask(door, f"{door.me} 99", "192.0.2.200")


def test_asking_keeps_nobody_from_signing_in(door: Door) -> None:
    door.give_password()
    for _ in range(12):
        ask(door, door.me)
    door.enter()


def test_a_sent_letter_keeps_no_link_and_one_whose_link_is_dead_is_not_sent(world: World) -> None:
    """A world of its own: everything in its tray is sent."""
    door = Door(world, "reviewer", "appraiser", "203.0.113.1", clock.now())
    door.send()
    door.send()
    door.send(door.other)
    door.world.change("UPDATE pass_link SET issued_at = issued_at - interval '8 days',"
                      " expires_at = issued_at WHERE account_id = :id", id=door.id(door.other))  # fmt: skip
    with serving(Sink()) as sink:
        assert deliver(world.database, sink.settings()) == Delivered(sent=1)
    assert [row.status for row in (*door.letters(), *door.letters(door.other))] == ["superseded", "sent", "superseded"]
    (letter,) = sink.received
    assert sink.recipients == ["reviewer@bacninh.example"]
    content = letter.message.get_body(("plain",)).get_content().replace("\r\n", "\n")  # type: ignore[union-attr]  # it has one
    (link,) = re.findall(r"^http://127\.0\.0\.1:8000/mat-khau/([\w-]+)$", content, re.MULTILINE)
    assert door.open(link) == "reviewer"
    assert bytes(door.letters()[1].message) == b""
    world.assert_sound()


def test_a_failed_letter_whose_link_is_dead_is_not_tried_again(world: World) -> None:
    door = Door(world, "reviewer", "appraiser", "203.0.113.1", clock.now())
    door.send()
    world.change("UPDATE letter SET status = 'failed', error = 'x'")
    (row,) = door.letters()
    with world.database.transaction() as session:
        assert retry(session, [row.id]) == [row.id]
    world.change("UPDATE letter SET status = 'failed', error = 'x'")
    door.choose(door.linked()[0])
    with world.database.transaction() as session, pytest.raises(StateRefusedError, match="account invite"):
        retry(session, [row.id])


@pytest.mark.parametrize("kind", ["account.first_use", "account.reset"])
def test_the_letter_says_what_to_do_and_its_link_can_be_clicked(door: Door, kind: str) -> None:
    if kind == "account.reset":
        door.give_password()
    link = door.send()
    (row,) = door.letters()
    message = message_from_bytes(row.message, policy=policy.default)
    plain, html = (message.get_body((kind,)).get_content().replace("\r\n", "\n") for kind in ("plain", "html"))  # type: ignore[union-attr]  # it has both
    address = f"http://127.0.0.1:8000/mat-khau/{link}"
    until = "10:04 ngày 09/03/2026" if kind == "account.first_use" else "11:04 ngày 02/03/2026"
    assert row.kind == kind
    assert (
        row.title
        == {
            "account.first_use": "Mời đặt mật khẩu trên hệ thống Vinh Danh",
            "account.reset": "Đặt lại mật khẩu trên hệ thống Vinh Danh",
        }[kind]
    )
    for words in (f"Kính gửi Ông/Bà {door.me},", address, until, f"Tài khoản: {door.me}", "không chuyển tiếp thư này"):
        assert words in plain
    assert f'<a href="{address}"' in html
    assert html.count("<a ") == 1
    assert link not in row.title
    assert re.findall(r"None|\{\{|\{%|  |\.\.", plain) == []


def test_nothing_else_in_a_letter_becomes_a_link(door: Door) -> None:
    name = "https://lan.vn/"
    door.world.change("UPDATE account SET name = :name WHERE id = :id", name=name, id=door.id())
    door.me = name
    door.send()
    message = message_from_bytes(door.letters()[0].message, policy=policy.default)
    assert message.get_body(("html",)).get_content().count("<a ") == 1  # type: ignore[union-attr]  # it has one


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("https://vinhdanh.bacninh.example/", "https://vinhdanh.bacninh.example"),
        ("http://[::1]:8443", "http://[::1]:8443"),
        ("", "http://127.0.0.1:8000"),
    ],
)
def test_the_portal_s_address_is_configured(monkeypatch: pytest.MonkeyPatch, given: str, address: str) -> None:
    monkeypatch.setenv("VINHDANH_PUBLIC_URL", given)
    assert public.public_url() == address
    assert public.is_encrypted() == given.startswith("https")


@pytest.mark.parametrize(
    "given",
    [
        "vinhdanh.example", "ftp://x", "https://", "https://x/vinhdanh", "https://x?y", "https://x#y", "https://u@x",
        "https://x:port", "https://x:0", "https://x y", "https://x\\y", "//x", "https://x\u0085",
    ],
)  # fmt: skip
def test_what_is_no_address_is_said_to_be_none(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("VINHDANH_PUBLIC_URL", given)
    with pytest.raises(MalformedError, match="VINHDANH_PUBLIC_URL"):
        public.public_url()


def test_sessions_of_somebody_who_was_turned_away_are_none(door: Door) -> None:
    link = door.send()
    assert isinstance(door.come(door.me, RIGHT), Turned)
    door.choose(link)
    with door.world.database.transaction() as session:
        assert sessions.listed(session, door.id(), door.now) == []
