"""Names set to fit: sizes and line breaks chosen from the real widths of the bundled faces, always the same.

Lengths are millimetres, sizes of type points.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from engine.papers.glyphs import Face, width_of

POINT = 25.4 / 72  # mm
SAFETY = 1.03  # what kerning and rounding may add to a line
LEADING = 1.22  # height of a line, as a share of its size
NBSP = "\u00a0"
PAUSES = (",", ";", ":", " -", " –")  # a line rather ends here than between two words that belong together
GAIN = 0.85  # how much longer the longest line may become for that


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of text at one size; `height` is what they take."""

    lines: tuple[str, ...]
    size: float

    @property
    def height(self) -> float:
        """All lines with their leading, in mm."""
        return len(self.lines) * self.size * LEADING * POINT


@dataclass(frozen=True, slots=True)
class Style:
    """How one text may be set: its face, and the (size, most lines) to try, best first."""

    face: Face
    tries: tuple[tuple[float, int], ...]

    def scaled(self, factor: float) -> "Style":
        """The same for a sheet `factor` times as large."""
        return Style(self.face, tuple((round(size * factor, 1), lines) for size, lines in self.tries))


def fit(text: str, style: Style, width: float, height: float) -> Block | None:
    """The first of the style's sizes at which `text` fits `width` and `height`, in lines of even length; else None."""
    for size, most in style.tries:
        for count in range(1, most + 1):
            lines = broken(text, count, style.face)
            block = Block(lines, size)
            widest = max(width_of(line, style.face, size * POINT) for line in lines)
            if widest * SAFETY <= width and block.height <= height:
                return block
    return None


@lru_cache(maxsize=1024)
def broken(text: str, count: int, face: Face) -> tuple[str, ...]:
    """`text` in at most `count` lines, the longest as short as can be; words are never broken, nbsp never parted."""
    words = [word for word in text.split(" ") if word]

    @cache
    def best(start: int, left: int) -> tuple[float, tuple[str, ...]]:
        """The weight of the heaviest line and the lines of the words from `start` in `left` lines; first of equals."""
        whole = " ".join(words[start:])
        if left == 1:
            return weight_of(whole, face), (whole,)
        found: list[tuple[float, tuple[str, ...]]] = []
        for cut in range(start + 1, len(words) - left + 2):
            head = " ".join(words[start:cut])
            weight, rest = best(cut, left - 1)
            found.append((max(weight_of(head, face, ends=True), weight), (head, *rest)))
        return min(found, key=lambda candidate: candidate[0])

    lines = best(0, min(count, max(1, len(words))))[1]
    return tuple(line.replace(NBSP, " ") for line in lines)


def weight_of(line: str, face: Face, *, ends: bool = False) -> float:
    """The width of a line at size 1; less where it `ends` at a pause."""
    width = width_of(line, face, 1.0)
    return width * GAIN if ends and line.endswith(PAUSES) else width


def bound(name: str, *, person: bool) -> str:
    """A person's name with given and middle name held together."""
    words = name.split(" ")
    return " ".join([*words[:-2], NBSP.join(words[-2:])]) if person else name


def tallest(blocks: Sequence[Block]) -> float:
    """The height of blocks one above the other, without gaps."""
    return sum(block.height for block in blocks)
