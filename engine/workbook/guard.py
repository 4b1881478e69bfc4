"""What may be opened as a workbook: everything hostile or broken is refused here, before openpyxl sees a byte.

The package is unpacked once, within limits, each XML part is read through without entities, and only the parts
that were found harmless are handed on in a package of our own making.
"""

import stat
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

from engine.workbook.parts import inspect_part
from rules.errors import MalformedError

MAX_FILE = 10 * 1024 * 1024
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 100
RATIO_COUNTS_FROM = 1024 * 1024  # a short repetitive part packs better than any bomb
MAX_PARTS = 1_000
CHUNK = 64 * 1024

TOO_LARGE = f"Tệp lớn hơn {MAX_FILE // 1024**2} MB; hãy bỏ hình ảnh, trang thừa rồi gửi lại."
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_OPEN_DOCUMENT = "mimetype"
_XML = (".xml", ".rels")
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
_CODE = ("vbaproject", "xl/macrosheets/", "xl/activex/", "xl/dialogsheets/")
_SAVE_AS = "Hãy mở tệp bằng Excel và lưu lại dạng “Excel Workbook (*.xlsx)”."


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
            _refuse_suspicious(package.infolist())
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
    if content.startswith(_OLE):
        if _ENCRYPTED_PACKAGE in content:
            raise MalformedError("Sổ tính đang được đặt mật khẩu; hãy bỏ mật khẩu rồi gửi lại.")
        raise MalformedError(f"Tệp ở định dạng Excel cũ (.xls). {_SAVE_AS}")
    if not content:
        raise MalformedError("Tệp rỗng, không có nội dung.")
    if content.startswith(b"%PDF"):
        raise MalformedError("Tệp là PDF, không phải sổ tính .xlsx; hãy gửi tệp Excel gốc.")
    if not content.startswith(b"PK"):
        raise MalformedError(f"Tệp không phải sổ tính .xlsx. {_SAVE_AS}")


def _refuse_suspicious(parts: list[zipfile.ZipInfo]) -> None:
    """Refuse by what the package declares; what it really holds is counted while unpacking."""
    names = [part.filename.lower() for part in parts]
    if len(parts) > MAX_PARTS or len(set(names)) != len(names):
        raise MalformedError("Tệp nén có quá nhiều hoặc trùng thành phần; không phải sổ tính bình thường.")
    if any(part.flag_bits & 0x1 for part in parts):
        raise MalformedError("Sổ tính đang được đặt mật khẩu; hãy bỏ mật khẩu rồi gửi lại.")
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        raise MalformedError(f"Tệp nén theo cách Excel không dùng. {_SAVE_AS}")
    if "xl/workbook.bin" in names:
        raise MalformedError(f"Tệp ở định dạng Excel nhị phân (.xlsb). {_SAVE_AS}")
    if any(mark in name for name in names for mark in _CODE):
        raise MalformedError(f"Sổ tính có macro; không nhận tệp có mã lệnh. {_SAVE_AS}")
    if "[content_types].xml" not in names:
        other = "tệp OpenDocument (.ods)" if _OPEN_DOCUMENT in names else "tệp nén khác"
        raise MalformedError(f"Tệp không phải sổ tính .xlsx mà là {other}. {_SAVE_AS}")
    if any(map(_packed_too_well, parts)):
        raise _bomb()


def _packed_too_well(part: zipfile.ZipInfo) -> bool:
    return part.file_size > RATIO_COUNTS_FROM and part.file_size > MAX_RATIO * max(part.compress_size, 1)


def _bomb() -> MalformedError:
    return MalformedError("Tệp nén bung ra lớn bất thường (có thể là “bom nén”); từ chối đọc.")


def _unpacked(package: zipfile.ZipFile) -> BytesIO:
    """Every part read through; the ones openpyxl needs packed again."""
    room = MAX_UNPACKED
    elements = 0
    clean = BytesIO()
    with zipfile.ZipFile(clean, "w", zipfile.ZIP_STORED) as harmless:
        for part in package.infolist():
            content = _inflated(package, part, room)
            room -= len(content)
            if part.filename.lower().endswith(_XML):
                elements += inspect_part(part.filename, content, elements)
                if not part.filename.lower().startswith(_LEFT_OUT):
                    harmless.writestr(part.filename, content)
    clean.seek(0)
    return clean


def _inflated(package: zipfile.ZipFile, part: zipfile.ZipInfo, room: int) -> bytes:
    """The content of a part, taken in small bites: never more than `room` bytes, whatever the package declares."""
    content = bytearray()
    with package.open(part) as stream:
        while chunk := stream.read(CHUNK):
            content += chunk
            if len(content) > room:
                raise _bomb()
    return bytes(content)
