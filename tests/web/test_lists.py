"""A list asks the database as often for thirty rows as for one: every page, and every address of programs."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from tests.web.browser import browser
from tests.web.client import DAY, Portal
from tests.web.counting import asked
from tests.web.places import NAMES, PLACES
from tests.web.standings import in_standing
from tests.world import CODE, World

pytestmark = pytest.mark.wide

# The lists of what was forwarded are counted where they are tested (test_checks.py, test_decision.py).
STANDINGS = ("selected", "endorsed", "in_review", "returned", "submitted", "draft")
THIRTY = 30
FEW = {"/dot/{code}/mau-ho-so.xlsx", "/dot/{code}/to-trinh/{submission}/{form}"}  # files, not lists


def pages() -> Iterator[tuple[str, str]]:
    """(role, address) of every page that is not about one dossier, by one of each kind of those who see it."""
    for route, places in PLACES.items():
        for place in places if route not in FEW else ():
            pattern = place.addresses[0].replace("<campaign>", CODE)
            if place.status == 200 and "<" not in pattern and not route.startswith("/dang-nhap"):
                for role in sorted(place.seen_by & {"unit_head", "review_head", "appraisal_head", "administrator"}):
                    yield role, pattern


def addresses(portal: Portal) -> Iterator[str]:
    """Every address that programs read and that is not about one dossier or file."""
    for path, operations in portal.contract.document["paths"].items():
        if "get" in operations and "{" not in path.replace("{code}", ""):
            takes = {one["name"] for one in operations["get"].get("parameters", ())}
            query = {"campaign": CODE, "today": DAY} if "today" in takes else {}
            given = {name: value for name, value in (query | {"category": "individual"}).items() if name in takes}
            yield f"{path.replace('{code}', CODE)}?{urlencode(given)}"


def counted(world: World, portal: Portal) -> dict[tuple[str, str], int]:
    """How many queries each answer needs, asked for a second time: a session is noted once."""
    found = {}
    for role, address in pages():
        somebody = browser(portal, world, NAMES[role])
        with somebody.client:
            somebody.get(address)
            with asked(world.database) as statements:
                page = somebody.get(address, follow=False)
        if page.status == 200:
            found[role, address] = len(statements)
    for role in ("unit_head", "review_head", "administrator"):
        caller = portal.client(world, NAMES[role])
        for address in addresses(portal):
            caller.call("GET", address)
            with asked(world.database) as statements:
                answer = caller.call("GET", address)
            if answer.status_code == 200:
                found[role, address] = len(statements)
    return found


def test_every_list_asks_as_often_for_thirty_rows_as_for_one(wide_world: World, portal: Portal) -> None:
    for standing in STANDINGS:
        in_standing(wide_world, standing)
    few = counted(wide_world, portal)
    for standing in STANDINGS:
        for _ in range(THIRTY - 1):
            in_standing(wide_world, standing)
    counts = map(tuple, wide_world.query("SELECT state, count(*) FROM nomination GROUP BY state"))
    assert dict(counts) == dict.fromkeys(STANDINGS, THIRTY)
    assert len(few) > 60
    assert counted(wide_world, portal) == few
