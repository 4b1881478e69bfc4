"""From a letter to one's own page in a real browser, with a code, at a desk and on a phone; usable by everybody."""

import re
import time

import pyotp
import pytest
from playwright.sync_api import Page, ViewportSize, expect

from engine import clock
from tests.engine.access.conftest import RIGHT, Door
from tests.web.chromium import usable
from tests.web.chromium.conftest import DESK, PHONE, Room
from tests.web.provider import providing


def usable_by_all(page: Page, name: str) -> None:
    """Nothing of what everybody needs is lacking here."""
    found = [*usable.violations(page), *usable.too_wide(page), *usable.unnamed(page), *usable.out_of_reach(page)]
    assert found == [], name


def send(page: Page, button: str, **fields: str) -> None:
    """Fill in fields by their labels' beginnings, and press a button."""
    for label, value in fields.items():
        page.get_by_label(re.compile(f"^{label.replace('_', ' ')}")).fill(value)
    page.get_by_role("button", name=button, exact=True).click()


def newest_link(door: Door) -> str:
    """The link of the account's letter, which is written after the answer to who asked for it."""
    for _ in range(200):
        if found := door.linked():
            return found[-1]
        time.sleep(0.05)
    raise AssertionError("no letter")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_from_a_letter_to_ones_own_page(room: Room, size: ViewportSize) -> None:
    door = Door(room.world, "reviewer", "reviewer2", "127.0.0.1", clock.now())
    page = room.open(None, viewport=size)
    page.goto("/dang-nhap")
    send(page, "Đăng nhập", Tên_đăng_nhập="reviewer", Mật_khẩu=RIGHT)
    usable_by_all(page, "sign-in-refused")
    page.get_by_role("link", name="Quên mật khẩu").click()
    usable_by_all(page, "ask-letter")
    send(page, "Gửi thư", Tên_đăng_nhập="reviewer")
    usable_by_all(page, "letter-asked")
    page.goto(f"/mat-khau/{newest_link(door)}")
    send(page, "Đặt mật khẩu", Mật_khẩu_mới=RIGHT, Nhập_lại=f"{RIGHT}?")
    usable_by_all(page, "choose-password-refused")
    send(page, "Đặt mật khẩu", Mật_khẩu_mới=RIGHT, Nhập_lại=RIGHT)
    expect(page.get_by_role("status")).to_contain_text("Đã đặt mật khẩu.")
    send(page, "Đăng nhập", Tên_đăng_nhập="reviewer@bacninh.example", Mật_khẩu=RIGHT)
    page.get_by_role("link", name="reviewer", exact=True).click()
    usable_by_all(page, "account")
    send(page, "Đổi mật khẩu", Mật_khẩu_mới=f"{RIGHT}!", Nhập_lại=f"{RIGHT}!")
    expect(page.locator("#current:invalid")).to_be_visible()
    page.locator("#current").fill("không phải")
    page.get_by_role("button", name="Đổi mật khẩu").click()
    usable_by_all(page, "account-refused")
    page.locator("#turn-on").fill(RIGHT)
    page.get_by_role("button", name="Bắt đầu bật xác minh hai bước").click()
    usable_by_all(page, "second-step")
    secret = page.locator("code").inner_text()
    assert page.locator(".qr svg").bounding_box()
    send(page, "Bật xác minh hai bước", Mã_6="000000")
    usable_by_all(page, "second-step-refused")
    send(page, "Bật xác minh hai bước", Mã_6=pyotp.TOTP(secret).at(clock.now(), counter_offset=-1))
    expect(page.get_by_role("status")).to_contain_text("Đã bật xác minh hai bước.")
    usable_by_all(page, "second-step-on")
    page.get_by_role("button", name="Đăng xuất").click()
    send(page, "Đăng nhập", Tên_đăng_nhập="reviewer", Mật_khẩu=RIGHT)
    usable_by_all(page, "code")
    send(page, "Xác minh", Mã_6=pyotp.TOTP(secret).now())
    expect(page.get_by_role("link", name="reviewer", exact=True)).to_be_visible()


def test_in_english_nothing_at_the_door_is_left_untranslated(room: Room) -> None:
    door = Door(room.world, "reviewer", "reviewer2", "127.0.0.1", clock.now())
    door.give_password()
    page = room.open(None, language="en")
    untranslated = """() => [...document.querySelectorAll("main *")].filter((one) => !one.children.length
      && !one.closest("[lang=vi]") && /[à-ỹđ]/i.test(one.textContent)).map((one) => one.textContent.trim())"""
    for path in ("/dang-nhap", "/quen-mat-khau", f"/mat-khau/{door.send()}"):
        page.goto(path)
        assert page.evaluate(untranslated) == [], path
    page.goto("/dang-nhap")
    page.get_by_label("Account name").fill("reviewer")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    assert page.evaluate(untranslated) == []


def test_an_office_s_own_sign_in_is_offered_and_leads_back(
    room: Room, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with providing() as provider:
        provider.person = {"sub": "7", "email": "reviewer@bacninh.example", "email_verified": True}
        monkeypatch.setenv("VINHDANH_PUBLIC_URL", address)
        monkeypatch.setenv("VINHDANH_OIDC_ISSUER", provider.issuer)
        monkeypatch.setenv("VINHDANH_OIDC_CLIENT_ID", "vinh-danh")
        provider.public = True
        page = room.open(None)
        page.goto("/dang-nhap")
        usable_by_all(page, "sign-in-elsewhere")
        page.get_by_role("link", name="Đăng nhập bằng tài khoản của cơ quan").click()
        expect(page.get_by_role("link", name="reviewer", exact=True)).to_be_visible()
        watch = room.watch(page)
        theirs = [one for one in watch.problems if one.startswith(f"request to somebody else: {provider.issuer}")]
        assert len(theirs) == 1
        watch.problems.remove(theirs[0])
