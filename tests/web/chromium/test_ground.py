"""The ground these tests stand on: what they look for is found where it is, and a sound page passes."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi import FastAPI

from tests.web.chromium import usable
from tests.web.chromium.conftest import PHONE, Room, room_in
from tests.web.chromium.driving import Driven
from tests.world import World

FLAWED = """<!doctype html><html lang="vi"><head><title>Thử</title><style>
  .pale { color: #ccc; background: #fff; } .wide { width: 900px; } .hidden-focus:focus-visible { outline: none; }
</style></head><body><main><h1>Thử</h1><p class="pale">Chữ mờ</p><h4>Nhảy cấp</h4>
<div class="wide">Rộng</div>
<input id="nameless"><label for="wrong">Ngày</label><input id="wrong" aria-invalid="true">
<a class="hidden-focus" href="#x">Không thấy tiêu điểm</a>
<button type="button">A</button><button type="button" tabindex="0">B</button>
</main></body></html>"""
TRAP = """() => document.addEventListener("keydown", (event) => event.preventDefault())"""


def test_flaws_are_found(room: Room) -> None:
    page = room.open(None, viewport=PHONE)
    page.set_content(FLAWED)
    found = " ".join(usable.violations(page))
    for rule in ("color-contrast", "heading-order", "label"):
        assert f"{rule} (" in found
    assert [line.split(":")[0] for line in usable.too_wide(page)] == ["too wide", "too wide"]
    assert "wide" in usable.too_wide(page)[1]
    assert [("nameless" in line, "wrong" in line) for line in usable.unnamed(page)] == [(True, False), (False, True)]
    assert ["hidden-focus" in line for line in usable.out_of_reach(page) if "focus not seen" in line].count(True) == 1
    page.evaluate(TRAP)
    assert len([line for line in usable.out_of_reach(page) if line.startswith("not reached")]) == 5


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("alert(1)", "alert: 1"),
        ("setTimeout(() => { throw new Error('không ai bắt') })", "script: không ai bắt"),
        ("console.error('lỗi')", "console: lỗi"),
        ("fetch('http://192.0.2.1/')", "console: policy: connect-src http://192.0.2.1"),
        ("fetch('/khong-co.css')", "console: Failed to load resource: the server responded with a status of 404"),
        ("document.body.setAttribute('onclick', 'x()')", "console: policy: script-src-attr inline"),
        ("document.body.setAttribute('style', 'color: red')", "console: policy: style-src-attr inline"),
    ],
)
def test_what_no_page_may_do_is_noticed(
    chromium: Driven, app: FastAPI, address: str, world: World, script: str, found: str
) -> None:
    with pytest.raises(AssertionError, match="=="), room_in(chromium, app, address, world) as room:  # noqa: PT012 - the end of the block raises
        page = room.open(None)
        page.goto("/dang-nhap")
        page.evaluate(f"() => {{ {script.replace('/khong-co.css', '/static/khong-co.css')} }}")
        page.wait_for_timeout(200)
        seen = list(room.watch(page).problems)
        assert any(line.startswith(found) for line in seen), seen


def test_there_is_no_way_off_this_machine(room: Room) -> None:
    page = room.open(None)
    with pytest.raises(Exception, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("https://example.org/")
    (problem,) = room.watch(page).problems
    assert problem == "request to somebody else: https://example.org/"
    room.watch(page).problems.clear()


def test_what_needs_a_loop_of_its_own_has_it_in_a_thread(room: Room) -> None:
    with ThreadPoolExecutor(1) as elsewhere:
        assert elsewhere.submit(asyncio.run, asyncio.sleep(0, "xong")).result() == "xong"
    page = room.open(None)
    page.goto("/dang-nhap")
    assert page.locator("h1").count() == 1


def test_nothing_runs_between_its_uses(chromium: Driven) -> None:
    with pytest.raises(RuntimeError, match="no running event loop"):
        asyncio.get_running_loop()
    with chromium.at_work():
        assert asyncio.get_running_loop() is chromium.loop
    assert asyncio.run(asyncio.sleep(0, "xong")) == "xong"
