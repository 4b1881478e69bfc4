"""The portal's languages: Vietnamese is what the code says, others are catalogues of translations."""

from collections.abc import Callable
from enum import StrEnum
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

CATALOGUES = Path(__file__).parent / "translations"
COOKIE = "ngon_ngu"


class Language(StrEnum):
    """A language the portal speaks; the value is its tag in HTML."""

    VIETNAMESE = "vi"
    ENGLISH = "en"


NAMES = {Language.VIETNAMESE: "Tiếng Việt", Language.ENGLISH: "English"}


def language_of(tag: str | None) -> Language:
    """The language a cookie asks for; Vietnamese for anything else."""
    return Language.ENGLISH if tag == Language.ENGLISH else Language.VIETNAMESE


@cache
def translations(language: Language) -> dict[str, str]:
    """Vietnamese → translated, as far as the catalogue goes."""
    path = CATALOGUES / f"{language.value}.po"
    if language is Language.VIETNAMESE or not path.exists():
        return {}
    with path.open(encoding="utf-8") as file:
        catalogue = read_po(file, locale=language.value)
    return {str(m.id): str(m.string) for m in catalogue if m.id and m.string and not m.fuzzy}


def translator(language: Language) -> Callable[[str], str]:
    """What gives a sentence in `language`; one without a translation stays Vietnamese."""
    known = translations(language)
    return lambda sentence: known.get(sentence, sentence)
