"""A JPEG or PNG that can be decoded to its last line, within a limit of pixels, and is nothing else besides."""

import zipfile
from io import BytesIO

from engine.files.limits import MAX_PIXELS
from rules.errors import MalformedError

FORMATS = ("JPEG", "PNG")
HEADER = 1024  # bytes within which readers of PDF look for its beginning
PNG_END = b"\0\0\0\0IEND\xaeB`\x82"
PNG_BEGINNING = b"\x89PNG"


def refuse_harmful(content: bytes) -> None:
    """MalformedError unless the picture is whole, of a bearable size, and nothing but a picture."""
    from PIL import Image, ImageFile  # noqa: PLC0415 - only who examines a picture pays for it

    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint, where it was imported, takes what is cut off for whole

    if b"%PDF-" in content[:HEADER] or zipfile.is_zipfile(BytesIO(content)) or _goes_on(content):
        raise MalformedError("Ảnh có nội dung khác gắn thêm; hãy mở ảnh và lưu lại dạng JPEG hoặc PNG.")
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise _too_large()
            picture.verify()
        with Image.open(BytesIO(content), formats=FORMATS) as picture:
            picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large() from error


def _too_large() -> MalformedError:
    return MalformedError(
        f"Ảnh quá lớn (nhiều nhất {MAX_PIXELS // 1_000_000} triệu điểm ảnh); "
        "hãy thu nhỏ hoặc quét ở độ phân giải thấp hơn."
    )


def _goes_on(content: bytes) -> bool:
    """Whether something follows the end of a PNG; what follows a JPEG telephones put there."""
    return content.startswith(PNG_BEGINNING) and not content.endswith(PNG_END)
