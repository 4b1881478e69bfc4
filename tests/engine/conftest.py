"""A furnished world for each test of the engine: units, accounts and a rehearsal campaign, copied from a template."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from models.embedded import Server
from tests.databases import copied
from tests.world import World, make_world, with_limits

NewWorld = Callable[[], World]


@contextmanager
def furnish(cluster: Server, template: str, folder: Path, **changes: Any) -> Iterator[str]:  # noqa: ANN401 - campaign data
    """A database with people and a campaign in it, to be copied; dropped at the end."""
    with copied(cluster, template, "furnished") as made:
        make_world(made, folder, **changes)
        made.close()
        yield made.owner.url.database or ""


@contextmanager
def worlds(cluster: Server, furnished: str) -> Iterator[NewWorld]:
    """A maker of fresh worlds; the one before is dropped when the next is made."""
    with ExitStack() as last:

        def make() -> World:
            last.close()
            return World(last.enter_context(copied(cluster, furnished, "world")))

        yield make


@pytest.fixture(scope="session")
def furnished(cluster: Server, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The bundled campaign, as a rehearsal."""
    with furnish(cluster, template, tmp_path_factory.mktemp("furnished")) as name:
        yield name


@pytest.fixture(scope="session")
def furnished_small(cluster: Server, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same with two places for collectives and two for individuals."""
    folder = tmp_path_factory.mktemp("furnished-small")
    with furnish(cluster, template, folder, categories=with_limits(2, 2)) as name:
        yield name


@pytest.fixture
def world(cluster: Server, furnished: str) -> Iterator[World]:
    """A fresh world."""
    with worlds(cluster, furnished) as make:
        yield make()


@pytest.fixture
def new_world(cluster: Server, furnished: str) -> Iterator[NewWorld]:
    """A maker of fresh worlds, for tests that need one after another."""
    with worlds(cluster, furnished) as make:
        yield make


@pytest.fixture
def small_world(cluster: Server, furnished_small: str) -> Iterator[World]:
    """A fresh world with two places in each category."""
    with worlds(cluster, furnished_small) as make:
        yield make()


@pytest.fixture
def new_small_world(cluster: Server, furnished_small: str) -> Iterator[NewWorld]:
    """A maker of fresh worlds with two places in each category."""
    with worlds(cluster, furnished_small) as make:
        yield make


@pytest.fixture(scope="module")
def shared_world(cluster: Server, furnished: str) -> Iterator[World]:
    """One world for the tests of a module that do not mind what others left."""
    with worlds(cluster, furnished) as make:
        yield make()
