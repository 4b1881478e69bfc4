"""Databases for tests: a migrated template made once per session, a copy of it for each test."""

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from sqlalchemy import Engine, create_engine

from models import database as databases
from models.database import OWNER, Database, sqlalchemy_url
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
    databases.create_database(cluster.url(OWNER, "postgres"), TEMPLATE)
    made = addressed(cluster, TEMPLATE)
    made.bring_up()
    made.close()
    return TEMPLATE


@cache
def maintenance(server: Server) -> Engine:
    """The connection by which this process makes and drops its databases: to open one takes as long as the copy."""
    return create_engine(sqlalchemy_url(server.url(OWNER, "postgres")), isolation_level="AUTOCOMMIT")


@contextmanager
def copied(server: Server, template: str, kind: str) -> Iterator[Database]:
    """A copy of a database, under a name nobody else uses; dropped at the end, whoever is still connected to it."""
    name = f"{kind}_{os.getpid()}_{next(COUNTER)}"
    with maintenance(server).connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
    made = addressed(server, name)
    try:
        yield made
    finally:
        made.close()
        with maintenance(server).connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def database(cluster: Server, template: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A fresh database, configured as the one commands use, dropped after the test."""
    with copied(cluster, template, "test") as made:
        monkeypatch.setenv("VINHDANH_DATABASE_URL", made.owner_url)
        yield made
