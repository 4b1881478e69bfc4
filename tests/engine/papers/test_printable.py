"""What cannot be printed is refused while it can still be changed: at import, at loading, at freezing, at signing."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engine import decisions
from engine.campaigns import load_campaign
from engine.papers import write_files
from engine.people import import_units
from engine.plans import Refused
from rules.campaign import parse_campaign
from rules.decision import DecisionState
from rules.errors import EvidenceRefusedError, MalformedError
from rules.vocabulary import Kind, State
from tests.world import ORIGIN, ROOT, World, campaign_data

UNFIT = f"Hội{'x' * 190}"


def freeze(world: World) -> tuple[Refused, ...]:
    """Freeze the list; what is in the way."""
    with world.acting("appraisal-head", alone=True) as (session, context):
        return decisions.freeze(session, context).outcome.refused


def state_of(world: World) -> DecisionState:
    """Where the decision stands."""
    with world.acting(None) as (session, context):
        return decisions.required(session, context).state


def with_papers(**papers: Any) -> dict[str, Any]:  # noqa: ANN401 - campaign data
    """The campaign's data with these changes to its papers."""
    return campaign_data(papers={**campaign_data()["papers"], **papers})


def configure(world: World, **papers: Any) -> None:  # noqa: ANN401 - campaign data
    """A campaign that an earlier program loaded without asking whether it can be printed."""
    kept = parse_campaign(with_papers(**papers)).papers.model_dump(mode="json", by_alias=True)
    statement = "UPDATE campaign SET config = jsonb_set(config, '{papers}', CAST(:papers AS jsonb))"
    world.change(statement, papers=json.dumps(kept))


def test_freezing_names_every_dossier_that_no_paper_could_print(world: World) -> None:
    unfit = world.draft(Kind.COLLECTIVE, name=UNFIT)
    elsewhere = world.draft(unit="SYT", name="Vi Thị Ơn")
    fine = world.draft(name="Nông Thị Mẫu")
    for draft in (unfit, elsewhere, fine):
        world.advance(draft, State.APPROVED)
    world.change("UPDATE unit SET name = name || ' ★中' WHERE code = 'SYT'", owner=True)
    world.enlist()
    refused = {one.id: one.error for one in freeze(world)}
    assert refused.keys() == {unfit, elsewhere}
    assert {error.code for error in refused.values()} == {"evidence"}
    assert UNFIT in refused[unfit].message
    assert "U+4E2D" in refused[elsewhere].message
    assert state_of(world) is DecisionState.OPEN
    assert world.query("SELECT 1 FROM checkpoint") == []
    world.assert_sound()


def test_freezing_without_room_on_any_certificate_names_the_place(world: World) -> None:
    world.advance(world.draft(), State.LISTED)
    configure(world, certificate={"width": 210, "height": 148, "motif_width": 194, "motif_height": 132},
              place="Bắc Ninh 中")  # fmt: skip
    with pytest.raises(EvidenceRefusedError, match=r"papers\.certificate.*U\+4E2D"):
        freeze(world)
    assert state_of(world) is DecisionState.OPEN


@pytest.mark.parametrize(
    ("signer", "told"),
    [("Nguyễn 中 Văn", "U\\+4E2D"), ("Nguyễn" * 30, "quá dài"), ("Người Ký " * 14, "quá dài")],
    ids=["glyph", "one long word", "long"],
)
def test_a_signer_that_cannot_be_printed_signs_nothing(world: World, signer: str, told: str) -> None:
    listed = world.advance(world.draft(), State.LISTED)
    world.freeze()
    before = world.query("SELECT count(*) FROM trail")
    with pytest.raises(MalformedError, match=told), world.acting("clerk", alone=True) as (session, context):
        decisions.sign(session, context, "9", context.today, signer)
    assert (state_of(world), world.state(listed)) == (DecisionState.FROZEN, State.LISTED)
    assert world.query("SELECT count(*) FROM trail") == before
    with world.acting("clerk", alone=True) as (session, context):
        decisions.sign(session, context, "9", context.today, "Người Ký Giả Định")
    assert world.state(listed) is State.AWARDED


