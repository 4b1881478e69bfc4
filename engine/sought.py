"""What somebody searches for by words, or by a dossier's id, as PostgreSQL is asked for it."""

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import String, TextClause, bindparam, text

from rules.text import search_key

IDENTITY = re.compile(r"[0-9a-hjkmnp-tv-z]{8}")  # engine/keys.py; no Vietnamese syllable is so long
WORDS = "words"
Values = dict[str, Any]


def sought(search: str) -> dict[str, tuple[str, Any]]:
    """Under which condition a dossier is what somebody searches for: its id, or how words of its name begin."""
    words = search_key(search).split()
    identity = words[0].upper() if len(words) == 1 and IDENTITY.fullmatch(words[0]) else None
    return {
        "identity": ("q.nomination_id = :identity", identity),
        "words": ("q.words @@ CAST(:words AS tsquery)", None if identity else " & ".join(map(beginning, words))),
    }


def beginning(word: str) -> str:
    """A word as a tsquery looks for what begins with it: 'ngu':*."""
    quoted = word.replace("\\", r"\\").replace("'", "''")
    return f"'{quoted}':*"


def asking(query: str, values: Values, written_out: Iterable[str] = (WORDS,)) -> TextClause:
    """The query, with some of what it looks for written out (and quoted): a plan made for any of it reads too much."""
    asked = text(query)
    written = [bindparam(name, type_=String, literal_execute=True) for name in written_out if name in values]
    return asked.bindparams(*written) if written else asked
