"""The people of one campaign at their browsers, and the mail server their letters come to."""

from collections.abc import Iterator

import pytest

from tests.engine.post.sink import Sink, serving
from tests.web.chromium.conftest import Room
from tests.web.chromium.journeys.people import People, Post
from tests.world import World


@pytest.fixture
def people(room: Room) -> People:
    """Everybody, each to be called by the name of their account."""
    return People(room)


@pytest.fixture
def post(world: World) -> Iterator[Post]:
    """A mail server that listens, and the product's own delivery to it."""
    with serving(Sink()) as sink:
        yield Post(world, sink)
