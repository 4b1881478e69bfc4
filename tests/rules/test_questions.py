"""The form asks everything once, quotes the plan word for word, and shows declarations as a choice."""

from pathlib import Path

import pytest

from rules.citations import citation
from rules.fields import RATED_YEARS, fields_of
from rules.questions import choice_and_words, declared, groups_of, quote_for, quotes
from rules.vocabulary import Kind

PLAN = (Path(__file__).parent / "plan-2025.txt").read_text(encoding="utf-8")


def clause_of_plan(key: str) -> str:
    """The text of one clause."""
    return PLAN.partition(f"[{key}]")[2].partition("\n[")[0]


@pytest.mark.parametrize("kind", Kind)
def test_every_question_is_asked_once(kind: Kind) -> None:
    asked = [field.key for group in groups_of(kind, RATED_YEARS) for field in group.fields]
    assert len(asked) == len(set(asked))
    assert set(asked) == {field.key for field in fields_of(kind)}
    assert all(group.fields for group in groups_of(kind, RATED_YEARS))


def test_the_years_asked_for_are_the_campaigns() -> None:
    (ratings,) = (g for g in groups_of(Kind.INDIVIDUAL, (2030, 2031)) if g.title == "Xếp loại hằng năm")
    assert [field.header for field in ratings.fields] == ["Xếp loại 2030", "Xếp loại 2031"]


def test_the_plan_is_quoted_word_for_word_from_the_clause_that_is_named() -> None:
    assert len(quotes()) > 10
    for quote in quotes():
        assert quote.words in clause_of_plan(quote.clause), quote
        assert citation(quote.clause).text


def test_collectives_and_individuals_read_their_own_words() -> None:
    def words(kind: Kind, key: str) -> str:
        found = quote_for(kind, next(field for field in fields_of(kind) if field.key == key))
        return found.words if found else ""

    assert "lãnh đạo, chỉ đạo" in words(Kind.COLLECTIVE, "merit")
    assert "cách làm sáng tạo" in words(Kind.INDIVIDUAL, "merit")
    assert "từ khi thực hiện Chương trình" in words(Kind.COLLECTIVE, "breach")
    assert "từ khi" not in words(Kind.INDIVIDUAL, "breach")
    assert words(Kind.INDIVIDUAL, "rating_2023") == "hoàn thành tốt nhiệm vụ hằng năm"
    assert words(Kind.COLLECTIVE, "rating_2023") == words(Kind.INDIVIDUAL, "ethnicity") == ""


@pytest.mark.parametrize(
    ("choice", "words", "text"),
    [
        ("Không", "", "Không"),
        ("Không", "Khiển trách năm 2019", "Không"),
        ("Có", "Khiển trách, số 12 ngày 03/04/2019", "Khiển trách, số 12 ngày 03/04/2019"),
        ("Có", "  ", "Có"),
        ("", "Khiển trách năm 2019", "Khiển trách năm 2019"),
        ("", "", ""),
    ],
)
def test_a_declaration_is_one_text(choice: str, words: str, text: str) -> None:
    assert declared(choice, words) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ("", "")),
        (" ", ("", "")),
        ("Không", ("Không", "")),
        ("khong co", ("Không", "")),
        ("Có", ("Có", "")),
        ("Khiển trách năm 2019", ("Có", "Khiển trách năm 2019")),
        ("Không rõ", ("Có", "Không rõ")),
    ],
)
def test_a_declaration_is_shown_as_a_choice(text: str, shown: tuple[str, str]) -> None:
    assert choice_and_words(text) == shown
