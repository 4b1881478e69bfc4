"""What a mail server's answer means for the letter, and when to try again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from rules.text import nfc_folded

CLOSING = 421
UNAUTHORISED = frozenset({530, 534, 535, 538})  # RFC 4954: the server wants another login, whoever the letter is for
# Minutes after each failure; the ninth is the last. Together two days and seventeen hours.
BACK_OFF = (1, 5, 15, 60, 240, 720, 1440, 1440)
LONGEST = 300  # characters kept of what a server says


class Stage(StrEnum):
    """Which command an answer belongs to."""

    SENDER = "MAIL FROM"
    RECIPIENT = "RCPT TO"
    MESSAGE = "DATA"


class Meaning(StrEnum):
    """What becomes of the letter, and of the run."""

    ACCEPTED = "accepted"
    LATER = "later"  # the letter waits
    NEVER = "never"  # the letter failed
    LOST = "lost"  # the connection is gone: nobody knows what the server did with the letter, so it waits
    OURS = "ours"  # not the letter's fault: it stays as it was, and the run stops


@dataclass(frozen=True, slots=True)
class Answer:
    """A meaning, and the words to keep with the letter or to tell."""

    meaning: Meaning
    words: str = ""


def answer_of(stage: Stage, code: int, words: str) -> Answer:
    """What a reply code at one stage of sending means."""
    said = told(f"{code} {words}")
    if code == CLOSING or not 400 <= code <= 599:  # noqa: PLR2004 - RFC 5321: 4yz later, 5yz never; else no SMTP
        return Answer(Meaning.LOST, f"Máy chủ thư ngắt kết nối: {said}")
    if stage is Stage.SENDER or code in UNAUTHORISED:
        return Answer(Meaning.OURS, said)
    return Answer(Meaning.LATER if code < 500 else Meaning.NEVER, said)  # noqa: PLR2004 - as above


def next_try(failures: int, now: datetime) -> datetime | None:
    """When a letter that failed so often is tried again; None once it has been tried often enough."""
    return now + timedelta(minutes=BACK_OFF[failures - 1]) if failures <= len(BACK_OFF) else None


def told(words: str) -> str:
    """A server's words on one line, without invisible characters, not too long."""
    line = nfc_folded(words)
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
