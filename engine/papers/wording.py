"""Small turns of phrase that all papers share: dates, numbers with room for a pen, counts, lists of recipients."""

from collections.abc import Sequence
from datetime import date

from engine.papers.numerals import grouped, in_words

ROOM = "\u00a0" * 6  # what a pen fills in before signing
NATIONAL = {"title": "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "motto": "Độc lập - Tự do - Hạnh phúc"}
DRAFT, REHEARSAL = "BẢN DỰ THẢO", "DIỄN TẬP"
FIRST_TWO_MONTHS = 2  # months and days that are padded (NĐ30, Phụ lục I, phần I, mục II.4)


def day_words(day: date | None, year: int) -> str:
    """As "ngày 05 tháng 12 năm 2025", or with room for day and month."""
    if day is None:
        return f"ngày{ROOM}tháng{ROOM}năm\u00a0{year}"
    month = f"{day.month:02d}" if day.month <= FIRST_TWO_MONTHS else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def number_line(number: str | None, symbol: str) -> str:
    """As "Số: 09/TTr-SNV", or with room for the number."""
    return f"Số: {number}" if number else f"Số:{ROOM}{ROOM}/{symbol}"


def number_words(number: str | None, symbol: str) -> str:
    """As "số 09/TTr-SNV" inside a sentence, or with room for the number."""
    return f"số {number}" if number else f"số{ROOM}/{symbol}"


def joined(parts: Sequence[str]) -> str:
    """As "a, b và c"."""
    return " và ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


def money_words(amount: int) -> str:
    """As "3.510.000 đồng (ba triệu năm trăm mười nghìn đồng)"."""
    return f"{grouped(amount)} đồng ({in_words(amount)} đồng)"


def listed(recipients: Sequence[str], archive: str) -> list[str]:
    """The lines under "Nơi nhận:", the archive's last."""
    return [*(f"- {line};" for line in recipients), f"- Lưu: {archive}."]


def marks_of(*, draft: bool, rehearsal: bool) -> list[str]:
    """What is printed across every page."""
    return [*([DRAFT] if draft else []), *([REHEARSAL] if rehearsal else [])]


def check_lines(content_hash: str, checkpoint: dict[str, object] | None) -> list[str]:
    """The small print that ties a paper to the frozen set and to the trail."""
    lines = [f"Mã kiểm tra danh sách (SHA-256): {content_hash}"]
    if checkpoint:
        lines.append(f"Điểm kiểm tra nhật ký số {checkpoint['number']}: {checkpoint['hash']}")
    return lines
