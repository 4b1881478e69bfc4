"""One sheet of the workbook: finds its heading row and reads the rows below it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.workbook.cells import answer_in
from engine.workbook.layout import HEADER_EVIDENCE, HEADER_WITHIN, ORDINAL_KEYS
from engine.workbook.rows import Cell, Line
from rules.errors import MalformedError
from rules.facts import Value
from rules.fields import Field, contradictions
from rules.parsing import Register, compact_key, quoted
from rules.text import nfc_folded

_COLUMN_NUMBER = re.compile(r"\(?([0-9]{1,2}|[A-Za-z])\)?")  # the row of (1), (2), (3) under many headings


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading row: which field each column holds, in the order of the columns."""

    row: int
    fields: dict[int, Field]
    unknown: dict[int, str]  # column, its heading as written
    ordinals: frozenset[int]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one row says: answers by key, and (column, message) of its errors and notices."""

    fields: dict[str, Value]
    errors: tuple[tuple[str, str], ...]
    notices: tuple[tuple[str, str], ...]


def heading_in(sheet: str, lines: Sequence[Line], fields: Sequence[Field]) -> Heading:
    """The heading row of a sheet.

    Raises:
        MalformedError: no heading row, a missing column or one that is there twice; names sheet and columns.
    """
    known = {compact_key(field.header): field for field in fields}
    candidates = [line for line in lines if line.number <= HEADER_WITHIN]
    line = max(candidates, key=lambda candidate: _known_in(candidate, known), default=None)
    if line is None or _known_in(line, known) < HEADER_EVIDENCE:
        raise MalformedError(
            f"Trang “{sheet}” không có dòng tiêu đề (tìm trong {HEADER_WITHIN} dòng đầu); hãy dùng mẫu của hệ thống."
        )
    texts = {cell.column: nfc_folded(str(cell.content)) for cell in line.cells}
    columns = {column: known[key] for column, text in texts.items() if (key := compact_key(text)) in known}
    _refuse_missing_or_twice(sheet, [field.header for field in columns.values()], fields)
    ordinals = frozenset(column for column, text in texts.items() if compact_key(text) in ORDINAL_KEYS)
    unknown = {column: text for column, text in texts.items() if column not in columns and column not in ordinals}
    return Heading(line.number, columns, unknown, ordinals)


def _known_in(line: Line, known: Iterable[str]) -> int:
    return len({compact_key(str(cell.content)) for cell in line.cells}.intersection(known))


def _refuse_missing_or_twice(sheet: str, found: list[str], fields: Sequence[Field]) -> None:
    missing = [quoted(field.header) for field in fields if field.header not in found]
    twice = [quoted(field.header) for field in fields if found.count(field.header) > 1]
    problems = [f"thiếu cột {', '.join(missing)}"] * bool(missing) + [f"có cột trùng {', '.join(twice)}"] * bool(twice)
    if problems:
        raise MalformedError(f"Trang “{sheet}” {' và '.join(problems)}.")


def holds_answers(line: Line, heading: Heading) -> bool:
    """Whether a row below the heading says anything: more than its number or notes, and no row of column numbers."""
    if line.number <= heading.row or not any(cell.column in heading.fields for cell in line.cells):
        return False
    return not all(_COLUMN_NUMBER.fullmatch(str(cell.content).strip()) for cell in line.cells)


def read_line(line: Line, heading: Heading, register: Register) -> Reading:
    """Every column of a row; errors and notices in the order of the columns."""
    cells = {cell.column: cell for cell in line.cells}
    fields: dict[str, Value] = {}
    errors, notices = [], []
    for column, field in heading.fields.items():
        try:
            answer = answer_in(field, cells.get(column, Cell(column, None)))
            fields[field.key] = field.parse(answer.value, register)
        except MalformedError as error:
            errors.append((column, error.message))
        else:
            notices += [(field.header, answer.notice)] if answer.notice else []
    places = {field.key: column for column, field in heading.fields.items()}
    errors += [(places[key], message) for key, message in contradictions(fields)]
    told = tuple((heading.fields[column].header, message) for column, message in sorted(errors))
    return Reading(fields, told, tuple(notices))
