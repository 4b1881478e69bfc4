"""Signing in and out over HTTP: cookies, the second step, throttling, links by letter, and the account's own page."""

import re
import time
from collections.abc import Iterator
from http.cookiejar import Cookie

import httpx
import pyotp
import pytest
from argon2 import PasswordHasher

from engine import clock
from engine.access import passwords, sessions
from rules.vocabulary import State
from tests.engine.access.conftest import RIGHT, Door
from tests.web.browser import Browser, Page, browser
from tests.web.client import Portal
from tests.web.conftest import At, browsers
from tests.world import World
from web.browsers import browser as browser_name

WRONG = "Tên đăng nhập hoặc mật khẩu không đúng."
OLD_FORM = "Trang đăng nhập đã mở quá lâu. Hãy đăng nhập lại."
OTHER = "Một câu khác cũng dài như thế"
CLEAN = ("attempt", "web_session", "pass_link", "credential")


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 with the least work."""
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords.decoy.cache_clear()


@pytest.fixture
def world(shared_world: World) -> World:
    """One world for all, in which nobody has a password."""
    for table in CLEAN:
        shared_world.change(f"DELETE FROM {table}", owner=True)  # noqa: S608 - four names
    return shared_world


@pytest.fixture
def at(world: World, portal: Portal) -> Iterator[At]:
    """Somebody's browser there."""
    yield from browsers(portal, world)


@pytest.fixture
def door(world: World) -> Door:
    """The reviewer, who has a password."""
    door = Door(world, "reviewer", "reviewer2", "127.0.0.1", clock.now())
    door.give_password()
    return door


def sign_in(browser: Browser, name: str = "reviewer", password: str = RIGHT, page: Page | None = None) -> Page:
    """Fill in the form of the sign-in page and send it."""
    return browser.send(page or browser.get("/dang-nhap"), "/dang-nhap", {"name": name, "password": password})


def cookie(browser: Browser, name: str) -> Cookie | None:
    """A cookie of the browser."""
    return next((one for one in browser.client.cookies.jar if one.name == name), None)


def set_cookies(answer: httpx.Response) -> dict[str, str]:
    """What an answer sets, by name, without values."""
    lines = (re.sub("expires=[^;]+", "expires=x", line) for line in answer.headers.get_list("set-cookie"))
    found = (line.split("=", 1) for line in lines)
    return {name: rest.partition(";")[2].strip() for name, rest in found}


def test_signing_in_gives_a_new_cookie_and_ends_what_the_browser_had(at: At, door: Door) -> None:
    nobody = at(None)
    sign_in(nobody)
    first = cookie(nobody, "phien")
    assert first is not None
    assert nobody.get("/tai-khoan").status == 200
    sign_in(nobody)
    second = cookie(nobody, "phien")
    assert second is not None
    assert second.value != first.value
    assert (door.who(str(first.value)), door.who(str(second.value))) == (None, "reviewer")


def test_a_cookie_somebody_else_planted_is_not_the_one_that_opens(at: At, door: Door) -> None:
    nobody = at(None)
    for name in ("phien", "bieu_mau", "cho_ma", "trinh_duyet"):
        nobody.client.cookies.set(name, "planted", domain="127.0.0.1", path="/")
    page = sign_in(nobody)
    assert page.status == 200
    assert "planted" not in {one.value for one in nobody.client.cookies.jar if one.name == "phien"}
    with httpx.Client(base_url=nobody.client.base_url, cookies={"phien": "planted"}, trust_env=False) as other:
        assert other.get("/tai-khoan").status_code == 303


def test_no_script_and_no_other_site_gets_at_the_cookies(at: At, door: Door) -> None:
    nobody = at(None)
    page = nobody.get("/dang-nhap")
    assert set_cookies(page.answer) == {"bieu_mau": "HttpOnly; Max-Age=14400; Path=/; SameSite=strict"}
    answer = sign_in(nobody, page=page).answer.history[0]
    assert set_cookies(answer) == {
        "phien": "HttpOnly; Path=/; SameSite=lax",
        "trinh_duyet": "HttpOnly; Max-Age=31536000; Path=/; SameSite=strict",
        "cho_ma": answer_gone("lax"),
        "bieu_mau": answer_gone("strict"),
    }
    known = cookie(nobody, "trinh_duyet")
    session = cookie(nobody, "phien")
    assert known is not None
    assert session is not None
    assert known.value == sessions.digest(str(session.value))
    assert door.who(str(known.value)) is None


