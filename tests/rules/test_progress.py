"""The progress line of a unit: four steps, and no more than the embargo allows."""

import pytest

from rules.embargo import visible_state
from rules.progress import stages
from rules.vocabulary import State

MARKS = {"done": "x", "here": ">", "ahead": "."}


def line(shown: State, left: State | None = None) -> str:
    """The line as text."""
    return " ".join(f"{MARKS[stage.reached]}{stage.label}" for stage in stages(shown, left))


@pytest.mark.parametrize(
    ("shown", "left", "expected"),
    [
        (State.DRAFT, None, ">Bản nháp .Đã nộp .Đang xem xét .Kết quả"),
        (State.SUBMITTED, State.DRAFT, "xBản nháp >Đã nộp .Đang xem xét .Kết quả"),
        (State.SUBMITTED, State.RETURNED, "xBản nháp >Đã nộp .Đang xem xét .Kết quả"),
        (State.IN_REVIEW, State.SUBMITTED, "xBản nháp xĐã nộp >Đang xem xét .Kết quả"),
        (State.RETURNED, State.QUERIED, "xBản nháp xĐã nộp >Cần bổ sung .Kết quả"),
        (State.AWARDED, State.LISTED, "xBản nháp xĐã nộp xĐang xem xét >Được tặng Bằng khen"),
        (State.REVOKED, State.AWARDED, "xBản nháp xĐã nộp xĐang xem xét >Đã bị thu hồi quyết định"),
        (State.DECLINED, State.IN_REVIEW, "xBản nháp xĐã nộp xĐang xem xét >Không được khen thưởng"),
        (State.NOT_SELECTED, State.RETURNED, "xBản nháp xĐã nộp xĐang xem xét >Không được khen thưởng"),
        (State.LAPSED, State.DRAFT, "xBản nháp >Hồ sơ hết hạn"),
        (State.LAPSED, State.RETURNED, "xBản nháp xĐã nộp xCần bổ sung >Hồ sơ hết hạn"),
        (State.WITHDRAWN, State.DRAFT, "xBản nháp >Đã rút hồ sơ"),
        (State.WITHDRAWN, State.SUBMITTED, "xBản nháp xĐã nộp >Đã rút hồ sơ"),
        (State.WITHDRAWN, State.APPROVED, "xBản nháp xĐã nộp xĐang xem xét >Đã rút hồ sơ"),
    ],
)
def test_where_a_dossier_stands(shown: State, left: State | None, expected: str) -> None:
    assert line(shown, left) == expected


def test_under_embargo_every_state_and_wherever_it_came_from_is_the_same_line() -> None:
    hidden = [s for s in State if visible_state(s, released=False, own_withdrawal=False) is State.IN_REVIEW]
    assert {State.DECLINED, State.SELECTED, State.QUERIED, State.AWARDED} <= set(hidden)
    lines = {
        line(visible_state(state, released=False, own_withdrawal=False), left) for state in hidden for left in State
    }
    assert lines == {"xBản nháp xĐã nộp >Đang xem xét .Kết quả"}
