"""Somebody who has no mouse: Tab, Shift+Tab, Enter, Space, arrows and letters; whatever has the focus must show it."""

from dataclasses import dataclass
from datetime import date

from playwright.sync_api import ElementHandle, Locator, Page

from tests.web.chromium import usable

MOST = 200  # presses of Tab on the way to something; more than any page has stops
HAS_FOCUS = """(wanted) => {
  const here = document.activeElement;
  return wanted === here || (wanted.tagName === "FIELDSET" && wanted.contains(here) && here.type === "radio");
}"""
FOLLOWED = "() => Boolean(window.followed)"
FAINT = "() => window.followed.faint"
CHOSEN = """(one) => {
  const words = one.tagName === "SELECT" ? one.selectedOptions[0] : one.labels[0];
  return [one.value, words.textContent.trim()];
}"""


@dataclass
class Keyboard:
    """The keyboard of one window; `page` is looked at, never touched.

    Backwards it does not cross a date field: there the browser's own button has the focus first, with the browser's
    own ring, which no script can see.
    """

    page: Page

    def to(self, wanted: Locator, key: str = "Tab") -> None:
        """Press Tab until something has the focus, which is seen wherever it rests on the way."""
        target = wanted.element_handle()
        if not self.page.evaluate(FOLLOWED):
            self.page.evaluate(usable.FOLLOW_FOCUS, usable.CONTROLS)
        for _ in range(MOST):
            if self.page.evaluate(HAS_FOCUS, target):
                break
            self.page.keyboard.press(key)
        else:
            raise AssertionError(f"not reached: {wanted}")
        faint = self.page.evaluate(FAINT)
        assert not faint, f"the focus was not seen on {faint}"

    def back_to(self, wanted: Locator) -> None:
        """The same, backwards."""
        self.to(wanted, "Shift+Tab")

    def press(self, wanted: Locator) -> None:
        """Go to a button or a link and press it."""
        self.to(wanted)
        self.page.keyboard.press("Enter")

    def write(self, wanted: Locator, words: str) -> None:
        """Go to a field and type, in place of what stands there."""
        self.to(wanted)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(words)

    def day(self, wanted: Locator, day: date) -> None:
        """Go to a date field and type the day; its parts stand in the order of the browser's own language."""
        self.to(wanted)
        for order in ("%d%m%Y", "%m%d%Y", "%Y%m%d"):
            for _ in range(3):
                self.page.keyboard.press("ArrowLeft")
            self.page.keyboard.type(day.strftime(order))
            if wanted.input_value() == day.isoformat():
                return
        raise AssertionError(f"cannot be typed: {day}")

    def pick(self, wanted: Locator, words: str) -> None:
        """Go to a list or a row of buttons and press the arrow until these words are chosen."""
        self.to(wanted)
        for _ in range(MOST):
            if words in self.page.evaluate(CHOSEN, self.focused()):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no such answer: {words}")

    def focused(self) -> ElementHandle:
        """What has the focus."""
        found = self.page.evaluate_handle("() => document.activeElement").as_element()
        assert found is not None
        return found

    def answer(self, key: str, words: str) -> None:
        """Answer a question of the dossier's form."""
        question = self.page.locator(f"[id='f-{key}']")
        if question.evaluate("(one) => one.tagName") in {"FIELDSET", "SELECT"}:
            self.pick(question, words)
        else:
            self.write(question, words)
