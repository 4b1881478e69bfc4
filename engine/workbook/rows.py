"""Takes the filled cells out of a checked package with openpyxl: the only place that reads a workbook with it."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Protocol, cast

from engine.workbook.layout import CODES_SHEET, MAX_COLUMNS, SHEETS
from rules.errors import MalformedError
from rules.parsing import compact_key
from rules.text import nfc_folded
from rules.vocabulary import Kind


class _Streamed(Protocol):
    """What is used of openpyxl's read-only sheets; its stubs give them another class's iter_rows."""

    def reset_dimensions(self) -> None: ...

    def iter_rows(self, *, max_col: int) -> Iterator[tuple[object, ...]]: ...


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that holds something: text, a number, a date, a truth value; a formula as its text."""

    column: int
    content: object
    formula: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A row by its Excel number, with the cells that hold something."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheets:
    """The lines of our sheets, and the titles of the others."""

    lines: dict[Kind, tuple[Line, ...]]
    others: tuple[str, ...]


def sheets_in(package: BytesIO) -> Sheets:
    """The filled lines of both sheets.

    Raises:
        MalformedError: a sheet is missing or there twice, or the workbook is damaged.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells of pictures and extensions it leaves out
        try:
            contents = _contents_of(package)
        except Exception as error:
            # openpyxl answers a damaged workbook with whatever its code happens to raise.
            raise MalformedError("Sổ tính bị hỏng, không đọc được; hãy mở bằng Excel và lưu lại.") from error
    found = {kind: [title for title in contents if _same(title, SHEETS[kind])] for kind in SHEETS}
    missing = [f"“{SHEETS[kind]}”" for kind, titles in found.items() if not titles]
    if missing:
        raise MalformedError(f"Sổ tính thiếu trang {' và '.join(missing)}; hãy dùng mẫu sổ tính của hệ thống.")
    twice = [f"“{SHEETS[kind]}”" for kind, titles in found.items() if len(titles) > 1]
    if twice:
        raise MalformedError(f"Sổ tính có nhiều trang cùng tên {' và '.join(twice)}; chỉ giữ lại một.")
    ours = {kind: titles[0] for kind, titles in found.items()}
    others = (title for title in contents if title not in ours.values() and not _same(title, CODES_SHEET))
    return Sheets({kind: contents[title] for kind, title in ours.items()}, tuple(others))


def _same(title: str, ours: str) -> bool:
    return compact_key(title) == compact_key(ours)


def _contents_of(package: BytesIO) -> dict[str, tuple[Line, ...]]:
    """Lines by sheet title; sheets that are not ours are not read."""
    from openpyxl import load_workbook  # noqa: PLC0415 - a third of a second that only an import should pay

    workbook = load_workbook(package, read_only=True, data_only=False, keep_links=False)
    try:
        return {
            sheet.title: tuple(_lines_of(cast("_Streamed", sheet)))
            if any(_same(sheet.title, ours) for ours in SHEETS.values())
            else ()
            for sheet in workbook.worksheets
        }
    finally:
        workbook.close()


def _lines_of(sheet: _Streamed) -> Iterator[Line]:
    sheet.reset_dimensions()  # what a sheet says of its size is not to be trusted
    missing = None  # openpyxl gives one and the same row for every number the file leaves out, up to a million times
    for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS), start=1):
        if row is missing:
            continue
        cells = tuple(_cells_of(row))
        if cells:
            yield Line(number, cells)
        else:
            missing = row


def _cells_of(row: tuple[object, ...]) -> Iterator[Cell]:
    for column, cell in enumerate(row, start=1):
        content = getattr(cell, "value", None)
        if content is None:
            continue
        formula = getattr(cell, "data_type", "") == "f"
        if formula and not isinstance(content, str):  # an array formula, or a what-if table without a text of its own
            content = getattr(content, "text", None) or "=TABLE()"
        if not isinstance(content, str) or nfc_folded(content):
            yield Cell(column, content, formula)
