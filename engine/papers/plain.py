"""Text as office files may hold it: XML has no place for control characters, and nobody sees a direction mark."""

import unicodedata

from rules.text import INVISIBLE


def plain(text: str) -> str:
    """`text` on one line, without control characters, direction marks and lone surrogates; spaces stay as they are."""
    spaced = (" " if c in "\t\n\r\v\f\u2028\u2029" else c for c in text)
    return "".join(c for c in spaced if unicodedata.category(c) not in INVISIBLE)
