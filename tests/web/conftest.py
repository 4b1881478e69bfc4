"""One server for the session, on a free port; each test's world becomes its database."""

import threading
from collections.abc import Callable, Iterator
from functools import cache
from typing import TypeAlias

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from models.database import Database
from models.embedded import Server
from tests.engine.conftest import furnish, worlds
from tests.web.browser import Browser, browser
from tests.web.client import Caller, Contract, Portal
from tests.web.showcase import Showcase, showcase_in
from tests.world import World, with_limits
from web.app import create_app
from web.serve import listen

As: TypeAlias = Callable[[str | None], Caller]
At: TypeAlias = Callable[[str | None], Browser]


@pytest.fixture(scope="session")
def app() -> FastAPI:
    """The application, its database still to come."""
    nowhere = "postgresql://nobody@127.0.0.1:1/nothing?connect_timeout=1"
    return create_app(Database(nowhere, nowhere))


@pytest.fixture(scope="session")
def address(app: FastAPI) -> Iterator[str]:
    """Where the application answers over HTTP."""
    patience = 600  # seconds a kept connection may lie idle: a busy machine is no reason to reset it under a request
    config = uvicorn.Config(
        app, log_level="critical", access_log=False, server_header=False, ws="none", timeout_keep_alive=patience
    )
    server = uvicorn.Server(config)
    with listen("127.0.0.1", 0) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="session")
def portal(app: FastAPI, address: str) -> Iterator[Portal]:
    """The server with a connection that is kept, and what its OpenAPI document promises."""
    with httpx.Client(base_url=address, trust_env=False, timeout=30) as client:
        yield Portal(app, client, Contract(app.openapi()))


@pytest.fixture(scope="session")
def furnished_wide(cluster: Server, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The rehearsal campaign with places for everybody."""
    folder = tmp_path_factory.mktemp("furnished-wide")
    with furnish(cluster, template, folder, categories=with_limits(500, 500)) as name:
        yield name


@pytest.fixture(scope="session")
def furnished_small(cluster: Server, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same with two places in each category."""
    with furnish(cluster, template, tmp_path_factory.mktemp("small"), categories=with_limits(2, 2)) as name:
        yield name


@pytest.fixture
def world(cluster: Server, furnished_small: str) -> Iterator[World]:
    """A fresh world with two places in each category."""
    with worlds(cluster, furnished_small) as make:
        yield make()


@pytest.fixture
def wide_world(cluster: Server, furnished_wide: str) -> Iterator[World]:
    """A fresh world with places for everybody."""
    with worlds(cluster, furnished_wide) as make:
        yield make()


@pytest.fixture(scope="module")
def shared_world(cluster: Server, furnished_wide: str) -> Iterator[World]:
    """One world for the tests of a module that leave it as it was, or do not mind what others left."""
    with worlds(cluster, furnished_wide) as make:
        yield make()


@pytest.fixture(scope="module")
def shared_as(shared_world: World, portal: Portal) -> As:
    """Somebody's client in the shared world."""
    return cache(lambda name: portal.client(shared_world, name))


@pytest.fixture
def as_(world: World, portal: Portal) -> As:
    """Somebody's client in the small world; None is nobody's."""
    return cache(lambda name: portal.client(world, name))


def browsers(portal: Portal, world: World) -> Iterator[At]:
    """Somebody's browser, the same each time they are asked for; all closed at the end."""
    opened: dict[str | None, Browser] = {}

    def at(name: str | None) -> Browser:
        if name not in opened:
            opened[name] = browser(portal, world, name)
        return opened[name]

    yield at
    for one in opened.values():
        one.client.close()


@pytest.fixture
def at(world: World, portal: Portal) -> Iterator[At]:
    """Somebody's browser in the small world; None is nobody's."""
    yield from browsers(portal, world)


@pytest.fixture(scope="module")
def shared_at(shared_world: World, portal: Portal) -> Iterator[At]:
    """Somebody's browser in the shared world."""
    yield from browsers(portal, shared_world)


@pytest.fixture(scope="session")
def showcase(cluster: Server, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Showcase]:
    """A world with something of everything, for those who only look."""
    with showcase_in(cluster, template, tmp_path_factory.mktemp("showcase")) as made:
        yield made
