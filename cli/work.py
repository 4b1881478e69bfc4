"""One command, one unit of work: the configured database, brought up or refused, and a transaction on it."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlmodel import Session

from models.database import configured


@contextmanager
def transaction() -> Iterator[Session]:
    """A transaction on the configured database, committed at the end; SchemaError when it is an older one."""
    database = configured()
    try:
        database.check()
        with database.transaction() as session:
            yield session
    finally:
        database.close()
