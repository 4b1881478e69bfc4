"""A dossier from the sign-in page to a return and back, by people who have no mouse."""

from datetime import date

from playwright.sync_api import Page, expect

from engine import clock
from rules.vocabulary import State
from tests.engine.access.conftest import RIGHT, Door
from tests.web.chromium.conftest import Room
from tests.web.chromium.journeys.acts import ANSWERS
from tests.web.chromium.journeys.keyboard import Keyboard
from tests.world import IN_INTAKE

NAME = ANSWERS["name"]
MINUTES = "15/BB-HĐTĐKT ngày 02/11/2025"


def signed_in(room: Room, door: Door, name: str) -> tuple[Page, Keyboard]:
    """Somebody comes to the sign-in page, signs in, and sets the day that the rehearsal plays."""
    door.give_password(name)
    page = room.open(None)
    keys = Keyboard(page)
    page.goto("/dang-nhap")
    keys.write(page.locator("#name"), name)
    keys.write(page.locator("#password"), RIGHT)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
    keys.day(page.locator("#rehearsal-day"), IN_INTAKE)
    keys.press(page.get_by_role("button", name="Đặt ngày diễn tập"))
    expect(page.locator("footer")).to_contain_text("20/11/2025 (ngày diễn tập)")
    return page, keys


def step(page: Page, keys: Keyboard, words: str) -> None:
    """Unfold a step of a dossier's page, and take it when it asks nothing."""
    card = page.locator("details.step").filter(has=page.locator("summary", has_text=words))
    keys.press(card.locator("summary"))
    keys.press(card.get_by_role("button", name=words))
    expect(page.locator("main > [role=status]")).to_contain_text(f"Đã {words.lower()}")


def officer_fills_in(room: Room, door: Door) -> str:
    """A new dossier, every question answered, one of them twice; its id."""
    page, keys = signed_in(room, door, "officer-07282")
    keys.press(page.get_by_role("link", name="Hồ sơ của đơn vị"))
    keys.press(page.get_by_role("link", name="Lập hồ sơ: cá nhân"))
    for key, words in ANSWERS.items():
        if key == "minutes":
            keys.answer("letter", "14/TTr-UBND ngày 18/11/2025")
        keys.answer(key, words)
    keys.back_to(page.locator("#f-minutes"))
    keys.write(page.locator("#f-minutes"), MINUTES)
    keys.press(page.get_by_role("button", name="Lưu hồ sơ").last)
    expect(page.locator("main > [role=status]")).to_contain_text("Đã")
    (row,) = room.world.query("SELECT id, fields FROM nomination")
    wanted = {"name": NAME, "merit": ANSWERS["merit"], "minutes": MINUTES, "sex": "female", "project": "DA1"}
    assert {key: row.fields[key] for key in wanted} == wanted
    assert (row.fields["rating_2023"], row.fields["breach"]) == ("good", False)
    return str(row.id)


def reviewer_returns(room: Room, door: Door) -> None:
    """Accepted, then given back with a point written beside the field it concerns."""
    page, keys = signed_in(room, door, "reviewer")
    keys.press(page.get_by_role("link", name="Hồ sơ", exact=True))
    keys.press(page.get_by_role("link", name=NAME))
    step(page, keys, "Tiếp nhận")
    merit = page.locator("details.ask").filter(has=page.locator("summary", has_text="Nêu yêu cầu: Tóm tắt thành tích"))
    keys.press(merit.locator("summary"))
    keys.write(merit.get_by_role("textbox"), "Nêu số liệu từng năm.")
    card = page.locator("details.step").filter(has=page.locator("summary", has_text="Trả lại để bổ sung"))
    keys.press(card.locator("summary"))
    keys.day(card.locator("[name=due]"), date(2025, 11, 28))
    keys.press(card.get_by_role("button", name="Trả lại để bổ sung"))
    expect(page.locator("main > [role=status]")).to_contain_text("Đã trả lại để bổ sung.")


def test_a_dossier_is_filled_in_sent_and_returned_by_keyboard_alone(room: Room) -> None:
    world = room.world
    door = Door(world, "reviewer", "reviewer2", "127.0.0.1", clock.now())
    one = officer_fills_in(room, door)
    page, keys = signed_in(room, door, "head-07282")
    keys.press(page.get_by_role("link", name="Hồ sơ của đơn vị"))
    keys.press(page.get_by_role("link", name=NAME, exact=True))
    step(page, keys, "Nộp hồ sơ")
    assert world.state(one) is State.SUBMITTED
    reviewer_returns(room, door)
    dossier = world.look(one)
    assert (dossier.state, dossier.due) == (State.RETURNED, date(2025, 11, 28))
    assert [(found.anchor, found.text) for found in dossier.findings] == [("field:merit", "Nêu số liệu từng năm.")]
