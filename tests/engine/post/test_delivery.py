"""Delivery: what is sent, as which bytes, in what order and how fast, and what is never sent."""

import time
import unicodedata
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import text

from engine import clock, decisions
from engine.campaigns import release
from engine.post import Delivered, deliver
from engine.post.pace import Pace
from engine.post.server import own_name
from rules.vocabulary import Action, State
from tests.engine.post.sink import Sink, old_server, serving
from tests.engine.post.tray_of import Tray
from tests.world import World

SUBMITTED = [
    "head.07282@bacninh.example",
    "officer.07282@bacninh.example",
    "vanthu.07282@bacninh.example",
    "review-head@bacninh.example",
    "reviewer2@bacninh.example",
    "reviewer@bacninh.example",
]
Submitted = Callable[[int], list[str]]


def test_every_letter_goes_once_and_is_known_to_have_gone(world: World, tray: Tray, submitted: Submitted) -> None:
    submitted(2)
    began = clock.now()
    with serving(Sink()) as sink:
        first = deliver(world.database, sink.settings())
        again = deliver(world.database, sink.settings())
    assert asdict(first) == {
        "sent": 12, "deferred": 0, "failed": 0, "waiting": 0, "swept": 0, "busy": False, "problem": None,
    }  # fmt: skip
    assert again == Delivered()
    assert sorted(sink.recipients) == sorted(SUBMITTED * 2)
    assert len({letter.identity for letter in sink.received}) == 12
    assert sink.commands["EHLO"] == 1
    for row in tray.rows():
        assert (row.status, row.attempts, row.next_at, row.error) == ("sent", 1, None, None)
        assert row.sent_at is not None
        assert began <= row.sent_at <= clock.now()
    world.assert_sound()


def test_a_server_that_knows_only_helo_gets_them_too(world: World, submitted: Submitted) -> None:
    submitted(1)
    with old_server() as (port, heard):
        assert deliver(world.database, Sink(port=port).settings()) == Delivered(sent=6)
    name = own_name().encode()
    assert heard[:3] == [b"EHLO %b\r\n" % name, b"HELO %b\r\n" % name, b"MAIL FROM:<thidua@bacninh.example>\r\n"]
    assert heard.count(b".\r\n") == 6
    assert heard[-1] == b"QUIT\r\n"


def test_with_nothing_to_send_the_server_is_left_alone(world: World) -> None:
    with serving(Sink()) as sink:
        assert deliver(world.database, sink.settings(port=1)) == Delivered()
        assert sink.commands == {}


def test_what_arrives_is_what_was_written_but_for_the_sender(world: World, submitted: Submitted) -> None:
    (identity,) = submitted(1)
    stored = {row.recipient: bytes(row.message) for row in world.query("SELECT recipient, message FROM letter")}
    titles = {row.recipient: row.title for row in world.query("SELECT recipient, title FROM letter")}
    with serving(Sink()) as sink:
        deliver(world.database, sink.settings())
    for letter in sink.received:
        written = stored[letter.recipient]
        head, _, body = letter.content.partition(b"\r\n\r\n")
        written_head, _, written_body = written.partition(b"\r\n\r\n")
        assert body == written_body
        mine = [line for line in head.split(b"\r\n") if line not in written_head.split(b"\r\n")]
        assert b"".join(mine).startswith(b"From: =?utf-8?")
        assert b"vinhdanh.invalid>" not in b"".join(mine)
        assert letter.content.isascii()
        assert letter.content.replace(b"\r\n", b"").count(b"\n") == 0
        assert letter.content.replace(b"\r\n", b"").count(b"\r") == 0
        assert max(len(line) for line in head.split(b"\r\n")) <= 78
        assert letter.sender == "thidua@bacninh.example"
        assert letter.message["From"] == "Hội đồng Thi đua - Khen thưởng <thidua@bacninh.example>"
        assert letter.message["To"].addresses[0].addr_spec == letter.recipient
        assert letter.message["Subject"] == titles[letter.recipient]
        assert letter.message["Auto-Submitted"] == "auto-generated"
        assert letter.message["Date"].datetime <= clock.now()
        assert letter.message.defects == []
    unit = next(letter for letter in sink.received if letter.recipient == "head.07282@bacninh.example")
    assert unit.message["Subject"] == f"[DIỄN TẬP] Đã nộp hồ sơ: Nông Thị Mẫu 1 [{identity}]"
    text, page = unit.part("plain"), unit.part("html")
    assert "Kính gửi Ủy ban nhân dân xã Đồng Kỳ," in text
    assert "hồ sơ của quý đơn vị đề nghị khen thưởng cá nhân Nông Thị Mẫu 1 đã được nộp" in text
    assert "hồ sơ của quý đơn vị đề nghị khen thưởng cá nhân Nông Thị Mẫu 1 đã được nộp" in page
    for words in (text, page):
        assert unicodedata.is_normalized("NFC", words)
    original = message_from_bytes(stored[unit.recipient], policy=policy.default).get_body(("plain",))
    assert original is not None
    assert original.get_content().replace("\r\n", "\n") == text


