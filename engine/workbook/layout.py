"""What the units' workbook looks like: shared by the reader and by the writer of the empty one."""

from rules.parsing import compact_key
from rules.vocabulary import Kind

SHEETS: dict[Kind, str] = {Kind.COLLECTIVE: "Tập thể", Kind.INDIVIDUAL: "Cá nhân"}
CODES_SHEET = "Danh mục"  # the lists of codes in the workbook we hand out; never read back
ORDINAL = "STT"
ORDINAL_KEYS = frozenset(compact_key(heading) for heading in (ORDINAL, "TT", "Số TT", "Số thứ tự"))
HEADER_WITHIN = 30  # rows from the top in which the heading row is looked for
HEADER_EVIDENCE = 3  # known headings that make a row the heading row
MAX_COLUMNS = 100  # four times the catalogue; what stands further right is not looked at
MAX_ROWS = 5_000  # rows with answers on one sheet
# A numeric cell drops the zeros a code begins with: (digits of the code, zeros it can have lost).
# A citizen number begins with 001 to 096, so it loses two at most; nine digits are an old identity card's.
LOST_ZEROS: dict[str, tuple[int, int]] = {"unit": (5, 4), "cccd": (12, 2)}


def column_letters(column: int) -> str:
    """How Excel names a column: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
