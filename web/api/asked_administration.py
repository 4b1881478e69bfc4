"""What administrators, and readers of notices, may say."""

from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from pydantic import AfterValidator, Field

from engine.campaigns import MAX_FILE
from web.api.asked import Body, Day, Name, words


def as_it_is(typed: str) -> str:
    """The text of a file, with nothing in it that `words` refuses; white space stays as it is."""
    words(typed)
    return typed


Content: TypeAlias = Annotated[str, Field(max_length=MAX_FILE), AfterValidator(as_it_is)]


class ComparisonAsked(Body):
    """A campaign's file to compare."""

    content: Content = Field(description="Nội dung tệp YAML.")


class LoadAsked(ComparisonAsked):
    """A campaign's file that was compared."""

    mark: Name = Field(description="Dấu của cấu hình đang dùng, như lúc so sánh đã cho.")


class ListAsked(Body):
    """A list of units or accounts."""

    content: Content = Field(description="Nội dung tệp CSV, dòng đầu là tên cột.")


class AccountAsked(Body):
    """Something done to an account."""

    action: Literal["lock", "unlock", "send_link"]


class DelegationAsked(Body):
    """Somebody acts for somebody else."""

    giver: Name
    taker: Name
    since: Day | None = Field(default=None, description="Từ ngày này; không nêu: từ nay.")
    until: Day = Field(description="Đến hết ngày này.")


class EndingAsked(Body):
    """The end of a delegation; there is nothing to say of it."""


class NoticesRead(Body):
    """Notices that were shown."""

    newest: UUID = Field(description="Thông báo mới nhất đã được thấy.")
