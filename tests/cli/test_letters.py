"""`letters deliver`, `letters retry` and what `letters list` tells of them."""

from datetime import date

import pytest

from engine.campaigns import load_campaign
from engine.post.tray import held
from engine.reminders import remind
from rules.campaign import parse_campaign
from rules.vocabulary import Action, State
from tests.cli.conftest import Answer, Shell
from tests.engine.post.sink import Exchange, Sink, nobody_listens, serving
from tests.world import CODE, ORIGIN, World, campaign_data

HEAD = "head.07282@bacninh.example"
NOTHING = {"sent": 0, "deferred": 0, "failed": 0, "waiting": 0, "swept": 0, "busy": False, "problem": None}


def use(monkeypatch: pytest.MonkeyPatch, sink: Sink, **changes: str) -> None:
    """Configure a sink as the mail server."""
    for name, value in sink.environment(**changes).items():
        monkeypatch.setenv(name, value)


async def refuse_the_head(exchange: Exchange) -> str | None:
    """A mailbox that does not exist."""
    return "550 5.1.1 Không có hộp thư này" if exchange.address == HEAD else None


async def not_now(exchange: Exchange) -> str | None:
    """A mailbox that is full."""
    return "452 4.2.2 Hộp thư đầy" if exchange.address == HEAD else None


def listed(shell: Shell, *words: str) -> list[dict[str, object]]:
    """The letters of a list."""
    found: list[dict[str, object]] = shell("letters", "list", *words, "--json").data["letters"]
    return found


def refused(answer: Answer, code: int, *words: str) -> None:
    """The answer is this exit code and says so."""
    assert answer.code == code, answer
    for word in words:
        assert word in answer.err


