"""Hands for tests that change the trail behind the system's back, as the owner with triggers off."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, text

from engine import audit
from models.chain import Entry, Verification, make_entry
from tests.engine.scenario import look

COLUMNS = ("subject", "seq", "tag", "body", "prev_hash", "hash")


def run(connection: Connection, statement: str, **values: Any) -> Any:  # noqa: ANN401 - whatever SQL takes and gives
    """One statement; its result."""
    return connection.execute(text(statement), values)


def entries(connection: Connection, subject: str) -> list[Entry]:
    """A chain as stored."""
    rows = run(connection, "SELECT * FROM trail WHERE subject = :s ORDER BY seq", s=subject).mappings()
    return [Entry(**{name: row[name] for name in COLUMNS}) for row in rows]


def change_entry(connection: Connection, entry: Entry, **columns: Any) -> None:  # noqa: ANN401 - column values
    """Give columns of one entry other values."""
    changes = ", ".join(f"{name} = :new_{name}" for name in columns)
    statement = f"UPDATE trail SET {changes} WHERE subject = :s AND seq = :n"  # noqa: S608 - column names of ours
    values = {f"new_{name}": value for name, value in columns.items()}
    assert run(connection, statement, s=entry.subject, n=entry.seq, **values).rowcount == 1


def delete_entry(connection: Connection, subject: str, seq: int, tables: Sequence[str] = ("trail",)) -> None:
    """Delete one entry, or what hangs on it."""
    for table in tables:
        statement = f"DELETE FROM {table} WHERE subject = :s AND seq = :n"  # noqa: S608 - table names of ours
        run(connection, statement, s=subject, n=seq)


def move_head(connection: Connection, newest: Entry) -> None:
    """Make an entry the recorded head of its chain."""
    values = {"s": newest.subject, "n": newest.seq, "h": newest.hash}
    run(connection, "UPDATE chain SET seq = :n, hash = :h WHERE subject = :s", **values)


def store(connection: Connection, chain: Sequence[Entry], *, head: bool) -> None:
    """Write entries over what is there; `head` moves the recorded head too."""
    for entry in chain:
        delete_entry(connection, entry.subject, entry.seq)
        values = {name: getattr(entry, name) for name in COLUMNS}
        run(connection, "INSERT INTO trail VALUES (:subject, :seq, :tag, :body, :prev_hash, :hash)", **values)
    if head:
        move_head(connection, chain[-1])


def rechained(chain: Sequence[Entry], at: int, change: Callable[[dict[str, Any]], None]) -> list[Entry]:
    """The chain with one body changed and every hash after it made right again."""
    made: list[Entry] = []
    for entry in chain:
        body = json.loads(entry.body)
        if entry.seq == at:
            change(body)
        before = (made[-1].seq, made[-1].hash) if made else None
        made.append(make_entry(entry.subject, before, body["tag"], body))
    return made


def found(connection: Connection) -> Verification:
    """What the audit finds now."""
    return look(connection, audit.verify)


def places(verification: Verification) -> set[tuple[str, int]]:
    """Subject and entry of every problem, of which there must be some."""
    assert not verification.ok
    return {(problem.subject, problem.entry) for problem in verification.problems}


def said(verification: Verification) -> str:
    """Every problem, a line each."""
    return "\n".join(f"{p.subject}#{p.entry}: {p.problem}" for p in verification.problems)
