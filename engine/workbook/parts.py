"""Reads one XML part of a workbook through, event by event, and refuses what would harm or mislead the reader."""

import re
from typing import TYPE_CHECKING

from engine.packages import Product
from engine.packages.xml import MAX_ELEMENTS, PartReader, local_name, read_through
from rules.errors import MalformedError

if TYPE_CHECKING:
    from xml.sax.xmlreader import AttributesImpl

WORKBOOK = Product(
    thing="Sổ tính",
    program="Excel",
    code=("vbaproject", "xl/macrosheets/", "xl/activex/", "xl/dialogsheets/"),
    save_as="Hãy mở tệp bằng Excel và lưu lại dạng “Excel Workbook (*.xlsx)”.",
)
MAX_CELL_TEXT = 100_000  # Excel allows 32,767 characters
LAST_ROW = 1_048_576
LAST_COLUMN = 16_384
_TOO_MANY = "Sổ tính có quá nhiều ô (kể cả ô trống có định dạng); hãy xóa các dòng, trang thừa."
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_ROW = re.compile(r"[1-9][0-9]{0,6}")


def inspect_part(name: str, content: bytes, elements_before: int) -> int:
    """How many elements the part has; `elements_before` are those of the parts already read.

    Raises:
        MalformedError: no XML, a document type or entity, a macro, impossible rows, or too much of anything.
    """
    return read_through(name, content, _Inspector(MAX_ELEMENTS - elements_before))


class _Inspector(PartReader):
    """Follows the rows of a worksheet."""

    def __init__(self, room: int) -> None:
        super().__init__(WORKBOOK, room, _TOO_MANY)
        self._root = ""
        self._row = 0
        self._text = 0

    def startElement(self, name: str, attrs: "AttributesImpl") -> None:  # noqa: N802 - the name SAX calls
        """Look at one element."""
        super().startElement(name, attrs)
        local = local_name(name)
        self._root = self._root or local
        self._text = 0
        if self._root == "worksheet":
            self._follow(local, attrs)

    def characters(self, content: str) -> None:
        """Measure the text of a cell."""
        self._text += len(content)
        if self._text > MAX_CELL_TEXT and self._root in ("worksheet", "sst"):
            raise MalformedError(f"Sổ tính có ô dài hơn {MAX_CELL_TEXT:,} ký tự.".replace(",", "."))

    def _follow(self, local: str, attrs: "AttributesImpl") -> None:
        if local == "row":
            self._row = self._next_row(attrs.get("r", ""))
        elif local == "c" and "r" in attrs:
            found = _CELL.fullmatch(attrs["r"])
            if not found or int(found[2]) != self._row or _column(found[1]) > LAST_COLUMN:
                raise _misplaced()

    def _next_row(self, written: str) -> int:
        """Row numbers must rise: openpyxl leaves out the ones that do not, and walks every number in between."""
        if written and not _ROW.fullmatch(written):
            raise _misplaced()
        row = int(written) if written else self._row + 1
        if not self._row < row <= LAST_ROW:
            raise _misplaced()
        return row


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _misplaced() -> MalformedError:
    return MalformedError("Sổ tính bị hỏng: số dòng hoặc ô trong trang tính không hợp lệ; hãy lưu lại bằng Excel.")
