"""Readers of one answer each: what was typed, found in a cell or stored becomes the value a dossier keeps.

Every reader takes its own results back unchanged, so stored answers are checked by reading them again.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from rules.dates import parse_date
from rules.errors import MalformedError
from rules.facts import Value
from rules.text import identity_key, nfc_folded, search_key
from rules.vocabulary import RATING_LABELS, SEX_LABELS, Rating, Sex

EARLIEST_BIRTH = date(1900, 1, 1)
LONGEST_ADDRESS = 254  # RFC 5321: a path of 256 with its angle brackets
MOST_PEOPLE = 10_000_000  # more than any collective: the province has under four million inhabitants
QUOTED = 60  # what a message repeats of an answer

_WHOLE = re.compile(r"[0-9]{1,12}")
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """What answers are checked against: the known codes, and the day they are read."""

    units: frozenset[str]
    projects: frozenset[str]  # DA1, DA3-TDA2: project, and sub-project where it has them
    today: date


Parser: TypeAlias = Callable[[Value, Register], Value]  # never given a blank answer; raises MalformedError


def folded(value: Value) -> Value:
    """An answer with its text normalised; None when nothing was answered."""
    return (nfc_folded(value) or None) if isinstance(value, str) else value


def compact_key(text: str) -> str:
    """Letters and digits alone, without case or diacritics: how headings and codes are recognised."""
    return re.sub(r"[^0-9a-z]", "", search_key(text))


def quoted(value: Value) -> str:
    """The answer as a message repeats it: “Khá”, shortened when long."""
    shown = ("Có" if value else "Không") if isinstance(value, bool) else str(value)
    return f"“{shown[:QUOTED]}…”" if len(shown) > QUOTED else f"“{shown}”"


def _keys(words: Iterable[str]) -> frozenset[str]:
    return frozenset(identity_key(word) for word in words)


_YES = _keys(("Có", "co", "x", "C", "1", "Yes", "true"))
_NO = _keys(("Không", "khong", "ko", "K", "0", "No", "false"))
_NONE_DECLARED = _NO | _keys(("Không có", "khong co"))


def _word_key(value: Value) -> str:
    return identity_key(str(value).rstrip(" .,;"))


def text_of(limit: int) -> Parser:
    """Free text of at most `limit` characters; a number is the text of its digits."""

    def parse(value: Value, _register: Register) -> str:
        if isinstance(value, bool):
            raise MalformedError(f"Đọc thấy giá trị đúng/sai ({quoted(value)}); cần nội dung bằng chữ.")
        text = str(value)
        if len(text) > limit:
            raise MalformedError(f"Nội dung dài {len(text):,} ký tự; tối đa {limit:,} ký tự.".replace(",", "."))
        return text

    return parse


def name_of(limit: int) -> Parser:
    """A name: text with at least one letter."""
    as_text = text_of(limit)

    def parse(value: Value, register: Register) -> Value:
        name = as_text(value, register)
        if not any(letter.isalpha() for letter in str(name)):
            raise MalformedError(f"{quoted(name)} không phải một tên gọi; cần tên có chữ cái.")
        return name

    return parse


def yes_or_no(value: Value, _register: Register) -> bool:
    """Có, x, C, 1, Yes; Không, ko, K, 0, No."""
    if isinstance(value, bool):
        return value
    key = _word_key(value)
    if key in _YES or key in _NO:
        return key in _YES
    raise MalformedError(f"{quoted(value)} không rõ là có hay không; cần ghi “Có” hoặc “Không”.")


def affirms(text: str) -> bool:
    """Whether it is a word for "yes" and nothing more."""
    return _word_key(text) in _YES


def denies(text: str) -> bool:
    """Whether it is a word for "none"."""
    return _word_key(text) in _NONE_DECLARED


def declaration_of(limit: int) -> Parser:
    """What a unit declares: a word for "none" is False, anything else is the answer itself."""
    as_text = text_of(limit)

    def parse(value: Value, register: Register) -> Value:
        if isinstance(value, bool):
            return "Có" if value else False
        return False if denies(str(value)) else as_text(value, register)

    return parse


def _labelled(labels: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {identity_key(word): value for value, label in labels for word in (value, label)}


_RATINGS = _labelled((rating.value, RATING_LABELS[rating]) for rating in Rating)
_SEXES = _labelled((sex.value, SEX_LABELS[sex]) for sex in Sex)


def rating(value: Value, _register: Register) -> str:
    """A year's evaluation, in the regulation's own words."""
    known = _RATINGS.get(_word_key(value))
    if known is None:
        words = "; ".join(RATING_LABELS.values())
        raise MalformedError(f"{quoted(value)} không phải mức xếp loại; cần một trong các mức: {words}.")
    return known


def sex(value: Value, _register: Register) -> str:
    """Nam or Nữ."""
    known = _SEXES.get(_word_key(value))
    if known is None:
        raise MalformedError(f"{quoted(value)} không phải giới tính; cần ghi “Nam” hoặc “Nữ”.")
    return known


def people_at_least(least: int) -> Parser:
    """A whole number of people, written with digits only."""

    def parse(value: Value, _register: Register) -> int:
        if isinstance(value, bool) or not _WHOLE.fullmatch(str(value)):
            raise MalformedError(f"{quoted(value)} không phải số người; cần số nguyên, chỉ gồm chữ số, ví dụ 25.")
        people = int(str(value))
        if not least <= people <= MOST_PEOPLE:
            raise MalformedError(f"Số người phải từ {least} đến {MOST_PEOPLE:,}; đọc thấy {people}.".replace(",", "."))
        return people

    return parse


def birth_date(value: Value, register: Register) -> str:
    """A day that exists, from 1900 to the day of reading, as an ISO string."""
    if not isinstance(value, str) or len(value) > QUOTED:
        raise MalformedError(f"{quoted(value)} không phải ngày tháng; cần dạng dd/mm/yyyy, ví dụ 02/09/1975.")
    day = parse_date(value)
    if not EARLIEST_BIRTH <= day <= register.today:
        raise MalformedError(f"Ngày sinh {day:%d/%m/%Y} không hợp lý; cần từ 01/01/1900 đến nay.")
    return day.isoformat()


def citizen_number(value: Value, _register: Register) -> str:
    """Twelve digits; spaces between them are dropped. The message never repeats the number."""
    digits = str(value).replace(" ", "")
    if isinstance(value, bool) or not re.fullmatch(r"[0-9]+", digits):
        raise MalformedError("Số CCCD có ký tự không phải chữ số; cần đúng 12 chữ số.")
    if len(digits) != 12:  # noqa: PLR2004 - the length of a citizen identity number
        raise MalformedError(f"Số CCCD có {len(digits)} chữ số; cần đúng 12 chữ số.")
    return digits


def address(value: Value, _register: Register) -> str:
    """One e-mail address."""
    text = str(value)
    local = text.partition("@")[0]
    if isinstance(value, bool) or len(text) > LONGEST_ADDRESS or len(local) > 64 or not _ADDRESS.fullmatch(text):  # noqa: PLR2004 - RFC 5321: a local part has at most 64 octets
        raise MalformedError(f"{quoted(value)} không phải địa chỉ thư điện tử; cần một địa chỉ dạng ten@coquan.vn.")
    return text


def unit_code(value: Value, register: Register) -> str:
    """The code of a known unit, whatever its case."""
    text = str(value)
    code = text if text in register.units else text.upper()
    if isinstance(value, bool) or code not in register.units:
        padded = text.zfill(5)
        hint = f" Có phải “{padded}”?" if padded in register.units else ""
        raise MalformedError(f"{quoted(value)} không phải mã đơn vị có trong danh mục.{hint}")
    return code


def _project_key(text: str) -> str:
    return compact_key(text).replace("tieuduan", "tda").replace("duan", "da")


def project_code(value: Value, register: Register) -> str:
    """The code of a known project: DA1, DA3-TDA2, also written "Dự án 3, tiểu dự án 2"."""
    key = _project_key(str(value))
    known = {_project_key(code): code for code in register.projects}
    if key in known:
        return known[key]
    parts = ", ".join(sorted(code for other, code in known.items() if key and other.startswith(f"{key}tda")))
    hint = f" Cần ghi rõ tiểu dự án: {parts}." if parts else " Cần mã như DA1 hoặc DA3-TDA2."
    raise MalformedError(f"{quoted(value)} không phải mã dự án, tiểu dự án có trong danh mục.{hint}")
