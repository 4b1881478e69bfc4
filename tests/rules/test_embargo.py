"""What a unit may see of its dossier, state by state, before and after its outcome is released."""

import pytest

from rules.embargo import unit_label, visible_state
from rules.vocabulary import NEUTRAL_LABEL, State

# Under embargo: what the unit sees as it is; everything else is one neutral label.
PLAIN = {
    State.DRAFT: "Bản nháp, chưa nộp",
    State.SUBMITTED: "Đã nộp, chờ tiếp nhận",
    State.RETURNED: "Cần bổ sung",
    State.LAPSED: "Hồ sơ hết hạn",
}
# Once released.
RELEASED = PLAIN | {
    State.AWARDED: "Được tặng Bằng khen",
    State.DECLINED: "Không được khen thưởng",
    State.REFUSED: "Không được khen thưởng",
    State.NOT_SELECTED: "Không được khen thưởng",
    State.WITHDRAWN: "Đã rút hồ sơ",
    State.REVOKED: "Đã bị thu hồi quyết định",
}


@pytest.mark.parametrize("state", State)
def test_under_embargo(state: State) -> None:
    label = unit_label(state, released=False, own_withdrawal=False)
    assert label == PLAIN.get(state, NEUTRAL_LABEL) == PLAIN.get(state, "Đang xem xét")


@pytest.mark.parametrize("state", State)
def test_its_own_withdrawal_is_no_secret(state: State) -> None:
    seen = visible_state(state, released=False, own_withdrawal=True)
    if state is State.WITHDRAWN:
        assert seen is State.WITHDRAWN
    else:
        assert seen is visible_state(state, released=False, own_withdrawal=False)


@pytest.mark.parametrize("state", RELEASED)
def test_once_released(state: State) -> None:
    assert unit_label(state, released=True, own_withdrawal=False) == RELEASED[state]


def test_every_state_between_acceptance_and_signing_looks_the_same() -> None:
    hidden = {visible_state(state, released=False, own_withdrawal=False) for state in State if state not in PLAIN}
    assert hidden == {State.IN_REVIEW}
