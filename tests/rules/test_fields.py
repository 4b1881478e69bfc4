"""The catalogue of fields: how each answer is read, refused and checked again."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import MalformedError
from rules.facts import Value
from rules.fields import FIELDS, Field, contradictions, field_named, fields_of, validate
from rules.parsing import Register, quoted
from rules.vocabulary import Kind

REGISTER = Register(
    units=frozenset({"07330", "SYT", "SNV"}),
    projects=frozenset({"DA1", "DA3-TDA1", "DA3-TDA2", "DA10-TDA1"}),
    today=date(2025, 11, 27),
)
PERSON: dict[str, Value] = {"name": "Phùng Thu Hương", "birth_date": "1984-06-26", "unit": "07330", "direct": False}


def read(key: str, value: Value, kind: Kind = Kind.INDIVIDUAL) -> Value:
    return field_named(kind, key).parse(value, REGISTER)


def refusal(key: str, value: Value, kind: Kind = Kind.INDIVIDUAL) -> str:
    with pytest.raises(MalformedError) as caught:
        read(key, value, kind)
    return caught.value.message


def test_each_kind_has_its_columns_in_the_order_of_the_workbook() -> None:
    person = [field.header for field in fields_of(Kind.INDIVIDUAL)]
    group = [field.header for field in fields_of(Kind.COLLECTIVE)]
    assert person[:6] == ["Họ và tên", "Ngày sinh", "Giới tính", "Dân tộc", "Số CCCD", "Chức vụ"]
    assert person[6:10] == ["Đơn vị công tác", "Mã đơn vị đề nghị", "Dự án, tiểu dự án", "Trực tiếp triển khai"]
    assert group[:5] == ["Tên tập thể", "Người đứng đầu", "Tổng số người", "Trong đó nữ", "Mã đơn vị đề nghị"]
    assert person[10:15] == [f"Xếp loại {year}" for year in (2021, 2022, 2023, 2024, 2025)]
    assert (len(person), len(group)) == (24, 22)
    assert person[15:] == group[13:]


def test_rated_years_are_the_campaigns() -> None:
    keys = [field.key for field in fields_of(Kind.COLLECTIVE, (2026, 2027))]
    assert [key for key in keys if key.startswith("rating_")] == ["rating_2026", "rating_2027"]
    assert field_named(Kind.COLLECTIVE, "xếp loại 2027", (2026, 2027)).key == "rating_2027"


def test_papers_and_sensitive_fields_are_marked() -> None:
    assert {field.key for field in FIELDS if field.paper} == {"letter", "minutes", "report"}
    assert {field.key for field in FIELDS if field.sensitive} == {"ethnicity", "cccd", "breach", "pending"}
    assert {field.key for field in FIELDS if field.required} == {"name", "birth_date", "unit"}


@pytest.mark.parametrize("name", ["cccd", "CCCD", "Số CCCD", "SỐ  CCCD", "so cccd", "Số\nCCCD"])
def test_a_field_is_found_by_key_or_heading_whatever_case_accents_and_spaces(name: str) -> None:
    assert field_named(Kind.INDIVIDUAL, name).key == "cccd"


def test_an_unknown_field_is_refused_with_the_ones_there_are() -> None:
    with pytest.raises(MalformedError, match=r"“cccd”.*women"):
        field_named(Kind.COLLECTIVE, "cccd")


@pytest.mark.parametrize(
    ("key", "value", "kept"),
    [
        ("name", "  PHÙNG  THU\u00a0 HƯƠNG ", "PHÙNG THU HƯƠNG"),
        ("name", "Phu\u0300ng", "Phùng"),
        ("birth_date", "26/06/1984", "1984-06-26"),
        ("birth_date", "1984-06-26", "1984-06-26"),
        ("birth_date", "27/11/2025", "2025-11-27"),
        ("sex", "NỮ", "female"),
        ("sex", "nam", "male"),
        ("cccd", "099 084 700 089", "099084700089"),
        ("unit", "syt", "SYT"),
        ("unit", " 07330 ", "07330"),
        ("project", "da3 - tda2", "DA3-TDA2"),
        ("project", "Dự án 10, tiểu dự án 1", "DA10-TDA1"),
        ("direct", "x", True),
        ("direct", "C", True),
        ("direct", "1", True),
        ("direct", "YES", True),
        ("direct", "ko", False),
        ("direct", "K", False),
        ("direct", "0", False),
        ("direct", "Không.", False),
        ("direct", "  ", False),
        ("report", None, None),
        ("report", "Không", False),
        ("rating_2021", "hoàn thành TỐT nhiệm vụ", "good"),
        ("rating_2022", "Chưa công tác", "not_serving"),
        ("rating_2025", "Chưa xếp loại", "unrated"),
        ("rating_2024", "", None),
        ("breach", "Không có", False),
        ("breach", "ko", False),
        ("breach", False, False),
        ("breach", "Khiển trách ngày 12/05/2022", "Khiển trách ngày 12/05/2022"),
        ("breach", "Không rõ", "Không rõ"),
        ("pending", "K", False),
        ("prior_awards", "Có", "Có"),
        ("prior_awards", "", None),
        ("merit", "=1+1", "=1+1"),
        ("letter", 45, "45"),
        ("email", "vanthu.07330@bacninh.example", "vanthu.07330@bacninh.example"),
        ("model", "\u0007\t ", None),
    ],
)
def test_an_answer_is_kept_in_one_form(key: str, value: Value, kept: Value) -> None:
    answer = read(key, value)
    assert answer == kept
    assert type(answer) is type(kept)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("name", "   ", "không được để trống"),
        ("name", "12345", "không phải một tên gọi"),
        ("name", "H" * 201, "201 ký tự"),
        ("merit", "a" * 10_001, "10.001 ký tự; tối đa 10.000"),
        ("position", True, "bằng chữ"),
        ("birth_date", None, "không được để trống"),
        ("birth_date", "31/02/1980", "31/02/1980"),
        ("birth_date", "28/11/2025", "28/11/2025 không hợp lý"),
        ("birth_date", "31/12/1899", "31/12/1899 không hợp lý"),
        ("birth_date", "1980", "ngày"),
        ("birth_date", "06/1980 " * 50, "không phải ngày"),
        ("birth_date", 29_000, "không phải ngày"),
        ("sex", "Khác", "“Nam” hoặc “Nữ”"),
        ("cccd", "09908470008", "có 11 chữ số"),
        ("cccd", "09908470008A", "không phải chữ số"),
        ("cccd", "٠٩٩٠٨٤٧٠٠٠٨٩", "không phải chữ số"),
        ("unit", "SXYZ", "“SXYZ” không phải mã đơn vị"),
        ("unit", "7330", "Có phải “07330”?"),
        ("unit", "", "không được để trống"),
        ("project", "DA3", "tiểu dự án: DA3-TDA1, DA3-TDA2"),
        ("project", "DA99", "“DA99” không phải mã dự án"),
        ("project", "---", "không phải mã dự án"),
        ("direct", "chắc vậy", "“Có” hoặc “Không”"),
        ("rating_2022", "Khá", "“Khá” không phải mức xếp loại"),
        ("email", "vanthu.bacninh.example", "không phải địa chỉ"),
        ("email", "a@b.example, c@d.example", "không phải địa chỉ"),
        ("email", "văn.thư@bacninh.example", "không phải địa chỉ"),
        ("email", f"{'a' * 65}@bacninh.example", "không phải địa chỉ"),
        ("email", f"a@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.{'f' * 20}.example", "không phải địa chỉ"),
    ],
)
def test_what_cannot_be_read_is_refused_saying_what_is_expected(key: str, value: Value, said: str) -> None:
    assert said in refusal(key, value)


def test_a_refused_citizen_number_is_not_repeated() -> None:
    assert "09908470008" not in refusal("cccd", "09908470008")
    assert "09908470008A" not in refusal("cccd", "09908470008A")


@pytest.mark.parametrize(("value", "kept"), [("25", 25), (26, 26), (" 7 ", 7)])
def test_people_are_whole_numbers(value: Value, kept: int) -> None:
    assert read("size", value, Kind.COLLECTIVE) == kept


@pytest.mark.parametrize("value", ["28.5", "-3", "hai mươi", "=10+18", "1.200", "0", True, "99999999", "²"])
def test_anything_else_is_no_number_of_people(value: Value) -> None:
    assert "người" in refusal("size", value, Kind.COLLECTIVE)


def test_more_women_than_people_is_an_error_of_the_women() -> None:
    assert contradictions({"size": 28, "women": 31}) == [("women", "Số nữ (31) lớn hơn tổng số người (28).")]
    assert contradictions({"size": 28, "women": 28}) == []
    assert contradictions({"size": None, "women": 31}) == []


def test_nothing_is_malformed_in_answers_that_were_read() -> None:
    assert validate(Kind.INDIVIDUAL, PERSON, REGISTER) == []


@pytest.mark.parametrize(
    ("changes", "key", "said"),
    [
        ({"name": None}, "name", "không được để trống"),
        ({"unit": "99999"}, "unit", "99999"),
        ({"birth_date": "26/06/1984"}, "birth_date", "dạng chuẩn"),
        ({"rating_2021": "Khá"}, "rating_2021", "Khá"),
        ({"direct": "x"}, "direct", "dạng chuẩn"),
        ({"direct": 1}, "direct", "dạng chuẩn"),
        ({"women": 3}, "women", "Không có trường"),
        ({"rating_2020": "good"}, "rating_2020", "Không có trường"),
    ],
)
def test_a_stored_answer_that_is_malformed_is_named(changes: dict[str, Value], key: str, said: str) -> None:
    ((found, message),) = validate(Kind.INDIVIDUAL, PERSON | changes, REGISTER)
    assert found == key
    assert said in message


def test_stored_contradictions_are_named_too() -> None:
    group: dict[str, Value] = {"name": "Tổ 1", "unit": "SYT", "size": 3, "women": 4}
    assert [key for key, _ in validate(Kind.COLLECTIVE, group, REGISTER)] == ["women"]


def test_a_long_answer_is_repeated_only_in_part() -> None:
    assert quoted("a" * 100) == f"“{'a' * 60}…”"


WORDS = ["Có", "không", "ko", "x", "Nam", "Hoàn thành nhiệm vụ", "26/06/1984", "07330", "DA1", "a@b.vn", "12", "0" * 12]


@given(field=st.sampled_from(FIELDS), value=st.one_of(st.sampled_from(WORDS), st.text(), st.integers(), st.booleans()))
def test_what_was_read_once_is_read_again_unchanged(field: Field, value: Value) -> None:
    try:
        kept = field.parse(value, REGISTER)
    except MalformedError as error:
        assert error.message.endswith((".", "?"))  # noqa: PT017 - refusing is fine, but in a sentence
        return
    again = field.parse(kept, REGISTER)
    assert (again, type(again)) == (kept, type(kept))
