"""What somebody searches for by words, or by a dossier's id, as PostgreSQL is asked for it."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import String, TextClause, bindparam, text

from rules.text import search_key

IDENTITY = re.compile(r"[0-9a-hjkmnp-tv-z]{8}")  # engine/keys.py; no Vietnamese syllable is so long
WORDS = "words"
Values = dict[str, Any]


def sought(search: str, campaigns: Sequence[int]) -> dict[str, tuple[str, Any]]:
    """Under which condition a dossier is what somebody searches for: its id, or how words of its name begin.

    The queue's words stand each after its campaign: those of others are not read.
    """
    words = search_key(search).split()
    identity = words[0].upper() if len(words) == 1 and IDENTITY.fullmatch(words[0]) else None
    return {
        "identity": ("q.nomination_id = :identity", identity),
        "words": ("q.words @@ CAST(:words AS tsquery)", None if identity else tsquery(words, campaigns)),
    }


def tsquery(words: Iterable[str], campaigns: Sequence[int]) -> str:
    """What has words that begin like each of these, in one of the campaigns: '1:ngu':*."""
    quoted = [word.replace("\\", r"\\").replace("'", "''") for word in words]
    anywhere = [" | ".join(f"'{one}:{word}':*" for one in campaigns) for word in quoted]
    return " & ".join(f"({places})" for places in anywhere)


def asking(query: str, values: Values, written_out: Iterable[str] = (WORDS,)) -> TextClause:
    """The query, with some of what it looks for written out (and quoted): a plan made for any of it reads too much."""
    return written(query, tuple(name for name in written_out if name in values))


@lru_cache(maxsize=256)
def written(query: str, written_out: tuple[str, ...]) -> TextClause:
    """The same, kept: people ask in few ways."""
    asked = text(query)
    return asked.bindparams(*(bindparam(name, type_=String, literal_execute=True) for name in written_out))
