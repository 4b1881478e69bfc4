"""The lists that go with papers: one section per category, in the order of the set, columns as annexes have them."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from rules.campaign import Campaign, Category
from rules.vocabulary import Kind

# Column heading, width in percent, how it is set, by kind; the last column is what the list is for.
Column = tuple[str, int, str]
NUMBER: Column = ("STT", 7, "center")


class Last(StrEnum):
    """What the last column of a list says."""

    GOLDEN = "golden"  # số sổ vàng, the serial number inside the decision
    MERIT = "merit"
    NOTHING = "nothing"


COLUMNS: dict[tuple[Kind, Last], tuple[Column, ...]] = {
    (Kind.COLLECTIVE, Last.GOLDEN): (
        NUMBER, ("Tên tập thể", 47, "left"), ("Đơn vị đề nghị", 35, "left"), ("Số sổ vàng", 11, "center")),
    (Kind.COLLECTIVE, Last.NOTHING): (NUMBER, ("Tên tập thể", 53, "left"), ("Đơn vị đề nghị", 40, "left")),
    (Kind.COLLECTIVE, Last.MERIT): (
        NUMBER, ("Tên tập thể", 28, "left"), ("Đơn vị đề nghị", 23, "left"), ("Tóm tắt thành tích", 42, "left")),
    (Kind.INDIVIDUAL, Last.GOLDEN): (
        NUMBER, ("Họ và tên", 24, "left"), ("Chức vụ, đơn vị công tác", 33, "left"), ("Đơn vị đề nghị", 25, "left"),
        ("Số sổ vàng", 11, "center")),
    (Kind.INDIVIDUAL, Last.NOTHING): (
        NUMBER, ("Họ và tên", 26, "left"), ("Chức vụ, đơn vị công tác", 38, "left"), ("Đơn vị đề nghị", 29, "left")),
    (Kind.INDIVIDUAL, Last.MERIT): (
        NUMBER, ("Họ và tên", 18, "left"), ("Chức vụ, đơn vị công tác", 21, "left"), ("Đơn vị đề nghị", 19, "left"),
        ("Tóm tắt thành tích", 35, "left")),
}  # fmt: skip
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def sections_of(campaign: Campaign, lines: Sequence[dict[str, Any]], last: Last) -> list[dict[str, Any]]:
    """The lines by category, none empty."""
    sections: list[dict[str, Any]] = []
    for category in campaign.categories:
        own = [line for line in lines if line["category"] == category.key]
        if own:
            columns = COLUMNS[category.kind, last]
            letter = LETTERS[len(sections) % len(LETTERS)]
            title = f"{letter}. {category.title.upper()} ({len(own)} {counted(category)})"
            sections.append(
                {
                    "key": category.key,
                    "title": title,
                    "columns": [heading for heading, _, _ in columns],
                    "widths": [width for _, width, _ in columns],
                    "aligns": [align for _, _, align in columns],
                    "rows": [cells(category.kind, line, place, last) for place, line in enumerate(own, start=1)],
                }
            )
    return sections


def cells(kind: Kind, line: dict[str, Any], place: int, last: Last) -> list[str]:
    """One line as the text of its cells; numbered from 1 in each category, as annexes are."""
    person = [post(line)] if kind is Kind.INDIVIDUAL else []
    ends = {Last.GOLDEN: [str(line["serial"])], Last.MERIT: [line["merit"] or ""], Last.NOTHING: []}
    return [str(place), line["name"], *person, line["unit_name"], *ends[last]]


def post(line: dict[str, Any]) -> str:
    """An individual's position and workplace, each said once; "" when neither is known."""
    position, workplace = line["position"] or "", line["workplace"] or ""
    if workplace.casefold() in position.casefold():
        return str(position)
    return ", ".join(part for part in (position, workplace) if part)


def counted(category: Category) -> str:
    """What the members of a category are called after a number: "tập thể"."""
    return category.title[:1].lower() + category.title[1:]


def counts(campaign: Campaign, lines: Sequence[dict[str, Any]]) -> list[str]:
    """As "15 tập thể", "30 cá nhân": only what there is."""
    found = []
    for category in campaign.categories:
        number = sum(line["category"] == category.key for line in lines)
        found += [f"{number} {counted(category)}"] if number else []
    return found


def sorts(campaign: Campaign, lines: Sequence[dict[str, Any]]) -> list[str]:
    """As "tập thể", "cá nhân": only those there are."""
    return [counted(c) for c in campaign.categories if any(line["category"] == c.key for line in lines)]
