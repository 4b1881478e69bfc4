"""Every page, for everybody who sees it, on a desk and in a hand: axe finds nothing, nothing is cut, Tab reaches all.

In English, which has the same elements, axe looks at languages and titles only, and Tab goes nowhere.

Of the many dossiers and lists those are looked at that have something new in them: an element, with its classes, in a
parent where none like it was seen before, on whichever page. Of every route at least one page is looked at.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Page as Window

from tests.web.browser import Browser, Page, browser
from tests.web.chromium import usable
from tests.web.chromium.conftest import DESK, PHONE, Room, room_in
from tests.web.chromium.driving import Driven
from tests.web.client import Portal
from tests.web.places import NAMES, everything_to_see
from tests.web.showcase import Showcase

# Language → the routes this process has looked at, and the kinds of elements, each in its parent.
SEEN: dict[str, set[str]] = {}
SPOKEN = [(role, "vi") for role in (*NAMES, "nobody")] + [("unit_head", "en"), ("review_head", "en"), ("nobody", "en")]


def kinds(page: Page) -> set[str]:
    """The kinds of elements of a page, each in its parent."""

    def kind(element: Any) -> str:  # noqa: ANN401 - an lxml element
        return f"{element.tag} {element.get('class', '')} {element.get('type', '')} {element.get('role', '')}"

    elements = page.all("//body//*[not(self::option)]")
    return {f"{kind(one.getparent())} > {kind(one)}".replace(" active", "") for one in elements}


def fresh(role: str, language: str, showcase: Showcase, somebody: Browser) -> Iterator[str]:
    """The addresses where this role finds something that was not looked at yet."""
    for route, address, status in everything_to_see(showcase, role):
        if status == 200:
            page, seen = somebody.get(address, follow=False), SEEN.setdefault(language, set())
            if page.is_html and not (found := {route, *kinds(page)}) <= seen:
                seen |= found
                yield address


def pictured(page: Window, folder: Path | None, who: str, address: str) -> None:
    """Put an image of the whole page, as wide as its window, into the gallery if there is one."""
    if folder:
        name = f"{who}{address.replace('/', '_')}-{(page.viewport_size or DESK)['width']}.png"
        page.screenshot(path=folder / name, full_page=True)


def flaws(room: Room, name: str | None, language: str, addresses: Iterator[str], folder: Path | None) -> Iterator[str]:
    """What is wrong with these pages."""
    page = room.open(name, language=language)
    for address in addresses:
        page.set_viewport_size(DESK)
        page.goto(address)
        pictured(page, folder, f"{name}-{language}", address)
        usable.open_everything(page)
        said = [
            *usable.unnamed(page),
            *usable.violations(page, usable.EVERY_RULE if language == "vi" else usable.OF_LANGUAGE),
        ]
        page.set_viewport_size(PHONE)
        pictured(page, folder, f"{name}-{language}", address)
        said += usable.too_wide(page)
        if language == "vi":
            said += [*usable.violations(page), *usable.out_of_reach(page)]
        yield from (f"{address}: {line}" for line in dict.fromkeys(said))


@pytest.mark.parametrize(("role", "language"), SPOKEN)
def test_everybody_can_use_every_page(
    chromium: Driven,
    app: FastAPI,
    address: str,
    portal: Portal,
    showcase: Showcase,
    role: str,
    language: str,
    request: pytest.FixtureRequest,
) -> None:
    name, gallery = NAMES.get(role), request.config.getoption("gallery")
    somebody = browser(portal, showcase.world, name)
    somebody.client.cookies.set("ngon_ngu", language, domain="127.0.0.1")
    with somebody.client, room_in(chromium, app, address, showcase.world) as room:
        found = list(flaws(room, name, language, fresh(role, language, showcase, somebody), gallery))
    assert found == []
