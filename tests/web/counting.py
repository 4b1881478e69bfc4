"""How many queries a page asks: a list must ask as many for thirty rows as for one."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from models.database import Database


@contextmanager
def asked(database: Database) -> Iterator[list[str]]:
    """The statements sent to the database meanwhile."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
