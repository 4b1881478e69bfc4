"""Closed vocabularies shared by every package: states, actions, roles, verdicts and the labels people read."""

from enum import StrEnum


class Kind(StrEnum):
    """What a category of the campaign rewards."""

    COLLECTIVE = "collective"
    INDIVIDUAL = "individual"


class State(StrEnum):
    """Where a nomination stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    IN_REVIEW = "in_review"
    ENDORSED = "endorsed"
    SELECTED = "selected"
    IN_APPRAISAL = "in_appraisal"
    QUERIED = "queried"
    APPROVED = "approved"
    LISTED = "listed"
    AWARDED = "awarded"
    REVOKED = "revoked"
    DECLINED = "declined"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    NOT_SELECTED = "not_selected"


# A selected nomination and everything after it holds a place in the quota. A revoked one keeps it on purpose.
HOLDING = (
    State.SELECTED,
    State.IN_APPRAISAL,
    State.QUERIED,
    State.APPROVED,
    State.LISTED,
    State.AWARDED,
    State.REVOKED,
)
# Under a return or a query and after it, a nomination may still hold the place it had.
MAY_HOLD = (State.RETURNED, State.SUBMITTED, State.IN_REVIEW)
# Out of the running; a second nomination of the same person is no duplicate of these.
FALLEN = (State.DECLINED, State.REFUSED, State.WITHDRAWN, State.LAPSED, State.NOT_SELECTED, State.REVOKED)
# May be reopened by the review head until the campaign is decided.
REOPENABLE = (State.DECLINED, State.REFUSED, State.WITHDRAWN, State.LAPSED)
# Closed as not selected once the decision is signed.
CLOSABLE = (
    State.SUBMITTED,
    State.RETURNED,
    State.IN_REVIEW,
    State.ENDORSED,
    State.SELECTED,
    State.IN_APPRAISAL,
    State.QUERIED,
    State.APPROVED,
)
# What a unit may still edit.
EDITABLE = (State.DRAFT, State.RETURNED)
# Final whatever happens.
FINAL = (State.AWARDED, State.REVOKED, State.NOT_SELECTED)
# Compete for the quota, in ranking order.
RANKED = (State.ENDORSED, *HOLDING)

STAFF_LABELS: dict[State, str] = {
    State.DRAFT: "Bản nháp",
    State.SUBMITTED: "Đã nộp",
    State.RETURNED: "Trả lại để bổ sung",
    State.IN_REVIEW: "Đang xét",
    State.ENDORSED: "Đủ điều kiện, chờ lựa chọn",
    State.SELECTED: "Được lựa chọn",
    State.IN_APPRAISAL: "Đang thẩm định",
    State.QUERIED: "Đang được yêu cầu giải trình",
    State.APPROVED: "Thẩm định đạt",
    State.LISTED: "Trong danh sách trình quyết định",
    State.AWARDED: "Đã được tặng Bằng khen",
    State.REVOKED: "Đã bị thu hồi quyết định",
    State.DECLINED: "Không được đề nghị",
    State.REFUSED: "Thẩm định không đạt",
    State.WITHDRAWN: "Đã rút",
    State.LAPSED: "Hết hạn",
    State.NOT_SELECTED: "Không được lựa chọn",
}
NEUTRAL_LABEL = "Đang xem xét"
UNIT_LABELS: dict[State, str] = STAFF_LABELS | {
    State.DRAFT: "Bản nháp, chưa nộp",
    State.SUBMITTED: "Đã nộp, chờ tiếp nhận",
    State.RETURNED: "Cần bổ sung",
    State.IN_REVIEW: NEUTRAL_LABEL,
    State.AWARDED: "Được tặng Bằng khen",
    State.DECLINED: "Không được khen thưởng",
    State.REFUSED: "Không được khen thưởng",
    State.NOT_SELECTED: "Không được khen thưởng",
    State.WITHDRAWN: "Đã rút hồ sơ",
    State.LAPSED: "Hồ sơ hết hạn",
}


class Action(StrEnum):
    """What somebody does to a nomination."""

    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    ACCEPT = "accept"
    RETURN = "return"
    EXTEND = "extend"
    RECALL = "recall"
    ENDORSE = "endorse"
    DECLINE = "decline"
    SELECT = "select"
    DESELECT = "deselect"
    FORWARD = "forward"
    QUERY = "query"
    REPLY = "reply"
    APPROVE = "approve"
    REFUSE = "refuse"
    ENLIST = "enlist"
    STRIKE = "strike"
    AWARD = "award"
    REVOKE = "revoke"
    LAPSE = "lapse"
    CLOSE = "close"
    REOPEN = "reopen"


ACTION_LABELS: dict[Action, str] = {
    Action.SUBMIT: "nộp hồ sơ",
    Action.WITHDRAW: "rút hồ sơ",
    Action.ACCEPT: "tiếp nhận",
    Action.RETURN: "trả lại để bổ sung",
    Action.EXTEND: "gia hạn bổ sung",
    Action.RECALL: "thu hồi yêu cầu bổ sung",
    Action.ENDORSE: "xác nhận đủ điều kiện",
    Action.DECLINE: "không đề nghị",
    Action.SELECT: "lựa chọn",
    Action.DESELECT: "bỏ lựa chọn",
    Action.FORWARD: "trình thẩm định",
    Action.QUERY: "yêu cầu giải trình",
    Action.REPLY: "gửi giải trình",
    Action.APPROVE: "thẩm định đạt",
    Action.REFUSE: "thẩm định không đạt",
    Action.ENLIST: "đưa vào danh sách trình quyết định",
    Action.STRIKE: "đưa ra khỏi danh sách trình quyết định",
    Action.AWARD: "tặng Bằng khen",
    Action.REVOKE: "thu hồi quyết định",
    Action.LAPSE: "hết hạn",
    Action.CLOSE: "kết thúc, không lựa chọn",
    Action.REOPEN: "mở lại",
}


class Role(StrEnum):
    """What an account may do; the clock is nobody's account."""

    UNIT_OFFICER = "unit_officer"
    UNIT_HEAD = "unit_head"
    REVIEW_OFFICER = "review_officer"
    REVIEW_HEAD = "review_head"
    APPRAISAL_OFFICER = "appraisal_officer"
    APPRAISAL_HEAD = "appraisal_head"
    DECISION_CLERK = "decision_clerk"
    OBSERVER = "observer"
    ADMINISTRATOR = "administrator"
    CLOCK = "clock"


