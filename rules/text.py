"""Vietnamese text made comparable: folded for storage, for search, for identity and for sorting."""

import re
import unicodedata
from typing import TypeAlias

SortKey: TypeAlias = tuple[tuple[tuple[int, int], ...], tuple[tuple[int, ...], ...], str]

ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"  # the Vietnamese letters, with f j w z where Latin has them
TONES = ("\u0300", "\u0309", "\u0303", "\u0301", "\u0323")  # huyền, hỏi, ngã, sắc, nặng; no mark (ngang) sorts first
INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Cn"})  # controls, zero-width and direction marks, lone surrogates
WORD = re.compile(r"[^\W\d_]+")

_LETTER_RANK = {letter: rank for rank, letter in enumerate(ALPHABET)}
_TONE_RANK = {tone: rank for rank, tone in enumerate(TONES, start=1)}
_SPACE, _SIGN, _DIGIT, _LETTER, _FOREIGN = range(5)
_KIND_CODES = ("!", '"', "#", "", "~")  # in the order of the kinds, with the letters from A between
_FIRST_CODE = ord("A")


def nfc_folded(text: str) -> str:
    """`text` in NFC, every run of white space one space, stripped, without control and invisible characters."""
    visible = "".join(c for c in text if c.isspace() or unicodedata.category(c) not in INVISIBLE)
    return unicodedata.normalize("NFC", " ".join(visible.split()))


def search_key(text: str) -> str:
    """`text` as people type it in a hurry: lower case, no diacritics, đ as d."""
    decomposed = unicodedata.normalize("NFD", nfc_folded(text).casefold())
    bare = "".join(c for c in decomposed if unicodedata.category(c) != "Mn")
    return unicodedata.normalize("NFC", bare.replace("đ", "d"))


def identity_key(text: str) -> str:
    """A key under which one name is one name: case and the place of the tone mark (Hoà, Hòa) do not count.

    Every tone goes to the end of its word, so the key is for comparing, not for showing.
    """
    return WORD.sub(lambda word: _tone_last(word.group()), nfc_folded(text).casefold())


def vietnamese_sort_key(text: str) -> SortKey:
    """Vietnamese collation: first the letters (a ă â b …), then the tones word by word, then the text itself."""
    folded = nfc_folded(text)
    letters: list[tuple[int, int]] = []
    tones: list[list[int]] = [[]]
    for character in folded.lower():
        bare, marks = _split_tone(character)
        letters.append(_rank(bare))
        if character == " ":
            tones.append([])
        tones[-1] += [_TONE_RANK[mark] for mark in marks]
    return tuple(letters), tuple(tuple(word) for word in tones), folded


def name_sort_key(name: str) -> tuple[SortKey, SortKey]:
    """How Vietnamese lists order people: by given name (the last word), then by the words before it."""
    before, _, given = nfc_folded(name).rpartition(" ")
    return vietnamese_sort_key(given), vietnamese_sort_key(before)


def name_order_key(name: str) -> str:
    """`name_sort_key` as text to be compared byte by byte, as databases can; without its last part, the text itself."""
    before, _, given = nfc_folded(name).rpartition(" ")
    return _as_text(given) + _as_text(before)


def _as_text(text: str) -> str:
    """Letters, then the tones of each word, each part ended by the lowest character there is in it."""
    letters, tones, _ = vietnamese_sort_key(text)
    words = "".join("".join(map(str, word)) + " " for word in tones)
    return "".join(map(_code, letters)) + " " + words + " "


def _code(ranked: tuple[int, int]) -> str:
    kind, rank = ranked
    if kind == _LETTER:
        return chr(_FIRST_CODE + rank)
    return _KIND_CODES[kind] if kind == _SPACE else f"{_KIND_CODES[kind]}{rank:06x}"


def _split_tone(character: str) -> tuple[str, list[str]]:
    decomposed = unicodedata.normalize("NFD", character)
    bare = "".join(c for c in decomposed if c not in _TONE_RANK)
    return unicodedata.normalize("NFC", bare), [c for c in decomposed if c in _TONE_RANK]


def _tone_last(word: str) -> str:
    bare, marks = _split_tone(word)
    return unicodedata.normalize("NFC", bare + "".join(marks))


def _rank(bare: str) -> tuple[int, int]:
    """Where one character without its tone stands: spaces, signs, digits, Vietnamese letters, other letters."""
    if not bare:
        return _SIGN, 0
    base = bare if bare in _LETTER_RANK else unicodedata.normalize("NFD", bare)[0]
    if base in _LETTER_RANK:
        return _LETTER, _LETTER_RANK[base]
    if base.isspace():
        return _SPACE, 0
    if base.isdigit():
        return _DIGIT, ord(base)
    return (_FOREIGN if base.isalpha() else _SIGN), ord(base)
