"""Separation of duties: one kind per person and dossier, and nobody judges what they are part of."""

from dataclasses import replace
from itertools import product

import pytest

from rules.duties import DUTY_LABELS, DUTY_OF, Duty, History, Person, conflicting_duty, involvement
from rules.vocabulary import Action

AN = Person(name="An", units=("SDTTG",))
OTHERS = History(unit="07282", nominee="Nông Thị Hạnh", cccd="099180700035", head=None)
GROUP = History(unit="07282", nominee="Trạm Y tế xã Đồng Kỳ", cccd=None, head="Vi Ngọc Huệ")
OWN = replace(OTHERS, unit="SDTTG")  # the review office nominates one of its own


def test_the_six_kinds_and_the_actions_that_carry_them() -> None:
    assert {action.value for action in DUTY_OF} == {"submit", "endorse", "select", "approve", "enlist", "award"}
    assert all(DUTY_OF[Action(duty.value)] is duty for duty in Duty)
    assert set(DUTY_LABELS) == set(Duty)


@pytest.mark.parametrize(("carried", "wanted"), list(product(Duty, Duty)))
def test_a_second_kind_conflicts_the_same_kind_again_does_not(carried: Duty, wanted: Duty) -> None:
    assert conflicting_duty({carried}, wanted) is (None if carried is wanted else carried)


def test_who_carried_nothing_may_carry_anything() -> None:
    assert [duty for duty in Duty if conflicting_duty((), duty)] == []


def test_an_uninvolved_reviewer_may_judge() -> None:
    assert involvement(AN, OTHERS, "SDTTG", Duty.ENDORSE) is None
    assert involvement(AN, GROUP, "SDTTG", None) is None


@pytest.mark.parametrize(
    ("person", "history"),
    [
        (replace(AN, person="099180700035"), OTHERS),
        (replace(AN, person="Nông Thị Hạnh"), OTHERS),
        (replace(AN, person="nông  thị hạnh"), OTHERS),
        (replace(AN, person="Vi Ngọc Huệ"), GROUP),
        (replace(AN, collective="Trạm Y tế xã Đồng Kỳ"), GROUP),
        (replace(AN, collective="trạm y tế xã Đồng Kỳ"), GROUP),
    ],
    ids=["by CCCD", "by name", "by name, written otherwise", "head of it", "member of it", "member, written otherwise"],
)
def test_a_nominee_judges_nothing_of_it(person: Person, history: History) -> None:
    said = involvement(person, history, "SDTTG", Duty.ENDORSE)
    assert said is not None
    assert said.startswith("An là đối tượng")
    own = involvement(person, replace(history, unit="SDTTG"), "SDTTG", None)
    assert own is not None, "not even in its own office"


@pytest.mark.parametrize("person", [replace(AN, person="Nông Thị Hạ"), replace(AN, collective="Trạm Y tế xã Đồng")])
def test_a_name_that_only_begins_alike_is_somebody_else(person: Person) -> None:
    assert involvement(person, OTHERS, "SDTTG", None) is None
    assert involvement(person, GROUP, "SDTTG", None) is None


def test_nobody_who_names_no_person_is_a_nominee_without_a_number() -> None:
    assert involvement(AN, replace(OTHERS, cccd=None), "SDTTG", None) is None


def test_who_wrote_it_judges_nothing_of_it_even_in_the_own_office() -> None:
    for history in (OTHERS, OWN):
        said = involvement(AN, replace(history, wrote=True), "SDTTG", Duty.ENDORSE)
        assert said is not None
        assert "đã lập hoặc nhập" in said


def test_people_of_the_nominating_unit_do_not_judge_at_an_office() -> None:
    both = replace(AN, units=("07282", "SDTTG"))
    said = involvement(both, OTHERS, "SDTTG", Duty.ENDORSE)
    assert said is not None
    assert "thuộc chính đơn vị đề nghị" in said
    appraising = involvement(replace(AN, units=("SDTTG", "SNV")), OWN, "SNV", Duty.APPROVE)
    assert appraising is not None, "the review office's nomination, appraised by one of its own people"


def test_an_office_judges_its_own_nomination_by_who_carried_nothing_else() -> None:
    assert involvement(AN, OWN, "SDTTG", Duty.ENDORSE) is None
    again = replace(OWN, duties=frozenset({Duty.ENDORSE}))
    assert involvement(AN, again, "SDTTG", Duty.ENDORSE) is None, "endorsing again after a return"
    assert involvement(AN, again, "SDTTG", None) is None, "accepting it again after a return"
    for carried in set(Duty) - {Duty.ENDORSE}:
        other = replace(OWN, duties=frozenset({carried}))
        said = involvement(AN, other, "SDTTG", Duty.ENDORSE)
        assert said is not None
        assert "đã giữ khâu khác" in said


def test_who_submitted_for_the_own_office_neither_accepts_nor_scores_nor_judges() -> None:
    signed = replace(OWN, duties=frozenset({Duty.SUBMIT}))
    assert involvement(AN, signed, "SDTTG", None) is not None
