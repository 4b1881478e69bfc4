"""What a form sent: text in NFC, nothing that is not text, files apart."""

import unicodedata
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import date
from typing import Annotated, TypeAlias

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from rules.dates import parse_date
from rules.errors import MalformedError

CSRF = "_csrf"
MOST_FIELDS, MOST_FILES = 500, 20
NEVER_CARRIED = ("_csrf", "password", "code")  # beginnings of names that are not kept for after signing in


class Form(Mapping[str, str]):
    """The text fields of a form by name, the last value of each; `many` gives all, `files` the uploads."""

    def __init__(self, data: FormData) -> None:
        """Read it once."""
        self.texts: dict[str, list[str]] = {}
        self.uploads: dict[str, list[UploadFile]] = {}
        for name, value in data.multi_items():
            if isinstance(value, UploadFile):
                if value.filename:
                    self.uploads.setdefault(name, []).append(value)
            else:
                self.texts.setdefault(name, []).append(plain(value))

    def __getitem__(self, name: str) -> str:
        return self.texts[name][-1]

    def __iter__(self) -> Iterator[str]:
        return iter(self.texts)

    def __len__(self) -> int:
        return len(self.texts)

    def text(self, name: str) -> str:
        """A field without white space around it; "" when it was not sent."""
        return self.get(name, "").strip()

    def many(self, name: str) -> list[str]:
        """Every value of a field, in order."""
        return self.texts.get(name, [])

    def ticked(self, name: str) -> bool:
        """Whether a box was ticked."""
        return name in self.texts

    def day(self, name: str) -> date | None:
        """A date as a date field or a person gives it; None when blank, MalformedError when it is none."""
        typed = self.text(name)
        return parse_date(typed) if typed else None

    def number(self, name: str) -> int | None:
        """A whole number; None when blank, MalformedError when it is none."""
        typed = self.text(name)
        if not typed:
            return None
        if not (typed.isascii() and typed.isdigit() and len(typed) < 10):  # noqa: PLR2004 - fits an integer column
            raise MalformedError(f"“{typed[:40]}” không phải là số nguyên.")
        return int(typed)

    def files(self, name: str) -> list[UploadFile]:
        """The files chosen in a field."""
        return self.uploads.get(name, [])

    def carried(self) -> list[tuple[str, str]]:
        """What may be kept for after signing in: no secrets, no files."""
        pairs = ((name, value) for name, values in self.texts.items() for value in values)
        return [(name, value) for name, value in pairs if not name.startswith(NEVER_CARRIED)]


def plain(value: str) -> str:
    """Text in NFC with plain line ends and no characters no store keeps."""
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})


async def form_of(request: Request) -> AsyncIterator[Form]:
    """The form of a request, read whole before anything else is done for it; empty when it has none."""
    data = FormData()
    if request.method == "POST":
        data = await request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS)
    try:
        yield Form(data)
    finally:
        await data.close()


Posted: TypeAlias = Annotated[Form, Depends(form_of)]
