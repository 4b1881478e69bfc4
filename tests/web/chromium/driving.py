"""The browser of the tests: the system's Chromium, with nothing of anybody's in it and no way off this machine."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")  # as ./vinhdanh looks for it
FLAGS = (
    "--headless=new",
    "--no-sandbox",  # tests run as root too
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)


@dataclass(frozen=True)
class Driven:
    """A running browser, and the event loop by which Playwright speaks to it."""

    browser: Browser
    loop: asyncio.AbstractEventLoop

    @contextmanager
    def at_work(self) -> Iterator[Browser]:
        """The browser in use. Between uses its loop does not count as running: other tests have loops of their own."""
        asyncio._set_running_loop(self.loop)  # noqa: SLF001 - as Playwright itself does around every call
        try:
            yield self.browser
        finally:
            asyncio._set_running_loop(None)  # noqa: SLF001 - as above


def program() -> str:
    """Where Chromium is."""
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    assert found, "tests need Chromium: ./vinhdanh test says how to come by it"
    return found


def launched(playwright: Playwright) -> Browser:
    """A new browser with an empty profile."""
    return playwright.chromium.launch(executable_path=program(), args=list(FLAGS))


@contextmanager
def driven() -> Iterator[Driven]:
    """A browser until the end of the block."""
    with sync_playwright() as playwright:
        loop = asyncio.get_running_loop()
        browser = launched(playwright)
        made = Driven(browser, loop)
        asyncio._set_running_loop(None)  # noqa: SLF001 - as above
        yield made
        asyncio._set_running_loop(loop)  # noqa: SLF001 - as above; Playwright stops on it
        browser.close()
