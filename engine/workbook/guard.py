"""What may be opened as a workbook: everything hostile or broken is refused here, before openpyxl sees a byte.

The package is unpacked once, within limits, each XML part is read through without entities, and only the parts
that were found harmless are handed on in a package of our own making.
"""

import stat
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

from engine.packages import ENCRYPTED_PACKAGE, MAX_UNPACKED, OLE, XML, inflated, refuse_suspicious
from engine.workbook.parts import WORKBOOK, inspect_part
from rules.errors import MalformedError

MAX_FILE = 10 * 1024 * 1024
TOO_LARGE = f"Tệp lớn hơn {MAX_FILE // 1024**2} MB; hãy bỏ hình ảnh, trang thừa rồi gửi lại."
_OPEN_DOCUMENT = "mimetype"
# Parts that hold no answers: pictures, charts, notes, properties. openpyxl stumbles over some of them.
_LEFT_OUT = (
    "docprops/",
    "customxml/",
    "xl/chartsheets/",
    "xl/charts/",
    "xl/drawings/",
    "xl/externallinks/",
    "xl/theme/",
)


def checked_package(source: Path | bytes) -> BytesIO:
    """The harmless parts of a workbook, given by path or as it was uploaded, as a package in memory.

    Raises:
        MalformedError: not a workbook, or one that is too large, damaged, locked, with macros, or made to do harm.
    """
    content = source if isinstance(source, bytes) else _content_of(source)
    if len(content) > MAX_FILE:
        raise MalformedError(TOO_LARGE)
    _refuse_other_formats(content)
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            _refuse_other_packages({part.filename.lower() for part in package.infolist()})
            refuse_suspicious(package.infolist(), WORKBOOK)
            return _unpacked(package)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as error:
        raise MalformedError("Tệp .xlsx bị hỏng hoặc tải lên chưa trọn vẹn; hãy gửi lại tệp.") from error


def _content_of(path: Path) -> bytes:
    """The bytes of a regular file within the limit: never of a directory, a device or a pipe."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise MalformedError(f"“{path.name}” không phải là tệp; cần một sổ tính .xlsx.")
        if found.st_size <= MAX_FILE:
            with path.open("rb") as file:
                content = file.read(MAX_FILE + 1)
            if len(content) <= MAX_FILE:
                return content
    except FileNotFoundError as error:
        raise MalformedError(f"Không tìm thấy tệp “{path.name}”.") from error
    except (OSError, ValueError) as error:
        raise MalformedError(f"Không mở được tệp “{path.name}”; hãy kiểm tra quyền đọc và đường dẫn.") from error
    raise MalformedError(TOO_LARGE)


def _refuse_other_formats(content: bytes) -> None:
    if content.startswith(OLE):
        if ENCRYPTED_PACKAGE in content:
            raise WORKBOOK.is_locked
        raise MalformedError(f"Tệp ở định dạng Excel cũ (.xls). {WORKBOOK.save_as}")
    if not content:
        raise MalformedError("Tệp rỗng, không có nội dung.")
    if content.startswith(b"%PDF"):
        raise MalformedError("Tệp là PDF, không phải sổ tính .xlsx; hãy gửi tệp Excel gốc.")
    if not content.startswith(b"PK"):
        raise MalformedError(f"Tệp không phải sổ tính .xlsx. {WORKBOOK.save_as}")


def _refuse_other_packages(names: set[str]) -> None:
    if "xl/workbook.bin" in names:
        raise MalformedError(f"Tệp ở định dạng Excel nhị phân (.xlsb). {WORKBOOK.save_as}")
    if "[content_types].xml" not in names:
        other = "tệp OpenDocument (.ods)" if _OPEN_DOCUMENT in names else "tệp nén khác"
        raise MalformedError(f"Tệp không phải sổ tính .xlsx mà là {other}. {WORKBOOK.save_as}")


def _unpacked(package: zipfile.ZipFile) -> BytesIO:
    """Every part read through; the ones openpyxl needs packed again."""
    room = MAX_UNPACKED
    elements = 0
    clean = BytesIO()
    with zipfile.ZipFile(clean, "w", zipfile.ZIP_STORED) as harmless:
        for part in package.infolist():
            content = inflated(package, part, room)
            room -= len(content)
            if part.filename.lower().endswith(XML):
                elements += inspect_part(part.filename, content, elements)
                if not part.filename.lower().startswith(_LEFT_OUT):
                    harmless.writestr(part.filename, content)
    clean.seek(0)
    return clean
