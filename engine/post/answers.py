"""What a mail server's answer means for the letter, and when to try again."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from rules.text import nfc_folded

CLOSING = 421
UNAUTHORISED = frozenset({530, 534, 535, 538})  # RFC 4954: the server wants another login, whoever the letter is for
# Minutes after each failure; the ninth is the last. Together two days and seventeen hours.
BACK_OFF = (1, 5, 15, 60, 240, 720, 1440, 1440)
LONGEST = 300  # characters kept of what a server says
COMPARED = 200  # characters of them by which two refusals are the same

STATUS = re.compile(r"\s*(5\.\d{1,3}\.\d{1,3})\b")  # RFC 3463
# About who sends, whatever is sent to whom: bad sender (RFC 3463), quota, login (RFC 4954), Exchange's for no right to
# send as this sender, not logged in, no relaying.
OF_US = frozenset({"5.1.7", "5.1.8", "5.4.5", "5.7.8", "5.7.9", "5.7.54", "5.7.57", "5.7.60", "5.7.64"})
# A bare 5.7.0 or 5.7.1 is also said of spam, and of what one recipient does not take: there the words decide.
OUR_RIGHTS = re.compile(
    r"\brelay|\brcpthosts\b|\bauthentic|\blog ?in\b|\bsend as\b|\bsubmission (?:denied|rejected)"
    r"|\b(?:sender address|client host|helo command) rejected"
    r"|\b(?:sending|sender|daily|hourly|user|message) (?:sending )?(?:quota|limit)",
    re.IGNORECASE,
)
ONE_LETTER = re.compile(
    r"\bspam\b|\bvirus|\bmalware|\bcontent|\bpolicy\b|\bdmarc\b|\bdkim\b|\bspf\b|\battach", re.IGNORECASE
)
ADDRESS = re.compile(r"<[^<>\s]*@[^<>\s]*>|[^\s<>]+@[^\s<>]+")
NUMBER = re.compile(r"\b(?=\w*\d)\w{6,}\b")  # as servers number letters and sessions


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
    OURS = "ours"  # not the letter's fault: it waits, no try counted, and the run stops


@dataclass(frozen=True, slots=True)
class Answer:
    """A meaning, and the words to keep with the letter or to tell."""

    meaning: Meaning
    words: str = ""
    stage: Stage | None = None  # where this very letter was refused by the server


def answer_of(stage: Stage, code: int, words: str) -> Answer:
    """What a reply code at one stage of sending means."""
    said = told(f"{code} {words}")
    if code == CLOSING or not 400 <= code <= 599:  # noqa: PLR2004 - RFC 5321: 4yz later, 5yz never; else no SMTP
        return Answer(Meaning.LOST, f"Máy chủ thư ngắt kết nối: {said}")
    if stage is Stage.SENDER or code in UNAUTHORISED:
        return Answer(Meaning.OURS, said)
    if code < 500:  # noqa: PLR2004 - as above
        return Answer(Meaning.LATER, said, stage)
    return Answer(Meaning.OURS if is_about_us(words) else Meaning.NEVER, said, stage)


def is_about_us(words: str) -> bool:
    """Whether a permanent refusal at RCPT or DATA speaks of our rights rather than of the letter or its reader."""
    found = STATUS.match(words)
    status = found[1] if found else None
    if status in OF_US:
        return True
    said = ADDRESS.sub("<>", words)
    may_be = status is None or status.startswith("5.7.")
    return may_be and OUR_RIGHTS.search(said) is not None and ONE_LETTER.search(said) is None


def blanked(words: str) -> str:
    """A refusal's words without what differs from letter to letter."""
    return NUMBER.sub("#", ADDRESS.sub("<>", words))[:COMPARED]


def next_try(failures: int, now: datetime) -> datetime | None:
    """When a letter that failed so often is tried again; None once it has been tried often enough."""
    return now + timedelta(minutes=BACK_OFF[failures - 1]) if failures <= len(BACK_OFF) else None


def told(words: str) -> str:
    """A server's words on one line, without invisible characters, not too long."""
    line = nfc_folded(words)
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
