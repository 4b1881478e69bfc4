"""A Word document that holds words: no macro, no other file, nothing fetched from elsewhere when it is opened."""

import re
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

from engine.packages import MAX_UNPACKED, XML, Product, inflated, refuse_suspicious
from engine.packages.xml import MAX_ELEMENTS, PartReader, local_name, read_through
from rules.errors import MalformedError

if TYPE_CHECKING:
    from xml.sax.xmlreader import AttributesImpl

WORD = Product(
    thing="Tài liệu Word",
    program="Word",
    code=("vbaproject", "vbadata", "activex/", "macrosheets/"),
    save_as="Hãy mở bằng Word và lưu lại dạng “Word Document (*.docx)” hoặc PDF.",
)
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
TYPES = "[Content_Types].xml"
END_OF_PACKAGE, END_LENGTH = b"PK\x05\x06", 22
HEADER = 1024  # bytes within which readers of PDF look for its beginning
HARMFUL_TYPES = ("oleobject", "vbaproject", "activex")
EMBEDDED = ("oleObject", "package", "aFChunk", "subDocument", "frame", "control")
LINKS = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
FIELDS = re.compile(
    r"^\s*(?:DDE|DDEAUTO|LINK|IMPORT|INCLUDE|INCLUDETEXT|INCLUDEPICTURE|DATABASE|MACROBUTTON)\b", re.IGNORECASE
)
TOO_MANY = "Tài liệu Word quá phức tạp; hãy lưu lại dạng PDF."


def refuse_harmful(content: bytes) -> None:
    """MalformedError unless the package is a whole .docx that fetches and runs nothing."""
    if content[-END_LENGTH:][: len(END_OF_PACKAGE)] != END_OF_PACKAGE or b"%PDF-" in content[:HEADER]:
        raise MalformedError(f"Tài liệu Word bị cắt hoặc có nội dung khác gắn thêm. {WORD.save_as}")
    with zipfile.ZipFile(BytesIO(content)) as package:
        parts = package.infolist()
        if TYPES not in {part.filename for part in parts}:
            raise _other_package()
        refuse_suspicious(parts, WORD)
        if any("/embeddings/" in f"/{part.filename.lower()}" for part in parts):
            raise _embedded()
        reading = _Reading()
        for part in parts:
            reading.take(part.filename, inflated(package, part, reading.room))
    if reading.main not in {f"/{part.filename}" for part in parts}:
        raise _other_package()


class _Reading:
    """How much of the package was read, and where it says its text is."""

    def __init__(self) -> None:
        self.room = MAX_UNPACKED
        self.elements = 0
        self.main = ""

    def take(self, name: str, content: bytes) -> None:
        """Read one part through."""
        self.room -= len(content)
        if name.lower().endswith(XML):
            inspector = _Inspector(MAX_ELEMENTS - self.elements)
            self.elements += read_through(name, content, inspector)
            inspector.refuse_field()
            self.main = inspector.main or self.main


class _Inspector(PartReader):
    """Looks at content types, relations and fields."""

    def __init__(self, room: int) -> None:
        super().__init__(WORD, room, TOO_MANY)
        self.main = ""
        self._field = ""
        self._in_field = False

    def startElement(self, name: str, attrs: "AttributesImpl") -> None:  # noqa: N802 - the name SAX calls
        """Look at one element."""
        super().startElement(name, attrs)
        match local_name(name):
            case "Override" | "Default":
                self._type(attrs.get("PartName", ""), attrs.get("ContentType", ""))
            case "Relationship":
                _refuse_relation(attrs)
            case "fldChar":
                self.refuse_field()
            case "fldSimple":
                self._field = next((attrs[key] for key in attrs.getNames() if local_name(key) == "instr"), "")
                self.refuse_field()
            case "instrText":
                self._in_field = True
            case _:
                pass

    def endElement(self, name: str) -> None:  # noqa: N802 - as above
        """Leave the words of a field, which may go on in the next run."""
        if local_name(name) == "instrText":
            self._in_field = False

    def characters(self, content: str) -> None:
        """Gather the words of a field."""
        if self._in_field:
            self._field += content

    def refuse_field(self) -> None:
        """MalformedError for a field that fetches or starts something when it is brought up to date."""
        if FIELDS.match(self._field):
            raise MalformedError(f"Tài liệu Word có trường lấy dữ liệu từ tệp hay chương trình khác. {WORD.save_as}")
        self._field = ""

    def _type(self, part: str, content_type: str) -> None:
        if any(harmful in content_type.lower() for harmful in HARMFUL_TYPES):
            raise _embedded()
        if content_type == MAIN:
            self.main = part


def _refuse_relation(attrs: "AttributesImpl") -> None:
    """A document may point people to a page or an address; it may fetch nothing, and hold no other document."""
    kind, target = attrs.get("Type", "").rpartition("/")[2], attrs.get("Target", "")
    if kind in EMBEDDED:
        raise _embedded()
    if attrs.get("TargetMode", "") == "External" and not (kind == "hyperlink" and LINKS.match(target)):
        raise MalformedError(
            f"Tài liệu Word liên kết đến tệp bên ngoài (mẫu, ảnh hoặc tệp trên máy khác); không nhận. {WORD.save_as}"
        )


def _embedded() -> MalformedError:
    return MalformedError(f"Tài liệu Word có tệp khác nhúng bên trong; hãy gửi từng tệp riêng. {WORD.save_as}")


def _other_package() -> MalformedError:
    return MalformedError("Tệp nén này không phải tài liệu Word (.docx); hãy gửi từng tệp bên trong, hoặc lưu ra PDF.")
