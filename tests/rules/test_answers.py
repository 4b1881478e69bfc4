"""A form read as a whole: every problem at once, and everything that can be read beside them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.answers import read_answers, told
from rules.errors import MalformedError
from rules.facts import Value
from rules.fields import FIELDS, RATED_YEARS, Field, fields_of
from rules.parsing import Register
from rules.vocabulary import Kind

REGISTER = Register(
    units=frozenset({"07282", "SYT"}), projects=frozenset({"DA1", "DA3-TDA1"}), today=date(2025, 11, 27)
)


def test_good_answers_are_read_beside_bad_ones_and_every_bad_one_is_told() -> None:
    texts = {"name": "Vi Thị Ơn", "birth_date": "31/02/1980", "cccd": "123", "sex": "", "Xếp loại 2021": "Khá"}
    found = read_answers(Kind.INDIVIDUAL, texts, REGISTER, RATED_YEARS)
    assert found.values == {"name": "Vi Thị Ơn", "sex": None}
    assert set(found.problems) == {"birth_date", "cccd", "rating_2021"}
    said = told(found.problems, fields_of(Kind.INDIVIDUAL))
    places = [said.index(f"“{header}”: ") for header in ("Ngày sinh", "Số CCCD", "Xếp loại 2021")]
    assert places == sorted(places)


def test_of_answers_that_contradict_each_other_neither_is_taken() -> None:
    both = read_answers(Kind.COLLECTIVE, {"name": "Tổ 1", "size": "10", "women": "12"}, REGISTER, RATED_YEARS)
    assert (both.values, set(both.problems)) == ({"name": "Tổ 1"}, {"women"})
    against = read_answers(Kind.COLLECTIVE, {"size": "10"}, REGISTER, RATED_YEARS, {"size": 20, "women": 12})
    assert (against.values, set(against.problems)) == ({}, {"women"})
    fine = read_answers(Kind.COLLECTIVE, {"size": "12"}, REGISTER, RATED_YEARS, {"size": 20, "women": 12})
    assert (fine.values, fine.problems) == ({"size": 12}, {})


def test_what_has_a_further_problem_is_not_taken() -> None:
    found = read_answers(Kind.INDIVIDUAL, {"name": "Vi Thị Ơn", "merit": "🏆"}, REGISTER, RATED_YEARS)
    later = found.without({"merit": "Không in được."})
    assert (later.values, later.problems) == ({"name": "Vi Thị Ơn"}, {"merit": "Không in được."})


def test_a_field_there_is_none_of_is_malformed() -> None:
    with pytest.raises(MalformedError, match="Không có trường “size”"):
        read_answers(Kind.INDIVIDUAL, {"size": "3"}, REGISTER, RATED_YEARS)


@given(field=st.sampled_from(FIELDS), value=st.one_of(st.text(), st.sampled_from(["Có", "Không", "Nam", "07282", "DA1",
       "Hoàn thành tốt nhiệm vụ", "02/09/1975", "12"])))  # fmt: skip
def test_what_is_written_of_an_answer_reads_as_the_same_answer(field: Field, value: str) -> None:
    try:
        kept = field.parse(value, REGISTER)
    except MalformedError:
        return
    again = field.parse(field.written(kept), REGISTER)
    assert (again, type(again)) == (kept, type(kept))


@pytest.mark.parametrize(
    ("key", "kept", "written"),
    [
        ("birth_date", "1975-09-02", "02/09/1975"),
        ("sex", "female", "Nữ"),
        ("rating_2024", "excellent", "Hoàn thành xuất sắc nhiệm vụ"),
        ("direct", False, "Không"),
        ("report", True, "Có"),
        ("breach", False, "Không"),
        ("model", None, ""),
        ("size", 25, "25"),
    ],
)
def test_answers_are_written_as_people_write_them(key: str, kept: Value, written: str) -> None:
    field = next(field for field in FIELDS if field.key == key)
    assert field.written(kept) == written
