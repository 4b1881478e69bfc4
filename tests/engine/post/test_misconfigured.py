"""A server that refuses every letter for what is wrong with us or with it: no letter fails for that."""

from collections.abc import Callable

import pytest

from engine.post import Delivered, deliver
from engine.post.answers import Meaning, Stage, answer_of, blanked
from tests.engine.post.sink import Answering, Exchange, Sink, serving
from tests.engine.post.tray_of import Tray
from tests.world import World

Submitted = Callable[[int], list[str]]
HEAD = "head.07282@bacninh.example"
ABOUT_US = [
    "554 5.7.1 <{}>: Relay access denied",
    "550 5.7.1 Unable to relay for {}",
    "550 relay not permitted",
    "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
    "550 5.7.60 SMTP; Client does not have permissions to send as this sender",
    "550 5.7.0 Authentication required",
    "554 5.7.8 Xin vào lại",
    "550 5.4.5 Daily user sending quota exceeded. a1b2c3d4e5 - gsmtp",
    "553 5.7.1 <thidua@bacninh.example>: Sender address rejected: not owned by user vinhdanh",
    "554 5.7.1 <may[10.1.2.3]>: Client host rejected: Access denied",
    "550 5.1.8 Sender domain not found",
]
ABOUT_ONE = [
    "550 5.1.1 <{}>: Recipient address rejected: User unknown in relay recipient table",
    "550 5.1.1 <relay@login.example>: không có hộp thư này",
    "550 5.7.1 Message rejected as spam",
    "550 5.7.1 Content rejected by policy, contact the relay's postmaster",
    "554 5.7.1 Virus found, authenticity not checked",
    "550 5.7.1 <relay@bacninh.example>: Access denied",
    "552 5.2.2 User quota exceeded",
    "550 5.2.1 Mailbox disabled",
    "554 5.6.0 Không nhận thư này",
]


def always(answer: str) -> Answering:
    async def answering(exchange: Exchange) -> str | None:
        return answer.format(exchange.address)

    return answering


def only_to(addresses: set[str], answer: str) -> Answering:
    async def answering(exchange: Exchange) -> str | None:
        return answer.format(exchange.address) if exchange.address in addresses else None

    return answering


@pytest.mark.parametrize("answer", ABOUT_US)
@pytest.mark.parametrize("stage", [Stage.RECIPIENT, Stage.MESSAGE])
def test_words_about_us(stage: Stage, answer: str) -> None:
    assert answer_of(stage, int(answer[:3]), answer[4:].format(HEAD)).meaning is Meaning.OURS


@pytest.mark.parametrize("answer", ABOUT_ONE)
@pytest.mark.parametrize("stage", [Stage.RECIPIENT, Stage.MESSAGE])
def test_words_about_one_letter(stage: Stage, answer: str) -> None:
    assert answer_of(stage, int(answer[:3]), answer[4:].format(HEAD)).meaning is Meaning.NEVER


def test_the_same_refusal_is_known_by_its_words() -> None:
    one = blanked("550 5.1.1 <a@b.vn>: User unknown; phiên 98e67ed59e1d1-2e9b5f")
    assert one == blanked("550 5.1.1 <c@d.example>: User unknown; phiên 12ab34cd56ef-77aa88")
    assert one != blanked("550 5.1.2 <a@b.vn>: User unknown; phiên 98e67ed59e1d1-2e9b5f")
    assert one != blanked("550 5.1.1 <a@b.vn>: User disabled; phiên 98e67ed59e1d1-2e9b5f")


@pytest.mark.parametrize("answer", ["554 5.7.1 <{}>: Relay access denied", "550 5.4.5 Daily sending quota exceeded"])
@pytest.mark.parametrize("where", ["on_recipient", "on_data"])
def test_a_server_that_does_not_relay_for_us_fails_no_letter(
    world: World, tray: Tray, submitted: Submitted, where: str, answer: str
) -> None:
    submitted(2)
    with serving(Sink(**{where: always(answer)})) as sink:  # type: ignore[arg-type]  # one of the two
        delivered = deliver(world.database, sink.settings())
        assert sink.commands["MAIL"] == 1
        assert delivered == Delivered(waiting=12, problem=delivered.problem)
        assert delivered.problem is not None
        assert answer.format(tray.rows()[0].recipient) in delivered.problem
        for word in ("VINHDANH_SMTP_SENDER", "hạn mức", "quyền chuyển tiếp"):
            assert word in delivered.problem
        assert {(row.status, row.attempts, row.error) for row in tray.rows()} == {("queued", 0, None)}
        for _ in range(13):  # every letter first once, then the first again
            assert deliver(world.database, sink.settings()).problem is not None
    assert {(row.status, row.attempts, row.error) for row in tray.rows()} == {("queued", 0, None)}
    with serving(Sink()) as right:
        assert deliver(world.database, right.settings()) == Delivered(sent=12)
    world.assert_sound()