def answer_gone(samesite: str) -> str:
    """How a cookie is taken away."""
    return f"expires=x; HttpOnly; Max-Age=0; Path=/; SameSite={samesite}"


def test_behind_tls_cookies_are_kept_to_this_host_and_to_encryption(
    at: At, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VINHDANH_PUBLIC_URL", "https://vinhdanh.example")
    nobody = at(None)
    page = nobody.get("/dang-nhap")
    token = page.form("/dang-nhap").fields["_csrf"]
    assert page.answer.headers["strict-transport-security"] == "max-age=31536000"
    answer = nobody.client.post(
        "/dang-nhap",
        data={"_csrf": token, "name": "reviewer", "password": RIGHT},
        headers={"Cookie": f"__Host-bieu_mau={token}", "Origin": "https://vinhdanh.example"},
    )
    assert answer.status_code == 303
    cookies = set_cookies(answer)
    assert cookies.keys() == {"__Host-phien", "__Host-trinh_duyet", "__Host-cho_ma", "__Host-bieu_mau"}
    for words in cookies.values():
        assert "Secure" in words
        assert "Domain" not in words


def test_without_the_page_s_own_token_nobody_is_signed_in(at: At, door: Door, world: World) -> None:
    nobody = at(None)
    page = nobody.get("/dang-nhap")
    for fields in ({"_csrf": ""}, {"_csrf": "khác"}):
        answer = nobody.send(page, "/dang-nhap", {"name": "reviewer", "password": RIGHT, **fields})
        assert (answer.status, answer.alerts) == (401, [OLD_FORM])
    nobody.client.cookies.clear()
    assert sign_in(nobody, page=page).alerts == [OLD_FORM]
    assert world.query("SELECT FROM web_session") == []
    again = sign_in(nobody, page=nobody.get("/dang-nhap"))
    assert again.status == 200


def test_what_is_wrong_is_said_in_words_tied_to_the_fields_and_no_secret_comes_back(at: At, door: Door) -> None:
    page = sign_in(at(None), password="một mật khẩu sai")  # noqa: S106 - a wrong one
    assert (page.status, page.alerts) == (401, [WRONG])
    form = page.form("/dang-nhap")
    assert form.fields["name"] == "reviewer"
    assert not form.fields["password"]
    for name in ("name", "password"):
        assert form.inputs[name].get("aria-describedby") == "problem"
    assert "một mật khẩu sai" not in page.answer.text


def test_who_fails_too_often_is_told_when_to_try_again(at: At, door: Door) -> None:
    nobody = at(None)
    for _ in range(5):
        page = sign_in(nobody, password="sai")  # noqa: S106 - a wrong one
    page = sign_in(nobody)
    assert page.status == 429
    assert re.fullmatch(r"Đã thử nhiều lần không đúng. Hãy thử lại sau: \d\d:\d\d:\d\d", page.alerts[0])
    assert 1 <= int(page.answer.headers["retry-after"]) <= 6
    unknown = at(None)
    for _ in range(5):
        sign_in(unknown, name="không có ai")
    assert sign_in(unknown, name="không có ai").status == 429


def test_a_browser_that_was_signed_in_before_is_not_kept_out_by_strangers(
    at: At, door: Door, portal: Portal, world: World
) -> None:
    mine = at(None)
    sign_in(mine)
    mine.send(mine.get("/tai-khoan"), "/dang-xuat")
    stranger = browser(portal, world, None)
    tries = [sign_in(stranger, password="sai").status for _ in range(6)]  # noqa: S106 - a wrong one
    assert tries == [401] * 5 + [429]
    assert sign_in(mine).status == 200
    stranger.client.close()


def test_signing_out_ends_the_session_and_takes_the_cookie(at: At, door: Door) -> None:
    nobody = at(None)
    sign_in(nobody)
    before = cookie(nobody, "phien")
    assert before is not None
    page = nobody.send(nobody.get("/tai-khoan"), "/dang-xuat")
    assert page.answer.url.path == "/dang-nhap"
    assert cookie(nobody, "phien") is None
    assert door.who(str(before.value)) is None
    assert nobody.get("/tai-khoan").answer.url.path == "/dang-nhap"


def code(secret: str, steps: int = 0) -> str:
    """What the app shows, so many steps away."""
    return pyotp.TOTP(secret).at(clock.now(), counter_offset=steps)


@pytest.fixture
def secret(door: Door) -> str:
    """The second step, turned on with a code of the past, so that the present one is still good."""
    made = door.enrol()
    assert door.confirm(code(made, -1))
    return made


def test_after_the_password_the_code_is_asked_and_opens_under_another_cookie(at: At, door: Door, secret: str) -> None:
    nobody = at(None)
    page = sign_in(nobody, page=nobody.get("/dang-nhap?tiep=/tai-khoan"))
    assert (page.status, page.alerts) == (200, [])
    waiting = cookie(nobody, "cho_ma")
    assert waiting is not None
    assert cookie(nobody, "phien") is None
    nobody.client.cookies.set("phien", str(waiting.value), domain="127.0.0.1")
    assert nobody.get("/tai-khoan").answer.url.path == "/dang-nhap", "what waits for a code opens nothing"
    nobody.client.cookies.delete("phien", domain="127.0.0.1")
    page = nobody.send(page, "/dang-nhap/ma", {"code": "000000"})
    assert page.status == 401
    field = page.form("/dang-nhap/ma").inputs["code"]
    assert (field.get("aria-invalid"), field.get("aria-describedby").split()[0]) == ("true", "problem")
    page = nobody.send(page, "/dang-nhap/ma", {"code": code(secret)})
    assert (page.status, page.answer.url.path) == (200, "/tai-khoan")
    session = cookie(nobody, "phien")
    assert session is not None
    assert session.value != waiting.value
    assert cookie(nobody, "cho_ma") is None


def test_codes_are_throttled_over_http(at: At, door: Door, secret: str) -> None:
    nobody = at(None)
    page = sign_in(nobody)
    for _ in range(5):
        page = nobody.send(page, "/dang-nhap/ma", {"code": "000000"})
        assert page.status == 401
    page = nobody.send(page, "/dang-nhap/ma", {"code": code(secret)})
    assert page.status == 429
    assert 50 <= int(page.answer.headers["retry-after"]) <= 61


def test_a_code_without_a_password_before_it_leads_back_to_the_beginning(at: At, door: Door, secret: str) -> None:
    nobody = at(None)
    page = sign_in(nobody)
    nobody.client.cookies.delete("cho_ma", domain="127.0.0.1")
    page = nobody.send(page, "/dang-nhap/ma", {"code": code(secret)})
    assert page.status == 401
    assert page.form("/dang-nhap") is not None
    assert "Đã quá thời gian" in page.alerts[0]


def test_what_was_typed_survives_signing_in_with_a_code(at: At, door: Door, secret: str, world: World) -> None:
    identity = world.advance(world.draft(), State.IN_REVIEW)
    reviewer = at("reviewer")
    page = reviewer.get(f"/ho-so/{identity}")
    door.world.change("UPDATE web_session SET ended_at = now()")
    fields = {"anchor": ["field:merit", "", "", ""], "text": ["Làm rõ số liệu.", "", "", ""], "due": "2025-12-05"}
    page = sign_in(reviewer, page=reviewer.send(page, "/buoc", fields, action="return"))
    page = reviewer.send(page, "/dang-nhap/ma", {"code": "000000"})
    page = reviewer.send(page, "/dang-nhap/ma", {"code": code(secret)})
    assert "Làm rõ số liệu." in page.text
    assert page.form("/buoc").fields["action"] == "return"
    assert world.state(identity) is State.IN_REVIEW


def test_a_form_that_held_nothing_leads_to_the_first_page_after_signing_in(at: At, door: Door) -> None:
    reviewer = at("reviewer")
    page = reviewer.get("/tai-khoan")
    door.world.change("UPDATE web_session SET ended_at = now()")
    page = reviewer.send(page, "/dang-xuat")
    assert page.status == 401
    assert sign_in(reviewer, page=page).status == 200


def letters_of(door: Door, name: str, number: int) -> list[str]:
    """The links an account was sent, once so many letters are written: that is done after the answer."""
    for _ in range(200):
        if len(found := door.linked(name)) >= number:
            return found
        time.sleep(0.05)
    raise AssertionError(f"no letter to {name}")


def ask(browser: Browser, name: str) -> Page:
    """Ask for a letter."""
    return browser.send(browser.get("/quen-mat-khau"), "/quen-mat-khau", {"name": name})


def test_asking_for_a_letter_says_the_same_whoever_is_asked_for(at: At, door: Door) -> None:
    nobody = at(None)
    before = len(door.linked()), len(door.linked("reviewer2"))
    answers = [ask(nobody, name) for name in ("reviewer", "không có ai", "reviewer2@bacninh.example")]
    assert {answer.status for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert len({tuple(sorted(set_cookies(answer.answer))) for answer in answers}) == 1
    assert "Nếu có tài khoản như vậy" in answers[0].text
    letters_of(door, "reviewer", before[0] + 1)
    letters_of(door, "reviewer2", before[1] + 1)


def test_too_many_letters_are_refused_whoever_is_asked_for(at: At, door: Door) -> None:
    nobody = at(None)
    for name in ("reviewer", "không có ai"):
        statuses = [ask(nobody, name).status for _ in range(4)]
        assert statuses == [200, 200, 200, 429]
    assert 595 <= int(ask(nobody, "reviewer").answer.headers["retry-after"]) <= 601


def test_a_letter_is_asked_for_on_a_page_of_ours_only(at: At, door: Door, world: World) -> None:
    nobody = at(None)
    page = nobody.send(nobody.get("/quen-mat-khau"), "/quen-mat-khau", {"name": "reviewer", "_csrf": "khác"})
    assert page.status == 409
    assert world.query("SELECT FROM attempt") == []


def test_a_link_lets_somebody_choose_a_password_and_sign_in(at: At, door: Door) -> None:
    nobody = at(None)
    number = len(door.linked("reviewer2"))
    ask(nobody, "reviewer2")
    link = letters_of(door, "reviewer2", number + 1)[-1]
    page = nobody.get(f"/mat-khau/{link}")
    assert page.form(f"/mat-khau/{link}").fields["username"] == "reviewer2"
    where = f"/mat-khau/{link}"
    for password, again, flaw in ((OTHER, RIGHT, "again"), ("ngắn", "ngắn", "new"), ("a" * 20, "a" * 20, "new")):
        page = nobody.send(page, where, {"password": password, "password_again": again})
        assert page.status == 409
        (field,) = page.all("//input[@aria-invalid='true']")
        assert field.get("id") == flaw
        (told,) = page.all(f"//*[@id='{flaw}-flaw']")
        assert told.text_content().strip()
        assert f"{flaw}-flaw" in field.get("aria-describedby").split()
        assert password not in page.answer.text
    page = nobody.send(page, where, {"password": OTHER, "password_again": OTHER})
    assert (page.status, page.answer.url.path) == (200, "/dang-nhap")
    assert "Đã đặt mật khẩu." in page.text
    assert cookie(nobody, "phien") is None, "one signs in with it, code and all"
    assert sign_in(nobody, "reviewer2", OTHER).status == 200
    assert nobody.get(where).status == 404


def test_a_link_used_elsewhere_meanwhile_is_told(at: At, door: Door) -> None:
    nobody = at(None)
    link = door.send()
    page = nobody.get(f"/mat-khau/{link}")
    door.choose(link, OTHER)
    page = nobody.send(page, f"/mat-khau/{link}", {"password": RIGHT, "password_again": RIGHT})
    assert page.status == 404
    assert "đã dùng, đã hết hạn hoặc đã được thay" in page.text
    assert nobody.get("/mat-khau/khong-co").status == 404


def test_a_link_takes_no_form_of_another_page(at: At, door: Door) -> None:
    nobody = at(None)
    link = door.send()
    page = nobody.get(f"/mat-khau/{link}")
    fields = {"password": OTHER, "password_again": OTHER, "_csrf": "khác"}
    assert nobody.send(page, f"/mat-khau/{link}", fields).status == 409
    assert door.open(link) == "reviewer"


def test_a_new_password_by_letter_opens_again_what_strangers_made_wait(at: At, door: Door) -> None:
    nobody = at(None)
    tries = [sign_in(nobody, password="sai").status for _ in range(6)]  # noqa: S106 - a wrong one
    assert tries == [401] * 5 + [429]
    door.choose(door.send(), OTHER)
    assert sign_in(nobody, password=OTHER).status == 200


def test_changing_the_password_asks_for_the_old_one_and_ends_other_sessions(
    at: At, door: Door, portal: Portal, world: World
) -> None:
    here, there = at(None), browser(portal, world, None)
    sign_in(here)
    sign_in(there)
    page = here.get("/tai-khoan")
    tries = (("sai", OTHER, OTHER, "current"), (RIGHT, OTHER, RIGHT, "again"), (RIGHT, "ngắn", "ngắn", "new"))
    for old, new, again, flaw in tries:
        page = here.send(page, "/tai-khoan/mat-khau", {"password": old, "password_new": new, "password_again": again})
        assert page.status == 409
        (field,) = page.all("//input[@aria-invalid='true']")
        assert field.get("id") == flaw
        assert OTHER not in page.answer.text
    fields = {"password": RIGHT, "password_new": OTHER, "password_again": OTHER}
    page = here.send(page, "/tai-khoan/mat-khau", fields)
    assert (page.status, page.answer.url.path) == (200, "/tai-khoan")
    assert "Đã đổi mật khẩu. Số phiên đăng nhập khác đã kết thúc: 1." in page.text
    assert there.get("/tai-khoan").answer.url.path == "/dang-nhap"
    assert sign_in(there, password=OTHER).status == 200
    there.client.close()


def test_the_old_password_is_throttled_too(at: At, door: Door) -> None:
    here = at(None)
    sign_in(here)
    page = here.get("/tai-khoan")
    for _ in range(5):
        page = here.send(page, "/tai-khoan/mat-khau", {"password": "sai", "password_new": OTHER})
        assert page.status == 409
    page = here.send(page, "/tai-khoan/mat-khau", {"password": RIGHT, "password_new": OTHER, "password_again": OTHER})
    assert page.status == 429
    assert door.come("reviewer", OTHER, address="198.51.100.1").__class__.__name__ == "Turned"


def test_the_second_step_is_turned_on_by_a_code_and_off_by_the_password(at: At, door: Door) -> None:
    here = at(None)
    sign_in(here)
    page = here.send(here.get("/tai-khoan"), "/tai-khoan/hai-buoc", {"password": "sai"})
    assert page.status == 409
    assert page.all("//*[local-name()='svg']") == []
    page = here.send(page, "/tai-khoan/hai-buoc", {"password": RIGHT})
    assert page.status == 200
    (picture,) = page.all("//div[@class='qr']/*[local-name()='svg']")
    assert picture.get("style") is None
    (shown,) = page.all("//code")
    page = here.send(page, "/tai-khoan/hai-buoc/bat", {"code": "000000"})
    assert page.status == 409
    (again,) = page.all("//code")
    assert again.text_content() == shown.text_content()
    (field,) = page.all("//input[@aria-invalid='true']")
    assert (field.get("id"), field.get("aria-describedby")) == ("code", "code-flaw")
    page = here.send(page, "/tai-khoan/hai-buoc/bat", {"code": code(shown.text_content(), -1)})
    assert "Đã bật xác minh hai bước." in page.text
    assert page.all("//code") == [], "the secret is shown once"
    assert shown.text_content() not in here.get("/tai-khoan").answer.text
    page = here.send(here.get("/tai-khoan"), "/tai-khoan/hai-buoc/tat", {"password": "sai"})
    assert page.status == 409
    page = here.send(page, "/tai-khoan/hai-buoc/tat", {"password": RIGHT})
    assert "Đã tắt xác minh hai bước." in page.text


def test_sessions_are_listed_and_ended_from_the_page(at: At, door: Door, portal: Portal, world: World) -> None:
    here = at(None)
    others = [browser(portal, world, "reviewer") for _ in range(3)]
    sign_in(here)
    page = here.get("/tai-khoan")
    rows = page.all("//section[@aria-labelledby='sessions']//li")
    assert len(rows) == 4
    assert [row for row in rows if "phiên này" in row.text_content()] == rows[:1]
    assert len(page.all("//form[@action='/tai-khoan/phien']")) == 4
    first = sessions.digest(str(others[0].client.cookies["phien"]))
    page = here.send(page, "/tai-khoan/phien", session=first)
    assert "đã kết thúc: 1." in page.text
    assert [one.get("/tai-khoan").answer.url.path for one in others] == ["/dang-nhap", "/tai-khoan", "/tai-khoan"]
    every = [form for form in page.all("//form[@action='/tai-khoan/phien']") if "session" not in form.fields]
    page = here.post("/tai-khoan/phien", dict(every[0].form_values()))
    assert "đã kết thúc: 2." in page.text
    assert here.get("/tai-khoan").status == 200
    for one in others:
        assert one.get("/tai-khoan").answer.url.path == "/dang-nhap"
        one.client.close()


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36", "Chrome, Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120 Safari/537.36 Edg/120.0", "Edge, Windows"),
        ("Mozilla/5.0 (Windows NT 6.1) coc_coc_browser/110.0 Chrome/104 Safari/537.36", "Cốc Cốc, Windows"),
        ("Mozilla/5.0 (Linux; Android 9; SM-J415F) Chrome/119 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 16_0 like Mac OS X) Version/16.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/118.0", "Firefox, Linux"),
        ("curl/8.4.0", "curl/8.4.0"),
        ("x" * 300, "x" * 60),
        ("", ""),
    ],
)
def test_a_browser_is_called_by_its_name(agent: str, name: str) -> None:
    assert browser_name(agent) == name


