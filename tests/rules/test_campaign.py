"""A campaign's file: the bundled one reads as the plan says, and a wrong one is refused saying where."""

from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from rules.campaign import parse_campaign
from rules.errors import MalformedError
from rules.vocabulary import Kind

FILE = Path(__file__).resolve().parents[2] / "campaigns" / "bang-khen-2021-2025.yaml"
BUNDLED: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))


def changed(path: str, value: object) -> dict[str, Any]:
    """The bundled campaign with one value changed; `path` as in `intake.opens` or `categories.0.limit`."""
    data = deepcopy(BUNDLED)
    *way, last = path.split(".")
    place: Any = data
    for part in way:
        place = place[int(part)] if part.isdigit() else place[part]
    place[int(last) if last.isdigit() else last] = value
    return data


def test_the_bundled_campaign_says_what_the_plan_says() -> None:
    campaign = parse_campaign(BUNDLED)
    assert campaign.code == "bang-khen-2021-2025"
    assert not campaign.rehearsal
    assert (campaign.intake.opens, campaign.intake.closes) == (date(2025, 10, 20), date(2025, 11, 30))
    assert (campaign.data_period.start, campaign.data_period.end) == (date(2021, 1, 1), date(2025, 11, 15))
    assert campaign.data_period.estimated_to == date(2025, 12, 31)
    assert campaign.conference == date(2025, 12, 25)
    assert (campaign.offices.review, campaign.offices.appraisal) == ("SDTTG", "SNV")
    assert [(c.key, c.kind, c.limit) for c in campaign.categories] == [
        ("collective", Kind.COLLECTIVE, 15),
        ("individual", Kind.INDIVIDUAL, 30),
    ]
    assert campaign.rated_years == (2021, 2022, 2023, 2024, 2025)
    assert campaign.required_papers == ("letter", "minutes", "report")
    assert campaign.required_checks == ()
    assert campaign.ranking[0] == "score"
    assert sum(criterion.max for criterion in campaign.score.rubric) == campaign.score.max == 100
    assert campaign.ranking[-1] == "women"


def test_it_reads_back_what_it_writes() -> None:
    campaign = parse_campaign(BUNDLED)
    assert parse_campaign(campaign.model_dump(mode="json", by_alias=True)) == campaign


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("intake.opens", date(2025, 12, 1), "ngày mở phải trước ngày đóng"),
        ("intake.opens", "2025-02-30", "intake.opens"),
        ("data_period.from", date(2026, 1, 1), "ngày đầu phải trước ngày cuối"),
        ("categories.1.key", "collective", "categories: trùng lặp"),
        ("categories.0.limit", 0, "categories.0.limit"),
        ("categories.0.limit", "mười lăm", "categories.0.limit"),
        ("categories.0.kind", "household", "categories.0.kind"),
        ("categories", [], "categories"),
        ("ranking", ["score", "score"], "ranking: trùng lặp"),
        ("ranking", ["luck"], "ranking.0"),
        ("rated_years", [2022, 2021], "rated_years"),
        ("rated_years", [], "rated_years"),
        ("required_papers", ["photo"], "required_papers.0"),
        ("code", "Bằng khen", "code"),
        ("title", "", "title"),
        ("rehearsal", "có lẽ", "rehearsal"),
        ("offices.review", "", "offices.review"),
        ("projects.0.code", "DA-1", "projects.0.code"),
        ("score.max", 0, "score.max"),
        ("score.max", 90, "rubric: điểm tối đa của các tiêu chí cộng lại là 100, phải bằng max (90)"),
        ("score.rubric.1.key", "organisation", "rubric: trùng lặp"),
        ("score.rubric.0.max", 0, "score.rubric.0.max"),
        ("score.rubric.0.title", "", "score.rubric.0.title"),
        ("surprise", 1, "surprise"),
    ],
)
def test_a_wrong_file_is_refused_saying_where(path: str, value: object, words: str) -> None:
    with pytest.raises(MalformedError) as refused:
        parse_campaign(changed(path, value))
    assert words in refused.value.message


def test_a_campaign_may_have_no_rubric() -> None:
    assert parse_campaign(changed("score", {"max": 10})).score.rubric == ()


@pytest.mark.parametrize(
    "key", sorted(set(BUNDLED) - {"required_checks", "agencies", "projects", "legal_bases", "clock", "papers"})
)
def test_what_is_missing_is_named(key: str) -> None:
    data = {name: value for name, value in BUNDLED.items() if name != key}
    with pytest.raises(MalformedError, match=key):
        parse_campaign(data)


@pytest.mark.parametrize("data", [None, [], "bang-khen", 5])
def test_something_else_altogether_is_refused(data: object) -> None:
    with pytest.raises(MalformedError, match="không hợp lệ"):
        parse_campaign(data)


def test_a_category_is_found_by_its_key() -> None:
    campaign = parse_campaign(BUNDLED)
    assert campaign.category("individual").limit == 30
    with pytest.raises(MalformedError, match="Có: collective, individual"):
        campaign.category("household")