def test_one_reader_outside_does_not_stop_the_post_for_ever(world: World, tray: Tray, submitted: Submitted) -> None:
    submitted(1)
    with serving(Sink(on_recipient=only_to({HEAD}, "554 5.7.1 <{}>: Relay access denied"))) as sink:
        first = deliver(world.database, sink.settings())
        assert first == Delivered(waiting=6, problem=first.problem)
        assert first.problem is not None
        assert deliver(world.database, sink.settings()) == Delivered(sent=5, failed=1)
    row = tray.to(HEAD)
    assert (row.status, row.attempts, row.error) == ("failed", 1, f"554 5.7.1 <{HEAD}>: Relay access denied")


def test_a_letter_tried_before_keeps_what_is_known_of_it(world: World, tray: Tray, submitted: Submitted) -> None:
    submitted(1)
    world.change("UPDATE letter SET status = 'deferred', attempts = 3, error = 'đầy', next_at = now()")
    with serving(Sink(on_recipient=always("550 relay not permitted"))) as sink:
        assert deliver(world.database, sink.settings()).problem is not None
    assert {(row.attempts, row.error) for row in tray.rows()} == {(3, "đầy")}
    assert tray.statuses() == {"deferred": 5, "queued": 1}


@pytest.mark.parametrize("where", ["on_recipient", "on_data"])
def test_five_alike_in_a_row_are_the_server_s_doing(world: World, tray: Tray, submitted: Submitted, where: str) -> None:
    submitted(2)
    world.change("UPDATE letter SET attempts = 2 WHERE id = (SELECT min(id) FROM letter)")
    with serving(Sink(**{where: always("550 5.1.1 <{}>: không có hộp thư này")})) as sink:  # type: ignore[arg-type]  # one of the two
        delivered = deliver(world.database, sink.settings())
        assert sink.commands["MAIL"] == 5
    assert delivered == Delivered(waiting=12, problem=delivered.problem)
    assert delivered.problem is not None
    assert "5 lần từ chối liên tiếp" in delivered.problem
    assert "không có hộp thư này" in delivered.problem
    assert [(row.status, row.attempts, row.error) for row in tray.rows()] == [
        ("queued", 2, None),
        *[("queued", 0, None)] * 11,
    ]
    with serving(Sink()) as right:
        assert deliver(world.database, right.settings()) == Delivered(sent=12)
    assert right.recipients[-5:] == [row.recipient for row in tray.rows()[:5]], "the others go first"


def test_five_that_are_refused_again_among_others_fail(world: World, tray: Tray, submitted: Submitted) -> None:
    submitted(1)
    bad = {row.recipient for row in tray.rows()[:5]}
    with serving(Sink(on_recipient=only_to(bad, "550 5.1.1 <{}>: không có hộp thư này"))) as sink:
        first = deliver(world.database, sink.settings())
        assert (first.failed, first.waiting, first.problem is None) == (0, 6, False)
        assert deliver(world.database, sink.settings()) == Delivered(sent=1, failed=5)
    assert tray.statuses() == {"sent": 1, "failed": 5}


def test_single_bad_addresses_fail_and_the_others_go(world: World, tray: Tray, submitted: Submitted) -> None:
    submitted(3)
    rows = tray.rows()
    bad = {row.recipient for row in (rows[0], rows[2], rows[3])}
    with serving(Sink(on_recipient=only_to(bad, "550 5.1.1 <{}>: không có hộp thư này"))) as sink:
        assert deliver(world.database, sink.settings()) == Delivered(sent=9, failed=9)
    assert {row.recipient for row in tray.rows() if row.status == "failed"} == bad


def test_one_mailbox_that_is_gone_says_nothing_of_the_server(world: World, tray: Tray, submitted: Submitted) -> None:
    submitted(6)
    world.change("UPDATE letter SET status = 'held' WHERE recipient <> :head", head=HEAD)
    with serving(Sink(on_recipient=always("550 5.1.1 <{}>: không có hộp thư này"))) as sink:
        assert deliver(world.database, sink.settings()) == Delivered(failed=6)


def test_refusals_in_different_words_are_of_the_letters(world: World, submitted: Submitted) -> None:
    async def various(exchange: Exchange) -> str | None:
        return f"550 5.1.{exchange.number % 2 + 1} Không có"

    submitted(1)
    with serving(Sink(on_recipient=various)) as sink:
        assert deliver(world.database, sink.settings()) == Delivered(failed=6)


def test_an_address_the_server_was_never_asked_about_says_nothing_of_it(world: World, submitted: Submitted) -> None:
    submitted(1)
    world.change("UPDATE letter SET recipient = 'sai ' || recipient")
    with serving(Sink()) as sink:
        assert deliver(world.database, sink.settings()) == Delivered(failed=6)
