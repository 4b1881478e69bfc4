"""Names of uploaded files, made fit to be shown, and to save them under on any machine; no type is read from them."""

import re
import unicodedata

from engine.files.content import Media
from rules.text import nfc_folded

SUFFIXES: dict[Media, tuple[str, ...]] = {
    Media.PDF: (".pdf",),
    Media.JPEG: (".jpg", ".jpeg"),
    Media.PNG: (".png",),
    Media.DOCX: (".docx",),
}
LONGEST = 180  # bytes of UTF-8 with the suffix: file systems take 255, and a bundle puts words before it
NAMELESS = "tai-lieu"
FORBIDDEN = re.compile(r'[<>:"|?*%;\\/]')  # on some system, or in some header
UNSEEN = frozenset({"Co", "Zl", "Zp"})  # private use, line and paragraph separators; nfc_folded drops the others


def clean_name(typed: str, media: Media) -> str:
    """The last part of `typed`, without what some system forbids or eyes cannot see, ending as its content is."""
    last = re.split(r"[\\/]", typed)[-1]
    visible = "".join(" " if unicodedata.category(c) in UNSEEN else c for c in nfc_folded(last))
    name = nfc_folded(FORBIDDEN.sub("_", visible)).rstrip(" .")
    suffix = next((known for known in SUFFIXES[media] if name.lower().endswith(known)), "")
    stem = name[: len(name) - len(suffix)].strip(" .")
    ending = suffix or SUFFIXES[media][0]
    return f"{shortened(stem, LONGEST - len(ending)) or NAMELESS}{ending}"


def shortened(stem: str, longest: int) -> str:
    """As many whole characters as fit into so many bytes."""
    return stem.encode()[:longest].decode(errors="ignore").rstrip(" .")
