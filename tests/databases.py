"""Databases for tests: a migrated template made once per session, a copy of it for each test."""

import itertools
import os
from collections.abc import Iterator

import pytest

from models import database as databases
from models.database import OWNER, Database
from models.embedded import Server
from models.schema import APPLICATION

TEMPLATE = "template_vinhdanh"
COUNTER = itertools.count(1)


def addressed(server: Server, name: str) -> Database:
    """The database of this name on the tests' server."""
    return Database(server.url(APPLICATION, name), server.url(OWNER, name))


@pytest.fixture(scope="session")
def template(cluster: Server) -> str:
    """A migrated, empty database that each test copies; workers make it once between them."""
    maintenance = cluster.url(OWNER, "postgres")
    databases.create_database(maintenance, TEMPLATE)
    made = addressed(cluster, TEMPLATE)
    made.bring_up()
    made.close()
    return TEMPLATE


@pytest.fixture
def database(cluster: Server, template: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A fresh database, configured as the one commands use, dropped after the test."""
    maintenance = cluster.url(OWNER, "postgres")
    name = f"test_{os.getpid()}_{next(COUNTER)}"
    databases.create_database(maintenance, name, template)
    made = addressed(cluster, name)
    monkeypatch.setenv("VINHDANH_DATABASE_URL", made.owner_url)
    yield made
    made.close()
    databases.drop_database(maintenance, name)