ROLE_LABELS: dict[Role, str] = {
    Role.UNIT_OFFICER: "cán bộ đơn vị đề nghị",
    Role.UNIT_HEAD: "thủ trưởng đơn vị đề nghị",
    Role.REVIEW_OFFICER: "chuyên viên cơ quan xét chọn",
    Role.REVIEW_HEAD: "lãnh đạo cơ quan xét chọn",
    Role.APPRAISAL_OFFICER: "chuyên viên cơ quan thẩm định",
    Role.APPRAISAL_HEAD: "lãnh đạo cơ quan thẩm định",
    Role.DECISION_CLERK: "văn thư ban hành quyết định",
    Role.OBSERVER: "người giám sát",
    Role.ADMINISTRATOR: "quản trị hệ thống",
    Role.CLOCK: "hệ thống, theo thời hạn",
}


class Verdict(StrEnum):
    """What a rule finds."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    UNKNOWN = "unknown"


class Overall(StrEnum):
    """What all rules together find: any fail, else any unknown, else eligible."""

    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    INCOMPLETE = "incomplete"


VERDICT_LABELS: dict[Verdict, str] = {
    Verdict.PASS: "đạt",
    Verdict.FAIL: "không đạt",
    Verdict.UNKNOWN: "chưa rõ",
}
OVERALL_LABELS: dict[Overall, str] = {
    Overall.ELIGIBLE: "đủ điều kiện",
    Overall.INELIGIBLE: "không đủ điều kiện",
    Overall.INCOMPLETE: "chưa đủ căn cứ",
}


class Rating(StrEnum):
    """A year's official evaluation, as units write it in the workbook."""

    EXCELLENT = "excellent"
    GOOD = "good"
    COMPLETED = "completed"
    NOT_COMPLETED = "not_completed"
    UNRATED = "unrated"
    NOT_SERVING = "not_serving"
    NOT_APPLICABLE = "not_applicable"


RATING_LABELS: dict[Rating, str] = {
    Rating.EXCELLENT: "Hoàn thành xuất sắc nhiệm vụ",
    Rating.GOOD: "Hoàn thành tốt nhiệm vụ",
    Rating.COMPLETED: "Hoàn thành nhiệm vụ",
    Rating.NOT_COMPLETED: "Không hoàn thành nhiệm vụ",
    Rating.UNRATED: "Chưa xếp loại",
    Rating.NOT_SERVING: "Chưa công tác",
    Rating.NOT_APPLICABLE: "Không thuộc diện",
}


class Sex(StrEnum):
    """As the identity card says."""

    MALE = "male"
    FEMALE = "female"


SEX_LABELS: dict[Sex, str] = {Sex.MALE: "Nam", Sex.FEMALE: "Nữ"}


class Party(StrEnum):
    """Who must supply, judge or cure something; who a letter goes to."""

    UNIT = "unit"
    REVIEW_OFFICE = "review_office"
    APPRAISAL_OFFICE = "appraisal_office"
    NOMINEE = "nominee"
    ADMINISTRATOR = "administrator"
    ACCOUNT = "account"


PARTY_LABELS: dict[Party, str] = {
    Party.UNIT: "đơn vị đề nghị",
    Party.REVIEW_OFFICE: "cơ quan xét chọn",
    Party.APPRAISAL_OFFICE: "cơ quan thẩm định",
    Party.NOMINEE: "tập thể, cá nhân được đề nghị",
    Party.ADMINISTRATOR: "quản trị hệ thống",
    Party.ACCOUNT: "chủ tài khoản",
}


class CheckResult(StrEnum):
    """What an agency asked about a nominee answers."""

    CLEAR = "clear"
    ADVERSE = "adverse"


CHECK_RESULT_LABELS: dict[CheckResult, str] = {
    CheckResult.CLEAR: "không có vi phạm",
    CheckResult.ADVERSE: "có vi phạm hoặc có ý kiến khác",
}
