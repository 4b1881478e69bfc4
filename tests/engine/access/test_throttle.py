"""Who fails often waits ever longer; nobody is locked out for long by somebody else."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from engine.access import sessions
from engine.access.signing_in import Admitted, Turned
from engine.access.throttle import ADDRESSES, CODES, PASSWORDS, Limit, address_gate, typed_gate
from tests.engine.access.conftest import NOW, RIGHT, Door

WRONG = "Tên đăng nhập hoặc mật khẩu không đúng."


def wait(door: Door, turned: Admitted | Turned) -> float:
    """Seconds until trying again is of use."""
    assert isinstance(turned, Turned)
    assert turned.until is not None, turned
    return (turned.until - door.now).total_seconds()


def fail(door: Door, times: int, typed: str = "", *, afar: bool = False) -> None:
    """Fail so often, from home or each time from another address afar."""
    for _ in range(times):
        address = elsewhere(door.world.next("afar")) if afar else door.home
        assert door.come(typed or door.me, "không đúng đâu nhé", address) == Turned(WRONG)


def elsewhere(number: int) -> str:
    return f"198.51.{number // 250}.{number % 250}"


@pytest.mark.parametrize("known", [True, False])
def test_waits_grow_for_an_account_known_or_not_and_stop_growing(door: Door, known: bool) -> None:  # noqa: FBT001 - an example
    door.give_password()
    typed = door.me if known else f"không phải {door.me}"
    fail(door, 5, typed)
    waits = []
    for _ in range(7):
        waits.append(wait(door, door.come(typed, RIGHT)))
        door.later(seconds=waits[-1])
        fail(door, 1, typed)
    assert waits == [5, 10, 20, 40, 60, 60, 60]


def test_while_it_waits_the_right_password_is_not_even_looked_at(door: Door) -> None:
    door.give_password()
    fail(door, 5)
    turned = door.come(door.me, RIGHT)
    assert turned == Turned("Đã thử nhiều lần không đúng. Hãy thử lại sau:", NOW + timedelta(seconds=5))
    for _ in range(50):
        assert door.come(door.me, RIGHT) == turned, "trying in vain does not prolong it"
    door.later(seconds=5)
    door.enter()


def test_signing_in_begins_anew_for_the_account_but_not_for_the_address(door: Door) -> None:
    door.give_password()
    for number in range(10):
        fail(door, 3)
        if number < 9:
            door.enter()
    assert wait(door, door.come(door.me, RIGHT)) == 5, "thirty failures from one address"
    assert wait(door, door.come(door.other, RIGHT)) == 5
    door.enter(address=elsewhere(door.world.next("afar")))


def test_an_address_that_tries_many_accounts_waits_up_to_a_quarter_of_an_hour(door: Door) -> None:
    for number in range(30):
        fail(door, 1, f"ai đó {door.me} {number}")
    waits = []
    for number in range(10):
        waits.append(wait(door, door.come(f"{door.other} {number}", RIGHT)))
        door.later(seconds=waits[-1])
        fail(door, 1, f"{door.other} {number}")
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]


def test_an_hour_later_all_is_forgotten_and_after_a_day_gone(door: Door) -> None:
    fail(door, 5)
    assert isinstance(door.come(door.me, RIGHT), Turned)
    door.later(hours=1, seconds=1)
    fail(door, 5)
    assert len(door.world.query("SELECT FROM attempt")) >= 20
    door.later(days=40)
    fail(door, 1)
    while len(door.world.query("SELECT FROM attempt WHERE at < :now", now=door.now)):
        before = len(door.world.query("SELECT FROM attempt"))
        fail(door, 1, f"ai đó {before}", afar=True)
        assert len(door.world.query("SELECT FROM attempt")) < before, "some go with each that comes"


def test_a_stranger_keeps_nobody_out_of_a_browser_they_were_signed_in_from(door: Door) -> None:
    door.give_password()
    mark = sessions.digest(door.enter())
    fail(door, 5, afar=True)
    for _ in range(20):
        door.later(minutes=1)
        fail(door, 1, afar=True)
    assert wait(door, door.come(door.me, RIGHT)) == 60
    door.enter(mark=mark)
    assert wait(door, door.come(door.me, RIGHT)) == 60, "and the strangers' count stays"


def test_nor_does_a_colleague_behind_the_same_address(door: Door) -> None:
    door.give_password()
    mark = sessions.digest(door.enter())
    for number in range(30):
        fail(door, 1, f"{door.other} {number}")
    assert wait(door, door.come(door.me, RIGHT)) == 5
    door.enter(mark=mark)


def test_such_a_browser_is_throttled_by_itself(door: Door) -> None:
    door.give_password()
    mark = sessions.digest(door.enter())
    for _ in range(5):
        assert door.come(door.me, "không đúng đâu nhé", elsewhere(door.world.next("afar")), mark) == Turned(WRONG)
    assert wait(door, door.come(door.me, RIGHT, mark=mark)) == 5
    door.enter()


@pytest.mark.parametrize("whose", ["nobody", "another", "waiting"])
def test_a_mark_of_nobody_or_of_somebody_else_opens_no_way_around(door: Door, whose: str) -> None:
    door.give_password(door.other)
    door.give_password()
    mark = "0" * 64 if whose == "nobody" else sessions.digest(door.enter(door.other))
    if whose == "waiting":
        door.world.change("UPDATE web_session SET awaits_code = true, account_id = :id", id=door.id())
    fail(door, 5, afar=True)
    assert wait(door, door.come(door.me, RIGHT, mark=mark)) == 5


def test_a_stranger_makes_somebody_elsewhere_wait_a_minute_at_most(door: Door) -> None:
    door.give_password()
    fail(door, 5, afar=True)
    for _ in range(30):
        door.later(minutes=1)
        fail(door, 1, afar=True)
    assert wait(door, door.come(door.me, RIGHT)) == 60
    door.later(minutes=1)
    door.enter()


def test_tries_at_the_same_moment_count_one_after_another(door: Door) -> None:
    door.give_password()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: door.come(door.me, "không đúng đâu nhé"), range(8)))
    assert sorted(answer.until is None for answer in answers if isinstance(answer, Turned)) == [False] * 3 + [True] * 5


def test_who_has_a_network_has_all_its_addresses() -> None:
    assert address_gate(ADDRESSES, "2001:db8:1:2::3") == address_gate(ADDRESSES, "2001:db8:1:2:ffff::9")
    assert address_gate(ADDRESSES, "2001:db8:1:2::3") != address_gate(ADDRESSES, "2001:db8:1:3::3")
    assert address_gate(ADDRESSES, "::ffff:203.0.113.7") == address_gate(ADDRESSES, "203.0.113.7")
    assert address_gate(ADDRESSES, "203.0.113.7") != address_gate(ADDRESSES, "203.0.113.8")
    assert address_gate(ADDRESSES, "không rõ") == address_gate(ADDRESSES, "không rõ")


def test_spelling_opens_no_second_gate() -> None:
    alike = {typed_gate(PASSWORDS, typed).key for typed in ("Văn thư", "văn thư", " văn  thư ", "VĂN THƯ")}
    assert len(alike) == 1
    assert typed_gate(PASSWORDS, "văn thu").key not in alike


def test_limits_wait_longer_each_time_and_never_longer_than_they_say() -> None:
    limit = Limit("account", 2, timedelta(seconds=1), timedelta(seconds=5), timedelta(hours=1))
    assert [limit.wait_after(number).total_seconds() for number in range(7)] == [0, 0, 1, 2, 4, 5, 5]
    assert limit.wait_after(10_000) == timedelta(seconds=5)
    day, tries = timedelta(), 0
    while day < timedelta(days=1):
        tries += 1
        day += CODES.wait_after(tries)
    assert tries < 25, "tries a day at a number of six digits, of which three are good"
