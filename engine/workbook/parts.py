"""Reads one XML part of a workbook through, event by event, and refuses what would harm or mislead the reader."""

import re
from io import BytesIO
from typing import TYPE_CHECKING
from xml.sax.handler import ContentHandler  # the events only; parsing goes through defusedxml

from rules.errors import MalformedError

if TYPE_CHECKING:
    from xml.sax.xmlreader import AttributesImpl

MAX_ELEMENTS = 1_000_000  # in the whole workbook; 5,000 rows of 24 columns make 360,000
MAX_CELL_TEXT = 100_000  # Excel allows 32,767 characters
LAST_ROW = 1_048_576
LAST_COLUMN = 16_384
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_ROW = re.compile(r"[1-9][0-9]{0,6}")


def inspect_part(name: str, content: bytes, elements_before: int) -> int:
    """How many elements the part has; `elements_before` are those of the parts already read.

    Raises:
        MalformedError: no XML, a document type or entity, a macro, impossible rows, or too much of anything.
    """
    # Only an import of a workbook pays for these.
    from xml.sax import SAXException  # noqa: PLC0415 - see above

    from defusedxml.common import DefusedXmlException  # noqa: PLC0415 - see above
    from defusedxml.sax import parse  # noqa: PLC0415 - see above

    inspector = _Inspector(MAX_ELEMENTS - elements_before)
    try:
        parse(BytesIO(content), inspector, forbid_dtd=True)
    except DefusedXmlException as error:
        raise MalformedError(
            "Sổ tính chứa khai báo XML bên ngoài (DTD, entity); từ chối đọc vì lý do an toàn."
        ) from error
    except SAXException as error:
        raise MalformedError(f"Sổ tính bị hỏng: không đọc được phần “{name[:80]}”.") from error
    return inspector.elements


class _Inspector(ContentHandler):
    """Counts elements, and follows the rows of a worksheet."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.elements = 0
        self._room = room
        self._root = ""
        self._row = 0
        self._text = 0

    def startElement(self, name: str, attrs: "AttributesImpl") -> None:  # noqa: N802 - the name SAX calls
        """Look at one element."""
        local = name.rpartition(":")[2]
        self._root = self._root or local
        self._text = 0
        self.elements += 1
        if self.elements > self._room:
            raise MalformedError("Sổ tính có quá nhiều ô (kể cả ô trống có định dạng); hãy xóa các dòng, trang thừa.")
        if local in ("Override", "Default") and "macroenabled" in attrs.get("ContentType", "").lower():
            raise MalformedError(
                "Sổ tính có macro; không nhận tệp có mã lệnh. Hãy lưu lại dạng “Excel Workbook (*.xlsx)”."
            )
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
