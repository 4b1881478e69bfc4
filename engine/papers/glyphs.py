"""Which characters the bundled faces can print, and how wide each is: the same answers for import and for fitting."""

import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from rules.text import INVISIBLE

PRINTED = ("name", "position", "workplace", "merit")  # a dossier's fields that stand on papers
FONTS = Path(__file__).resolve().parents[2] / "templates" / "fonts"


class Face(StrEnum):
    """The bundled faces by file."""

    REGULAR = "LiberationSerif-Regular.ttf"
    BOLD = "LiberationSerif-Bold.ttf"
    ITALIC = "LiberationSerif-Italic.ttf"
    BOLD_ITALIC = "LiberationSerif-BoldItalic.ttf"


def missing_glyphs(text: str) -> str:
    """The characters of `text`, each once and in order, that no paper could print or show; "" when there is none."""
    printable = everywhere()
    return "".join(dict.fromkeys(c for c in text if not c.isspace() and not shown(c, printable)))


def shown(character: str, printable: frozenset[int]) -> bool:
    """Whether a reader would see it: the faces have it, and it is none that only turns or hides others."""
    return ord(character) in printable and unicodedata.category(character) not in INVISIBLE


def unprintable(fields: Mapping[str, Any]) -> dict[str, str]:
    """What to tell of each printed field of a dossier with characters no paper could print; none if all can."""
    told = {key: told_missing(str(fields.get(key) or "")) for key in PRINTED}
    return {key: words for key, words in told.items() if words}


def told_missing(text: str) -> str:
    """What to tell of the characters of `text` that no paper could print; "" when there is none."""
    missing = missing_glyphs(text)
    if not missing:
        return ""
    characters = ", ".join(f"“{character}” (U+{ord(character):04X})" for character in missing)
    return f"Phông chữ của văn bản không có ký tự {characters}; hãy thay bằng chữ hoặc dấu thông thường."


@cache
def everywhere() -> frozenset[int]:
    """The code points that every bundled face has."""
    return frozenset.intersection(*(frozenset(widths(face)) for face in Face))


def width_of(text: str, face: Face, size: float) -> float:
    """How wide `text` is set in `face` at `size`, in the unit of `size`; kerning, which mostly narrows, is left out."""
    known = widths(face)
    return sum(known.get(ord(character), 1.0) for character in text) * size


@cache
def widths(face: Face) -> dict[int, float]:
    """The advance of each character, as a share of the size of type."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # noqa: PLC0415 - it has no types; slow to import

    with TTFont(FONTS / face.value, lazy=True) as font:
        unit = font["head"].unitsPerEm
        advances = font["hmtx"].metrics
        return {code: advances[glyph][0] / unit for code, glyph in font["cmap"].getBestCmap().items()}
