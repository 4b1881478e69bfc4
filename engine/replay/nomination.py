"""Replay a nomination: its entries travelled along the life cycle give its state, place, dates and marks."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from engine.replay.entry import ImpossibleEntryError, Said, account_number, member, require, step_of, word
from models.chain import Body
from rules.duties import DUTY_OF, JUDGING, Duty, conflicting_duty
from rules.errors import StateRefusedError
from rules.lifecycle import PARTY_OF, REVERSES, Move, Slot, To, find_move
from rules.vocabulary import EDITABLE, Action, Role, State

BEGINNINGS = ("nomination:dossier:imported", "nomination:dossier:begun")
STEP = "nomination:step:"
POINTS = re.compile(r"[0-9]{1,5}\.[0-9]{2}")
# These letters depend on more than the row of the table, so the entry alone says whether they were written.
CONDITIONAL = (To.APPRAISAL_IF_QUERIED, To.UNIT_UNLESS_SILENT)
Attachment = list[str | int | None]  # paper, SHA-256, account, version, version at which it was taken off


@dataclass
class Course:
    """What the entries so far make of the dossier."""

    state: State | None = None
    version: int = 0
    slot: str | None = None
    left_state: State | None = None
    due: str | None = None
    head_submitted: bool = False
    own_withdrawal: bool = False
    released: bool = False
    submission: str | None = None
    duties: dict[str, Duty] = field(default_factory=dict)
    scores: dict[str, str | None] = field(default_factory=dict)
    parts: dict[str, dict[str, str]] = field(default_factory=dict)
    recused: set[str] = field(default_factory=set)
    judgements: dict[str, str | None] = field(default_factory=dict)
    checks: dict[str, str | None] = field(default_factory=dict)
    answered: set[str] = field(default_factory=set)
    attachments: list[Attachment] = field(default_factory=list)


def replay_nomination(bodies: Iterable[Body]) -> Said:
    """What the trail says a nomination must be; ImpossibleEntryError for an entry the life cycle does not allow."""
    course = Course()
    for body in bodies:
        tag = str(body["tag"])
        require(
            (tag in BEGINNINGS) == (course.state is None),
            body,
            "hồ sơ phải bắt đầu bằng đúng một mục nhập hoặc lập hồ sơ",
        )
        course.version += 1
        if tag.startswith(STEP):
            take(course, body)
        elif tag in NOTED:
            NOTED[tag](course, body)
        else:
            raise ImpossibleEntryError(body, f"loại mục không rõ: {tag}")
    return said(course)


def said(course: Course) -> Said:
    """The course in the shape of what is stored."""
    return {
        "state": course.state,
        "version": course.version,
        "left_state": course.left_state,
        "due": course.due,
        "head_submitted": course.head_submitted,
        "own_withdrawal": course.own_withdrawal,
        "released": course.released,
        "submission": course.submission,
        "slots": [] if course.slot is None else [int(course.slot)],
        "duties": [f"{account}:{duty}" for account, duty in course.duties.items()],
        "scores": course.scores,
        "parts": course.parts,
        "recused": list(course.recused),
        "judgements": course.judgements,
        "checks": course.checks,
        "answered": list(course.answered),
        "attachments": course.attachments,
    }


def take(course: Course, body: Body) -> None:
    """One step: a row of the life cycle, with the place, duty and letters that belong to it."""
    action = step_of(Action, body)
    state = member(State, body, course.state)
    require(body.get("from") == state.value, body, f"bước đi từ “{body.get('from')}” khi hồ sơ đang ở “{state}”")
    try:
        move = find_move(state, action, holds_slot=course.slot is not None, left=course.left_state)
    except StateRefusedError as error:
        raise ImpossibleEntryError(body, error.message) from error
    require(body.get("to") == move.target.value, body, f"bước không thể dẫn đến trạng thái “{body.get('to')}”")
    require(body.get("role") == move.by.value, body, "bước do vai trò không có thẩm quyền thực hiện")
    require(letters_fit(move, body.get("letters")), body, "các bên nhận thư khác quy định của bước")
    move_slot(course, move, body)
    carry_duty(course, move, body)
    arrive(course, move, body)


def letters_fit(move: Move, parties: object) -> bool:
    """Whether these are the parties the step writes to; one that takes another back may spare them."""
    if not isinstance(parties, list) or not all(isinstance(party, str) for party in parties):
        return False
    allowed = {PARTY_OF[to].value for to in move.letters}
    wanted = {PARTY_OF[to].value for to in move.letters if to not in CONDITIONAL and move.action not in REVERSES}
    return wanted <= set(parties) <= allowed


def move_slot(course: Course, move: Move, body: Body) -> None:
    """What the step did with the place in the quota."""
    told = word(body, "slot") or ""
    if move.slot is Slot.TAKES:
        effect, _, number = told.partition(" ")
        taken = course.slot is None and effect == Slot.TAKES and number.isdecimal() and number.isascii()
        require(taken, body, f"chỗ trong chỉ tiêu ghi “{told}” trong khi bước này phải nhận một chỗ")
        course.slot = number
        return
    expected = "–" if course.slot is None or move.slot is Slot.UNTOUCHED else f"{move.slot} {course.slot}"
    require(told == expected, body, f"chỗ trong chỉ tiêu ghi “{told}” thay vì “{expected}”")
    if move.slot is Slot.FREES:
        course.slot = None


def carry_duty(course: Course, move: Move, body: Body) -> None:
    """The duty the step laid on whoever acted, and on whom they stood in for."""
    if move.action in JUDGING:
        require_unrecused(course, body)
    duty = DUTY_OF.get(move.action)
    if duty is None:
        return
    for account in (account_number(body, key) for key in ("by", "on_behalf") if key in body):
        carried = course.duties.setdefault(account, duty)
        require(conflicting_duty((carried,), duty) is None, body, "một người giữ hai khâu của cùng một hồ sơ")


def arrive(course: Course, move: Move, body: Body) -> None:
    """The new state and what changes with it, as engine/steps.py writes the row."""
    if move.target is not course.state:
        course.left_state = course.state
        course.due = None
    if "due" in body and move.target in {State.RETURNED, State.QUERIED}:
        course.due = word(body, "due")
    if "submission" in body:
        course.submission = word(body, "submission")
    if move.action is Action.SUBMIT:
        course.head_submitted = True
    if move.action is Action.WITHDRAW:
        course.own_withdrawal = move.by is Role.UNIT_HEAD
    if move.action is Action.REOPEN:
        course.released = False
    course.state = move.target


def begin(course: Course, body: Body) -> None:
    """A dossier begins as a draft."""
    require(body.get("to") == State.DRAFT.value, body, "hồ sơ phải bắt đầu là bản nháp")
    course.state = State.DRAFT


def note_score(course: Course, body: Body) -> None:
    """A reviewer's points replace their earlier ones; those by criterion add up."""
    require_unrecused(course, body)
    account, points, parts = account_number(body, "by"), word(body, "points"), body.get("parts", {})
    require(not parts or add_up(parts, points), body, "điểm theo tiêu chí không cộng thành điểm chung")
    course.scores[account] = points
    course.parts.pop(account, None)
    if parts:
        course.parts[account] = parts


