"""Servers that are away, hang, close or die: no letter is lost, none burns an attempt for nothing, none goes unseen."""

import asyncio
import time
from collections.abc import Callable

import pytest

from engine.post import Delivered, deliver
from tests.engine.post.sink import Answering, Exchange, Sink, nobody_listens, saying, serving
from tests.engine.post.tray_of import Tray
from tests.world import World

Submitted = Callable[[int], list[str]]
SOON = 0.3  # seconds of patience


def first(what: Answering, times: int = 1) -> Answering:
    """Do this the first time (or times), then answer yes."""

    async def answering(exchange: Exchange) -> str | None:
        return await what(exchange) if exchange.number < times else None

    return answering


async def hang(exchange: Exchange) -> str | None:
    await asyncio.sleep(60)  # the server is stopped long before
    return None


async def die(exchange: Exchange) -> str | None:
    exchange.die()
    return "250 nobody hears this"


async def close(exchange: Exchange) -> str | None:
    return "421 4.3.2 Máy chủ đang tắt"


@pytest.mark.parametrize(
    ("greeting", "words"),
    [
        (None, "Không kết nối được máy chủ thư"),
        (b"", "không trả lời trong 0.3 giây"),
        (b"554 5.3.2 Khong phuc vu\r\n", "từ chối phục vụ: 554 5.3.2 Khong phuc vu"),
        (b"421 4.3.2 Ban qua\r\n", "từ chối phục vụ: 421 4.3.2 Ban qua"),
        (b"HTTP/1.1 400 Bad Request\r\n", "từ chối phục vụ: -1 Malformed"),
        (b"220 xin chao\r\n", "không trả lời trong 0.3 giây"),
        (b"220", "không trả lời trong 0.3 giây"),
    ],
    ids=["nobody listens", "silence", "no service", "busy", "not SMTP", "silence after greeting", "half a greeting"],
)
def test_a_server_that_is_no_use_costs_no_attempt(
    world: World, tray: Tray, submitted: Submitted, greeting: bytes | None, words: str
) -> None:
    submitted(1)
    before = tray.rows()
    began = time.monotonic()
    with saying(greeting or b"") as port:
        settings = Sink(port=nobody_listens() if greeting is None else port).settings(timeout=SOON)
        delivered = deliver(world.database, settings)
    assert time.monotonic() - began < 3
    assert delivered.problem is not None
    assert words in delivered.problem
    assert f"127.0.0.1:{settings.port}" in delivered.problem
    assert delivered == Delivered(waiting=6, problem=delivered.problem)
    assert tray.rows() == before
    with serving(Sink()) as sink:
        assert deliver(world.database, sink.settings()) == Delivered(sent=6)


def test_a_name_nobody_knows(world: World, submitted: Submitted) -> None:
    submitted(1)
    with saying(b"") as port:
        delivered = deliver(world.database, Sink(port=port).settings(host="localhost.", timeout=SOON))
        assert delivered.problem is not None
        label = "a" * 64  # no resolver is asked for it: a label has 63 letters at most
        delivered = deliver(world.database, Sink(port=port).settings(host=label, timeout=SOON))
    assert delivered.problem is not None
    assert label in delivered.problem
    assert "VINHDANH_SMTP_HOST" in delivered.problem


