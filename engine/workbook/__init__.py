"""Reads the units' workbook: rows in, errors and notices by cell out; nothing is stored, run or followed here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.workbook.guard import checked_package
from engine.workbook.layout import MAX_ROWS, SHEETS, column_letters
from engine.workbook.rows import Line, Sheets, sheets_in
from engine.workbook.sheet import Heading, heading_in, holds_answers, read_line
from rules.errors import MalformedError
from rules.facts import Value
from rules.fields import RATED_YEARS, fields_of
from rules.parsing import Register
from rules.vocabulary import Kind


@dataclass(frozen=True, slots=True)
class RowReading:
    """A row every cell of which could be read; `fields` has every key of its kind, None where blank."""

    sheet: str
    row: int
    kind: Kind
    fields: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class CellMessage:
    """Something to tell about a cell: an error that refuses its row, or a notice of how it was understood."""

    sheet: str
    row: int
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class WorkbookReading:
    """What a workbook holds, in the order of its sheets, rows and columns."""

    rows: tuple[RowReading, ...]
    errors: tuple[CellMessage, ...]
    notices: tuple[CellMessage, ...]


def read_workbook(
    source: Path | bytes, register: Register, rated_years: Sequence[int] = RATED_YEARS
) -> WorkbookReading:
    """Read both sheets of a workbook, given by path or as it was uploaded.

    Raises:
        MalformedError: the file as a whole is refused: no workbook, a missing sheet or column, too many rows.
    """
    sheets = sheets_in(checked_package(source))
    headings = _headings_of(sheets, rated_years)
    rows: list[RowReading] = []
    errors: list[CellMessage] = []
    notices = [CellMessage(title, 1, "", "Trang không thuộc mẫu, bỏ qua.") for title in sheets.others]
    for kind, heading in headings.items():
        title = SHEETS[kind]
        notices += _columns_left_out(title, heading, sheets.lines[kind])
        for line in _answering(title, heading, sheets.lines[kind]):
            reading = read_line(line, heading, register)
            errors += [CellMessage(title, line.number, column, message) for column, message in reading.errors]
            notices += [CellMessage(title, line.number, column, message) for column, message in reading.notices]
            if not reading.errors:
                answers = {field.key: reading.fields[field.key] for field in fields_of(kind, rated_years)}
                rows.append(RowReading(title, line.number, kind, answers))
    return WorkbookReading(tuple(rows), tuple(errors), tuple(notices))


def _headings_of(sheets: Sheets, rated_years: Sequence[int]) -> dict[Kind, Heading]:
    """The heading of each sheet, or one refusal that names what is wrong on all of them."""
    headings: dict[Kind, Heading] = {}
    problems: list[str] = []
    for kind, lines in sheets.lines.items():
        try:
            headings[kind] = heading_in(SHEETS[kind], lines, fields_of(kind, rated_years))
        except MalformedError as error:
            problems.append(error.message)
    if problems:
        raise MalformedError(" ".join(problems))
    return headings


def _answering(title: str, heading: Heading, lines: Sequence[Line]) -> list[Line]:
    answering = [line for line in lines if holds_answers(line, heading)]
    if len(answering) > MAX_ROWS:
        raise MalformedError(
            f"Trang “{title}” có {len(answering)} dòng dữ liệu; tối đa {MAX_ROWS}. Hãy tách thành nhiều tệp."
        )
    return answering


def _columns_left_out(title: str, heading: Heading, lines: Sequence[Line]) -> Iterator[CellMessage]:
    """A notice for each column with a heading we do not know, or with answers and no heading."""
    for text in heading.unknown.values():
        yield CellMessage(title, heading.row, text, f"Cột “{text}” không thuộc mẫu, bỏ qua.")
    named = {*heading.fields, *heading.unknown, *heading.ordinals}
    below = {cell.column: line.number for line in reversed(lines) if line.number > heading.row for cell in line.cells}
    for column in sorted(set(below) - named):
        letters = column_letters(column)
        yield CellMessage(title, below[column], letters, f"Cột {letters} có nội dung nhưng không có tiêu đề, bỏ qua.")
