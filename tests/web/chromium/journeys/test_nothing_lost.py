"""Two tabs at one draft, and a session that ends in mid-form: somebody is told, and every word typed is still there."""

from playwright.sync_api import Page, expect

from engine import clock
from rules.vocabulary import State
from tests.engine.access.conftest import RIGHT, Door
from tests.web.chromium.conftest import Room
from tests.web.chromium.journeys.acts import SAVE, press, refused, step, told

TYPED = 'Vận động 40 hộ; số liệu “từng năm” & "<nơi>".'
MOVED = "Hồ sơ đã được sửa ở nơi khác từ khi bạn mở biểu mẫu này."


def test_two_tabs_at_one_draft(room: Room) -> None:
    world = room.world
    one = world.draft(model=None)
    first = room.open("officer-07282")
    second = first.context.new_page()
    for tab in (first, second):
        tab.goto(f"/ho-so/{one}/sua")
    first.fill("#f-merit", "Từ thẻ thứ nhất")
    first.fill("#f-position", "Bí thư chi bộ")
    press(first, SAVE)
    told(first, "Đã lưu")
    second.fill("#f-merit", "Từ thẻ thứ hai")
    second.fill("#f-model", "Tổ tự quản")
    press(second, SAVE)
    refused(second, MOVED)
    expect(second.locator("#f-merit")).to_have_value("Từ thẻ thứ hai")
    expect(second.locator("#f-merit-stored")).to_contain_text("Đang lưu: Từ thẻ thứ nhất")
    expect(second.locator("#f-position")).to_have_value("Bí thư chi bộ")
    expect(second.locator("#f-position-stored")).to_contain_text("Vừa được sửa ở nơi khác")
    expect(second.locator("#f-model")).to_have_value("Tổ tự quản")
    fields = world.look(one).fields
    assert (fields["merit"], fields["position"], fields["model"]) == ("Từ thẻ thứ nhất", "Bí thư chi bộ", None)
    press(second, SAVE)
    told(second, "Đã lưu")
    fields = world.look(one).fields
    assert (fields["merit"], fields["position"], fields["model"]) == ("Từ thẻ thứ hai", "Bí thư chi bộ", "Tổ tự quản")
    first.fill("#f-merit", "Lại từ thẻ thứ nhất")
    press(first, SAVE)
    refused(first, MOVED)
    first.get_by_label("Lấy nội dung đang lưu, bỏ nội dung tôi nhập").check()
    press(first, SAVE)
    assert world.look(one).fields["merit"] == "Từ thẻ thứ hai"
    world.assert_sound()


def sign_in(page: Page, name: str) -> None:
    """Give name and password on the page that asks for them."""
    page.get_by_label("Tên đăng nhập").fill(name)
    page.get_by_label("Mật khẩu").fill(RIGHT)
    press(page, "Đăng nhập")


def test_a_session_that_ends_in_mid_form(room: Room) -> None:
    world = room.world
    one = world.draft()
    Door(world, "reviewer", "reviewer2", "127.0.0.1", clock.now()).give_password("officer-07282")
    page, elsewhere = room.open("officer-07282"), room.open("officer-07282")
    page.goto(f"/ho-so/{one}/sua")
    page.fill("#f-merit", TYPED)
    elsewhere.goto("/tai-khoan")
    press(elsewhere, "Kết thúc mọi phiên khác")
    told(elsewhere, "Số phiên đăng nhập đã kết thúc: 1.")
    page.fill("#f-model", "Tổ tự quản")
    expect(page.locator("#kept")).to_contain_text("Phiên làm việc đã hết.")
    press(page, SAVE)
    expect(page.get_by_role("alert")).to_contain_text("Nội dung bạn vừa nhập được giữ lại")
    assert world.look(one).version == 1
    sign_in(page, "officer-07282")
    expect(page.locator("dl.carried")).to_contain_text(TYPED)
    press(page, "Gửi tiếp")
    told(page, "Đã lưu.")
    fields = world.look(one).fields
    assert (fields["merit"], fields["model"]) == (TYPED, "Tổ tự quản")
    head = room.open("head-07282")
    head.goto(f"/ho-so/{one}")
    step(head, "Nộp hồ sơ")
    assert world.state(one) is State.SUBMITTED
