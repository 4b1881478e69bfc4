"""A world that the tests of a module share: each makes dossiers of its own."""

from collections.abc import Iterator

import pytest

from models.embedded import Server
from tests.engine.conftest import worlds
from tests.world import World


@pytest.fixture(scope="module")
def common(cluster: Server, furnished: str) -> Iterator[World]:
    """One world for many tests."""
    with worlds(cluster, furnished) as make:
        yield make()
