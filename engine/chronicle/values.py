"""What an entry of the trail holds, value by value, as people write it rather than as it is stored."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from models.chain import canonical
from rules.anchors import anchors_of
from rules.attached import PAPER_LABELS, Paper
from rules.fields import fields_of
from rules.vocabulary import (
    CHECK_RESULT_LABELS,
    OVERALL_LABELS,
    PARTY_LABELS,
    VERDICT_LABELS,
    CheckResult,
    Kind,
    Overall,
    Party,
)

LONGEST = 400  # characters of a value on the page
HEADERS = {field.key: field.header for kind in Kind for field in fields_of(kind)}
ANCHORS = {anchor: words for kind in Kind for anchor, words in anchors_of(kind, ()).items()}
SLOTS = {"takes": "nhận suất", "keeps": "giữ suất", "frees": "trả suất"}
CATEGORIES = {"collective": "Tập thể", "individual": "Cá nhân"}  # a campaign's own categories keep their key
ROW = {"file": "{}", "sheet": "trang tính “{}”", "row": "dòng {}"}  # where in a workbook a dossier came from


def slot_words(value: str) -> str:
    """What happened to the place in the quota; nothing where none was held."""
    effect, _, number = value.partition(" ")
    return f"{SLOTS[effect]} {number}" if effect in SLOTS else ""


def day_words(value: str | None) -> str:
    """A date as people write it."""
    return f"{date.fromisoformat(value):%d/%m/%Y}" if value else ""


def header_words(value: list[str]) -> str:
    """Fields by the headings of the form."""
    return ", ".join(HEADERS.get(one, one) for one in value)


def paper_words(value: Mapping[str, Any]) -> str:
    """A file that was attached: as which paper, and which."""
    return f"{PAPER_LABELS[Paper(value['paper'])]} (SHA-256 {value['sha256']})"


def anchor_words(value: str) -> str:
    """What a finding is about: the form's heading, the paper or the criterion."""
    kind, _, name = value.partition(":")
    return ANCHORS.get(value) or HEADERS.get(name, name if kind == "field" else value)


def source_words(value: object) -> str:
    """Where a dossier came from: the row of a workbook, or the words as they are."""
    if not isinstance(value, Mapping) or not value.keys() <= ROW.keys():
        return cut(plain(value))
    return cut(", ".join(words.format(value[name]) for name, words in ROW.items() if value.get(name)))


def points_words(value: object) -> str:
    """A score with a comma and no idle zeros."""
    try:
        points = f"{Decimal(str(value)):f}"
    except InvalidOperation:
        return plain(value)
    return (points.rstrip("0").rstrip(".") if "." in points else points).replace(".", ",")


def plain(value: object) -> str:
    """A text as it is, yes or no, nothing for nothing, anything else as JSON."""
    if isinstance(value, bool):
        return "Có" if value else "Không"
    return "" if value is None else value if isinstance(value, str) else canonical(value)


def cut(words: str) -> str:
    """Not more than fits on the page."""
    return words if len(words) <= LONGEST else f"{words[:LONGEST]}…"


IN_WORDS: dict[str, Callable[[Any], str]] = {
    "slot": slot_words,
    "letters": lambda value: ", ".join(PARTY_LABELS[Party(one)] for one in value if one in set(Party)),
    "rules": lambda value: OVERALL_LABELS[Overall(value["overall"])],
    "rule": lambda value: anchor_words(f"rule:{value}").removeprefix("rule:"),
    "verdict": lambda value: VERDICT_LABELS.get(value, plain(value)),
    "category": lambda value: CATEGORIES.get(value, plain(value)),
    "source": source_words,
    "anchor": anchor_words,
    "points": points_words,
    "paper": lambda value: PAPER_LABELS[Paper(value)],
    "papers": lambda value: "; ".join(paper_words(one) for one in value),
    "result": lambda value: CHECK_RESULT_LABELS[CheckResult(value)],
    "checkpoint": lambda value: f"{value['number']} ({value['hash']})",
    "fields": header_words,
    "changed": header_words,
    **dict.fromkeys(("dated", "due", "since", "until"), day_words),
}
