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

    engines = (database.engine, database.looking)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
