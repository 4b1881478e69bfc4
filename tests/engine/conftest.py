"""A furnished world for each test of the engine: units, accounts and a rehearsal campaign, copied from a template."""

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from models import database as databases
from models.database import OWNER, Database
from models.embedded import Server
from tests.databases import addressed
from tests.world import World, make_world

COUNTER = itertools.count(1)


@pytest.fixture(scope="session")
def furnished(cluster: Server, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with people and the campaign in it, made once by each worker."""
    maintenance = cluster.url(OWNER, "postgres")
    name = f"furnished_{os.getpid()}"
    databases.create_database(maintenance, name, template)
    made = addressed(cluster, name)
    make_world(made, tmp_path_factory.mktemp("furnished"))
    made.close()
    yield name
    databases.drop_database(maintenance, name)


@pytest.fixture
def new_world(cluster: Server, furnished: str) -> Iterator[Callable[[], World]]:
    """A maker of fresh worlds, for tests that need one after another; all are dropped after the test."""
    maintenance = cluster.url(OWNER, "postgres")
    made: list[tuple[str, Database]] = []

    def make() -> World:
        name = f"world_{os.getpid()}_{next(COUNTER)}"
        databases.create_database(maintenance, name, furnished)
        made.append((name, addressed(cluster, name)))
        return World(made[-1][1])

    yield make
    for name, database in made:
        database.close()
        databases.drop_database(maintenance, name)


@pytest.fixture
def world(new_world: Callable[[], World]) -> World:
    """A fresh world."""
    return new_world()


@pytest.fixture
def small_world(database: Database, tmp_path: Path) -> Callable[..., World]:
    """A maker of a world whose campaign differs in some top-level keys."""

    def make(**changes: Any) -> World:  # noqa: ANN401 - campaign data
        return make_world(database, tmp_path, **changes)

    return make
