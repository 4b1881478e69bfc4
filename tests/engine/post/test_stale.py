"""News that was taken back while its letter was on its way is not sent after the letter that takes it back."""

import asyncio
import threading
import time
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from engine import clock, reminders
from engine.post import Delivered, deliver
from engine.steps import Request, take_step
from rules.vocabulary import Action, State
from tests.engine.post.sink import Answering, Exchange, Sink, serving
from tests.engine.post.tray_of import LetterRow, Tray
from tests.world import World

Submitted = Callable[[int], list[str]]
WEDNESDAY, FRIDAY = date(2025, 11, 26), date(2025, 11, 28)  # intake closes on Sunday 30/11/2025
MONDAY = date(2025, 11, 24)


@pytest.fixture
def returned(world: World) -> str:
    """A dossier given back to its unit, whose letters wait; every earlier letter was sent."""
    identity = world.advance(world.draft(), State.IN_REVIEW)
    world.deliver()
    world.give_back(identity)
    return identity


def recall(world: World, identity: str) -> None:
    world.step(identity, Action.RECALL, "reviewer", reason="Gửi nhầm")


def of_kind(tray: Tray, kind: str) -> list[LetterRow]:
    return [row for row in tray.rows() if row.kind == kind]


async def later(exchange: Exchange) -> str | None:
    return "451 4.3.0 Thử lại sau"


async def die(exchange: Exchange) -> str | None:
    exchange.die()
    return "250 nobody hears this"


async def hang(exchange: Exchange) -> str | None:
    await asyncio.sleep(60)  # the server is stopped long before
    return None


@pytest.mark.parametrize("end", [later, die, hang], ids=["451", "dies", "hangs"])
def test_recalled_while_it_hangs_a_return_is_not_sent_later(
    world: World, tray: Tray, returned: str, end: Answering
) -> None:
    async def recalled_meanwhile(exchange: Exchange) -> str | None:
        if exchange.number:
            return None
        await asyncio.to_thread(recall, world, returned)
        return await end(exchange)

    with serving(Sink(on_data=recalled_meanwhile)) as sink:
        first = deliver(world.database, sink.settings(timeout=1))
        assert first == Delivered(sent=1), "the recall, to the one reader who may have got the return"
        after = clock.now() + timedelta(days=5)
        assert deliver(world.database, sink.settings(), now=lambda: after) == Delivered()
    assert [str(one.message["Subject"]).split(":")[0] for one in sink.received] == [
        "[DIỄN TẬP] Thu hồi yêu cầu bổ sung hồ sơ"
    ]
    assert [row.status for row in of_kind(tray, "return.unit")] == ["superseded"] * 3
    assert {row.next_at for row in of_kind(tray, "return.unit")} == {None}
    world.assert_sound()


def test_a_recall_that_is_not_finished_when_the_answer_comes_counts_too(
    world: World, tray: Tray, returned: str
) -> None:
    def slowly(begun: threading.Event) -> None:
        with world.acting("reviewer") as (session, context):
            take_step(session, context, returned, Action.RECALL, Request(reason="Gửi nhầm"))
            begun.set()
            time.sleep(0.5)  # the answer comes, and delivery waits for the letter's row

    async def recalled_meanwhile(exchange: Exchange) -> str | None:
        if exchange.number:
            return None
        begun = threading.Event()
        recalling.append(threading.Thread(target=slowly, args=(begun,)))
        recalling[0].start()
        await asyncio.to_thread(begun.wait)
        return await later(exchange)

    recalling: list[threading.Thread] = []
    with serving(Sink(on_data=recalled_meanwhile)) as sink:
        delivered = deliver(world.database, sink.settings())
        recalling[0].join()
    assert delivered.deferred == 0
    assert {row.status for row in of_kind(tray, "return.unit")} == {"superseded"}


def test_what_nobody_took_back_is_sent_later(world: World, tray: Tray, returned: str) -> None:
    with serving(Sink(on_data=later)) as sink:
        assert deliver(world.database, sink.settings()) == Delivered(deferred=3, waiting=3)
    recall(world, returned)
    world.give_back(returned)
    world.change("UPDATE letter SET status = 'sending' WHERE kind = 'return.unit' AND status = 'queued'")
    with serving(Sink()) as sink:
        assert deliver(world.database, sink.settings()) == Delivered(sent=3, swept=3), "of the second return"
    assert {row.status for row in of_kind(tray, "return.unit")[:3]} == {"superseded"}
    assert {row.status for row in of_kind(tray, "return.unit")[3:]} == {"sent"}