def test_delivering_and_trying_again(shell: Shell, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.step(world.draft(), Action.SUBMIT, "head")
    with serving(Sink(on_recipient=refuse_the_head)) as sink:
        use(monkeypatch, sink)
        some = shell("letters", "deliver", "--limit", "2", "--json")
        assert (some.code, some.data) == (0, NOTHING | {"sent": 1, "failed": 1, "waiting": 4})
        told = shell("letters", "deliver")
        assert (told.code, told.err) == (0, "")
        assert "Đã gửi 4 thư; 0 thư sẽ gửi lại; 0 thư không gửi được; còn 0 thư chờ gửi." in told.out
        (failed,) = listed(shell, "--status", "failed")
        assert failed["recipient"] == HEAD
        assert failed["error"] == "550 5.1.1 Không có hộp thư này"
        assert (failed["attempts"], failed["sent_at"], failed["next_at"]) == (1, None, None)
        assert "--status failed" not in told.out
        people = shell("letters", "list", "--status", "failed").out
        assert "Không có hộp thư này" in " ".join(people.split())
        assert "(đã thử 1 lần)" in " ".join(people.split())

        sink.on_recipient = None
        again = shell("letters", "retry", failed["id"], "--json")
        assert (again.code, again.data) == (0, {"queued": [failed["id"]]})
        (queued,) = listed(shell, "--status", "queued")
        assert (queued["id"], queued["attempts"], queued["error"]) == (failed["id"], 0, None)
        assert shell("letters", "deliver", "--json").data == NOTHING | {"sent": 1}
    assert sorted(set(sink.recipients)) == sorted(sink.recipients)
    assert len(sink.recipients) == 6
    sent = listed(shell, "--status", "sent")
    assert len(sent) == 6
    assert all(one["sent_at"] and not one["next_at"] for one in sent)
    assert "đã gửi " in " ".join(shell("letters", "list").out.split())


def test_a_letter_that_waits_says_until_when(shell: Shell, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.step(world.draft(), Action.SUBMIT, "head")
    with serving(Sink(on_recipient=not_now)) as sink:
        use(monkeypatch, sink)
        assert shell("letters", "deliver", "--json").data == NOTHING | {"sent": 5, "deferred": 1, "waiting": 1}
    (waiting,) = listed(shell, "--status", "deferred")
    assert waiting["next_at"]
    words = " ".join(shell("letters", "list", "--status", "deferred").out.split())
    assert "sẽ gửi lại từ" in words
    assert "Hộp thư đầy" in words


def test_who_fails_is_pointed_to(shell: Shell, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.step(world.draft(), Action.SUBMIT, "head")
    with serving(Sink(on_recipient=refuse_the_head)) as sink:
        use(monkeypatch, sink)
        answer = shell("letters", "deliver")
    assert answer.code == 0
    assert "1 thư không gửi được" in answer.out
    assert "./vinhdanh letters list --status failed" in answer.out


def test_while_another_delivers_nothing_is_done(shell: Shell, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.step(world.draft(), Action.SUBMIT, "head")
    use(monkeypatch, Sink(port=nobody_listens()))
    with held(world.database) as (_, alone):
        assert alone
        answer = shell("letters", "deliver")
        assert (answer.code, answer.err) == (0, "")
        assert "Một tiến trình khác đang gửi thư. Còn 6 thư chờ gửi." in answer.out
        assert shell("letters", "deliver", "--json").data == NOTHING | {"busy": True, "waiting": 6}


def test_without_settings_nothing_is_begun(shell: Shell, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.step(world.draft(), Action.SUBMIT, "head")
    answer = shell("letters", "deliver", "--json")
    refused(answer, 2, "thiếu VINHDANH_SMTP_HOST")
    assert answer.data["error"] == "malformed"
    secret = "bí-mật-3k"  # noqa: S105 - it must not show
    use(monkeypatch, Sink(port=25), user="vinhdanh", password=secret, host="10.1.2.3")
    answer = shell("letters", "deliver", "--json")
    refused(answer, 2, "VINHDANH_SMTP_SECURITY")
    assert secret not in answer.out + answer.err
    assert {one["status"] for one in listed(shell)} == {"queued"}


@pytest.mark.parametrize("limit", ["-1", "hai", "1.5"])
def test_a_limit_is_a_whole_number(shell: Shell, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    use(monkeypatch, Sink(port=25))
    refused(shell("letters", "deliver", "--limit", limit), 2, "số nguyên")


def test_a_server_that_is_away_is_told_and_counted(shell: Shell, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.step(world.draft(), Action.SUBMIT, "head")
    use(monkeypatch, Sink(port=nobody_listens()))
    answer = shell("letters", "deliver", "--json")
    refused(answer, 1, "Không kết nối được máy chủ thư 127.0.0.1:")
    assert answer.data == NOTHING | {"waiting": 6, "problem": answer.data["problem"]}
    assert answer.data["problem"] in answer.err
    refused(shell("letters", "deliver"), 1, "kiểm tra VINHDANH_SMTP_HOST")
    assert {(one["status"], one["attempts"]) for one in listed(shell)} == {("queued", 0)}


def test_a_killed_run_s_letter_is_mentioned(shell: Shell, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.step(world.draft(), Action.SUBMIT, "head")
    world.change("UPDATE letter SET status = 'sending' WHERE recipient = :head", head=HEAD)
    with serving(Sink()) as sink:
        use(monkeypatch, sink)
        answer = shell("letters", "deliver")
    assert "1 thư của lần gửi bị ngắt trước đây" in answer.out
    assert "Đã gửi 6 thư" in answer.out
    assert sink.recipients[-1] == HEAD


def test_only_a_letter_that_failed_is_tried_again(shell: Shell, world: World) -> None:
    world.step(world.draft(), Action.SUBMIT, "head")
    one, other = [row["id"] for row in listed(shell)][:2]
    world.change("UPDATE letter SET status = 'failed', error = 'x', attempts = 3 WHERE id = :id", id=one)
    before = listed(shell)
    refused(shell("letters", "retry", other), 3, f"Thư {other} không ở tình trạng không gửi được")
    refused(shell("letters", "retry", one, other), 3)
    refused(shell("letters", "retry", one, 987654), 5, "Không có thư số 987654")
    refused(shell("letters", "retry", "9" * 30), 5)
    refused(shell("letters", "retry", "mot"), 2, "số nguyên")
    refused(shell("letters", "retry"), 2)
    assert listed(shell) == before
    assert shell("letters", "retry", one, one, "--json").data == {"queued": [one]}


def test_a_letter_without_an_address_cannot_be_tried_again(shell: Shell, world: World) -> None:
    world.change("UPDATE account SET email = NULL WHERE name LIKE '%07282'")
    world.step(world.draft(email=None), Action.SUBMIT, "head")
    (nameless,) = listed(shell, "--status", "failed")
    assert nameless["recipient"] == ""
    refused(shell("letters", "retry", nameless["id"]), 3, "chưa có địa chỉ thư điện tử")


def test_news_that_was_taken_back_is_not_sent_after_all(shell: Shell, world: World) -> None:
    identity = world.advance(world.draft(), State.ENDORSED)
    world.step(identity, Action.DECLINE, "review-head", reason="Theo mục II.2.c Kế hoạch")
    world.change("UPDATE letter SET status = 'failed', error = 'x', attempts = 1 WHERE kind = 'decline.unit'")
    numbers = [row["id"] for row in listed(shell, "--status", "failed")]
    assert shell("letters", "retry", *numbers, "--json").data == {"queued": numbers}
    world.change("UPDATE letter SET status = 'failed', error = 'x', attempts = 1 WHERE kind = 'decline.unit'")
    world.step(identity, Action.REOPEN, "review-head", reason="Xem lại")
    refused(shell("letters", "retry", *numbers), 3, "đã được đảo lại")
    assert len(listed(shell, "--status", "failed")) == 3


def test_everything_that_failed_is_tried_again_but_what_cannot_go(shell: Shell, world: World) -> None:
    back = world.advance(world.draft(), State.ENDORSED)
    world.step(back, Action.DECLINE, "review-head", reason="Theo mục II.2.c Kế hoạch")
    world.change("UPDATE letter SET status = 'sent'")
    world.change("UPDATE letter SET status = 'failed', error = 'x', attempts = 1 WHERE kind = 'decline.unit'")
    world.step(back, Action.REOPEN, "review-head", reason="Xem lại")
    world.step(world.draft(), Action.SUBMIT, "head")
    world.change("UPDATE account SET email = NULL WHERE name LIKE '%07330'")
    world.step(world.draft(unit="07330", email=None), Action.SUBMIT, "head")
    world.change("UPDATE letter SET status = 'failed', error = 'x', attempts = 1 WHERE recipient = :head", head=HEAD)
    nameless, old = 1, 3
    failed = listed(shell, "--status", "failed")
    good = [row["id"] for row in failed if row["recipient"] == HEAD and row["kind"] != "decline.unit"]
    assert len(failed) == len(good) + nameless + old
    refused(shell("letters", "retry", good[0], "--all"), 2, "--all")
    assert listed(shell, "--status", "failed") == failed
    assert shell("letters", "retry", "--all", "--json").data == {"queued": good, "refused": nameless + old}
    assert {(row["attempts"], row["error"]) for row in listed(shell) if row["id"] in good} == {(0, None)}
    told = shell("letters", "retry", "--all")
    assert (told.code, told.err) == (0, "")
    assert "Đã đưa 0 thư vào hàng chờ gửi lại." in told.out
    assert "4 thư không gửi lại được" in told.out


def test_with_nothing_failed_there_is_nothing_to_try_again(shell: Shell) -> None:
    assert shell("letters", "retry", "--all", "--json").data == {"queued": [], "refused": 0}
    assert "không gửi lại được" not in shell("letters", "retry", "--all").out


def test_a_reminder_that_is_old_news_is_not_tried_again(shell: Shell, world: World) -> None:
    identity = world.draft()
    with world.acting(None, date(2025, 11, 24), alone=True) as (session, context):
        remind(session, context)
    world.change("UPDATE letter SET status = 'failed', error = 'x', attempts = 1")
    numbers = [row["id"] for row in listed(shell)]
    world.step(identity, Action.SUBMIT, "head")
    refused(shell("letters", "retry", *numbers), 3, f"Thư nhắc {numbers[0]} không còn đúng")
    assert shell("letters", "retry", "--all", "--json").data == {"queued": [], "refused": 2}


def test_a_server_that_does_not_relay_is_told(shell: Shell, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def no_relay(exchange: Exchange) -> str | None:
        return f"554 5.7.1 <{exchange.address}>: Relay access denied"

    world.step(world.draft(), Action.SUBMIT, "head")
    with serving(Sink(on_recipient=no_relay)) as sink:
        use(monkeypatch, sink)
        refused(shell("letters", "deliver"), 1, "Relay access denied", "quyền chuyển tiếp")
    assert {(one["status"], one["attempts"]) for one in listed(shell)} == {("queued", 0)}


def test_a_campaigns_list_holds_its_own_letters_and_no_other_s(shell: Shell, world: World) -> None:
    with world.database.transaction() as session:
        load_campaign(session, parse_campaign(campaign_data(code="dot-khac")), ORIGIN)
    world.step(world.draft(), Action.SUBMIT, "head")
    world.draft()
    with world.acting(None, date(2025, 11, 28), alone=True) as (session, context):
        assert remind(session, context) == 1
    kinds = {str(one["kind"]) for one in listed(shell, "--campaign", CODE)}
    assert kinds == {"submit.unit", "submit.review_office", "remind.unit"}
    assert listed(shell, "--campaign", "dot-khac") == []
    assert len(listed(shell, "--campaign", CODE)) == len(listed(shell))
