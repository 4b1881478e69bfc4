"""The papers of a dossier that may be attached as files: which there are, and what they are called."""

from enum import StrEnum

from rules.errors import MalformedError


class Paper(StrEnum):
    """What a file is to its dossier; the first three are those a campaign may require."""

    LETTER = "letter"
    MINUTES = "minutes"
    REPORT = "report"
    OTHER = "other"


PAPER_LABELS: dict[Paper, str] = {
    Paper.LETTER: "Tờ trình",
    Paper.MINUTES: "Biên bản họp xét",
    Paper.REPORT: "Báo cáo thành tích có xác nhận",
    Paper.OTHER: "Giấy tờ khác",
}


def paper_named(word: str) -> Paper:
    """The paper of this key; MalformedError if there is none."""
    try:
        return Paper(word)
    except ValueError as error:
        known = ", ".join(f"{paper.value} ({label})" for paper, label in PAPER_LABELS.items())
        raise MalformedError(f"Không có loại giấy tờ “{word}”. Có: {known}.") from error