def test_a_letter_s_name_is_its_entry_s_and_no_other_database_has_it(world: World, submitted: Submitted) -> None:
    (identity,) = submitted(1)
    query = "SELECT seq, left(hash, 12) AS hash FROM trail WHERE subject = :subject AND tag = 'nomination:step:submit'"
    (entry,) = world.query(query, subject=f"nomination:{identity}")
    with serving(Sink()) as sink:
        deliver(world.database, sink.settings())
    assert sorted(one.identity for one in sink.received) == [
        f"<nomination-{identity}.{entry.seq}.{number}.{entry.hash}@vinhdanh.invalid>" for number in range(1, 7)
    ]


def test_a_line_that_begins_with_a_dot_survives(world: World, submitted: Submitted) -> None:
    submitted(1)
    dotted = b"Message-ID: <x@y>\r\nFrom: x\r\n\r\n.\r\n.. hai\r\nba\r\n.\r\n.cuoi\r\n"
    world.change("UPDATE letter SET message = :dotted", dotted=dotted)
    with serving(Sink()) as sink:
        deliver(world.database, sink.settings(sender="thidua@bacninh.example"))
    assert {letter.content for letter in sink.received} == {dotted.replace(b"From: x", b"From: thidua@bacninh.example")}


def test_only_the_head_of_a_letter_is_touched(world: World, submitted: Submitted) -> None:
    submitted(1)
    quoted = b"Message-ID: <x@y>\r\nFrom: a\r\n b\r\n\tc\r\nTo: d\r\n\r\nFrom: e\r\n\r\nFrom: g\r\n"
    world.change("UPDATE letter SET message = :quoted", quoted=quoted)
    with serving(Sink()) as sink:
        deliver(world.database, sink.settings(sender='"Sở, Nội vụ" <snv@bacninh.example>'))
    ours = b"From: =?utf-8?b?U+G7nywgTuG7mWkgduG7pQ==?= <snv@bacninh.example>\r\n"
    expected = b"Message-ID: <x@y>\r\n" + ours + b"To: d\r\n\r\nFrom: e\r\n\r\nFrom: g\r\n"
    assert {letter.content for letter in sink.received} == {expected}


def test_a_limit_leaves_the_rest_waiting(world: World, tray: Tray, submitted: Submitted) -> None:
    submitted(1)
    with serving(Sink()) as sink:
        assert deliver(world.database, sink.settings(), limit=0) == Delivered(waiting=6)
        assert sink.commands == {}
        assert deliver(world.database, sink.settings(), limit=4) == Delivered(sent=4, waiting=2)
        assert sink.recipients == [row.recipient for row in tray.rows()[:4]]
        assert deliver(world.database, sink.settings(), limit=4) == Delivered(sent=2)


def test_letters_never_tried_go_before_those_that_failed(world: World, tray: Tray, submitted: Submitted) -> None:
    submitted(1)
    first, second, *others = [row.id for row in tray.rows()]
    for number, minutes in ((first, 5), (second, 10)):
        at = clock.now() - timedelta(minutes=minutes)
        world.change("UPDATE letter SET status = 'deferred', next_at = :at WHERE id = :id", at=at, id=number)
    with serving(Sink()) as sink:
        deliver(world.database, sink.settings())
    by_id = {row.id: row.recipient for row in tray.rows()}
    assert sink.recipients == [by_id[number] for number in (*others, second, first)]


def test_each_letter_is_told_to_who_watches(world: World, submitted: Submitted) -> None:
    submitted(1)
    told: list[int] = []
    with serving(Sink()) as sink:
        deliver(world.database, sink.settings(), progress=lambda: told.append(len(sink.received)))
    assert told == [1, 2, 3, 4, 5, 6]


def test_the_rate_holds_from_one_run_to_the_next(world: World, submitted: Submitted) -> None:
    submitted(1)
    with serving(Sink()) as sink:
        deliver(world.database, sink.settings(rate=5), limit=5)
        world.change("UPDATE letter SET sent_at = sent_at - interval '58 seconds' WHERE status = 'sent'")
        began = time.monotonic()
        assert deliver(world.database, sink.settings(rate=5)) == Delivered(sent=1)
        assert 0.5 < time.monotonic() - began < 5
        began = time.monotonic()
        assert deliver(world.database, sink.settings(rate=1)) == Delivered()
        assert time.monotonic() - began < 0.5, "it waits only where a letter waits"


def test_the_pace_is_so_many_in_any_minute() -> None:
    at = datetime(2025, 12, 1, tzinfo=UTC)
    pace = Pace(3, [at, at + timedelta(seconds=10)])
    assert pace.wait(at + timedelta(seconds=10)) == 0
    pace.went(at + timedelta(seconds=20))
    assert pace.wait(at + timedelta(seconds=20)) == 40
    assert pace.wait(at + timedelta(seconds=70)) == 0
    pace.went(at + timedelta(seconds=70))
    assert pace.wait(at + timedelta(seconds=69)) == 1
    assert Pace(0, []).wait(at) == 0
    unlimited = Pace(0)
    unlimited.went(at)
    assert unlimited.wait(at) == 0