@pytest.mark.parametrize("what", [hang, die, close], ids=["hangs", "dies", "closes"])
@pytest.mark.parametrize("where", ["on_mail", "on_recipient", "on_data"])
def test_the_letter_in_flight_waits_and_the_others_go(
    world: World, tray: Tray, submitted: Submitted, where: str, what: Answering
) -> None:
    submitted(1)
    with serving(Sink(**{where: first(what)})) as sink:  # type: ignore[arg-type]  # one of the three
        delivered = deliver(world.database, sink.settings(timeout=SOON))
        assert delivered == Delivered(sent=5, deferred=1, waiting=1)
        assert sink.commands["EHLO"] == 2, "one connection more"
        first_row = tray.rows()[0]
        assert (first_row.status, first_row.attempts) == ("deferred", 1)
        assert first_row.error is not None
        assert first_row.error.startswith(("Máy chủ thư không trả lời", "Mất kết nối", "Máy chủ thư ngắt kết nối: 421"))
        due = first_row.next_at
        assert due is not None
        assert deliver(world.database, sink.settings(), now=lambda: due) == Delivered(sent=1)
    assert sorted(sink.recipients) == sorted(row.recipient for row in tray.rows())
    assert len({one.identity for one in sink.received}) == 6
    world.assert_sound()


@pytest.mark.parametrize("what", [hang, die, close], ids=["hangs", "dies", "closes"])
def test_after_two_in_a_row_the_run_stops(world: World, tray: Tray, submitted: Submitted, what: Answering) -> None:
    submitted(1)
    with serving(Sink(on_data=first(what, times=99))) as sink:
        delivered = deliver(world.database, sink.settings(timeout=SOON))
    assert delivered == Delivered(deferred=2, waiting=6, problem=delivered.problem)
    assert delivered.problem is not None
    assert "2 lần liên tiếp" in delivered.problem
    assert [row.attempts for row in tray.rows()] == [1, 1, 0, 0, 0, 0]


def test_two_that_are_not_in_a_row_do_not_stop_it(world: World, submitted: Submitted) -> None:
    async def every_other(exchange: Exchange) -> str | None:
        if exchange.number % 2 == 0:
            exchange.die()
        return None

    submitted(1)
    with serving(Sink(on_data=every_other)) as sink:
        assert deliver(world.database, sink.settings()) == Delivered(sent=3, deferred=3, waiting=3)


def test_a_server_that_dies_after_taking_it_gets_it_again_under_the_same_name(
    world: World, tray: Tray, submitted: Submitted
) -> None:
    submitted(1)
    with serving(Sink(on_data=first(die))) as sink:
        deliver(world.database, sink.settings())
        due = tray.rows()[0].next_at
        assert due is not None
        deliver(world.database, sink.settings(), now=lambda: due)
    twice = [one for one in sink.seen if one.recipient == tray.rows()[0].recipient]
    assert len(twice) == 2
    assert twice[0].content == twice[1].content
    assert twice[0].identity.endswith("@vinhdanh.invalid>")
    assert len(sink.seen) == 7


def test_a_server_that_closes_between_two_letters_costs_no_attempt(
    world: World, tray: Tray, submitted: Submitted
) -> None:
    async def say_and_close(exchange: Exchange) -> str | None:
        transport = exchange.server.transport
        assert transport is not None
        exchange.server.loop.call_later(0.02, transport.close)
        return None

    submitted(1)
    with serving(Sink(on_data=say_and_close)) as sink:
        delivered = deliver(world.database, sink.settings(), progress=lambda: time.sleep(0.1))
    assert delivered == Delivered(sent=6)
    assert [row.attempts for row in tray.rows()] == [1] * 6
    assert sink.commands["EHLO"] == 6


def test_a_server_that_goes_in_mid_run_costs_one_attempt(world: World, tray: Tray, submitted: Submitted) -> None:
    async def die_for_good(exchange: Exchange) -> str | None:
        dying.stop_listening()
        return await die(exchange)

    submitted(1)
    dying = Sink(on_data=die_for_good)
    with serving(dying):
        delivered = deliver(world.database, dying.settings(timeout=SOON))
    assert delivered == Delivered(deferred=1, waiting=6, problem=delivered.problem)
    assert delivered.problem is not None
    assert "Không kết nối được" in delivered.problem
    assert [row.attempts for row in tray.rows()] == [1, 0, 0, 0, 0, 0]
    with serving(Sink()) as sink:
        assert deliver(world.database, sink.settings()) == Delivered(sent=5, waiting=1)
