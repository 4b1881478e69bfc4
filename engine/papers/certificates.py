"""Certificates laid out: every line of every certificate with its place and size, so that a page never overflows.

Lengths are millimetres, sizes of type points.
"""

from dataclasses import dataclass
from typing import Any

from engine.papers.fitting import LEADING, POINT, SAFETY, Block, Style, bound, fit, tallest
from engine.papers.glyphs import Face, width_of
from rules.errors import MalformedError
from rules.papers import INSET, Certificate

USUAL_MOTIF = (281.0, 194.0)  # the sheet the sizes below are made for; others are scaled
NAME = Style(Face.BOLD, ((30, 1), (28, 1), (26, 1), (24, 2), (22, 2), (20, 3), (18, 3), (16, 4), (14, 4), (12, 5)))
POST = Style(Face.REGULAR, ((16, 1), (15, 1), (14, 2), (13, 3), (12, 4), (11, 5), (10, 6)))
MERIT = Style(Face.REGULAR, ((16, 2), (15, 3), (14, 3), (13, 4), (12, 4), (11, 5)))
GAPS = 3.0  # between name, post and achievement, at least
BREATH = 1.5  # above the giver's office, above TẶNG and above BẰNG KHEN
ACROSS = 0.9  # of the text's width that names and sentences may take
COMFORT = 20.0  # points: a smaller name first asks the text beside it to give way
SMALLER = (1.0, 0.93, 0.86, 0.8, 0.74, 0.68)  # what text beside the name, or too long a line, gives way to
RULE = 0.5  # below the motto
LEAST = 12.0  # points: three lines of this size must find room, or the sheet is too small
SIZES = {"title": 14.0, "motto": 14.0, "office": 17.0, "gives": 16.0, "award": 38.0, "foot": 14.0, "golden": 12.6}
COLUMNS = {"golden": 0.48, "foot": 0.5}  # of the text's width: the register's lines on the left, the signature's beside


@dataclass(frozen=True, slots=True)
class Room:
    """What the heading and the foot leave for name, post and achievement."""

    factor: float
    width: float
    top: float
    height: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line that stands alone; `source` is where its words come from, for whoever has to shorten it."""

    words: str
    face: Face
    source: str


def laid_out(values: dict[str, Any], sheet: Certificate) -> dict[str, Any]:
    """The values with `sheet` (mm), `sizes` (points) and each award's `blocks` [{"kind", "top", "size", "lines"}].

    Raises:
        MalformedError: awards whose text does not fit at the smallest size, each by its dossier, or another line.
    """
    sizes = sizes_of(values, sheet)
    room = room_of(values, sheet)
    set_ones = [(award, blocks_of(award, room)) for award in values["awards"]]
    if failing := [f"Hồ sơ {award['id']}: {too_long(award)}" for award, blocks in set_ones if blocks is None]:
        raise MalformedError(" ".join(failing))
    awards = [{**award, "blocks": blocks} for award, blocks in set_ones]
    return {**values, "awards": awards, "sizes": sizes, "sheet": sheet_of(sheet), "leading": LEADING,
            "breath": round(BREATH * room.factor, 2), "rule": round(RULE * room.factor, 2)}  # fmt: skip


def too_long(award: dict[str, Any]) -> str:
    """What to tell of an award that fits at no size."""
    return (
        f"“{award['name']}” (hoặc chức vụ, đơn vị, thành tích) quá dài, không in vừa trên "
        "Bằng khen dù ở cỡ chữ nhỏ nhất; hãy rút gọn hoặc tăng khổ giấy (mục papers.certificate)."
    )


def factor_of(sheet: Certificate) -> float:
    """How large the sheet's motif is beside the usual one."""
    return min(sheet.motif_width / USUAL_MOTIF[0], sheet.motif_height / USUAL_MOTIF[1])


def sizes_of(values: dict[str, Any], sheet: Certificate) -> dict[str, float]:
    """The size of each line that stands alone: the usual one or smaller, until the longest fits; or MalformedError."""
    factor, inner = factor_of(sheet), sheet.motif_width - 2 * INSET
    sizes = {key: round(size * factor, 1) for key, size in SIZES.items()}
    failing: list[str] = []
    for key, lines in lines_of(values).items():
        width = inner * COLUMNS.get(key, 1.0)
        tries = [round(SIZES[key] * factor * smaller, 1) for smaller in SMALLER]
        sizes[key] = next((size for size in tries if all(fits(line, size, width) for line in lines)), tries[-1])
        failing += [
            f"Dòng “{line.words}” quá dài, không in vừa trên Bằng khen dù ở cỡ chữ nhỏ nhất ({line.source})."
            for line in lines
            if not fits(line, sizes[key], width)
        ]
    if failing:
        raise MalformedError(" ".join(dict.fromkeys(failing)))
    return sizes


