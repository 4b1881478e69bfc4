"""Every step without JavaScript: filled in, sent, accepted, returned, answered, sent again."""

from playwright.sync_api import expect

from rules.vocabulary import State
from tests.web.chromium.conftest import Room
from tests.web.chromium.journeys import acts
from tests.web.chromium.journeys.acts import HOME, press, step, told, unfolded

LETTER = "14/TTr-UBND ngày 18/11/2025"


def test_a_dossier_is_filled_in_sent_returned_and_answered(room: Room) -> None:
    world = room.world
    officer, head, reviewer = (
        room.open(name, java_script_enabled=False) for name in ("officer-07282", "head-07282", "reviewer")
    )
    officer.goto(f"{HOME}/don-vi/moi/individual")
    acts.fill_in(officer, {**acts.ANSWERS, "breach": "Có", "letter": LETTER})
    officer.get_by_label("Nếu có, nêu cụ thể").first.fill("Khiển trách năm 2019, đã xóa.")
    press(officer, acts.SAVE)
    one = acts.identity(officer)
    assert world.look(one).fields["breach"] == "Khiển trách năm 2019, đã xóa."
    acts.fill_in(officer, {"breach": "Không", "merit": "Vận động 40 hộ."})
    press(officer, acts.SAVE)
    dossier = world.look(one)
    assert (dossier.fields["breach"], dossier.fields["merit"], dossier.fields["letter"]) == (
        False, "Vận động 40 hộ.", LETTER,
    )  # fmt: skip
    head.goto(f"/ho-so/{one}")
    step(head, "Nộp hồ sơ")
    reviewer.goto(f"{HOME}/ho-so")
    reviewer.get_by_label("Tên hoặc mã hồ sơ").fill("hong man")
    reviewer.keyboard.press("Enter")
    reviewer.get_by_role("link", name=acts.ANSWERS["name"]).click()
    step(reviewer, "Tiếp nhận")
    unfolded(reviewer, "Nêu yêu cầu: Tóm tắt thành tích").get_by_role("textbox").fill("Nêu số liệu từng năm.")
    step(reviewer, "Trả lại để bổ sung", due="2025-11-28")
    assert world.state(one) is State.RETURNED
    officer.goto(f"/ho-so/{one}/sua")
    beside = officer.locator(".question").filter(has=officer.locator("#f-merit"))
    expect(beside.locator(".finding")).to_contain_text("Nêu số liệu từng năm.")
    acts.answer(officer, "merit", "Năm 2024: 20 hộ; năm 2025: 20 hộ.")
    beside.get_by_label("Trả lời của đơn vị").fill("Đã bổ sung.")
    press(beside, "Lưu và trả lời mục này")
    told(officer, "Đã")
    head.goto(f"/ho-so/{one}")
    step(head, "Nộp hồ sơ")
    dossier = world.look(one)
    assert (dossier.state, dossier.fields["merit"]) == (State.SUBMITTED, "Năm 2024: 20 hộ; năm 2025: 20 hộ.")
    assert [(found.text, found.answer) for found in dossier.findings] == [("Nêu số liệu từng năm.", "Đã bổ sung.")]
