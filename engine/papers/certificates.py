"""Certificates laid out: every line of every certificate with its place and size, so that a page never overflows.

Lengths are millimetres, sizes of type points.
"""

from dataclasses import dataclass
from typing import Any

from engine.papers.fitting import LEADING, POINT, Block, Style, bound, fit, tallest
from engine.papers.glyphs import Face
from rules.errors import MalformedError
from rules.papers import Certificate

USUAL_MOTIF = (281.0, 194.0)  # the sheet the sizes below are made for; others are scaled
INSET = 9.0  # from the motif's edge to the text
NAME = Style(Face.BOLD, ((30, 1), (28, 1), (26, 1), (24, 2), (22, 2), (20, 3), (18, 3), (16, 4), (14, 4), (12, 5)))
POST = Style(Face.REGULAR, ((16, 1), (15, 1), (14, 2), (13, 3), (12, 4), (11, 5), (10, 6)))
MERIT = Style(Face.REGULAR, ((16, 2), (15, 3), (14, 3), (13, 4), (12, 4), (11, 5)))
GAPS = 3.0  # between name, post and achievement, at least
BREATH = 1.5  # above the giver's office, above TẶNG and above BẰNG KHEN
ACROSS = 0.9  # of the text's width that names and sentences may take
COMFORT = 20.0  # points: a smaller name first asks the text beside it to give way
SMALLER = (1.0, 0.93, 0.86, 0.8, 0.74, 0.68)  # what text beside the name gives way to, step by step
RULE = 0.5  # below the motto
LEAST = 12.0  # points: three lines of this size must find room, or the sheet is too small
TITLE, MOTTO, OFFICE, GIVES, AWARD, FOOT = 14.0, 14.0, 17.0, 16.0, 38.0, 14.0


@dataclass(frozen=True, slots=True)
class Room:
    """What the heading and the foot leave for name, post and achievement."""

    factor: float
    width: float
    top: float
    height: float


def laid_out(values: dict[str, Any], sheet: Certificate) -> dict[str, Any]:
    """The values with `sheet` (mm), `sizes` (points) and each award's `blocks` [{"kind", "top", "size", "lines"}].

    Raises:
        MalformedError: an award whose text does not fit at the smallest size; it names the dossier.
    """
    room = room_of(values, sheet)
    awards = [{**award, "blocks": blocks_of(award, room)} for award in values["awards"]]
    sizes = {
        key: round(size * room.factor, 1)
        for key, size in {"title": TITLE, "motto": MOTTO, "office": OFFICE, "gives": GIVES, "award": AWARD,
                          "foot": FOOT}.items()
    }  # fmt: skip
    return {**values, "awards": awards, "sizes": sizes, "sheet": sheet_of(sheet), "leading": LEADING,
            "breath": round(BREATH * room.factor, 2), "rule": round(RULE * room.factor, 2)}  # fmt: skip


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
    factor = min(sheet.motif_width / USUAL_MOTIF[0], sheet.motif_height / USUAL_MOTIF[1])
    line = factor * LEADING * POINT
    heading = sheet.emblem + line * (TITLE + MOTTO + OFFICE * len(values["office"]) + GIVES + AWARD)
    heading += (3 * BREATH + RULE) * factor
    foot = line * FOOT * (len(values["signature"]["lines"]) + 2) + sheet.signature_room
    height = sheet.motif_height - 2 * INSET - heading - foot
    if height < line * LEAST * 3 + GAPS:
        raise MalformedError("Khuôn trong của Bằng khen quá nhỏ: không còn chỗ cho tên (mục papers.certificate).")
    return Room(factor, (sheet.motif_width - 2 * INSET) * ACROSS, heading, height)


def blocks_of(award: dict[str, Any], room: Room) -> list[dict[str, Any]]:
    """Name, post and achievement one below the other, in the middle of the room."""
    best: list[tuple[str, Block]] | None = None
    for smaller in SMALLER:
        found = set_at(award, room, smaller)
        if found and (best is None or found[0][1].size > best[0][1].size):
            best = found
        if best and best[0][1].size >= COMFORT * room.factor:
            break
    if best is None:
        raise MalformedError(
            f"Hồ sơ {award['id']}: “{award['name']}” (hoặc chức vụ, đơn vị, thành tích) quá dài, không in vừa trên "
            "Bằng khen dù ở cỡ chữ nhỏ nhất; hãy rút gọn hoặc tăng khổ giấy (mục papers.certificate)."
        )
    return placed(best, room)


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
