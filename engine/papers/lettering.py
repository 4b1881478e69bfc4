"""Where lines may break: document symbols never, a letterhead's lines evenly inside its column."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.papers.fitting import Style, fit
from engine.papers.glyphs import Face

if TYPE_CHECKING:
    from markupsafe import Markup

SYMBOL = re.compile(r"((?:\d+|\u00a0+)/\S{0,40}-[A-ZĐ]\w*)")  # 152/2025/NĐ-CP, or with room for a pen
DAY = re.compile(r"(ngày[ \u00a0].*)$")  # of place and day, what stands together
OFFICE_COLUMN = 64.0  # mm of a letterhead's left side, a little less than paper.css gives it
OFFICE_SIZE, OFFICE_LINES = 13.0, 6  # points, as paper.css sets it; lines at most


def whole(words: str, unbroken: re.Pattern[str] = SYMBOL) -> "Markup":
    """Text whose document symbols are not broken at their hyphens; everything in it stays text."""
    from markupsafe import Markup, escape  # noqa: PLC0415 - comes with Jinja, which is slow to import

    held = Markup('<span class="whole">{}</span>')
    return Markup("").join(held.format(part) if n % 2 else escape(part) for n, part in enumerate(unbroken.split(words)))


def placed(words: str) -> "Markup":
    """Place and day, which stand on two lines rather than part the day."""
    return whole(words, DAY)


def in_office_column(lines: Sequence[str], *, bold: bool) -> list[str]:
    """A letterhead's lines, each broken evenly where it is wider than the office's column."""
    style = Style(Face.BOLD if bold else Face.REGULAR, ((OFFICE_SIZE, OFFICE_LINES),))
    broken = [(line, fit(line, style, OFFICE_COLUMN, float("inf"))) for line in lines]
    return [part for line, block in broken for part in (block.lines if block else (line,))]