def test_what_became_unprintable_after_freezing_is_not_signed(world: World) -> None:
    listed = world.advance(world.draft(), State.LISTED)
    world.freeze()
    configure(world, place="Bắc Ninh 中")
    with pytest.raises(EvidenceRefusedError, match=r"U\+4E2D"), world.acting("clerk", alone=True) as (session, context):
        decisions.sign(session, context, "9", context.today, "Người Ký Giả Định")
    assert world.state(listed) is State.LISTED


@pytest.mark.parametrize("line", ["MOI,Đơn vị ★中,office,MOI,yes", "MOI,Đơn vị mới,office,M中,yes"])
def test_a_unit_that_cannot_be_printed_is_not_imported(world: World, tmp_path: Path, line: str) -> None:
    path = tmp_path / "units.csv"
    path.write_text(f"code,name,kind,symbol,nominates\nTOT,Đơn vị tốt,office,TOT,yes\n{line}\n", encoding="utf-8")
    with pytest.raises(MalformedError, match=r"Dòng 3: .*U\+4E2D"), world.database.transaction() as session:
        import_units(session, path)
    assert world.query("SELECT 1 FROM unit WHERE code IN ('MOI', 'TOT')") == []


LETTERHEAD = campaign_data()["papers"]["proposal"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (with_papers(certificate={"width": 150, "height": 105, "motif_width": 140, "motif_height": 100}),
         r"papers\.certificate"),
        (with_papers(place="Bắc 中 Ninh", funds="quỹ 🏆"), r"papers\.place: .*U\+4E2D.*papers\.funds: .*U\+1F3C6"),
        (with_papers(proposal={**LETTERHEAD, "signature": ["GIÁM ĐỐC", "中"]}), r"papers\.proposal\.signature\.1: "),
        (with_papers(proposal={**LETTERHEAD, "symbol": f"TTr-{'W' * 40}"}), r"papers\.proposal\.symbol: "),
        (with_papers(certificate={"office": ["CHỦ TỊCH " * 20]}), r"papers\.certificate\.office"),
        (campaign_data(title="Đợt 中"), "title: "),
        (campaign_data(legal_bases=["Luật 中"]), r"legal_bases\.0: "),
    ],
    ids=["no room", "two texts", "signature", "symbol", "office", "title", "basis"],
)  # fmt: skip
def test_a_campaign_that_cannot_be_printed_is_not_loaded(world: World, data: dict[str, Any], told: str) -> None:
    before = world.query("SELECT config FROM campaign")
    with pytest.raises(MalformedError, match=told), world.database.transaction() as session:
        load_campaign(session, parse_campaign(data), ORIGIN)
    assert world.query("SELECT config FROM campaign") == before


def test_asking_needs_no_press() -> None:
    asked = (
        "import sys, yaml; from pathlib import Path; from engine.papers.printable import require_printable; "
        "from rules.campaign import parse_campaign; "
        "data = yaml.safe_load(Path('campaigns/bang-khen-2021-2025.yaml').read_text(encoding='utf-8')); "
        "require_printable(parse_campaign(data)); print('weasyprint' in sys.modules, 'docxtpl' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout == "False False\n"


def test_files_are_put_in_place_all_or_none(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "a").write_bytes(b"before")
    with pytest.raises(MalformedError, match="b: "):
        write_files(tmp_path, {"a": b"1", "b": b"2", "c": b"3"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]
    assert (tmp_path / "a").read_bytes() == b"before"
    assert write_files(tmp_path / "in", {"a": b"1", "c": b"3"}) == [tmp_path / "in" / "a", tmp_path / "in" / "c"]
    assert (tmp_path / "in" / "c").read_bytes() == b"3"