def test_nobody_ends_somebody_else_s_session(at: At, door: Door) -> None:
    here, admin = at(None), at("admin")
    sign_in(here)
    theirs = sessions.digest(str(admin.client.cookies["phien"]))
    form = here.get("/tai-khoan").form("/tai-khoan/mat-khau")
    page = here.post("/tai-khoan/phien", {"_csrf": form.fields["_csrf"], "session": theirs})
    assert "đã kết thúc: 0." in page.text
    assert admin.get("/tai-khoan").status == 200


def test_the_page_of_an_account_without_a_password_says_how_to_get_one(at: At, door: Door) -> None:
    page = at("admin").get("/tai-khoan")
    assert "Tài khoản này chưa có mật khẩu." in page.text
    assert page.all("//input[@type='password']") == []
    assert "Quản trị hệ thống" in page.text


def test_script_in_a_name_or_a_browser_s_words_stays_words(at: At, door: Door, world: World) -> None:
    script = "<script>alert(1)</script>"
    nobody = at(None)
    nobody.client.headers["User-Agent"] = script
    page = sign_in(nobody, name=script)
    assert script not in page.answer.text
    assert page.form("/dang-nhap").fields["name"] == script
    sign_in(nobody)
    page = nobody.get("/tai-khoan")
    assert script not in page.answer.text
    assert script in page.text


@pytest.mark.parametrize("path", ["/dang-nhap", "/quen-mat-khau", "/dang-nhap/ma", "/mat-khau/x"])
def test_another_site_s_form_is_refused(at: At, door: Door, path: str) -> None:
    nobody = at(None)
    nobody.get("/dang-nhap")
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert nobody.post(path, {"name": "reviewer", "password": RIGHT}, headers=headers).status == 403
