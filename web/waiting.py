"""What waits for an account in a campaign: its next tasks by role, each with where it is done."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from engine.context import APPRAISAL_ROLES, REVIEW_ROLES, UNIT_ROLES, Context
from engine.dashboard import Dashboard
from rules.decision import DecisionState
from rules.vocabulary import CLOSABLE, Role, State

S = State
Count = Callable[[Dashboard], int]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of task: whose, how people call it, how many there are now, and the page under the campaign."""

    roles: tuple[Role, ...]
    label: str
    count: Count
    path: str
    state: State | None = None  # whose nearest due date is told
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something that waits; `due` is the nearest day by which some of it must be done, `late` that it has passed."""

    label: str
    number: int
    address: str
    due: date | None
    late: bool


def in_state(*states: State) -> Count:
    """How many dossiers stand there."""
    return lambda board: board.all.of(*states)


def of_our_unit(state: State) -> Count:
    """How many of the account's own units' dossiers stand there."""
    return lambda board: board.own.of(state)


def decision_is(state: DecisionState) -> Count:
    """One, if the decision stands there."""
    return lambda board: int(board.decision is state)


SIGNED = (DecisionState.SIGNED, DecisionState.CORRECTED)
KINDS: tuple[Kind, ...] = (
    Kind(UNIT_ROLES, "Hồ sơ được trả lại, cần bổ sung", of_our_unit(S.RETURNED), "don-vi", S.RETURNED, own=True),
    Kind(UNIT_ROLES, "Bản nháp chưa nộp", of_our_unit(S.DRAFT), "don-vi", own=True),
    Kind((Role.REVIEW_OFFICER,), "Hồ sơ chờ tiếp nhận", in_state(S.SUBMITTED), "ho-so?trang-thai=submitted"),
    Kind((Role.REVIEW_OFFICER,), "Hồ sơ đang xét", in_state(S.IN_REVIEW), "ho-so?trang-thai=in_review"),
    Kind(REVIEW_ROLES, "Yêu cầu giải trình chờ trả lời", in_state(S.QUERIED), "ho-so?trang-thai=queried", S.QUERIED),
    Kind((Role.REVIEW_HEAD,), "Hồ sơ đủ điều kiện, chờ lựa chọn", in_state(S.ENDORSED), "xep-hang"),
    Kind((Role.REVIEW_HEAD,), "Hồ sơ được lựa chọn, chờ trình thẩm định", in_state(S.SELECTED), "to-trinh"),
    Kind((Role.REVIEW_HEAD,), "Hồ sơ còn lại sau quyết định, chờ kết thúc",
         lambda board: board.all.of(*CLOSABLE) if board.decision in SIGNED else 0, "ket-thuc"),
    Kind(APPRAISAL_ROLES, "Hồ sơ đang thẩm định", in_state(S.IN_APPRAISAL), "ho-so?trang-thai=in_appraisal"),
    Kind((Role.APPRAISAL_HEAD,), "Hồ sơ thẩm định đạt, chờ đưa vào danh sách", in_state(S.APPROVED), "quyet-dinh"),
    Kind((Role.APPRAISAL_HEAD,), "Danh sách quyết định đang lập, chờ chốt",
         decision_is(DecisionState.OPEN), "quyet-dinh"),
    Kind((Role.DECISION_CLERK,), "Danh sách đã chốt, chờ ghi số và ngày quyết định",
         decision_is(DecisionState.FROZEN), "quyet-dinh"),
    Kind((Role.ADMINISTRATOR,), "Thư không gửi được", lambda board: board.failed, "/quan-tri"),
    Kind((Role.ADMINISTRATOR,), "Cảnh báo về dữ liệu chưa xử lý", lambda board: board.alerts, "/quan-tri"),
)  # fmt: skip


def tasks(roles: Iterable[tuple[Role, str]], context: Context, board: Dashboard) -> list[Task]:
    """What waits now for who holds these (role, unit), in the order above; nothing that there is none of."""
    held = {role for role, unit in roles if context.office_of(role, unit) in {None, unit}}
    found = []
    for kind in KINDS:
        number = kind.count(board) if held.intersection(kind.roles) else 0
        if number:
            due = (board.own if kind.own else board.all).due.get(kind.state) if kind.state else None
            address = kind.path if kind.path.startswith("/") else f"/dot/{context.campaign.code}/{kind.path}"
            late = due is not None and due < context.today
            found.append(Task(label=kind.label, number=number, address=address, due=due, late=late))
    return found
