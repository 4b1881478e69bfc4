"""Forms whose hidden parts somebody rewrote in their browser: another version, another dossier, another step."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page

from engine import review
from rules.vocabulary import State
from tests.web.chromium.conftest import Room
from tests.web.chromium.journeys.acts import HOME
from tests.web.chromium.journeys.repeating import traces
from tests.world import World

FORGE = """(form, [name, value]) => {
  if (name === "action=") form.setAttribute("action", value);
  else form.querySelectorAll(`[name="${name}"]`).forEach((one) => {
    (one.selectedOptions?.[0] ?? one).value = value;
  });
}"""


def draft(world: World) -> str:
    """A draft of unit 07282."""
    return world.draft()


def in_review(world: World) -> str:
    """One in review."""
    return world.advance(world.draft(), State.IN_REVIEW)


def endorsed(world: World) -> str:
    """One to be selected."""
    return world.advance(world.draft(), State.ENDORSED)


def asked_about(world: World) -> str:
    """One in appraisal, an agency asked about it."""
    one = world.advance(world.draft(), State.IN_APPRAISAL)
    with world.acting("appraiser") as (session, context):
        review.ask_agency(session, context, one, "Công an tỉnh")
    return one


@dataclass(frozen=True, kw_only=True)
class Forgery:
    """Whose page, the form there, what is rewritten in it, what is filled in, and how it is answered.

    `<one>` stands for the dossier, `<theirs>` for another unit's draft, `<far>` for one of theirs in review.
    """

    who: str
    made: Callable[[World], str]
    path: str
    form: str
    rewritten: tuple[str, str]
    status: int
    filled: tuple[tuple[str, str], ...] = ()


STEP = "#step-{}".format
FORGERIES = {
    "a later version of a draft": Forgery(
        who="officer-07282", made=draft, path="/ho-so/<one>/sua", form="#dossier-form",
        rewritten=("version", "99"), filled=(("f.merit", "Khác"),), status=409,
    ),
    "a version that is no number": Forgery(
        who="officer-07282", made=draft, path="/ho-so/<one>/sua", form="#dossier-form",
        rewritten=("version", "1 OR 1=1"), filled=(("f.merit", "Khác"),), status=422,
    ),
    "another unit's draft": Forgery(
        who="officer-07282", made=draft, path="/ho-so/<one>/sua", form="#dossier-form",
        rewritten=("action=", "/ho-so/<theirs>/sua"), filled=(("f.merit", "Khác"),), status=404,
    ),
    "another unit as nominator": Forgery(
        who="officer-07282", made=draft, path="/ho-so/<one>/sua", form="#dossier-form",
        rewritten=("f.unit", "07330"), status=303,  # saved but for this, which waits at its field
    ),
    "a step at another version": Forgery(
        who="head-07282", made=draft, path="/ho-so/<one>", form=STEP("submit"), rewritten=("version", "2"), status=409,
    ),
    "a step of another unit's dossier": Forgery(
        who="head-07282", made=draft, path="/ho-so/<one>", form=STEP("submit"),
        rewritten=("action=", "/ho-so/<theirs>/buoc"), status=404,
    ),
    "another office's step": Forgery(
        who="head-07282", made=draft, path="/ho-so/<one>", form=STEP("submit"), rewritten=("action", "accept"),
        status=403,
    ),
    "a step that goes by its own page": Forgery(
        who="reviewer", made=in_review, path="/ho-so/<one>", form=STEP("endorse"), rewritten=("action", "award"),
        status=409,
    ),
    "sending another unit's dossier": Forgery(
        who="head-07282", made=draft, path=f"{HOME}/don-vi/nop", form="form:has([name=ho-so])",
        rewritten=("ho-so", "<theirs>"), status=404,
    ),
    "another unit's dossier under a letter": Forgery(
        who="officer-07282", made=draft, path=f"{HOME}/don-vi/to-trinh?ho-so=<one>", form="form:has(#letter-number)",
        rewritten=("ho-so", "<theirs>"), filled=(("number", "14"), ("dated", "2025-11-18")), status=404,
    ),
    "selecting out of another category": Forgery(
        who="review-head", made=endorsed, path=f"{HOME}/xep-hang?loai=individual", form="form:has([value=select])",
        rewritten=("nomination", "<far>"), status=409,
    ),
    "an answer of an agency nobody asked": Forgery(
        who="appraiser", made=asked_about, path="/ho-so/<one>", form="form:has([name=result])",
        rewritten=("agency", "Thanh tra tỉnh"), filled=(("text", "Công văn 1"),), status=404,
    ),
    "another session's token": Forgery(
        who="head-07282", made=draft, path="/ho-so/<one>", form=STEP("submit"), rewritten=("_csrf", "x"), status=409,
    ),
}  # fmt: skip


def send(form: Locator) -> int:
    """Send a form as the browser has it now, past what the browser itself would ask for; the answer's status.

    Its page is there by then: else the next address would find the browser still on its way.
    """
    page = form.page
    with page.expect_navigation(), page.expect_response(lambda answer: answer.request.method == "POST") as coming:
        form.evaluate("(form) => { form.noValidate = true; form.requestSubmit(form.querySelector('[type=submit]')); }")
    return coming.value.status


def answered(world: World, page: Page, forgery: Forgery) -> int:
    """Rewrite the form of a new dossier's page and send it; the answer's status. Nothing may change by it."""
    known = {"one": forgery.made(world), "theirs": world.draft(unit="07330")}
    known["far"] = world.advance(world.draft(unit="07330"), State.IN_REVIEW)

    def meant(pattern: str) -> str:
        for what, identity in known.items():
            pattern = pattern.replace(f"<{what}>", identity)
        return pattern

    page.goto(meant(forgery.path))
    form = page.locator(forgery.form).first
    for field, words in forgery.filled:
        form.locator(f"[name='{field}']").first.evaluate("(one, words) => { one.value = words; }", words)
    if forgery.made is asked_about:
        form.locator("[value=clear]").check()
    form.evaluate(FORGE, [forgery.rewritten[0], meant(forgery.rewritten[1])])
    before = traces(world)
    status = send(form)
    assert traces(world) == before
    return status


@pytest.mark.parametrize("who", ["officer-07282", "head-07282", "reviewer", "review-head", "appraiser"])
def test_forged_forms_are_refused_and_change_nothing(room: Room, who: str) -> None:
    page = room.open(who)
    theirs = {name: forgery for name, forgery in FORGERIES.items() if forgery.who == who}
    answers = {name: answered(room.world, page, forgery) for name, forgery in theirs.items()}
    assert answers == {name: forgery.status for name, forgery in theirs.items()}
    assert answers
