"""Whether everybody can use a page: what axe-core finds, what a narrow screen cuts, what a keyboard cannot reach."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it ships no types
from playwright.sync_api import Page

AXE = Axe()
EVERY_RULE = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]},
    "rules": {"heading-order": {"enabled": True}, "page-has-heading-one": {"enabled": True}},
    "resultTypes": ["violations"],
}
OF_LANGUAGE = {
    "runOnly": {"type": "rule", "values": ["html-has-lang", "html-lang-valid", "valid-lang", "document-title"]},
    "resultTypes": ["violations"],
}
STOPS = 4  # of Tab within one control: a date field has three parts and a button
CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
OPEN_EVERYTHING = "() => document.querySelectorAll('details').forEach((one) => { one.open = true; })"
# What sticks out to the right, the innermost first; a table may scroll inside its own box.
TOO_WIDE = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const out = [...document.body.querySelectorAll("*")].filter(
    (one) => one.getBoundingClientRect().right > root.clientWidth + 1 && !one.querySelector("*"));
  return [`${root.scrollWidth} > ${root.clientWidth}`, ...out.slice(0, 5).map((one) => one.outerHTML.slice(0, 160))];
}"""
# A field without a name that is written next to it, and words said to belong to a field that are not there.
UNNAMED = """() => {
  const fields = [...document.querySelectorAll("input:not([type=hidden]), select, textarea")];
  const words = (ids) => ids.split(/\\s+/).every((id) => document.getElementById(id)?.textContent.trim());
  const named = (one) => [...one.labels].some((label) => label.textContent.trim())
    || one.getAttribute("aria-label") || words(one.getAttribute("aria-labelledby") ?? "-");
  const flawed = fields.filter((one) => !named(one)
    || (one.getAttribute("aria-invalid") === "true" && !one.getAttribute("aria-describedby")));
  const loose = [...document.querySelectorAll("[aria-describedby]")].filter(
    (one) => !words(one.getAttribute("aria-describedby")));
  return [...flawed, ...loose].map((one) => one.outerHTML.slice(0, 200));
}"""
# Whoever has the focus must show it by an outline: a shadow alone disappears where colours are forced.
FOLLOW_FOCUS = """(controls) => {
  const outlined = (one) => {
    const style = getComputedStyle(one);
    return style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 2;
  };
  const shown = (one) => one.checkVisibility({visibilityProperty: true}) && !one.disabled && one.tabIndex >= 0;
  const radios = new Set();
  const reached = [...document.querySelectorAll(controls)].filter(shown).filter((one) => {
    if (one.type !== "radio") return true;
    const group = `${one.form?.id}/${one.form?.action}/${one.name}`;
    return !radios.has(group) && radios.add(group);
  });
  window.followed = {wanted: new Set(reached), faint: []};
  document.addEventListener("focusin", (event) => {
    const one = event.target;
    window.followed.wanted.delete(one);
    for (const other of one.type === "radio" ? reached : []) {
      if (other.name === one.name && other.form === one.form) window.followed.wanted.delete(other);
    }
    const box = one.getBoundingClientRect();
    const seen = box.width > 0 && box.right > 0 && box.bottom > 0 && box.top < innerHeight;
    const faint = one.matches(controls) && !(outlined(one) && seen);
    if (faint) window.followed.faint.push(one.outerHTML.slice(0, 160));
  });
  document.activeElement?.blur?.();
  return reached.length;
}"""
UNREACHED = "() => [...window.followed.wanted].map((one) => one.outerHTML.slice(0, 160))"


def violations(page: Page, rules: dict[str, Any] = EVERY_RULE) -> list[str]:
    """What axe-core says is wrong, a line for each element."""
    found: list[dict[str, Any]] = AXE.run(page, options=rules).response["violations"]
    return [
        f"{one['id']} ({one['help']}): {node['html'][:200]}"
        + "".join(f" [{check['message']}]" for check in (*node["any"], *node["all"], *node["none"])[:1])
        for one in found
        for node in one["nodes"]
    ]


def too_wide(page: Page) -> list[str]:
    """What makes the page scroll sideways."""
    found: list[str] = page.evaluate(TOO_WIDE)
    return [f"too wide: {one}" for one in found]


def unnamed(page: Page) -> list[str]:
    """Fields without a label, and errors tied to nothing."""
    found: list[str] = page.evaluate(UNNAMED)
    return [f"without a name or its error: {one}" for one in found]


def out_of_reach(page: Page) -> list[str]:
    """What Tab does not come to, and what does not show that it has the focus. Leaves the page's focus somewhere."""
    left: int = page.evaluate(FOLLOW_FOCUS, CONTROLS)
    tries = left * STOPS + 5
    while left and tries > 0:
        for _ in range(left + 1):
            page.keyboard.press("Tab")
        tries -= left + 1
        left = page.evaluate("() => window.followed.wanted.size")
    unreached: list[str] = page.evaluate(UNREACHED)
    faint: list[str] = page.evaluate("() => window.followed.faint")
    return [f"not reached: {one}" for one in unreached] + [f"focus not seen: {one}" for one in dict.fromkeys(faint)]


def open_everything(page: Page) -> None:
    """Open what is folded, so that it is looked at too."""
    page.evaluate(OPEN_EVERYTHING)
