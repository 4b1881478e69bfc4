"""Names fit or are refused; lines break between words, evenly, and never between middle and given name."""

import pytest

from engine.papers.certificates import laid_out
from engine.papers.content import certificate_values
from engine.papers.fitting import NBSP, Style, bound, broken, fit
from engine.papers.glyphs import PRINTED, Face, missing_glyphs, unprintable, width_of
from rules.errors import MalformedError
from tests.engine.papers import printing

STYLE = Style(Face.BOLD, ((30, 1), (20, 2), (12, 3)))


def test_the_largest_size_that_fits_is_taken() -> None:
    assert fit("Vi A", STYLE, 200, 50).size == 30  # type: ignore[union-attr]  # it fits
    long = fit("Trường Phổ thông dân tộc nội trú Trung học cơ sở huyện", STYLE, 110, 50)
    assert long is not None
    assert (long.size, len(long.lines)) == (20, 2)
    assert " ".join(long.lines) == "Trường Phổ thông dân tộc nội trú Trung học cơ sở huyện"


def test_nothing_is_wider_or_higher_than_its_room() -> None:
    assert fit("m" * 60, STYLE, 100, 50) is None
    assert fit("Vi A", STYLE, 200, 4) is None


def test_lines_are_even_and_whole_words() -> None:
    assert broken("một hai ba bốn năm sáu", 2, Face.REGULAR) == ("một hai ba", "bốn năm sáu")
    assert broken("một", 3, Face.REGULAR) == ("một",)


def test_a_line_rather_ends_at_a_comma() -> None:
    assert broken("Ban Dân tộc và Tôn giáo, Sở Y tế Bắc Ninh", 2, Face.BOLD)[0] == "Ban Dân tộc và Tôn giáo,"
    assert broken("Ban Dân tộc và Tôn giáo Sở Y tế Bắc Ninh", 2, Face.BOLD)[0] == "Ban Dân tộc và Tôn"


def test_given_name_stays_with_the_middle_name() -> None:
    assert bound("Nguyễn Thị Ơn", person=True) == f"Nguyễn Thị{NBSP}Ơn"
    assert broken(bound("Công Tằng Tôn Nữ Ngọc Huyền", person=True), 5, Face.BOLD)[-1] == "Ngọc Huyền"
    assert bound("Ban Dân tộc", person=False) == "Ban Dân tộc"


def test_no_line_keeps_the_space_that_bound_it() -> None:
    assert NBSP not in "".join(broken(bound("Nguyễn Thị Ơn", person=True), 2, Face.BOLD))


def test_widths_are_the_faces_own() -> None:
    assert width_of("Ơ", Face.BOLD, 10) > width_of("Ơ", Face.REGULAR, 10) > 0
    assert width_of("Ệ" * 7, Face.BOLD, 30) == pytest.approx(7 * 30 * 1366 / 2048)


def test_a_name_that_fits_nowhere_is_refused_and_named() -> None:
    lines = [printing.award(1, "Vi A"), printing.award(2, "ơ" * 150)]
    seen = printing.context()
    with pytest.raises(MalformedError, match="TEST0002") as refused:
        laid_out(certificate_values(seen, printing.decision(lines)), seen.campaign.papers.certificate)
    assert "TEST0001" not in refused.value.message


def test_a_motif_without_room_is_refused() -> None:
    seen = printing.context(certificate={"width": 150, "height": 105, "motif_width": 140, "motif_height": 100})
    with pytest.raises(MalformedError, match="quá nhỏ"):
        laid_out(certificate_values(seen, printing.decision([])), seen.campaign.papers.certificate)


def test_every_vietnamese_letter_and_the_dong_can_be_printed() -> None:
    letters = "aăâbcdđeêghiklmnoôơpqrstuưvxy" + "àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
    assert missing_glyphs(letters + letters.upper() + "0123456789₫–—“”…;:/%²") == ""


def test_what_the_faces_lack_is_named_once() -> None:
    assert missing_glyphs("Nguyễn 字 Văn 😀 字") == "字😀"
    ((key, message),) = unprintable({"name": "Vi A", "merit": "Đạt giải 🏆"}).items()
    assert key == "merit"
    assert "U+1F3C6" in message
    assert unprintable(dict.fromkeys(PRINTED)) == {}
