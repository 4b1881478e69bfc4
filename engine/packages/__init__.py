"""The packages that office programs write, as something hostile: what is refused of any of them, and safe unpacking."""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

from rules.errors import MalformedError

MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 100
RATIO_COUNTS_FROM = 1024 * 1024  # a short repetitive part packs better than any bomb
MAX_PARTS = 1_000
CHUNK = 64 * 1024
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # what these programs wrote before packages, and what they lock packages in
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
XML = (".xml", ".rels")


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What one program's packages are called, what they must not contain, and how to get a clean one."""

    thing: str  # what a sentence about it begins with: “Sổ tính”
    program: str
    code: tuple[str, ...]  # in the lower-case names of parts that hold macros
    save_as: str

    @property
    def has_macros(self) -> MalformedError:
        """The refusal of one with macros."""
        return MalformedError(f"{self.thing} có macro; không nhận tệp có mã lệnh. {self.save_as}")

    @property
    def is_locked(self) -> MalformedError:
        """The refusal of one under a password."""
        return MalformedError(f"{self.thing} đang được đặt mật khẩu; hãy bỏ mật khẩu rồi gửi lại.")


def refuse_suspicious(parts: Sequence[zipfile.ZipInfo], product: Product) -> None:
    """MalformedError by what the package declares; what it really holds is counted while unpacking."""
    names = [part.filename.lower() for part in parts]
    if len(parts) > MAX_PARTS or len(set(names)) != len(names):
        thing = product.thing[:1].lower() + product.thing[1:]
        raise MalformedError(f"Tệp nén có quá nhiều hoặc trùng thành phần; không phải {thing} bình thường.")
    if any(part.flag_bits & 0x1 for part in parts):
        raise product.is_locked
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        raise MalformedError(f"Tệp nén theo cách {product.program} không dùng. {product.save_as}")
    if any(mark in name for name in names for mark in product.code):
        raise product.has_macros
    if any(map(_packed_too_well, parts)):
        raise bomb()


def inflated(package: zipfile.ZipFile, part: zipfile.ZipInfo, room: int) -> bytes:
    """The content of a part, taken in small bites: never more than `room` bytes, whatever the package declares."""
    content = bytearray()
    with package.open(part) as stream:
        while chunk := stream.read(CHUNK):
            content += chunk
            if len(content) > room:
                raise bomb()
    return bytes(content)


def bomb() -> MalformedError:
    """The refusal of what unpacks to far more than it is."""
    return MalformedError("Tệp nén bung ra lớn bất thường (có thể là “bom nén”); từ chối đọc.")


def _packed_too_well(part: zipfile.ZipInfo) -> bool:
    return part.file_size > RATIO_COUNTS_FROM and part.file_size > MAX_RATIO * max(part.compress_size, 1)