def add_up(parts: object, points: str | None) -> bool:
    """Whether these are points for each criterion that make the points in all."""
    if not isinstance(parts, dict) or not POINTS.fullmatch(points or ""):
        return False
    texts = [str(part) for part in parts.values()]
    return all(POINTS.fullmatch(text) for text in texts) and sum(map(Decimal, texts)) == Decimal(points or 0)


def note_recusal(course: Course, body: Body) -> None:
    """Somebody, by each of their accounts, judges this dossier no more."""
    accounts = body.get("recused")
    named = isinstance(accounts, list) and body.get("by") in accounts
    require(named, body, "người xin không tham gia xét không phải là người thực hiện")
    course.recused |= {str(account).removeprefix("account:") for account in body["recused"]}


def require_unrecused(course: Course, body: Body) -> None:
    """ImpossibleEntryError when somebody judges after recusing themselves."""
    people = {account_number(body, key) for key in ("by", "on_behalf") if key in body}
    require(course.recused.isdisjoint(people), body, "người đã xin không tham gia xét lại xét hồ sơ")


def note_judgement(course: Course, body: Body) -> None:
    """The newest judgement on a rule counts."""
    require_unrecused(course, body)
    course.judgements[word(body, "rule") or ""] = word(body, "verdict")


def note_check(course: Course, body: Body) -> None:
    """An agency asked, or what it answered last."""
    course.checks[word(body, "agency") or ""] = word(body, "result")


def note_answer(course: Course, body: Body) -> None:
    """A finding was answered."""
    course.answered.add(f"{body.get('finding')}:{body.get('anchor')}")


def note_release(course: Course, body: Body) -> None:
    """The outcome was released."""
    require(body.get("state") == course.state, body, "kết quả được thông báo khác trạng thái của hồ sơ")
    course.released = True


def note_attached(course: Course, body: Body) -> None:
    """Files became papers of the dossier, each once."""
    require(course.state in EDITABLE, body, "giấy tờ được đính kèm khi hồ sơ không sửa được")
    papers = body.get("papers")
    require(isinstance(papers, list) and all(isinstance(one, dict) for one in papers), body, "không nêu giấy tờ nào")
    for one in papers or ():
        require(live_attachment(course, one) is None, body, "giấy tờ được đính kèm hai lần")
        course.attachments.append(
            [word(one, "paper"), word(one, "sha256"), account_number(body, "by"), course.version, None]
        )


def note_removed(course: Course, body: Body) -> None:
    """A paper was taken off."""
    require(course.state in EDITABLE, body, "giấy tờ được gỡ khi hồ sơ không sửa được")
    found = live_attachment(course, body)
    require(found is not None, body, "gỡ giấy tờ không có trong hồ sơ")
    if found is not None:
        found[-1] = course.version


def live_attachment(course: Course, named: Body) -> Attachment | None:
    """The attachment of this paper and content that was not taken off."""
    wanted = [word(named, "paper"), word(named, "sha256")]
    return next((one for one in course.attachments if one[:2] == wanted and one[-1] is None), None)


def note_nothing(course: Course, body: Body) -> None:
    """It changed only what replay_private.py looks at, or nothing of this dossier."""


NOTED: dict[str, Callable[[Course, Body], None]] = {
    **dict.fromkeys(BEGINNINGS, begin),
    "nomination:dossier:edited": note_nothing,
    "nomination:dossier:corrected": note_nothing,
    "nomination:review:scored": note_score,
    "nomination:review:judged": note_judgement,
    "nomination:review:settled": note_nothing,
    "nomination:review:recused": note_recusal,
    "nomination:finding:answered": note_answer,
    "nomination:paper:attached": note_attached,
    "nomination:paper:removed": note_removed,
    "nomination:check:asked": note_check,
    "nomination:check:answered": note_check,
    "nomination:outcome:released": note_release,
}
