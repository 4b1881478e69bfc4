"""A PDF that only shows pages: nothing locked, nothing that runs, nothing inside it that is another file."""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

from rules.errors import MalformedError

if TYPE_CHECKING:
    from pypdf import PdfReader

PADDING = b"\0\t\n\f\r \x1a"  # what writers leave after the end
AGAIN = "Hãy in tệp ra PDF mới (Print → Save as PDF) rồi gửi lại."
# By these a reader would run something, open something, send something, or hold another file.
RUNS = frozenset({"/JS", "/JavaScript", "/XFA", "/RichMediaContent", "/RichMediaSettings"})
HOLDS = frozenset({"/EF", "/EmbeddedFiles", "/Collection"})
ACTIONS = frozenset(
    {
        "/JavaScript", "/Launch", "/GoToR", "/GoToE", "/ImportData", "/SubmitForm", "/Rendition", "/Movie", "/Sound",
        "/RichMediaExecute", "/GoTo3DView",
    }
)  # fmt: skip
ANNOTATIONS = frozenset({"/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"})
BY_ITSELF = ("/OpenAction", "/AA")  # done without anybody clicking
HARMLESS_BY_ITSELF = frozenset({"/GoTo", "/Named"})
# The same in objects that an older revision has and the newest hides: another reader may still find them.
IN_THE_OPEN = re.compile(rb"/(?:JavaScript|Launch|RichMedia|EmbeddedFiles?|SubmitForm|ImportData)(?![A-Za-z0-9#])")


def refuse_harmful(content: bytes) -> None:
    """MalformedError unless the PDF is whole, open, and only shows pages."""
    from pypdf import PdfReader  # noqa: PLC0415 - only who examines a PDF pays for it

    _refuse_second_face(content)
    reader = PdfReader(BytesIO(content), strict=False)
    if reader.is_encrypted:
        raise MalformedError("Tệp PDF đang được đặt mật khẩu hoặc hạn chế quyền; hãy bỏ mật khẩu rồi gửi lại.")
    for found in _dictionaries(reader):
        _refuse_dictionary(found)
    if not len(reader.pages):
        raise MalformedError(f"Tệp PDF không có trang nào. {AGAIN}")
    if IN_THE_OPEN.search(content):
        raise _runs()


def _refuse_second_face(content: bytes) -> None:
    """What is a PDF to one program must not be an archive or something else to another."""
    _, end, rest = content.rpartition(b"%%EOF")
    if not end:
        raise MalformedError("Tệp PDF bị cắt, thiếu phần cuối; hãy gửi lại tệp.")
    if rest.strip(PADDING) or zipfile.is_zipfile(BytesIO(content)):
        raise MalformedError(f"Tệp PDF có nội dung khác gắn thêm. {AGAIN}")


def _dictionaries(reader: "PdfReader") -> Iterator[dict[str, Any]]:
    """Every dictionary of the file, in whatever object it lies, whether pages lead there or not."""
    from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject  # noqa: PLC0415 - as above

    places = {(number, generation) for generation, known in reader.xref.items() for number in known}
    places |= {(number, 0) for number in reader.xref_objStm}
    waiting: list[Any] = [reader.trailer]
    for number, generation in sorted(places):
        waiting.append(reader.get_object(IndirectObject(number, generation, reader)))
        while waiting:
            found = waiting.pop()
            if isinstance(found, DictionaryObject):
                yield found
                waiting += dict.values(found)  # as they are written: references are objects of their own
            elif isinstance(found, ArrayObject):
                waiting += list.__iter__(found)


def _refuse_dictionary(found: dict[str, Any]) -> None:
    """MalformedError for one that does more than show."""
    kind, subtype, action = (_name(found, key) for key in ("/Type", "/Subtype", "/S"))
    if not HOLDS.isdisjoint(found) or kind == "/EmbeddedFile" or subtype == "/FileAttachment":
        raise MalformedError("Tệp PDF có tệp khác đính kèm bên trong; hãy gửi từng tệp riêng, hoặc in ra PDF mới.")
    if not RUNS.isdisjoint(found) or action in ACTIONS or subtype in ANNOTATIONS:
        raise _runs()
    for key in BY_ITSELF:
        if key in found:
            _refuse_automatic(found[key], key)


def _refuse_automatic(action: Any, key: str) -> None:  # noqa: ANN401 - whatever the file has there
    """What happens without a click may turn to a page, and nothing else."""
    each = action.values() if key == "/AA" and isinstance(action, dict) else [action]
    for one in each:
        resolved = one.get_object()
        if isinstance(resolved, dict) and (_name(resolved, "/S") not in HARMLESS_BY_ITSELF or "/Next" in resolved):
            raise _runs()


def _name(found: dict[str, Any], key: str) -> str:
    """A name in a dictionary, followed where it is a reference; "" for anything else."""
    value = found.get(key)
    resolved = value.get_object() if value is not None else None
    return resolved if isinstance(resolved, str) else ""


def _runs() -> MalformedError:
    return MalformedError(
        f"Tệp PDF có mã lệnh hoặc tự thực hiện thao tác (JavaScript, mở chương trình, gửi dữ liệu); không nhận. {AGAIN}"
    )
