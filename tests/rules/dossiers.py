"""Facts of dossiers that pass every rule, written by hand, for tests to spoil."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from rules.facts import Facts, Value
from rules.vocabulary import Kind

ANSWERS_OF_ALL: dict[str, Value] = {
    "unit": "07330",
    "project": "DA1",
    "direct": True,
    "breach": False,
    "pending": False,
    "prior_awards": False,
    "merit": "Vận động 134 hộ hiến đất làm đường giao thông nông thôn.",
    "model": None,
    "letter": "03/TTr-UBND ngày 10/11/2025",
    "minutes": "03/BB-HĐTĐKT ngày 05/11/2025",
    "report": True,
    "email": "vanthu@xa.example",
    "rating_2021": "good",
    "rating_2022": "excellent",
    "rating_2023": "good",
    "rating_2024": "excellent",
    "rating_2025": "good",
}
ANSWERS: dict[Kind, dict[str, Value]] = {
    Kind.COLLECTIVE: ANSWERS_OF_ALL
    | {"name": "Trạm Y tế xã Phúc Hòa", "head": "Vi Ngọc Huệ", "size": 20, "women": 9, "united": True},
    Kind.INDIVIDUAL: ANSWERS_OF_ALL
    | {
        "name": "Nông Thị Hạnh",
        "birth_date": "1980-02-16",
        "sex": "female",
        "ethnicity": "Nùng",
        "cccd": "099180700035",
        "position": "Trưởng thôn",
        "workplace": "Thôn Đồng Cả",
    },
}


def dossier(kind: Kind, fields: Mapping[str, Value] | None = None, **changes: Any) -> Facts:  # noqa: ANN401 - of Facts
    """An eligible dossier of 27/11/2025 with some answers and some other facts changed."""
    facts = Facts(
        kind=kind,
        today=date(2025, 11, 27),
        data_from=date(2021, 1, 1),
        rated_years=(2021, 2022, 2023, 2024, 2025),
        unit="07330",
        unit_entitled=True,
        required_papers=("letter", "minutes", "report"),
        fields=ANSWERS[kind] | dict(fields or {}),
    )
    return replace(facts, **changes)
