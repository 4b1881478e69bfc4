"""Checkpoints: what nothing else contradicts, a cut tail or a rewritten chain, they do."""

import json
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, text

from engine import audit
from models.chain import Verification, canonical, chain_hash
from models.database import Database
from tests.engine import scenario
from tests.engine.scenario import Eventful, look
from tests.engine.tampering import delete_entry, entries, found, move_head, places, rechained, run, said, store
from tests.world import make_world

eventful = scenario.eventful  # the fixture
NOW = datetime(2025, 12, 22, 3, 4, 5, 678_000, tzinfo=UTC)


def fix_heads(connection: Connection) -> dict[str, Any]:
    return look(connection, lambda session: audit.checkpoint(session, NOW))


@pytest.mark.parametrize("fixed", [False, True])
def test_a_tail_cut_off_consistently_is_noticed_by_the_checkpoint_after_it(eventful: Eventful, *, fixed: bool) -> None:
    """Nothing stored contradicts it: as far as the rest goes, the dossier never got that far."""
    subject = eventful.subject("waiting")
    with eventful.tampered() as connection:
        if fixed:
            assert fix_heads(connection)["number"] == 2
        chain = entries(connection, subject)
        assert chain[-1].tag == "nomination:step:close"
        delete_entry(connection, subject, chain[-1].seq, ("letter", "disclosure", "trail"))
        move_head(connection, chain[-2])
        back = "UPDATE nomination SET version = :n, state = 'in_review', left_state = 'submitted' WHERE id = :id"
        run(connection, back, n=chain[-2].seq, id=eventful.ids["waiting"])
        verification = found(connection)
        if fixed:
            assert places(verification) == {(subject, chain[-1].seq)}
            assert "điểm kiểm tra số 2" in said(verification)
        else:
            assert verification.ok


@pytest.mark.parametrize("fixed", [False, True])
def test_a_chain_rewritten_as_a_whole_is_noticed_by_the_checkpoint_after_it(eventful: Eventful, *, fixed: bool) -> None:
    with eventful.tampered() as connection:
        run(connection, "DELETE FROM checkpoint")
        if fixed:
            fix_heads(connection)
        chain = entries(connection, eventful.subject("lapsed"))
        store(connection, rechained(chain, 1, lambda body: body.update(os_user="somebody")), head=True)
        verification = found(connection)
        if fixed:
            assert places(verification) == {(chain[-1].subject, chain[-1].seq)}
            assert "điểm kiểm tra số 1" in said(verification)
        else:
            assert verification.ok


@pytest.mark.parametrize(
    ("change", "number"),
    [
        ("UPDATE checkpoint SET number = 5 WHERE number = 1", 1),
        ("UPDATE checkpoint SET prev_hash = repeat('a', 64) WHERE number = 2", 2),
        ("UPDATE checkpoint SET hash = repeat('a', 64) WHERE number = 1", 1),
        ("UPDATE checkpoint SET body = replace(body, 'nomination', 'nominatiom') WHERE number = 1", 1),
        ("UPDATE checkpoint SET body = 'x' WHERE number = 2", 2),
        ("UPDATE checkpoint SET body = '{\"heads\": [[1, 2, 3]]}' WHERE number = 1", 1),
        ("DELETE FROM checkpoint WHERE number = 1", 1),
    ],
)
def test_a_changed_checkpoint_is_named(eventful: Eventful, change: str, number: int) -> None:
    with eventful.tampered() as connection:
        assert fix_heads(connection)["number"] == 2
        assert found(connection).ok
        assert connection.exec_driver_sql(change).rowcount == 1
        assert (f"checkpoint:{number}", number) in places(found(connection))


@pytest.mark.parametrize(
    ("number", "heads", "expected"),
    [
        (2, [["nomination:00000000", 2, "0" * 64]], ("nomination:00000000", 2)),
        (2, [["account:1", 1, "0" * 64]], ("account:1", 1)),
        (2, [["account:1", "1", "0" * 64]], ("checkpoint:2", 2)),
        (3, [], ("checkpoint:2", 2)),
    ],
)
def test_a_forged_checkpoint_with_right_hashes_is_named(
    eventful: Eventful, number: int, heads: list[Any], expected: tuple[str, int]
) -> None:
    with eventful.tampered() as connection:
        body = canonical({"number": number, "at": "", "heads": heads})
        (before,) = run(connection, "SELECT hash FROM checkpoint").one()
        values = {"b": body, "p": before, "h": chain_hash(before, body)}
        run(connection, "INSERT INTO checkpoint VALUES (2, :b, :p, :h)", **values)
        assert places(found(connection)) == {expected}


def test_a_checkpoint_holds_the_heads_that_moved_and_nothing_else(database: Database, tmp_path: Path) -> None:
    world = make_world(database, tmp_path)

    def fix() -> dict[str, Any]:
        with database.transaction() as session:
            return audit.checkpoint(session, NOW)

    first, again = fix(), fix()
    assert first == again
    assert first["number"] == 1
    identity = world.draft()
    second = fix()
    assert (second["number"], second["heads"]) == (2, 1)
    with database.transaction() as session:
        bodies = session.scalars(text("SELECT body FROM checkpoint ORDER BY number")).all()
        digest = session.scalar(text("SELECT hash FROM chain WHERE subject = :s"), {"s": f"nomination:{identity}"})
        assert session.scalar(text("SELECT prev_hash FROM checkpoint WHERE number = 2")) == first["hash"]
        assert session.scalar(text("SELECT hash FROM checkpoint WHERE number = 2")) == second["hash"]
        assert audit.verify(session).ok
    assert bodies[1] == canonical(
        {"number": 2, "at": "2025-12-22T03:04:05.678+00:00", "heads": [[f"nomination:{identity}", 1, digest]]}
    )
    assert len(json.loads(bodies[0])["heads"]) == first["heads"] > 20


def test_an_empty_trail_has_no_checkpoint(database: Database) -> None:
    with database.transaction() as session:
        assert audit.checkpoint(session, NOW) == {"number": 0, "hash": "0" * 64, "heads": 0}
    with database.transaction() as session:
        assert audit.verify(session) == Verification(ok=True, checked=0, problems=[])


def test_several_at_once_write_one(database: Database, tmp_path: Path) -> None:
    make_world(database, tmp_path)
    made: list[dict[str, Any]] = []
    began = threading.Barrier(4)

    def fix() -> None:
        with database.transaction() as session:
            began.wait()
            made.append(audit.checkpoint(session, NOW))

    threads = [threading.Thread(target=fix) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [made[0]] * 4
    with database.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM checkpoint")) == 1
        assert audit.verify(session).ok
