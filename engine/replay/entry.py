"""One trail entry as replay reads it: trusting nothing in it but its place in the chain."""

from enum import StrEnum
from typing import Any, TypeVar

from models.chain import Body

V = TypeVar("V", bound=StrEnum)
Said = dict[str, Any]  # what a trail says its subject must be, in the shape engine/evidence.py reads it stored


class ImpossibleEntryError(Exception):
    """An entry that cannot stand where it stands: a forgery, or a fault of ours."""

    def __init__(self, body: Body, message: str) -> None:
        """Keep its number and what is wrong with it."""
        super().__init__(message)
        self.entry = int(body["seq"])
        self.message = message


def require(holds: bool, body: Body, message: str) -> None:  # noqa: FBT001 - it reads as a sentence
    """ImpossibleEntryError unless it holds."""
    if not holds:
        raise ImpossibleEntryError(body, message)


def word(body: Body, key: str) -> str | None:
    """A text of the entry, or None where it has none."""
    value = body.get(key)
    return value if isinstance(value, str) else None


def member(vocabulary: type[V], body: Body, value: object) -> V:
    """The member `value` names; ImpossibleEntryError if it names none."""
    try:
        return vocabulary(str(value))
    except ValueError as error:
        raise ImpossibleEntryError(body, f"“{value}” không phải là một giá trị hợp lệ") from error


def step_of(vocabulary: type[V], body: Body) -> V:
    """The step in a tag such as `nomination:step:approve`; ImpossibleEntryError if it is none."""
    kind, _, step = str(body["tag"]).rpartition(":")
    require(kind.endswith(":step"), body, f"loại mục không rõ: {body['tag']}")
    return member(vocabulary, body, step)


def account_number(body: Body, key: str) -> str:
    """The number of the account an entry names, as `account:12` does."""
    return (word(body, key) or "").removeprefix("account:")
