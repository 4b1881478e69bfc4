"""One browser a session; in it, people with windows of their own, each watched for what no page may do."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from tests.web.browser import session_of
from tests.web.chromium.driving import Driven, driven
from tests.web.chromium.watching import Watch
from tests.world import World

DESK, PHONE = ViewportSize(width=1366, height=768), ViewportSize(width=390, height=844)
PATIENCE = 15_000  # milliseconds a test waits for something on a page; the machine may be busy


@dataclass
class Room:
    """Where people sit at their browsers, in one world."""

    browser: Browser
    address: str
    world: World
    contexts: list[tuple[BrowserContext, Watch]] = field(default_factory=list)

    def open(self, name: str | None, *, language: str = "vi", **options: Any) -> Page:  # noqa: ANN401 - a context's
        """A window of somebody who is signed in (None: nobody is); Playwright's options of a context besides."""
        usual = {"viewport": DESK, "base_url": self.address, "locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh"}
        context = self.browser.new_context(**{**usual, "reduced_motion": "reduce", **options})
        context.set_default_timeout(PATIENCE)
        cookies = {"ngon_ngu": language} | ({"phien": session_of(self.world, name)} if name else {})
        context.add_cookies([{"name": k, "value": v, "url": self.address} for k, v in cookies.items()])
        watch = Watch(urlsplit(self.address).netloc)
        watch.begin(context)
        self.contexts.append((context, watch))
        return context.new_page()

    def watch(self, page: Page) -> Watch:
        """What was seen of a window so far."""
        return next(watch for context, watch in self.contexts if context == page.context)

    def close(self) -> list[str]:
        """Close every window; returns what went wrong in them."""
        for context, _ in self.contexts:
            context.close()
        found = [problem for _, watch in self.contexts for problem in watch.problems]
        self.contexts.clear()
        return found


@contextmanager
def room_in(chromium: Driven, app: FastAPI, address: str, world: World) -> Iterator[Room]:
    """A room in a world; whatever went wrong in its windows fails the test that used it."""
    with chromium.at_work() as browser:
        app.state.database = world.database
        made = Room(browser, address, world)
        try:
            yield made
        finally:
            problems = made.close()
        assert problems == []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs in a browser is wide."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.wide)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Driven]:
    """The browser."""
    with driven() as made:
        yield made


@pytest.fixture
def room(chromium: Driven, app: FastAPI, address: str, world: World) -> Iterator[Room]:
    """A room in a fresh small world."""
    with room_in(chromium, app, address, world) as made:
        yield made