def test_what_a_killed_run_left_is_not_swept_back_once_recalled(world: World, tray: Tray, returned: str) -> None:
    killer, *others = of_kind(tray, "return.unit")
    world.change("UPDATE letter SET status = 'sending' WHERE id = :id", id=killer.id)
    recall(world, returned)
    with serving(Sink()) as sink:
        assert deliver(world.database, sink.settings()) == Delivered(sent=1, swept=1)
    assert sink.recipients == [killer.recipient]
    assert "Thu hồi" in str(sink.received[0].message["Subject"])
    assert {row.status for row in of_kind(tray, "return.unit")} == {"superseded"}
    assert len(others) == 2


@pytest.mark.parametrize(("where", "answer"), [("on_mail", "553 5.7.1 Không"), ("on_recipient", "530 5.7.0 Không")])
def test_what_is_put_back_for_our_sake_is_not_sent_once_recalled(
    world: World, tray: Tray, returned: str, where: str, answer: str
) -> None:
    async def refuse(exchange: Exchange) -> str | None:
        await asyncio.to_thread(recall, world, returned)
        return answer

    with serving(Sink(**{where: refuse})) as sink:  # type: ignore[arg-type]  # one of the two
        assert deliver(world.database, sink.settings()).problem is not None
    assert {row.status for row in of_kind(tray, "return.unit")} == {"superseded"}
    with serving(Sink()) as other:
        deliver(world.database, other.settings())
    assert [
        str(one.message["Subject"]) for one in other.received if "Đề nghị bổ sung" in str(one.message["Subject"])
    ] == []


def remind(world: World, today: date) -> int:
    with world.acting(None, today, alone=True) as (session, context):
        return reminders.remind(session, context)


def test_a_reminder_of_what_was_sent_meanwhile_is_not_sent(world: World, tray: Tray) -> None:
    sent, mixed = world.draft(unit="07282"), world.draft(unit="07330")
    world.draft(unit="07330")
    remind(world, MONDAY)
    for identity in (sent, mixed):
        world.step(identity, Action.SUBMIT, "head")
    world.change("UPDATE letter SET status = 'sent' WHERE kind <> 'remind.unit'")
    with serving(Sink()) as sink:
        assert deliver(world.database, sink.settings()) == Delivered(sent=2)
    assert sorted(sink.recipients) == ["head.07330@bacninh.example", "officer.07330@bacninh.example"]
    by_unit = {(row.recipient.split(".")[1][:5], row.status) for row in of_kind(tray, "remind.unit")}
    assert by_unit == {("07282", "superseded"), ("07330", "sent")}
    world.assert_sound()


def test_a_reminder_is_not_put_back_once_it_is_old_news(world: World, tray: Tray) -> None:
    async def submitted_meanwhile(exchange: Exchange) -> str | None:
        if not exchange.number:
            await asyncio.to_thread(world.step, identity, Action.SUBMIT, "head")
        return "451 4.3.0 Thử lại sau"

    identity = world.draft()
    remind(world, MONDAY)
    with serving(Sink(on_data=submitted_meanwhile)) as sink:
        delivered = deliver(world.database, sink.settings())
    assert delivered.deferred == delivered.waiting == 6, "those of the submission"
    assert [row.status for row in of_kind(tray, "remind.unit")] == ["superseded"] * 2


def test_a_reminder_with_another_deadline_than_now_is_not_sent(world: World, tray: Tray) -> None:
    returned = world.advance(world.draft(), State.IN_REVIEW)
    world.give_back(returned, due=date(2025, 12, 10))
    assert remind(world, date(2025, 12, 3)) == 1
    world.deliver()
    world.change("UPDATE letter SET status = 'queued' WHERE kind = 'remind.unit'")
    world.step(returned, Action.EXTEND, "reviewer", date(2025, 12, 4), due=date(2025, 12, 17))
    world.change("UPDATE letter SET status = 'sent' WHERE kind = 'extend.unit'")
    with serving(Sink()) as sink:
        assert deliver(world.database, sink.settings()) == Delivered()
    assert {row.status for row in of_kind(tray, "remind.unit")} == {"superseded"}
