"""The dates people write in running Vietnamese text, and the one date a field holds."""

import re
from calendar import monthrange
from datetime import date
from typing import TypeAlias

from rules.errors import MalformedError
from rules.text import nfc_folded

Span: TypeAlias = tuple[date, date]  # first and last day, both included
Found: TypeAlias = date | Span

_YEAR = r"((?:19|20)[0-9]{2})(?![0-9])"
_SEPARATOR = r"(?:\s?/\s?|[.\-])"
_PAPER = r"(?:số|quyết định|nghị định|nghị quyết|thông tư|kế hoạch|công văn|luật|qđ|nđ|nq|tt|kh|cv)"
# A document's number is no date: 12/2022/QĐ-UBND, 44/QĐ-UBND, "số 12/2022".
_DOCUMENT = (
    r"(?<![0-9])[0-9]+(?:/[0-9]{4})?/[^\W\d_][\w.&/\-]*"
    rf"|\b{_PAPER}(?:\s+số)?\s*:?\s*[0-9]+[/\-][0-9]{{4}}(?![0-9/.\-])"
)
_DAY = (
    r"(?<![0-9])(?P<day>[0-9]{1,2})(?:"
    rf"{_SEPARATOR}(?P<month>[0-9]{{1,2}})(?:{_SEPARATOR}|\s+năm\s+)(?P<year>{_YEAR})"
    rf"|\s+tháng\s+(?P<month_word>[0-9]{{1,2}})(?:\s+năm\s+|\s*[/,.\-]\s*|\s+)(?P<year_word>{_YEAR}))"
    r"(?!/[^\W\d_])"
)
_ISO = rf"(?<![0-9])(?P<iso_year>{_YEAR})-(?P<iso_month>[0-9]{{2}})-(?P<iso_day>[0-9]{{2}})(?![0-9])"
_MONTH = (
    rf"\btháng\s+(?P<only_month>[0-9]{{1,2}})(?:\s+năm\s+|\s*[/,.\-]\s*|\s+)(?P<month_year>{_YEAR})"
    rf"|(?<![0-9/])(?P<bare_month>[0-9]{{1,2}})\s?/\s?(?P<bare_year>{_YEAR})"
)
_YEARS = rf"\b(?:năm|giai đoạn)\s+(?P<first>{_YEAR})(?:\s*(?:-|–|đến|tới)\s*(?:năm\s+)?(?P<last>{_YEAR}))?"

# One scan, leftmost first: what an earlier part takes (a document, a day that does not exist) no later part re-reads.
WRITTEN = re.compile(f"{_DAY}|{_ISO}|{_DOCUMENT}|{_MONTH}|{_YEARS}", re.IGNORECASE)
BARE_YEAR = re.compile(rf"(?<![0-9]){_YEAR}")
FIELD = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})|([0-9]{4})-([0-9]{2})-([0-9]{2})")


def dates_in(text: str) -> tuple[Found, ...]:
    """Every date written in `text`, in order: a day as a date, a month or year as its first and last day.

    Numbers of documents are not dates, and a day that does not exist (31/02/2022) is none.
    """
    found = (_read(match) for match in WRITTEN.finditer(nfc_folded(text)))
    return tuple(item for item in found if item is not None)


def last_day(found: Found) -> date:
    """The day itself, or the last day of a month, year or period."""
    return found[1] if isinstance(found, tuple) else found


def years_in(text: str) -> frozenset[int]:
    """Every year written anywhere in `text` but in a document's number, even where no date could be read."""
    without_documents = WRITTEN.sub(lambda match: "" if _is_document(match) else match.group(), nfc_folded(text))
    return frozenset(int(year) for year in BARE_YEAR.findall(without_documents))


def parse_date(text: str) -> date:
    """The date of a field, written dd/mm/yyyy or yyyy-mm-dd; MalformedError when it is neither or does not exist."""
    shown = nfc_folded(text)
    match = FIELD.fullmatch(shown)
    if match is None:
        raise MalformedError(f"“{shown}” không phải là ngày: ghi ngày/tháng/năm, ví dụ 05/11/2025.")
    day, month, year, iso_year, iso_month, iso_day = match.groups()
    read = _day(iso_year or year, iso_month or month, iso_day or day)
    if read is None:
        raise MalformedError(f"Không có ngày “{shown}”: kiểm tra lại ngày, tháng, năm.")
    return read


def _is_document(match: re.Match[str]) -> bool:
    return not any(match.groupdict().values())


def _read(match: re.Match[str]) -> Found | None:
    part = match.groupdict()
    if part["day"]:
        return _day(part["year"] or part["year_word"], part["month"] or part["month_word"], part["day"])
    if part["iso_year"]:
        return _day(part["iso_year"], part["iso_month"], part["iso_day"])
    if part["only_month"] or part["bare_month"]:
        return _month(part["month_year"] or part["bare_year"], part["only_month"] or part["bare_month"])
    if part["first"]:
        return _years(int(part["first"]), int(part["last"] or part["first"]))
    return None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:  # a day that is in no calendar is not a date, and that is the answer
        return None


def _month(year: str, month: str) -> Span | None:
    if not 1 <= int(month) <= 12:  # noqa: PLR2004 - the months of a year
        return None
    return date(int(year), int(month), 1), date(int(year), int(month), monthrange(int(year), int(month))[1])


def _years(first: int, last: int) -> Span:
    return date(min(first, last), 1, 1), date(max(first, last), 12, 31)
