"""Certificates: one page each, every name whole and inside the frame, in the order and colours of the pattern."""

from typing import Any

import pytest

from engine.papers.certificates import laid_out
from engine.papers.content import certificate_values
from engine.papers.wording import DRAFT, REHEARSAL
from tests.engine.papers import printing

POINT = 72 / 25.4
INNER = 9 - 1  # mm from the motif's edge that nothing may cross


def inside_motif(pdf: bytes, width: float, height: float, motif: tuple[float, float]) -> None:
    """Every character of every page stands inside the motif; marks may reach beyond it."""
    across, down = (width - motif[0]) / 2 + INNER, (height - motif[1]) / 2 + INNER
    for size, found in printing.boxes(pdf):
        assert size == pytest.approx((width * POINT, height * POINT), abs=1)
        for left, low, right, high in found:
            assert across * POINT <= left <= right <= (width - across) * POINT
            assert down * POINT <= low <= high <= (height - down) * POINT


def test_forty_five_awards_are_forty_five_pages() -> None:
    pages = printing.pages(printing.forty_five())
    lines = printing.awards()
    assert len(pages) == len(lines) == 45
    for page, line in zip(pages, lines, strict=True):
        assert f" {line['name']} " in page
        assert page.count("BẰNG KHEN") == 1
        assert f"Số sổ vàng: {line['serial']} " in f"{page} "


def test_the_lines_stand_in_the_patterns_order() -> None:
    line = printing.award(1, "Vi Thị Ơn")
    page = printing.pages(printing.certificates([line]))[0]
    order = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc",
             "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH BẮC NINH", "TẶNG", "BẰNG KHEN", "Vi Thị Ơn",
             "Trưởng thôn, UBND xã Đồng Kỳ", "Đã có thành tích xuất sắc",
             "Quyết định số 09/QĐ-UBND, ngày 22 tháng 12 năm 2025", "Số sổ vàng: 1",
             "Bắc Ninh, ngày 22 tháng 12 năm 2025", "CHỦ TỊCH", "Người Ký Giả Định")  # fmt: skip
    places = [page.index(words) for words in order[:-2]]
    assert places == sorted(places)
    assert page.endswith("CHỦ TỊCH Người Ký Giả Định")


def test_a_collective_says_its_unit_unless_its_name_does() -> None:
    unit = "Ủy ban nhân dân xã Đồng Kỳ"
    lines = [
        printing.award(1, "Trạm Y tế xã Đồng Kỳ", "collective"),
        printing.award(2, f"Văn phòng {unit}", "collective"),
    ]
    first, second = printing.pages(printing.certificates(lines))
    assert first.count(unit) == second.count(unit) == 1
    assert "Trưởng thôn" not in first


LONG = (
    "Ban Chỉ đạo các Chương trình mục tiêu quốc gia, Trường Phổ thông dân tộc nội trú Trung học cơ sở và Trung học "
    "phổ thông Lục Ngạn - Cơ sở 2, Hội Liên hiệp Phụ nữ xã Phượng Sơn, tổ liên gia"
)


@pytest.mark.parametrize(
    ("sheet", "size", "motif"),
    [
        ({}, (297, 210), (281, 194)),
        ({"width": 400, "height": 300, "motif_width": 320, "motif_height": 230}, (400, 300), (320, 230)),
        ({"preprinted": True, "emblem": 0}, (297, 210), (281, 194)),
    ],
    ids=["A4", "400 x 300", "stock"],
)
def test_short_and_long_stay_inside_the_motif(
    sheet: dict[str, Any], size: tuple[float, float], motif: tuple[float, float]
) -> None:
    people = [
        printing.award(1, "Vi A", position=None, workplace=None),
        printing.award(2, printing.LONGEST, position=LONG),
    ]
    groups = [printing.award(3, LONG, "collective"), printing.award(4, "W" * 40, "collective")]
    pdf = printing.certificates([*people, *groups], **sheet)
    pages = printing.pages(pdf)
    assert len(pages) == 4
    assert len(LONG) >= 180
    assert LONG in pages[1]
    assert LONG in pages[2]
    assert "W" * 40 in pages[3]
    inside_motif(pdf, *size, motif)


def test_text_beside_the_name_never_overlaps_it() -> None:
    lines = [printing.award(1, printing.LONGEST, position=LONG), printing.award(2, LONG, "collective")]
    seen = printing.context()
    values = laid_out(certificate_values(seen, printing.decision(lines)), seen.campaign.papers.certificate)
    for award in values["awards"]:
        for above, below in zip(award["blocks"], award["blocks"][1:], strict=False):
            assert above["top"] + len(above["lines"]) * above["size"] * 1.22 / POINT < below["top"]


@pytest.mark.parametrize(
    ("signed", "rehearsal", "marks"),
    [(True, False, ()), (False, False, (DRAFT,)), (True, True, (REHEARSAL,)), (False, True, (DRAFT, REHEARSAL))],
    ids=["signed", "draft", "rehearsal", "draft of a rehearsal"],
)
def test_marks_stand_across_what_is_not_real(*, signed: bool, rehearsal: bool, marks: tuple[str, ...]) -> None:
    pdf = printing.certificates([printing.award(1, "Vi Thị Ơn")], signed=signed, rehearsal=rehearsal)
    tall = printing.tall_letters(pdf)
    for mark in (DRAFT, REHEARSAL):
        assert (set(mark.replace(" ", "")) <= tall) is (mark in marks)
    assert "Vi Thị Ơn" in printing.pages(pdf)[0]


def test_a_draft_leaves_room_for_number_and_day() -> None:
    page = printing.pages(printing.certificates([printing.award(1, "Vi Thị Ơn")], signed=False))[0]
    assert "Quyết định số /QĐ-UBND, ngày tháng năm 2025" in page
    assert "Người Ký" not in page