def lines_of(values: dict[str, Any]) -> dict[str, list[Line]]:
    """The lines that campaign file, decision and signer bring, by the size they share."""
    signature = values["signature"]
    return {
        "office": [Line(words, Face.BOLD, "mục papers.certificate.office") for words in values["office"]],
        "award": [Line(values["award"], Face.BOLD, "mục papers.award_name")],
        "foot": [
            Line(values["place_date"], Face.ITALIC, "mục papers.place"),
            *(Line(words, Face.BOLD, "mục papers.decision.signature") for words in signature["lines"]),
            Line(signature["name"], Face.BOLD, "người ký"),
        ],
        "golden": [
            Line(values["decision"], Face.REGULAR, "mục papers.decision.symbol"),
            *(Line(award["golden"], Face.BOLD_ITALIC, "số sổ vàng") for award in values["awards"]),
        ],
    }


def fits(line: Line, size: float, width: float) -> bool:
    """Whether a line of this size (points) is no wider than `width` (mm)."""
    return width_of(line.words, line.face, size * POINT) * SAFETY <= width


def sheet_of(sheet: Certificate) -> dict[str, Any]:
    """The sheet's measures as the template needs them, with the margins from the sheet's edge to the motif."""
    across, down = (sheet.width - sheet.motif_width) / 2, (sheet.height - sheet.motif_height) / 2
    return {
        **sheet.model_dump(exclude={"office"}),
        "across": across,
        "down": down,
        "left": across + INSET + sheet.shift_right,
        "top": down + INSET + sheet.shift_down,
        "inner_width": sheet.motif_width - 2 * INSET,
        "inner_height": sheet.motif_height - 2 * INSET,
    }


def room_of(values: dict[str, Any], sheet: Certificate) -> Room:
    """The place between the heading and the foot; MalformedError when the sheet leaves none."""
    factor = factor_of(sheet)
    line = factor * LEADING * POINT
    above = SIZES["title"] + SIZES["motto"] + SIZES["office"] * len(values["office"]) + SIZES["gives"] + SIZES["award"]
    heading = sheet.emblem + line * above + (3 * BREATH + RULE) * factor
    foot = line * SIZES["foot"] * (len(values["signature"]["lines"]) + 2) + sheet.signature_room
    height = sheet.motif_height - 2 * INSET - heading - foot
    if height < line * LEAST * 3 + GAPS:
        raise MalformedError("Khuôn trong của Bằng khen quá nhỏ: không còn chỗ cho tên (mục papers.certificate).")
    return Room(factor, (sheet.motif_width - 2 * INSET) * ACROSS, heading, height)


def blocks_of(award: dict[str, Any], room: Room) -> list[dict[str, Any]] | None:
    """Name, post and achievement one below the other, in the middle of the room; None if they fit at no size."""
    best: list[tuple[str, Block]] | None = None
    for smaller in SMALLER:
        found = set_at(award, room, smaller)
        if found and (best is None or found[0][1].size > best[0][1].size):
            best = found
        if best and best[0][1].size >= COMFORT * room.factor:
            break
    return placed(best, room) if best else None


def set_at(award: dict[str, Any], room: Room, smaller: float) -> list[tuple[str, Block]] | None:
    """The award's texts with everything beside the name `smaller`; None if they do not fit so."""
    beside = []
    for kind, words, style in (("post", award["post"], POST), ("merit", award["achievement"], MERIT)):
        block = fit(words, style.scaled(room.factor * smaller), room.width, room.height) if words else None
        if words and block is None:
            return None
        beside += [(kind, block)] if block else []
    gaps = GAPS * room.factor * (len(beside) + 1)
    left = room.height - gaps - tallest([block for _, block in beside])
    name = fit(bound(award["name"], person=award["person"]), NAME.scaled(room.factor), room.width, left)
    return [("name", name), *beside] if name else None


def placed(blocks: list[tuple[str, Block]], room: Room) -> list[dict[str, Any]]:
    """The blocks with the distance of each from the top of the text, spread evenly over what is free."""
    gap = min((room.height - tallest([block for _, block in blocks])) / len(blocks), 2 * GAPS * room.factor)
    used = tallest([block for _, block in blocks]) + gap * (len(blocks) - 1)
    top = room.top + (room.height - used) / 2
    found = []
    for kind, block in blocks:
        found.append({"kind": kind, "top": round(top, 2), "size": block.size, "lines": list(block.lines)})
        top += block.height + gap
    return found
