"""Numbers in Vietnamese papers: 210.600.000, and in words "hai trăm mười triệu sáu trăm nghìn"."""

from rules.errors import MalformedError

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
SCALES = ("", "nghìn", "triệu")  # and again with "tỷ" behind, from a thousand million on
GROUP = 1000
BILLION = 1_000_000_000
LIMIT = BILLION * BILLION  # beyond a hundred million billion nobody awards anything


def grouped(number: int) -> str:
    """A number as Vietnamese papers write it: 210.600.000."""
    return f"{number:,}".replace(",", ".")


def in_words(number: int) -> str:
    """A whole number from 0 on in words, as they are read out; MalformedError for any other."""
    if not 0 <= number < LIMIT:
        raise MalformedError(f"Không đọc được số {number} thành chữ.")
    if number < BILLION:
        return _below_billion(number, full=False) or DIGITS[0]
    billions, rest = divmod(number, BILLION)
    tail = _below_billion(rest, full=True)
    return f"{_below_billion(billions, full=False)} tỷ" + (f" {tail}" if tail else "")


def _below_billion(number: int, *, full: bool) -> str:
    """Groups of three digits with their scale; "" for 0. `full`: a higher group was read before."""
    parts = []
    for power in reversed(range(len(SCALES))):
        group = number // GROUP**power % GROUP
        if group:
            parts.append(f"{_group(group, full=full)} {SCALES[power]}".strip())
            full = True
    return " ".join(parts)


def _group(group: int, *, full: bool) -> str:
    """Three digits; `full` reads empty hundreds too, as after a higher group: "không trăm linh năm"."""
    hundreds, tens, ones = group // 100, group // 10 % 10, group % 10
    words = [f"{DIGITS[hundreds]} trăm"] if hundreds or full else []
    if tens == 0:
        words += [*(["linh"] if words else []), DIGITS[ones]] if ones else []
    else:
        words.append("mười" if tens == 1 else f"{DIGITS[tens]} mươi")
        words += [_last(tens, ones)] if ones else []
    return " ".join(words)


def _last(tens: int, ones: int) -> str:
    """The last digit after a ten: mười một, hai mươi mốt, mười lăm; mươi bốn stays bốn."""
    if ones == 1 and tens > 1:
        return "mốt"
    return "lăm" if ones == 5 else DIGITS[ones]  # noqa: PLR2004 - the digit five