def test_what_a_step_took_back_never_goes(world: World, submitted: Submitted) -> None:
    (identity,) = submitted(1)
    world.step(identity, Action.ACCEPT, "reviewer")
    with serving(Sink()) as sink:
        deliver(world.database, sink.settings())
        sink.received.clear()
        world.give_back(identity)
        world.step(identity, Action.RECALL, "reviewer", reason="Gửi nhầm")
        assert deliver(world.database, sink.settings()) == Delivered()
        world.step(identity, Action.WITHDRAW, "review-head", reason="Văn bản số 12/UBND ngày 20/11/2025")
        world.step(identity, Action.REOPEN, "review-head", reason="Rút nhầm")
        delivered = deliver(world.database, sink.settings())
    assert delivered == Delivered(sent=3)
    assert {str(letter.message["Subject"]).partition(":")[0] for letter in sink.received} == {
        "[DIỄN TẬP] Hồ sơ được mở lại"
    }


@pytest.mark.parametrize("outcome", [Action.DECLINE, Action.REFUSE])
def test_an_outcome_is_sent_when_it_may_be_known_and_not_before(world: World, outcome: Action) -> None:
    reached, who = {
        Action.DECLINE: (State.ENDORSED, "review-head"),
        Action.REFUSE: (State.IN_APPRAISAL, "appraisal-head"),
    }[outcome]
    secret = world.advance(world.draft(), reached)
    winner = world.advance(world.draft(), State.LISTED)
    world.step(secret, outcome, who, reason="Không nổi bật, theo mục II.2.c Kế hoạch")
    with serving(Sink()) as sink:
        deliver(world.database, sink.settings())
        assert [one for one in sink.received if "Không nổi bật" in one.part("plain") and "07282" in one.recipient] == []
        assert [one for one in sink.received if str(one.message["Subject"]).find("Kết quả xét") >= 0] == []
        sink.received.clear()
        world.sign(date(2025, 12, 22))
        deliver(world.database, sink.settings())
    told = [one for one in sink.received if "Kết quả xét khen thưởng" in str(one.message["Subject"])]
    assert {one.recipient for one in told} == set(SUBMITTED[:3])
    assert all(secret in str(one.message["Subject"]) for one in told)
    assert all("Không nổi bật" in one.part("plain") for one in told)
    assert [one for one in sink.received if winner in str(one.message["Subject"])] != []


def test_an_outcome_released_early_goes_at_once(world: World) -> None:
    identity = world.advance(world.draft(), State.ENDORSED)
    world.step(identity, Action.DECLINE, "review-head", reason="Không nổi bật, theo mục II.2.c Kế hoạch")
    with serving(Sink()) as sink:
        deliver(world.database, sink.settings())
        sink.received.clear()
        with world.acting("review-head", alone=True) as (session, context):
            release(session, context, [identity])
        assert deliver(world.database, sink.settings()) == Delivered(sent=3)
    assert sorted(sink.recipients) == sorted(SUBMITTED[:3])


def test_a_letter_a_step_is_about_to_take_back_is_passed_over(world: World, tray: Tray, submitted: Submitted) -> None:
    submitted(1)
    held = tray.rows()[0]
    with serving(Sink()) as sink:
        with world.database.owner.begin() as connection:
            connection.execute(text("UPDATE letter SET status = 'superseded' WHERE id = :id"), {"id": held.id})
            assert deliver(world.database, sink.settings()) == Delivered(sent=5, waiting=1)
        assert deliver(world.database, sink.settings()) == Delivered()
    assert held.recipient not in sink.recipients


def test_while_one_letter_goes_a_step_may_take_back_the_others(world: World, submitted: Submitted) -> None:
    (identity,) = submitted(1)
    world.step(identity, Action.ACCEPT, "reviewer")
    with serving(Sink()) as sink:
        deliver(world.database, sink.settings())
    world.give_back(identity)

    async def recall(exchange: object) -> None:
        if not recalled:
            recalled.append(True)
            world.step(identity, Action.RECALL, "reviewer", reason="Gửi nhầm")

    recalled: list[bool] = []
    with serving(Sink(on_data=recall)) as slow:
        assert deliver(world.database, slow.settings()) == Delivered(sent=2)
    assert [str(one.message["Subject"]).split(":")[0] for one in slow.received] == [
        "[DIỄN TẬP] Đề nghị bổ sung hồ sơ, hạn 28/11/2025",
        "[DIỄN TẬP] Thu hồi yêu cầu bổ sung hồ sơ",
    ]
    assert len(set(slow.recipients)) == 1, "who was told of the return is told that it is recalled, and nobody else"


def test_held_letters_are_counted_by_nobody(world: World, tray: Tray) -> None:
    identity = world.advance(world.draft(), State.ENDORSED)
    world.step(identity, Action.DECLINE, "review-head", reason="Theo mục II.2.c Kế hoạch")
    with serving(Sink()) as sink:
        assert deliver(world.database, sink.settings()).waiting == 0
    assert tray.statuses()["held"] == 3
    with world.acting("appraisal-head", alone=True) as (session, context):
        assert decisions.current(session, context) is None
