"""Dates in running text, and the date of a field."""

from calendar import monthrange
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.dates import Found, dates_in, parse_date, years_in
from rules.errors import MalformedError

MAY = (date(2022, 5, 1), date(2022, 5, 31))
YEAR = (date(2022, 1, 1), date(2022, 12, 31))
days = st.dates(min_value=date(1950, 1, 1), max_value=date(2099, 12, 31))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Khiển trách, Quyết định số 43/QĐ-UBND ngày 12/02/2022", [date(2022, 2, 12)]),
        ("ngày 3/4/2023", [date(2023, 4, 3)]),
        ("ngày 03-04-2023", [date(2023, 4, 3)]),
        ("ngày 03.04.2023.", [date(2023, 4, 3)]),
        ("03 / 4 / 2023", [date(2023, 4, 3)]),
        ("ngày 12 tháng 5 năm 2022", [date(2022, 5, 12)]),
        ("NGÀY 12 THÁNG 05 NĂM 2022", [date(2022, 5, 12)]),
        ("nga\u0300y 12 tha\u0301ng 5 na\u0306m 2022", [date(2022, 5, 12)]),
        ("12 tháng 5, 2022", [date(2022, 5, 12)]),
        ("ngày 12/5 năm 2022", [date(2022, 5, 12)]),
        ("2022-05-12", [date(2022, 5, 12)]),
        ("tháng 5/2022", [MAY]),
        ("tháng 05 năm 2022", [MAY]),
        ("vào 05/2022", [MAY]),
        ("tháng 2 năm 2024", [(date(2024, 2, 1), date(2024, 2, 29))]),
        ("năm 2022", [YEAR]),
        ("giai đoạn 2019-2022", [(date(2019, 1, 1), date(2022, 12, 31))]),
        ("từ năm 2019 đến năm 2022", [(date(2019, 1, 1), date(2022, 12, 31))]),
        ("từ 01/3/2020-15/6/2021", [date(2020, 3, 1), date(2021, 6, 15)]),
        ("ngày 05/6/2018 và ngày 12/5/2022", [date(2018, 6, 5), date(2022, 5, 12)]),
        ("Quyết định số 12/2022/QĐ-UBND", []),
        ("Quyết định số 12/2022/QĐ-UBND ngày 9/12/2022", [date(2022, 12, 9)]),
        ("Luật số 06/2022/QH15, 08/2022/NQ-HĐND", []),
        ("Quyết định số 12/2022", []),
        ("QĐ 12/2022 ngày 1/2/2019", [date(2019, 2, 1)]),
        ("1719/QĐ-TTg ngày 14/10/2021", [date(2021, 10, 14)]),
        ("44/QĐ-UBND-2022", []),
        ("5/12/2022/QĐ-UBND", []),
        ("31/02/2022", []),
        ("29/02/2023", []),
        ("29/02/2024", [date(2024, 2, 29)]),
        ("ngày 31 tháng 4 năm 2022", []),
        ("tháng 13/2022", []),
        ("00/00/2022", []),
        ("12/5/22", []),
        ("112/5/2022", []),
        ("Việt Nam 2022", []),
        ("099180700035", []),
        ("12/05/20221", []),
        ("chỉ tiêu năm 1000 hộ", []),
        ("Không", []),
        ("", []),
    ],
)
def test_dates_in(text: str, found: list[Found]) -> None:
    assert dates_in(text) == tuple(found)


@given(
    days,
    st.sampled_from(["{0:%d/%m/%Y}", "{0.day}/{0.month}/{0.year}", "{0:%d-%m-%Y}", "{0:%d.%m.%Y}", "{0:%Y-%m-%d}"]),
)
def test_a_day_is_read_however_it_is_written(day: date, form: str) -> None:
    written = f"Quyết định số 15/QĐ-UBND ngày {form.format(day)}; đã thi hành."
    assert dates_in(written) == (day,)


@given(days)
def test_a_day_in_words_is_read(day: date) -> None:
    assert dates_in(f"ngày {day.day} tháng {day.month} năm {day.year}") == (day,)
    last = monthrange(day.year, day.month)[1]
    assert dates_in(f"tháng {day.month}/{day.year}") == ((day.replace(day=1), day.replace(day=last)),)


@given(st.integers(0, 99), st.integers(0, 99), st.integers(1900, 2099))
def test_what_is_found_exists(day: int, month: int, year: int) -> None:
    found = dates_in(f"{day}/{month}/{year}")
    exists = 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]
    assert found == ((date(year, month, day),) if exists else ())


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    assert all(isinstance(found, date) or found[0] <= found[1] for found in dates_in(text))
    assert all(1900 <= year < 2100 for year in years_in(text))


def test_years_in_sees_what_is_no_date_but_no_number_of_a_document() -> None:
    assert years_in("31/02/2022, tháng 13/2021, 2019; số 12/2024/QĐ-UBND, QĐ 3/2018") == {2022, 2021, 2019}
    assert years_in("Không") == frozenset()


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("05/11/2025", date(2025, 11, 5)),
        ("5/11/2025", date(2025, 11, 5)),
        (" 05/11/2025 ", date(2025, 11, 5)),
        ("2025-11-05", date(2025, 11, 5)),
    ],
)
def test_parse_date(text: str, read: date) -> None:
    assert parse_date(text) == read


@pytest.mark.parametrize(
    "text", ["", "mai", "05-11-2025", "5/11", "05/11/25", "2025-11-5", "05/11/2025 10:00", "٠٥/١١/٢٠٢٥"]
)
def test_parse_date_refuses_other_forms_and_says_the_right_one(text: str) -> None:
    with pytest.raises(MalformedError) as refused:
        parse_date(text)
    assert f"“{text}”" in refused.value.message
    assert "05/11/2025" in refused.value.message


@pytest.mark.parametrize("text", ["31/02/2025", "29/02/2023", "2025-13-01", "00/01/2025", "01/01/0000"])
def test_parse_date_refuses_a_day_that_does_not_exist(text: str) -> None:
    with pytest.raises(MalformedError, match="Không có ngày") as refused:
        parse_date(text)
    assert text in refused.value.message


@given(days)
def test_parse_date_reads_both_forms_back(day: date) -> None:
    assert parse_date(f"{day:%d/%m/%Y}") == parse_date(day.isoformat()) == day
