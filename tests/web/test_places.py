"""Every page answers those it is for, and nobody else; no route is left out."""

import pytest
from fastapi.routing import APIRoute

from tests.web.browser import browser
from tests.web.client import Portal
from tests.web.places import NAMES, PLACES, everything_to_see
from tests.web.showcase import DONE, Showcase
from tests.world import CODE
from web.app import PAGES

pytestmark = pytest.mark.wide

REFUSALS = {403, 404}
OPEN = {"/dang-nhap", "/dang-nhap/chung", "/dang-nhap/chung/ve", "/quen-mat-khau", "/mat-khau/{link}"}


def pages() -> set[str]:
    """The addresses of what people read."""
    routes = (route for module in PAGES for route in module.router.routes)
    return {route.path for route in routes if isinstance(route, APIRoute) and "GET" in (route.methods or ())}


def test_every_page_has_an_example_and_every_example_a_page() -> None:
    assert pages() == PLACES.keys()


def test_pages_answer_those_they_are_for_and_nobody_else(showcase: Showcase, portal: Portal) -> None:
    wrong, answered = [], 0
    for role, name in NAMES.items():
        with (somebody := browser(portal, showcase.world, name)).client:
            for _, address, status in everything_to_see(showcase, role):
                found = somebody.get(address, follow=False).status
                answered += found == 200
                if found not in ({status} if status else REFUSALS):
                    wrong.append(f"{role} {address}: {found}, not {status or 'refused'}")
    assert not wrong, "\n".join(wrong)
    assert answered > 200


def test_nobody_is_sent_to_sign_in_from_every_page_but_the_open_ones(showcase: Showcase, portal: Portal) -> None:
    with (nobody := browser(portal, showcase.world, None)).client:
        for route, address, _ in everything_to_see(showcase, "another_unit"):
            answer = nobody.get(address, follow=False).answer
            if route in OPEN:
                assert answer.status_code in {200, 404}, address
            else:
                assert answer.status_code == 303, address
                assert answer.headers["location"].startswith("/dang-nhap"), address


@pytest.mark.parametrize(("role", "entry"), [("review_head", "ho-so"), ("unit_head", "don-vi")])
def test_a_dossiers_page_is_one_of_its_campaign_whichever_was_looked_at_before(
    showcase: Showcase, portal: Portal, role: str, entry: str
) -> None:
    somebody = browser(portal, showcase.world, NAMES[role])
    with somebody.client:
        somebody.client.cookies.set("dot", DONE, domain="127.0.0.1")
        for pattern, code in (("/ho-so/<in_review>", CODE), ("/ho-so/<awarded>", DONE)):
            page = somebody.get(showcase.address(pattern))
            assert [one.get("value") for one in page.all("//select[@id='choose-campaign']/option[@selected]")] == [code]
            (present,) = page.all("//nav[contains(@class,'menu')]//a[@aria-current]")
            assert (present.get("href"), present.get("aria-current")) == (f"/dot/{code}/{entry}", "true")
        page = somebody.get(f"/dot/{DONE}")
        assert len(page.all("//nav[contains(@class,'menu')]//a[@aria-current='page']")) == 1
        assert "Quyết định khen thưởng đã được ký." in page.text
