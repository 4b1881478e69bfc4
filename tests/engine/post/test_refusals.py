"""What a server refuses: of one letter, or of us."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from engine import clock
from engine.post import Delivered, deliver
from engine.post.answers import BACK_OFF, Answer, Meaning, Stage, answer_of, next_try
from tests.engine.post.sink import Answering, Exchange, Sink, serving
from tests.engine.post.tray_of import Tray
from tests.world import World

Submitted = Callable[[int], list[str]]
HEAD = "head.07282@bacninh.example"
REFUSED = "550 5.1.1 <head.07282@bacninh.example>: không có hộp thư này"


def to_head(answer: str) -> Answering:
    """Answer so when it concerns one address."""

    async def answering(exchange: Exchange) -> str | None:
        return answer if exchange.address == HEAD else None

    return answering


def once(answer: str) -> Answering:
    """The same, the first time only."""

    async def answering(exchange: Exchange) -> str | None:
        if exchange.address != HEAD or answered:
            return None
        answered.append(True)
        return answer

    answered: list[bool] = []
    return answering


@pytest.mark.parametrize("where", ["on_recipient", "on_data"])
def test_who_is_refused_for_good_fails_at_once_and_the_others_go(
    world: World, tray: Tray, submitted: Submitted, where: str
) -> None:
    submitted(1)
    with serving(Sink(**{where: to_head(REFUSED)})) as sink:  # type: ignore[arg-type]  # one of the two
        assert deliver(world.database, sink.settings()) == Delivered(sent=5, failed=1)
        assert deliver(world.database, sink.settings()) == Delivered()
        assert sink.commands["EHLO"] == 1
    row = tray.to(HEAD)
    assert (row.status, row.attempts, row.error, row.next_at, row.sent_at) == ("failed", 1, REFUSED, None, None)
    assert HEAD not in sink.recipients
    world.assert_sound()


@pytest.mark.parametrize("where", ["on_recipient", "on_data"])
def test_who_is_refused_for_now_gets_it_later(world: World, tray: Tray, submitted: Submitted, where: str) -> None:
    submitted(1)
    with serving(Sink(**{where: once("451 4.7.1 Thử lại sau")})) as sink:  # type: ignore[arg-type]  # one of the two
        began = clock.now()
        assert deliver(world.database, sink.settings()) == Delivered(sent=5, deferred=1, waiting=1)
        row = tray.to(HEAD)
        assert (row.status, row.attempts, row.error) == ("deferred", 1, "451 4.7.1 Thử lại sau")
        assert row.next_at is not None
        assert began + timedelta(minutes=1) <= row.next_at <= clock.now() + timedelta(minutes=1)
        assert deliver(world.database, sink.settings()) == Delivered(waiting=1), "not before it is due"
        due = row.next_at
        assert deliver(world.database, sink.settings(), now=lambda: due) == Delivered(sent=1)
    after = tray.to(HEAD)
    assert (after.status, after.attempts, after.error, after.next_at) == ("sent", 2, None, None)
    assert sink.recipients.count(HEAD) == 1


def test_a_letter_is_not_tried_for_ever(world: World, tray: Tray, submitted: Submitted) -> None:
    submitted(1)
    tries = [clock.now()]
    with serving(Sink(on_recipient=to_head("452 4.2.2 Hộp thư đầy"))) as sink:
        delivered = deliver(world.database, sink.settings(), now=lambda: tries[-1])
        while (row := tray.to(HEAD)).status == "deferred":
            assert row.next_at is not None
            tries.append(row.next_at)
            delivered = deliver(world.database, sink.settings(), now=lambda: tries[-1])
    minutes = [round((later - earlier).total_seconds() / 60) for earlier, later in pairwise(tries)]
    assert minutes == [1, 5, 15, 60, 240, 720, 1440, 1440]
    assert delivered == Delivered(failed=1)
    assert (row.attempts, row.error) == (9, "Đã thử 9 lần không được. 452 4.2.2 Hộp thư đầy")
    assert sink.commands["RCPT"] == 9 + 5


def test_the_tries_go_on_for_about_three_days() -> None:
    at = datetime.fromisoformat("2025-12-01T08:00:00+07:00")
    moments = [at]
    while (later := next_try(len(moments), moments[-1])) is not None:
        moments.append(later)
    assert len(moments) == len(BACK_OFF) + 1 == 9
    assert timedelta(days=2.5) < moments[-1] - at < timedelta(days=3.5)


@pytest.mark.parametrize("answer", ["550 5.7.1 Người gửi không được phép", "451 4.3.0 Tạm ngừng nhận thư"])
def test_a_server_that_does_not_take_our_mail_is_no_letter_s_fault(
    world: World, tray: Tray, submitted: Submitted, answer: str
) -> None:
    async def refuse(exchange: Exchange) -> str:
        return answer

    submitted(1)
    before = tray.rows()
    with serving(Sink(on_mail=refuse)) as sink:
        delivered = deliver(world.database, sink.settings())
    assert (delivered.sent, delivered.deferred, delivered.failed, delivered.waiting) == (0, 0, 0, 6)
    assert delivered.problem is not None
    assert answer in delivered.problem
    assert "thidua@bacninh.example" in delivered.problem
    assert "VINHDANH_SMTP_SENDER" in delivered.problem
    assert tray.rows() == before
    assert sink.commands["MAIL"] == 1
    with serving(Sink()) as other:
        assert deliver(world.database, other.settings()) == Delivered(sent=6)


def test_a_deferred_letter_that_is_put_back_stays_deferred(world: World, tray: Tray, submitted: Submitted) -> None:
    async def refuse(exchange: Exchange) -> str:
        return "530 5.7.0 Phải đăng nhập"

    submitted(1)
    world.change("UPDATE letter SET status = 'deferred', attempts = 3, next_at = now() - interval '1 hour'")
    before = tray.rows()
    with serving(Sink(on_recipient=refuse)) as sink:
        delivered = deliver(world.database, sink.settings())
    assert delivered.problem is not None
    assert "Phải đăng nhập" in delivered.problem
    assert tray.rows() == before


def test_an_address_with_vietnamese_letters_needs_a_server_that_takes_it(
    world: World, tray: Tray, submitted: Submitted
) -> None:
    submitted(2)
    address = "đậu@bacninh.example"
    first, second = (row.id for row in tray.rows() if row.recipient == HEAD)
    for number in (first, second):
        world.change("UPDATE letter SET recipient = :address WHERE id = :id", address=address, id=number)
    with serving(Sink(), enable_SMTPUTF8=False) as plain:
        world.change("UPDATE letter SET status = 'held' WHERE id <> :id", id=first)
        assert deliver(world.database, plain.settings()) == Delivered(failed=1)
        assert plain.commands.get("MAIL", 0) == 0
    (row,) = [row for row in tray.rows() if row.id == first]
    assert (row.status, row.error) == ("failed", "Máy chủ thư không nhận địa chỉ có dấu (SMTPUTF8).")
    world.change("UPDATE letter SET status = 'queued' WHERE status = 'held'")
    with serving(Sink()) as modern:
        assert deliver(world.database, modern.settings()) == Delivered(sent=11)
    assert modern.recipients.count(address) == 1


@pytest.mark.parametrize(
    "address",
    ["a b@bacninh.example", "x@y> SIZE=1", "gian@lan.vn\nRCPT TO:<b@c.vn>", "x\x01@y.vn", "không", "a@b,c@d.vn"],
)
def test_an_address_that_would_say_more_than_an_address_fails(
    world: World, tray: Tray, submitted: Submitted, address: str
) -> None:
    submitted(1)
    tray.readdress(HEAD, address)
    with serving(Sink()) as sink:
        assert deliver(world.database, sink.settings()) == Delivered(sent=5, failed=1)
    assert tray.to(address).error == "Địa chỉ thư điện tử không hợp lệ."
    assert sorted(set(sink.recipients)) == sorted(row.recipient for row in tray.rows() if row.recipient != address)


def test_a_server_s_words_are_kept_short_and_clean(world: World, tray: Tray, submitted: Submitted) -> None:
    submitted(1)
    with serving(Sink(on_recipient=to_head("550-5.1.1 dòng một\r\n550 5.1.1 hai\x07\u202e " + "x" * 400))) as sink:
        deliver(world.database, sink.settings())
    error = tray.to(HEAD).error
    assert error is not None
    assert error.startswith("550 5.1.1 dòng một 5.1.1 hai xxx")
    assert len(error) == 300
    assert error.endswith("…")


@pytest.mark.parametrize(
    ("stage", "code", "meaning"),
    [
        (Stage.SENDER, 421, Meaning.LOST),
        (Stage.SENDER, 450, Meaning.OURS),
        (Stage.SENDER, 530, Meaning.OURS),
        (Stage.SENDER, 553, Meaning.OURS),
        (Stage.RECIPIENT, 421, Meaning.LOST),
        (Stage.RECIPIENT, 450, Meaning.LATER),
        (Stage.RECIPIENT, 452, Meaning.LATER),
        (Stage.RECIPIENT, 530, Meaning.OURS),
        (Stage.RECIPIENT, 535, Meaning.OURS),
        (Stage.RECIPIENT, 550, Meaning.NEVER),
        (Stage.RECIPIENT, 354, Meaning.LOST),
        (Stage.RECIPIENT, -1, Meaning.LOST),
        (Stage.MESSAGE, 421, Meaning.LOST),
        (Stage.MESSAGE, 451, Meaning.LATER),
        (Stage.MESSAGE, 552, Meaning.NEVER),
        (Stage.MESSAGE, 554, Meaning.NEVER),
        (Stage.MESSAGE, 220, Meaning.LOST),
    ],
)
def test_what_a_code_means(stage: Stage, code: int, meaning: Meaning) -> None:
    answer = answer_of(stage, code, "vì sao")
    assert isinstance(answer, Answer)
    assert answer.meaning is meaning
    assert f"{code} vì sao" in answer.words
