"""What an uploaded file really is, by its content alone: its name and the type a browser claims are never believed."""

from enum import StrEnum

from engine.files import pdf, picture, word
from engine.files.limits import MAX_FILE, too_large
from engine.packages import OLE
from rules.errors import MalformedError


class Media(StrEnum):
    """The types that are taken."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


TAKEN = "Chỉ nhận tệp PDF, Word (.docx), ảnh JPEG hoặc PNG."
BEGINNINGS = {
    b"%PDF-": Media.PDF,
    b"\xff\xd8\xff": Media.JPEG,
    b"\x89PNG\r\n\x1a\n": Media.PNG,
    b"PK\x03\x04": Media.DOCX,
}
# What people send most of what is not taken, by how it begins, and what they can do about it.
OTHERS = {
    OLE: "Tệp ở định dạng Office cũ (.doc, .xls) hoặc đang được đặt mật khẩu; hãy lưu lại dạng .docx hoặc PDF.",
    b"{\\rtf": "Tệp ở định dạng RTF; hãy lưu lại dạng .docx hoặc PDF.",
    b"GIF8": "Ảnh GIF; hãy lưu lại dạng JPEG hoặc PNG.",
    b"II*\0": "Ảnh TIFF; hãy quét lại ra PDF, JPEG hoặc PNG.",
    b"MM\0*": "Ảnh TIFF; hãy quét lại ra PDF, JPEG hoặc PNG.",
    b"RIFF": "Ảnh WebP; hãy lưu lại dạng JPEG hoặc PNG.",
    b"BM": "Ảnh BMP; hãy lưu lại dạng JPEG hoặc PNG.",
    b"Rar!": "Tệp nén; hãy gửi từng tệp bên trong.",
    b"7z\xbc\xaf": "Tệp nén; hãy gửi từng tệp bên trong.",
    b"MZ": "Tệp chương trình; không nhận.",
}
HEIC_FROM, HEIC = 4, (b"ftyphei", b"ftypmif", b"ftypavif")
CHECKS = {
    Media.PDF: pdf.refuse_harmful,
    Media.JPEG: picture.refuse_harmful,
    Media.PNG: picture.refuse_harmful,
    Media.DOCX: word.refuse_harmful,
}


def media_of(content: bytes) -> Media:
    """The type of a file that is whole and harmless.

    Raises:
        MalformedError: empty, too large, damaged, another type, or made to do harm.
    """
    if len(content) > MAX_FILE:
        raise too_large()
    media = begins_like(content)
    try:
        CHECKS[media](content)
    except MalformedError:
        raise
    except Exception as error:  # the readers raise whatever a damaged or hostile file leads them to
        raise MalformedError("Tệp bị hỏng hoặc tải lên chưa trọn vẹn; hãy mở kiểm tra rồi gửi lại.") from error
    return media


def begins_like(content: bytes) -> Media:
    """The type whose first bytes the file has; MalformedError with what it seems to be instead."""
    if not content:
        raise MalformedError("Tệp rỗng, không có nội dung.")
    for beginning, media in BEGINNINGS.items():
        if content.startswith(beginning):
            return media
    if content[HEIC_FROM:].startswith(HEIC):
        raise MalformedError(f"Ảnh HEIC của điện thoại; hãy lưu lại dạng JPEG. {TAKEN}")
    for beginning, sentence in OTHERS.items():
        if content.startswith(beginning):
            raise MalformedError(f"{sentence} {TAKEN}")
    raise MalformedError(f"Nội dung tệp không thuộc loại được nhận, dù tên tệp là gì. {TAKEN}")
