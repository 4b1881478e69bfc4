"""Vietnamese text, folded and compared."""

import unicodedata
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.text import identity_key, name_order_key, name_sort_key, nfc_folded, search_key, vietnamese_sort_key

LETTERS = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
vietnamese = st.text(alphabet=LETTERS + LETTERS.upper() + " 0123456789-,", max_size=30)


def strictly_ascending(in_order: Sequence[str], key: Callable[[str], Any]) -> bool:
    return all(key(one) < key(next_one) for one, next_one in pairwise(in_order))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  PHÙNG  THU  HƯƠNG ", "PHÙNG THU HƯƠNG"),
        ("Tre\u0302\u0309", "Trể"),
        ("Lý\u00a0Văn\u2003Sơn\t\n", "Lý Văn Sơn"),
        ("Hà\u200b Lan\ufeff", "Hà Lan"),
        ("a\x00b\x07c", "abc"),
        ("dòng một\r\ndòng\thai", "dòng một dòng hai"),
        ("a \u200b b", "a b"),
        ("e\u200d\u0301", "é"),
        ("\u202exáo\u202c", "xáo"),
        ("   ", ""),
        ("=1+1", "=1+1"),
    ],
)
def test_folded(text: str, folded: str) -> None:
    assert nfc_folded(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    once = nfc_folded(text)
    assert nfc_folded(once) == once
    assert once == once.strip()
    assert "  " not in once
    assert unicodedata.is_normalized("NFC", once)


@given(vietnamese)
def test_nfc_and_nfd_are_one_text(text: str) -> None:
    decomposed = unicodedata.normalize("NFD", text)
    assert nfc_folded(decomposed) == nfc_folded(text)
    assert search_key(decomposed) == search_key(text)
    assert identity_key(decomposed) == identity_key(text)
    assert vietnamese_sort_key(decomposed) == vietnamese_sort_key(text)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Đặng Thị Huệ", "dang thi hue"),
        ("  ĐỒNG  KỲ ", "dong ky"),
        ("Phường Yên Dũng - tổ 2", "phuong yen dung - to 2"),
        ("ưỡn ẹo", "uon eo"),
    ],
)
def test_search_key(text: str, key: str) -> None:
    assert search_key(text) == key


@given(vietnamese)
def test_a_search_key_is_plain_and_its_own(text: str) -> None:
    key = search_key(text)
    assert key.isascii()
    assert search_key(key) == key
    assert search_key(text.upper()) == key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Phúc Hoà", "Phúc Hòa"),
        ("Hà Ngọc Thuỷ", "Hà Ngọc Thủy"),
        ("Cảnh Thuỵ", "Cảnh Thụy"),
        ("KHOẺ", "khỏe"),
        ("NGUYỄN  VĂN A", "Nguyễn Văn A"),
        ("Quý", "Qúy"),
        ("ỦY BAN", "Uỷ ban"),
    ],
)
def test_one_name_however_it_is_typed(one: str, other: str) -> None:
    assert identity_key(one) == identity_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hoa", "Hòa"),
        ("Hòa", "Hóa"),
        ("Lân", "Lan"),
        ("Đương", "Dương"),
        ("Lý Sơn", "Lý Sớn"),
        ("Hòa An", "Hoa Àn"),
        ("Tổ 2", "Tổ 12"),
    ],
)
def test_different_names_stay_different(one: str, other: str) -> None:
    assert identity_key(one) != identity_key(other)


def test_letters_come_before_tones_and_tones_in_their_order() -> None:
    in_order = ["ma", "mà", "mả", "mã", "má", "mạ", "mai", "măng", "mâm", "me", "mê", "na"]
    assert strictly_ascending(in_order, vietnamese_sort_key)


def test_the_alphabet() -> None:
    in_order = list("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")
    assert strictly_ascending(in_order, vietnamese_sort_key)


def test_a_tone_decides_only_when_all_letters_are_equal() -> None:
    in_order = ["bà an", "ba anh", "ba ân", "bà ân", "ba ba"]
    assert strictly_ascending(in_order, vietnamese_sort_key)


def test_the_place_of_the_tone_mark_does_not_sort() -> None:
    assert sorted(["hoà ca", "hòa bình"], key=vietnamese_sort_key) == ["hòa bình", "hoà ca"]
    assert vietnamese_sort_key("hoà")[:2] == vietnamese_sort_key("hòa")[:2]


def test_spaces_signs_digits_letters_others() -> None:
    in_order = ["tổ", "tổ 1", "tổ-1", "tổ1", "tổa", "tổж"]
    assert strictly_ascending(in_order, vietnamese_sort_key)


def test_foreign_accents_sort_with_their_letter() -> None:
    in_order = ["mua", "müb", "muc"]
    assert strictly_ascending(in_order, vietnamese_sort_key)


def test_a_tone_mark_on_nothing_sorts_as_a_sign() -> None:
    assert strictly_ascending(["ma", "ma \u0301", "ma1", "maa"], vietnamese_sort_key)


def test_people_are_listed_by_given_name_then_by_family() -> None:
    in_order = ["Vi Văn An", "Nông Thị Ánh", "Lý Bình", "Nguyễn Văn Đạt", "Đặng Thị Hà", "Lý Thị Hà", "Lý Thị Hạ"]
    assert strictly_ascending(in_order, name_sort_key)


def test_a_single_name_is_a_given_name() -> None:
    assert sorted(["Lý Bình", "Anh"], key=name_sort_key) == ["Anh", "Lý Bình"]
    assert sorted(["Lý Bình", ""], key=name_sort_key) == ["", "Lý Bình"]


@given(st.text(), st.text())
def test_only_one_text_has_a_sort_key(one: str, other: str) -> None:
    same = nfc_folded(one) == nfc_folded(other)
    assert (vietnamese_sort_key(one) == vietnamese_sort_key(other)) is same


@given(vietnamese, vietnamese)
def test_sorting_agrees_with_the_letters_alone_first(one: str, other: str) -> None:
    """Without tones the order is that of the 29 letters; a tone never overturns it."""
    bare_one, bare_other = (vietnamese_sort_key(text)[0] for text in (one, other))
    if bare_one != bare_other:
        assert (vietnamese_sort_key(one) < vietnamese_sort_key(other)) is (bare_one < bare_other)


@given(st.lists(st.text(max_size=12) | vietnamese, min_size=2, max_size=2))
def test_the_key_a_database_sorts_by_orders_names_as_the_other_one_does(names: list[str]) -> None:
    bare = [tuple(part[:2] for part in name_sort_key(name)) for name in names]
    keys = [name_order_key(name) for name in names]
    assert (bare[0] < bare[1], bare[0] == bare[1]) == (keys[0] < keys[1], keys[0] == keys[1])
    assert all(key.encode() == key.encode("ascii") for key in keys), "bytes compare as its characters do"


def test_a_list_of_names_by_the_key_a_database_sorts_by() -> None:
    names = ["Lò Thị An", "Vi Văn An", "Nông Văn Ân", "Nông Thị Ấn", "Hà Bình", "Hà Đào", "Hà Êm", "Zơ Râm Ư"]
    assert strictly_ascending(names, name_order_key)
