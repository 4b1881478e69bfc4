"""Somebody at a browser without JavaScript: cookies, links and forms as the pages give them, every header held."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

import httpx
from lxml import html  # type: ignore[import-untyped]  # it ships no types

from engine import clock
from engine.access import sessions
from tests.web.client import Portal
from tests.world import World

PAGE_HEADERS = {
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
}


@dataclass
class Page:
    """An answer as somebody reads it."""

    answer: httpx.Response
    tree: Any = field(init=False)

    def __post_init__(self) -> None:
        self.tree = html.fromstring((self.is_html and self.answer.text) or "<html></html>")

    @property
    def is_html(self) -> bool:
        return str(self.answer.headers.get("content-type", "")).startswith("text/html")

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def text(self) -> str:
        """All words of the page, white space folded."""
        return " ".join(self.tree.text_content().split())

    @property
    def alerts(self) -> list[str]:
        """What the page warns of."""
        return [" ".join(found.text_content().split()) for found in self.tree.xpath("//*[@role='alert']")]

    def all(self, xpath: str) -> list[Any]:
        """Every element there."""
        found: list[Any] = self.tree.xpath(xpath)
        return found

    def form(self, to: str, /, **having: str) -> Any:  # noqa: ANN401 - an lxml form
        """The form that posts to a path (its end is enough) and has these hidden values."""
        for form in self.tree.forms:
            values = dict(form.form_values())
            if (form.action or "").endswith(to) and all(values.get(k) == v for k, v in having.items()):
                return form
        raise AssertionError(f"no form for {to} {having}: {[form.action for form in self.tree.forms]}")


@dataclass
class Browser:
    """One browser of one person in one world."""

    portal: Portal
    world: World
    client: httpx.Client

    def get(self, path: str, *, follow: bool = True) -> Page:
        return self.read("GET", path, follow=follow)

    def post(self, path: str, fields: Any, *, follow: bool = True, **more: Any) -> Page:  # noqa: ANN401 - httpx's
        """A form as it stands in `fields`, a mapping of names to texts or lists of them."""
        return self.read("POST", path, follow=follow, data=fields, **more)

    def read(self, method: str, path: str, *, follow: bool, **more: Any) -> Page:  # noqa: ANN401 - httpx's options
        self.portal.app.state.database = self.world.database
        answer = self.client.request(method, path, follow_redirects=follow, **more)
        for one in (*answer.history, answer):
            for name, value in PAGE_HEADERS.items():
                assert one.headers[name] == value, (name, one.url)
            policy = one.headers["content-security-policy"]
            assert ("script-src 'self'" if Page(one).is_html else "default-src 'none'") in policy
            assert "unsafe" not in one.headers["content-security-policy"]
        return Page(answer)

    def send(self, page: Page, to: str, fields: Mapping[str, Any] | None = None, /, **having: str) -> Page:
        """Fill in a form of the page and send it; `fields` replace what the page's form has."""
        form = page.form(to, **having)
        values: dict[str, list[str]] = {}
        for name, value in form.form_values():
            values.setdefault(name, []).append(value)
        for name, value in (fields or {}).items():
            values[name] = value if isinstance(value, list) else [value]
        return self.post(urljoin(str(page.answer.url), form.action), values)


def browser(portal: Portal, world: World, name: str | None) -> Browser:
    """A browser in which somebody is signed in (None: nobody is)."""
    client = httpx.Client(base_url=portal.http.base_url, trust_env=False, timeout=30)
    if name is not None:
        client.cookies.set("phien", session_of(world, name), domain="127.0.0.1")
    return Browser(portal, world, client)


def session_of(world: World, name: str) -> str:
    """The cookie of a new session of somebody, which plays the world's day."""
    with world.acting(name) as (session, context):
        account = context.require_actor()
        cookie, _ = sessions.begin(
            session, account.id, method="password", now=clock.now(), address="127.0.0.1", agent="test"
        )
        signed = sessions.signed_in(session, cookie, clock.now())
        assert signed is not None
        sessions.pretend(session, signed.sha256, world.today)
    return cookie
