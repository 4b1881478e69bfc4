"""Loading a campaign's file: new, the same again, changed; and what its dossiers cannot bear."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.campaigns import load_campaign, read_campaign, show
from rules.campaign import parse_campaign
from rules.errors import MalformedError, NotFoundError, StateRefusedError
from rules.vocabulary import State
from tests.world import ORIGIN, ROOT, World, campaign_data, with_limits


def load(world: World, **changes: Any) -> bool:  # noqa: ANN401 - campaign data
    """Load the world's campaign again with some changes."""
    with world.database.transaction() as session:
        return load_campaign(session, parse_campaign(campaign_data(**changes)), ORIGIN)


def test_the_bundled_file_reads() -> None:
    assert read_campaign(ROOT / "campaigns" / "bang-khen-2021-2025.yaml").code == "bang-khen-2021-2025"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a: [", "không phải là YAML"),
        (b"\xff\xfe\x00", "không phải là YAML"),
        (b"!!python/object/apply:os.system ['true']", "không phải là YAML"),
        (b"", "không hợp lệ"),
        (b"code: x", "không hợp lệ"),
        (b"#" * 1_100_000, "quá lớn"),
    ],
)
def test_a_file_that_is_none(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "campaign.yaml"
    path.write_bytes(content)
    with pytest.raises(MalformedError, match=words):
        read_campaign(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MalformedError, match="Không đọc được tệp"):
        read_campaign(tmp_path / "none.yaml")


def test_what_a_newer_program_says_by_default_is_no_change(world: World) -> None:
    world.advance(world.draft(), State.AWARDED)
    world.change("UPDATE campaign SET config = config - 'papers' - 'clock'", owner=True)
    with world.database.transaction() as session:
        campaign = parse_campaign({k: v for k, v in campaign_data().items() if k not in {"papers", "clock"}})
        assert not load_campaign(session, campaign, ORIGIN)


def test_the_same_file_again_changes_nothing(world: World) -> None:
    before = world.entries(f"campaign:{world.code}")
    assert load(world) is False
    assert world.entries(f"campaign:{world.code}") == before


def test_a_changed_file_is_on_the_campaigns_trail(world: World) -> None:
    assert load(world, conference="2025-12-27") is True
    entries = world.entries(f"campaign:{world.code}")
    assert [entry["tag"] for entry in entries] == ["campaign:file:loaded"] * 2
    assert [entry["config"]["conference"] for entry in entries] == ["2025-12-25", "2025-12-27"]
    world.assert_sound()


def test_an_office_must_be_a_known_unit(world: World) -> None:
    with pytest.raises(MalformedError, match="KHONGCO chưa có trong danh mục"):
        load(world, offices={"review": "KHONGCO", "appraisal": "SNV", "decision": "UBND"})


def test_categories_of_a_loaded_campaign_stay(world: World) -> None:
    (collective, individual) = campaign_data()["categories"]
    for categories in ([individual], [{**collective, "kind": "individual"}, individual]):
        with pytest.raises(StateRefusedError, match="bỏ hoặc đổi loại"):
            load(world, categories=categories)
    household = {"key": "household", "kind": "collective", "title": "Hộ gia đình", "limit": 3}
    assert load(world, categories=[collective, individual, household])
    with world.acting(None) as (session, context):
        assert [(c["key"], c["limit"]) for c in show(session, context)["categories"]][-1] == ("household", 3)
    world.assert_sound()


def test_a_campaign_with_dossiers_stays_what_it_is(world: World) -> None:
    world.draft()
    with pytest.raises(StateRefusedError, match="giữa diễn tập và chính thức"):
        load(world, rehearsal=False)


def test_nothing_changes_after_the_decision(world: World) -> None:
    world.advance(world.draft(), State.AWARDED)
    with pytest.raises(StateRefusedError, match="đã có quyết định"):
        load(world, categories=with_limits(20, 30))


def test_an_unknown_campaign(world: World) -> None:
    world.code = "khong-co"
    with pytest.raises(NotFoundError, match="khong-co"), world.acting(None):
        pass


def test_a_file_written_by_hand_loads_as_it_reads(world: World, tmp_path: Path) -> None:
    path = tmp_path / "other.yaml"
    path.write_text(yaml.safe_dump(campaign_data(code="dot-khac"), allow_unicode=True), encoding="utf-8")
    with world.database.transaction() as session:
        assert load_campaign(session, read_campaign(path), ORIGIN)
    rows = world.query("SELECT code, rehearsal FROM campaign ORDER BY code")
    assert [(row.code, row.rehearsal) for row in rows] == [("dot-khac", True), ("thu", True)]
    world.assert_sound()
