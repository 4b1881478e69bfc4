"""Papers in a real browser: chosen, sent, refused in words, downloaded and never opened by the portal itself."""

from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, ViewportSize

from tests.engine.files import samples
from tests.engine.files.attaching import names_of
from tests.web.chromium import usable
from tests.web.chromium.conftest import DESK, PHONE, Room

MEGABYTE = 1024 * 1024
PDF = "application/pdf"


def opened(room: Room, identity: str, who: str = "officer-07282", size: ViewportSize = DESK) -> Page:
    page = room.open(who, viewport=size)
    page.goto(f"/ho-so/{identity}")
    return page


def choose(page: Page, field: str, *files: FilePayload) -> None:
    page.get_by_label(field, exact=True).set_input_files(list(files))


def test_papers_are_sent_and_downloaded(room: Room, tmp_path: Path) -> None:
    identity = room.world.draft()
    page = opened(room, identity)
    choose(page, "Tờ trình", FilePayload(name="Tờ trình 14.pdf", mimeType=PDF, buffer=samples.pdf(2)))
    choose(
        page,
        "Giấy tờ khác",
        FilePayload(name="ảnh.jpg", mimeType="image/jpeg", buffer=samples.jpeg()),
        FilePayload(name="xác nhận.docx", mimeType=samples.DOCX, buffer=samples.docx()),
    )
    page.get_by_role("button", name="Gửi tệp").click()
    page.get_by_text("Đã đính kèm “Tờ trình 14.pdf”, “ảnh.jpg”, “xác nhận.docx”.").wait_for()
    assert names_of(room.world, identity) == [
        ("letter", "Tờ trình 14.pdf"),
        ("other", "ảnh.jpg"),
        ("other", "xác nhận.docx"),
    ]
    with page.expect_download() as coming:
        page.get_by_role("link", name="Tờ trình 14.pdf").click()
    assert coming.value.suggested_filename == "Tờ trình 14.pdf"
    assert Path(coming.value.path()).read_bytes() == samples.pdf(2)
    for _ in range(2):  # the page stays, so its button must not be used up
        with page.expect_download() as coming:
            page.get_by_role("button", name="Tải cả hồ sơ (ZIP)").click()
        assert coming.value.suggested_filename == f"ho-so-{identity}.zip"
    page.get_by_role("button", name="Gỡ ảnh.jpg").click()
    page.get_by_text("Đã gỡ giấy tờ.").wait_for()
    assert len(names_of(room.world, identity)) == 2


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_refused_file_is_told_at_its_field_to_everybody(room: Room, size: ViewportSize, tmp_path: Path) -> None:
    identity = room.world.draft()
    room.world.draft()
    page = opened(room, identity, size=size)
    name = "Báo cáo thành tích có xác nhận của UBND xã năm 2025 bản cuối cùng đã sửa lần thứ tư (1).pdf"
    choose(page, "Tờ trình", FilePayload(name=name, mimeType=PDF, buffer=samples.pdf(3)))
    harmful = samples.in_catalogue(OpenAction=samples.script())
    choose(page, "Biên bản họp xét", FilePayload(name=f"2-{name}", mimeType=PDF, buffer=harmful))
    page.get_by_role("button", name="Gửi tệp").click()
    page.get_by_text("JavaScript").wait_for()
    assert page.get_by_label("Biên bản họp xét", exact=True).get_attribute("aria-invalid") == "true"
    usable.open_everything(page)
    found = [*usable.violations(page), *usable.too_wide(page), *usable.unnamed(page), *usable.out_of_reach(page)]
    assert found == []
    page.screenshot(path=tmp_path / "page.png", full_page=True)


@pytest.mark.parametrize("who", ["reviewer", "observer"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_panel_is_usable_for_who_only_reads(room: Room, who: str, size: ViewportSize, tmp_path: Path) -> None:
    identity = room.world.draft()
    page = opened(room, identity)
    choose(page, "Tờ trình", FilePayload(name="Tờ trình 14.pdf", mimeType=PDF, buffer=samples.pdf(2)))
    page.get_by_role("button", name="Gửi tệp").click()
    page.get_by_text("Đã đính kèm").wait_for()
    page = opened(room, identity, who, size)
    usable.open_everything(page)
    found = [*usable.violations(page), *usable.too_wide(page), *usable.unnamed(page), *usable.out_of_reach(page)]
    assert found == []
    page.screenshot(path=tmp_path / "page.png", full_page=True)


def test_files_that_are_too_large_together_are_refused_on_a_page(room: Room, tmp_path: Path) -> None:
    """The browser sends all of them all the same; it must come to read the answer."""
    identity = room.world.draft()
    page = opened(room, identity)
    paths = []
    for number in range(4):
        path = tmp_path / f"{number}.pdf"
        path.write_bytes(samples.pdf() + bytes(16 * MEGABYTE))
        paths.append(path)
    page.get_by_label("Giấy tờ khác", exact=True).set_input_files(paths)
    page.get_by_role("button", name="Gửi tệp").click()
    page.get_by_text("Các tệp gửi một lần vượt quá 60 MB").wait_for()
    assert names_of(room.world, identity) == []
