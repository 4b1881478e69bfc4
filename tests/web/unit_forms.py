"""A unit's people at its pages: forms filled in, findings answered, files chosen."""

from collections.abc import Mapping
from typing import Any

from tests.web.browser import Browser, Page
from tests.world import CODE

DESK = f"/dot/{CODE}/don-vi"


def form_path(one: str) -> str:
    """Where the form of a dossier is."""
    return f"/ho-so/{one}/sua"


def fill(browser: Browser, page: Page, **fields: str) -> Page:
    """Fill in the form of the page and save it; keys of fields, `.words` as `__words`."""
    sent = {f"f.{key.replace('__', '.')}": value for key, value in fields.items()}
    return browser.send(page, form_of(page), sent)


def form_of(page: Page) -> str:
    """The address the dossier's form of a page posts to."""
    (form,) = page.all("//form[@id='dossier-form']")
    return str(form.action)


def value(page: Page, key: str) -> str:
    """What stands in a field."""
    (form,) = page.all("//form[@id='dossier-form']")
    return str(form.fields[f"f.{key}"] or "")


def told(page: Page, key: str) -> str | None:
    """The error tied to a field, by what it says describes it; None when it is not marked."""
    (field,) = page.all(f"//*[@id='f-{key}']")
    if field.get("aria-invalid") != "true":
        return None
    (error,) = page.all(f"//*[@id='f-{key}-error']")
    assert f"f-{key}-error" in field.get("aria-describedby").split()
    assert page.all(f"//a[@href='#f-{key}']") != []
    return " ".join(error.text_content().split())


def beside(page: Page, key: str) -> str:
    """What is stored, shown beside a field."""
    found = page.all(f"//*[@id='f-{key}-stored']")
    return " ".join(found[0].text_content().split()) if found else ""


def posted(page: Page, changes: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Everything the dossier's form of a page would send, changed."""
    (form,) = page.all("//form[@id='dossier-form']")
    return {**dict(form.form_values()), **(changes or {})}
