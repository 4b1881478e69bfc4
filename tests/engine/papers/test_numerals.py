"""Numbers in words are read on decisions about money: they must be right."""

import pytest

from engine.papers.numerals import grouped, in_words
from rules.errors import MalformedError


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"),
        (1, "một"),
        (10, "mười"),
        (11, "mười một"),
        (15, "mười lăm"),
        (20, "hai mươi"),
        (21, "hai mươi mốt"),
        (24, "hai mươi bốn"),
        (25, "hai mươi lăm"),
        (101, "một trăm linh một"),
        (105, "một trăm linh năm"),
        (110, "một trăm mười"),
        (115, "một trăm mười lăm"),
        (1_000, "một nghìn"),
        (1_005, "một nghìn không trăm linh năm"),
        (1_050, "một nghìn không trăm năm mươi"),
        (1_000_001, "một triệu không trăm linh một"),
        (710_000, "bảy trăm mười nghìn"),
        (3_510_000, "ba triệu năm trăm mười nghìn"),
        (3_800_000, "ba triệu tám trăm nghìn"),
        (5_270_000, "năm triệu hai trăm bảy mươi nghìn"),
        (7_020_000, "bảy triệu không trăm hai mươi nghìn"),
        (7_590_000, "bảy triệu năm trăm chín mươi nghìn"),
        (105_300_000, "một trăm linh năm triệu ba trăm nghìn"),
        (210_600_000, "hai trăm mười triệu sáu trăm nghìn"),
        (227_850_000, "hai trăm hai mươi bảy triệu tám trăm năm mươi nghìn"),
        (1_000_000_000, "một tỷ"),
        (2_000_000_005, "hai tỷ không trăm linh năm"),
        (25_000_000_000_000, "hai mươi lăm nghìn tỷ"),
    ],
)
def test_read_out(number: int, words: str) -> None:
    assert in_words(number) == words


@pytest.mark.parametrize("number", [-1, 10**18])
def test_what_nobody_awards_is_refused(number: int) -> None:
    with pytest.raises(MalformedError):
        in_words(number)


def test_grouped_by_points() -> None:
    assert grouped(210_600_000) == "210.600.000"
    assert grouped(710) == "710"
