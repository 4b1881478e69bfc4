"""From what Excel keeps in a cell to an answer a field can read: dates, lost zeros, formulas, error values."""

import math
import re
from dataclasses import dataclass
from datetime import date, datetime

from engine.workbook.layout import LOST_ZEROS
from engine.workbook.rows import Cell
from rules.errors import MalformedError
from rules.facts import Value
from rules.fields import Field, Form
from rules.parsing import quoted

_EXCEL_ERRORS = frozenset(
    {
        "#NULL!",
        "#DIV/0!",
        "#VALUE!",
        "#REF!",
        "#NAME?",
        "#NUM!",
        "#N/A",
        "#GETTING_DATA",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
    },
)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how a workbook writes a character XML does not allow
_ISO_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")


@dataclass(frozen=True, slots=True)
class CellAnswer:
    """The answer a cell holds, and what the reader should tell of how it was understood."""

    value: Value
    notice: str | None = None


def answer_in(field: Field, cell: Cell) -> CellAnswer:
    """The answer a cell holds for a field.

    Raises:
        MalformedError: an Excel error value, or a number or text that cannot stand in a column of dates.
    """
    content = cell.content
    if content is None or isinstance(content, bool):
        return CellAnswer(content)
    if isinstance(content, date):
        return CellAnswer(_day(content).isoformat() if field.form is Form.DATE else f"{_day(content):%d/%m/%Y}")
    if isinstance(content, (int, float)):
        return _number_in(field, content)
    text = str(content)  # a time of day or a duration as Python writes it
    if text.strip() in _EXCEL_ERRORS:
        raise MalformedError(f"Ô báo lỗi của Excel ({text.strip()}); cần nhập lại nội dung.")
    if field.form is Form.DATE and _ISO_DATE.fullmatch(text.strip()):
        raise MalformedError(f"{quoted(text.strip())} không đúng dạng; cần ngày của Excel hoặc chữ dạng dd/mm/yyyy.")
    notice = "Ô chứa công thức: hệ thống không tính, chỉ đọc như văn bản." if cell.formula else None
    return CellAnswer(_ESCAPED.sub(lambda escaped: chr(int(escaped[1], 16)), text), notice)


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _number_in(field: Field, number: float) -> CellAnswer:
    whole = math.isfinite(number) and number == int(number)
    if field.form is Form.DATE:
        raise MalformedError(
            f"{quoted(str(number))} là số, không phải ngày; cần ngày của Excel hoặc chữ dạng dd/mm/yyyy."
        )
    if not whole:
        return CellAnswer(str(number))
    digits = str(int(number))
    if field.key in LOST_ZEROS:
        length, losable = LOST_ZEROS[field.key]
        if length - losable <= len(digits) < length and number > 0:
            return CellAnswer(digits.zfill(length), f"Ô dạng số đã mất số 0 ở đầu; được đọc là mã {length} chữ số.")
    return CellAnswer(int(digits) if field.form is Form.NUMBER else digits)
