"""The words people read for every closed vocabulary, for templates: `label.state[…]`."""

from engine.chronicle.words import TAGS
from engine.files.content import Media
from models.letters import LetterStatus
from rules.attached import PAPER_LABELS
from rules.decision import DECISION_LABELS
from rules.progress import DRAFT, RESULT, SENT
from rules.questions import GROUP_TITLES
from rules.vocabulary import (
    ACTION_LABELS,
    CHECK_RESULT_LABELS,
    OVERALL_LABELS,
    PARTY_LABELS,
    RATING_LABELS,
    ROLE_LABELS,
    SEX_LABELS,
    STAFF_LABELS,
    UNIT_LABELS,
    VERDICT_LABELS,
    Action,
)

state = STAFF_LABELS
unit_state = UNIT_LABELS
action = ACTION_LABELS
takes_back = {  # steps that take something back or end it: their buttons are red
    one.value: ACTION_LABELS[one]
    for one in (
        Action.WITHDRAW,
        Action.RECALL,
        Action.DECLINE,
        Action.DESELECT,
        Action.REFUSE,
        Action.STRIKE,
        Action.REVOKE,
        Action.LAPSE,
        Action.CLOSE,
    )
}
role = ROLE_LABELS
verdict = VERDICT_LABELS
overall = OVERALL_LABELS
party = PARTY_LABELS
rating = RATING_LABELS
sex = SEX_LABELS
check = CHECK_RESULT_LABELS
decision = DECISION_LABELS
tag = TAGS
paper = PAPER_LABELS
media = {Media.PDF: "PDF", Media.DOCX: "Word", Media.JPEG: "ảnh JPEG", Media.PNG: "ảnh PNG"}
stage = {words: words for words in (DRAFT, SENT, RESULT)}  # of a unit's progress line, beside its states
group = {title: title for title in GROUP_TITLES}  # of questions in a dossier's form
letter = {
    LetterStatus.HELD: "giữ lại đến khi công bố kết quả",
    LetterStatus.QUEUED: "chờ gửi",
    LetterStatus.SENDING: "đang gửi",
    LetterStatus.SENT: "đã gửi",
    LetterStatus.DEFERRED: "sẽ gửi lại",
    LetterStatus.FAILED: "không gửi được",
    LetterStatus.SUPERSEDED: "đã thay thế",
}
