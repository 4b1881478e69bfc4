"""What people do on the pages: fill in, choose, press; by the words they read there where words tell things apart."""

from collections.abc import Mapping

from playwright.sync_api import Locator, Page, expect

from tests.world import CODE

HOME = f"/dot/{CODE}"
SAVE = "Lưu hồ sơ"
# Answers in words, in the order of the form: text, the choice of a list, the label of a button.
ANSWERS: dict[str, str] = {
    "name": "Lăng Thị Hồng Mận",
    "birth_date": "06/05/1980",
    "sex": "Nữ",
    "ethnicity": "Nùng",
    "cccd": "099180123456",
    "position": "Trưởng thôn",
    "workplace": "Thôn Đồng Gián, xã Đồng Kỳ",
    "project": "DA1",
    "direct": "Có",
    "email": "hong.man@bacninh.example",
    "merit": "Vận động 37 hộ hiến đất làm đường.",
    "model": "Tổ tự quản đường thôn.",
    **{f"rating_{year}": "Hoàn thành tốt nhiệm vụ" for year in range(2021, 2026)},
    "breach": "Không",
    "pending": "Không",
    "prior_awards": "Không",
    "minutes": "14/BB-HĐTĐKT ngày 01/11/2025",
    "report": "Có",
}


def answer(page: Page, key: str, words: str) -> None:
    """Answer one question of the dossier's form, whatever kind of field it has."""
    question = page.locator(f"[id='f-{key}']")
    kind = question.evaluate("(one) => one.tagName")
    if kind == "FIELDSET":
        question.get_by_label(words, exact=True).check()
    elif kind == "SELECT":
        question.select_option(words)
    else:
        question.fill(words)


def fill_in(page: Page, answers: Mapping[str, str]) -> None:
    """Answer these questions, without saving."""
    for key, words in answers.items():
        answer(page, key, words)


def press(where: Page | Locator, button: str) -> None:
    """Press a button by its words."""
    where.get_by_role("button", name=button, exact=True).first.click()


def told(page: Page, words: str) -> None:
    """What was done is said on the page that follows."""
    expect(page.locator("main > [role=status]")).to_contain_text(words)


def refused(page: Page, words: str) -> None:
    """What was refused is said on the page that follows."""
    expect(page.locator("main > [role=alert]")).to_contain_text(words)


def unfolded(where: Page | Locator, words: str) -> Locator:
    """What is folded under these words, opened if it is not."""
    page = where.page if isinstance(where, Locator) else where
    folded = where.locator("details").filter(has=page.locator("summary", has_text=words)).last
    if folded.get_attribute("open") is None:
        folded.locator("summary").first.click()
    return folded


def step(page: Page, words: str, **fields: str) -> None:
    """Take a step from a dossier's page: open its card, fill in what it asks (by `name`), press its button."""
    card = page.locator("details.step").filter(has=page.locator("summary", has_text=words))
    card.locator("summary").click()
    for name, value in fields.items():
        card.locator(f"[name={name}]").fill(value)
    press(card, words)
    told(page, f"Đã {words.lower()}")


def identity(page: Page) -> str:
    """The id of the dossier whose page or form is shown."""
    return page.url.split("/ho-so/")[1].split("/")[0].split("#")[0]
