"""What is wrong with the data reaches the administrators once, without the data itself, and is cleared in the end."""

import threading

from sqlalchemy import text

from engine import alerts
from rules.text import search_key
from rules.vocabulary import State
from tests.engine.test_reminders import plain
from tests.world import ORIGIN, World

FOLLOWED = "UPDATE queue_line q SET words = l.words FROM queue_line_of(:id) l WHERE q.nomination_id = l.nomination_id"


def letters(world: World) -> list[tuple[str, str, str]]:
    rows = world.query("SELECT subject, recipient, message FROM letter WHERE kind = 'alert.administrator' ORDER BY id")
    return [(row.subject, row.recipient, plain(row.message)) for row in rows]


def alerts_of(world: World) -> list[tuple[str, bool]]:
    return [(r.kind, r.cleared_at is None) for r in world.query("SELECT kind, cleared_at FROM alert ORDER BY id")]


def tamper(world: World, statement: str, **values: str) -> None:
    """Change something as the owner, with every trigger off."""
    with world.database.owner.begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        assert connection.execute(text(statement), values).rowcount > 0


def set_search(world: World, nomination_id: str, value: str) -> None:
    """The column people search in, which is derived from the name."""
    tamper(world, "UPDATE nomination SET search = :value WHERE id = :id", id=nomination_id, value=value)
    tamper(world, FOLLOWED, id=nomination_id)  # the queue's copy of it follows, or that would be a problem of its own


def test_sound_data_raises_nothing(world: World) -> None:
    world.advance(world.draft(), State.IN_REVIEW)
    assert alerts.watch(world.database, ORIGIN) == []
    assert alerts.watch_trail(world.database, ORIGIN) == []
    assert alerts_of(world) == []
    assert letters(world) == []
    ran = world.query("SELECT kind, checked, problems FROM watched ORDER BY kind")
    assert [(row.kind, row.problems) for row in ran] == [("invariants", 0), ("trail", 0)]
    assert ran[1].checked == world.query("SELECT count(*) FROM trail")[0][0]


def test_a_problem_is_told_once_until_it_changes_or_is_over(world: World) -> None:
    one, two = world.draft(name="Đàm Thị Bí Mật"), world.draft()
    set_search(world, one, "sai")
    (line,) = alerts.watch(world.database, ORIGIN)
    assert line.startswith(
        f"nomination:{one}: Tên và khóa tra cứu của hồ sơ khớp nội dung hồ sơ: khác nội dung: search"
    )
    alerts.watch(world.database, ORIGIN)
    ((subject, to, words),) = letters(world)
    assert (subject, to) == ("alert:1", "admin@bacninh.example")
    assert f"nomination:{one}: Tên và khóa tra cứu của hồ sơ khớp nội dung hồ sơ" in words
    assert "./vinhdanh invariants" in words
    assert "Bí Mật" not in words
    set_search(world, two, "cũng sai")
    assert len(alerts.watch(world.database, ORIGIN)) == 2
    assert alerts_of(world) == [("invariants", False), ("invariants", True)]
    assert len(letters(world)) == 2
    for one_of_both in (one, two):
        set_search(world, one_of_both, search_key(world.look(one_of_both).name))
    assert alerts.watch(world.database, ORIGIN) == []
    assert alerts_of(world) == [("invariants", False), ("invariants", False)]
    assert [e["tag"] for e in world.entries("alert:2")] == ["alert:check:raised", "alert:check:cleared"]
    world.assert_sound()


def test_a_broken_trail_is_told_although_the_trail_is_where_it_is_noted(world: World) -> None:
    draft = world.draft()
    change = "UPDATE trail SET body = replace(body, '07282', '07330') WHERE subject = :subject"
    tamper(world, change, subject=f"nomination:{draft}")
    assert alerts.watch_trail(world.database, ORIGIN) != []
    assert alerts_of(world) == [("trail", True)]
    assert "./vinhdanh audit verify" in letters(world)[0][2]


def test_two_watchers_at_once_raise_one_alert(world: World) -> None:
    set_search(world, world.draft(), "sai")
    watchers = [threading.Thread(target=alerts.watch, args=(world.database, ORIGIN)) for _ in range(2)]
    for watcher in watchers:
        watcher.start()
    for watcher in watchers:
        watcher.join()
    assert alerts_of(world) == [("invariants", True)]
    assert len(letters(world)) == 1
