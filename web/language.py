"""The portal's languages: Vietnamese is what the code says, others are catalogues of translations."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from markupsafe import Markup

CATALOGUES = Path(__file__).parent / "translations"
COOKIE = "ngon_ngu"
PLACE = re.compile(r"\{(\w+)\}")  # where a sentence has a value: “Còn {number} ngày”
LONGEST = 600  # characters; what is longer is the engine's
WORDY = 12  # characters beside its values by which a sentence is known


class Language(StrEnum):
    """A language the portal speaks; the value is its tag in HTML."""

    VIETNAMESE = "vi"
    ENGLISH = "en"


NAMES = {Language.VIETNAMESE: "Tiếng Việt", Language.ENGLISH: "English"}


def language_of(tag: str | None) -> Language:
    """The language a cookie asks for; Vietnamese for anything else."""
    return Language.ENGLISH if tag == Language.ENGLISH else Language.VIETNAMESE


@cache
def catalogue(language: Language) -> Catalog:
    """What is translated into a language; nothing into Vietnamese."""
    path = CATALOGUES / f"{language.value}.po"
    if language is Language.VIETNAMESE or not path.exists():
        return Catalog()
    with path.open(encoding="utf-8") as file:
        return read_po(file, locale=language.value)


@cache
def translations(language: Language) -> dict[str, str]:
    """Vietnamese → translated, as far as the catalogue goes."""
    return {str(m.id): str(m.string) for m in catalogue(language) if m.id and m.string and not m.fuzzy}


def translator(language: Language) -> Callable[[str], str]:
    """What gives a sentence in `language`; one without a translation stays Vietnamese."""
    known = translations(language)
    return lambda sentence: known.get(sentence, sentence)


def speaker(language: Language) -> Callable[[str], str]:
    """What tells a whole sentence in `language`; one without a translation is marked as Vietnamese.

    For what the engine says, which is the wording of the law, and for notes that already hold their values.
    """
    if language is Language.VIETNAMESE:
        return lambda sentence: sentence

    def said(sentence: str) -> str:
        found = recognised(language, sentence)
        return Markup('<span lang="vi">{}</span>').format(sentence) if found is None else found

    return said


def recognised(language: Language, sentence: str) -> str | None:
    """The translation of a sentence, also of one with its values filled in; None when it is not the portal's own."""
    known = translations(language)
    if sentence in known or len(sentence) > LONGEST:
        return known.get(sentence)
    for filled in filled_sentences(language):
        if found := filled.pattern.fullmatch(sentence):
            values = {name: value_in(language, value, filled) for name, value in found.groupdict().items()}
            if all(value is not None for value in values.values()):
                return filled.translated.format(**values)
    return None


def value_in(language: Language, value: str, filled: "Filled") -> str | None:
    """A value as it stands in the translation; None when it shows that the sentence was another one."""
    told = recognised(language, value) if value else ""
    whole_sentence = ". " in value or value.endswith(".")
    return value if told is None and filled.wordy and not whole_sentence else told


@dataclass(frozen=True, slots=True)
class Filled:
    """A sentence of the portal's Python with values in it; one of few words is told apart by its values only."""

    pattern: re.Pattern[str]
    translated: str
    wordy: bool


@cache
def filled_sentences(language: Language) -> tuple[Filled, ...]:
    """Them all, the wordiest first."""
    messages = [m for m in catalogue(language) if m.string and any(path.endswith(".py") for path, _ in m.locations)]
    found = {str(m.id): str(m.string) for m in messages if PLACE.search(str(m.id))}
    ordered = sorted(found, key=lambda sentence: -len(PLACE.sub("", sentence)))
    return tuple(Filled(pattern_of(one), found[one], len(PLACE.sub("", one)) >= WORDY) for one in ordered)


def pattern_of(sentence: str) -> re.Pattern[str]:
    """What recognises a sentence whose values are filled in."""
    parts = PLACE.split(sentence)
    words = [re.escape(part) if place % 2 == 0 else f"(?P<{part}>.*?)" for place, part in enumerate(parts)]
    return re.compile("".join(words), re.DOTALL)
