"""Column types: a closed vocabulary is stored as text by value and read back as its StrEnum."""

from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

V = TypeVar("V", bound=StrEnum)


class Vocabulary(TypeDecorator[V]):
    """Text in the database, a member of `vocabulary` in Python; the database holds the CHECK."""

    impl = Text
    cache_ok = True

    def __init__(self, vocabulary: type[V]) -> None:
        """Remember which vocabulary the column speaks."""
        super().__init__()
        self.vocabulary = vocabulary

    def process_bind_param(self, value: V | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Text for the database; a word outside the vocabulary is a programming error."""
        return None if value is None else self.vocabulary(value).value

    def process_result_value(self, value: Any, dialect: Dialect) -> V | None:  # noqa: ANN401, ARG002 - SQLAlchemy's signature
        """The member that the stored text names."""
        return None if value is None else self.vocabulary(value)
