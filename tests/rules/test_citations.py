"""The provisions: cited while in force, each with a source we can stand by."""

from datetime import date

import pytest

from rules.citations import UnknownCitationError, citation, citations, cite
from rules.dated import Certainty

SNV_DAY = date(2025, 12, 20)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("LUAT.5.2", "Khoản 2 Điều 5 Luật Thi đua, khen thưởng số 06/2022/QH15"),
        ("LUAT.93.2", "Khoản 2 Điều 93 Luật Thi đua, khen thưởng số 06/2022/QH15"),
        ("ND152.4.4", "Khoản 4 Điều 4 Nghị định số 152/2025/NĐ-CP"),
        ("ND152.49.1", "Khoản 1 Điều 49 Nghị định số 152/2025/NĐ-CP"),
        ("ND152.54", "Điều 54 Nghị định số 152/2025/NĐ-CP"),
        ("QD86.9", "Điều 9 Quyết định số 86/2025/QĐ-UBND của UBND tỉnh Bắc Ninh"),
        ("QD86.5.2.b", "Điểm b khoản 2 Điều 5 Quyết định số 86/2025/QĐ-UBND của UBND tỉnh Bắc Ninh"),
        ("KH2025.II.2.c", "Mục II.2.c Kế hoạch tổng kết Chương trình (tháng 10/2025) của UBND tỉnh Bắc Ninh"),
    ],
)
def test_how_a_provision_is_cited(key: str, text: str) -> None:
    assert cite([key], SNV_DAY) == (text,)


@pytest.mark.parametrize(
    ("key", "last_day_without", "first_day"),
    [
        ("QD86.6.1", date(2025, 12, 14), date(2025, 12, 15)),
        ("ND152.4.4", date(2025, 6, 30), date(2025, 7, 1)),
        ("LUAT.5.2", date(2023, 12, 31), date(2024, 1, 1)),
    ],
)
def test_a_provision_is_cited_from_its_first_day(key: str, last_day_without: date, first_day: date) -> None:
    assert cite([key], last_day_without) == ()
    assert cite([key], first_day) == (citation(key).text,)


def test_citations_keep_the_order_asked_for_and_drop_what_is_not_in_force() -> None:
    asked = ["QD86.7", "KH2025.II.2.c", "LUAT.5.2"]
    assert cite(asked, date(2025, 11, 27)) == (citation("KH2025.II.2.c").text, citation("LUAT.5.2").text)


def test_an_unknown_provision_is_an_error_even_when_another_is_known() -> None:
    with pytest.raises(UnknownCitationError, match=r"ND98\.4"):
        cite(["LUAT.5.2", "ND98.4"], SNV_DAY)


def test_nothing_repealed_is_ever_cited() -> None:
    texts = " ".join(entry.text for entry in citations().values())
    assert "98/2023" not in texts
    assert "13/2024/QĐ-UBND" not in texts


def test_every_provision_of_the_province_waits_for_its_day() -> None:
    of_province = [entry for entry in citations().values() if "86/2025" in entry.text]
    assert len(of_province) == 9
    assert {entry.since for entry in of_province} == {date(2025, 12, 15)}


def test_every_provision_has_what_a_citation_needs() -> None:
    for key, entry in citations().items():
        assert entry.id == key
        assert entry.text
        assert entry.note
        assert isinstance(entry.since, date)
        assert entry.until is None or entry.until >= entry.since
        assert isinstance(entry.certainty, Certainty)
    assert len({entry.text for entry in citations().values()}) == len(citations())


@pytest.mark.parametrize(
    "key",
    [
        *("LUAT.5.2", "LUAT.93.2", "ND152.49.1", "ND152.49.2", "ND152.54", "QD86.2", "QD86.3.3", "QD86.5.2.b"),
        *(f"ND152.4.{paragraph}" for paragraph in range(1, 7)),
        *("QD86.6.1", "QD86.7", "QD86.8", "QD86.9", "QD86.10.2", "QD86.10.3"),
        *("KH2025.II.1", "KH2025.II.2.a", "KH2025.II.2.c", "KH2025.III", "KH2025.IV.1.d", "KH2025.IV.3", "KH2025.IV.5"),
    ],
)
def test_the_life_cycle_finds_every_provision_it_may_need(key: str) -> None:
    assert citation(key).text
