"""Coverage by commune, project and direct implementation, and the other dossiers of the same nominee."""

import pytest

from engine.coverage import Coverage, Share, coverage
from engine.duplicates import Other, others_of
from engine.views import eyes_in
from rules.errors import MalformedError, RoleRefusedError
from rules.vocabulary import Action, Kind, State
from tests.world import World


def covered(world: World, category: str = "individual", who: str = "reviewer") -> Coverage:
    with world.acting(who) as (session, context):
        return coverage(session, context, eyes_in(context), category)


def counts(share: Share) -> tuple[int, int, int]:
    return share.nominated, share.endorsed, share.selected


def test_who_is_nominated_endorsed_and_selected_where(world: World) -> None:
    world.draft(unit="07594")  # not sent: nominated by nobody yet
    world.advance(world.draft(unit="07282", project="DA1"), State.SUBMITTED)
    world.advance(world.draft(unit="07282", project="DA6", direct=False), State.ENDORSED)
    world.advance(world.draft(unit="07330", project=None), State.SELECTED)
    world.advance(world.draft(unit="SYT", project="DA1"), State.IN_APPRAISAL)
    world.advance(world.draft(Kind.COLLECTIVE, unit="07330"), State.SELECTED)
    gone = world.advance(world.draft(unit="07330", project="DA6"), State.IN_REVIEW)
    world.step(gone, Action.WITHDRAW, "review-head", reason="Công văn 7/CV-UBND")
    found = covered(world)
    units = {share.code: counts(share) for share in found.communes if share.nominated}
    assert units == {"07282": (2, 1, 0), "07330": (1, 1, 1)}
    assert len(found.communes) == 58, "the communes that may nominate (data/units.csv)"
    assert found.covered(found.communes) == (2, 2, 1)
    assert [(share.code, share.title, counts(share)) for share in found.offices] == [("SYT", "Sở Y tế", (1, 1, 1))]
    projects = {share.code: counts(share) for share in found.projects if share.nominated}
    assert projects == {"DA1": (2, 1, 1), "DA6": (1, 1, 0), None: (1, 1, 1)}
    assert len([share for share in found.projects if share.code]) == 19
    assert (counts(found.direct), counts(found.indirect)) == ((3, 2, 2), (1, 1, 0))
    assert counts(covered(world, "collective").direct) == (1, 1, 1)


def test_nothing_yet(world: World) -> None:
    found = covered(world, who="observer")
    assert (found.offices, found.covered(found.communes), counts(found.direct)) == ((), (0, 0, 0), (0, 0, 0))


def test_coverage_is_not_for_units(world: World) -> None:
    world.advance(world.draft(), State.SUBMITTED)
    with pytest.raises(RoleRefusedError):
        covered(world, who="head-07282")
    with pytest.raises(MalformedError):
        covered(world, "household")


# --- the same nominee ---


def others(world: World, one: str, who: str = "reviewer") -> list[Other]:
    dossier = world.look(one)
    with world.acting(who) as (session, context):
        return others_of(session, dossier, eyes_in(context))


def test_others_say_what_they_share(world: World) -> None:
    name, born = "Lò Thị Một", "1980-05-06"
    one = world.draft(name=name, cccd="099180000555", birth_date=born)
    same_number = world.draft(name="Lò Thị Mốt", cccd="099180000555", unit="07330")
    same_name = world.advance(world.draft(name=name, cccd=None, birth_date=born, unit="SYT"), State.SUBMITTED)
    world.draft(name=name, cccd="099180000777", birth_date=born, unit="07594")
    found = {other.id: other for other in others(world, one)}
    assert {other: found[other].shared for other in found} == {
        same_number: ("số CCCD",),
        same_name: ("họ tên và ngày sinh",),
    }
    assert (found[same_name].unit_name, found[same_name].state) == ("Sở Y tế", State.SUBMITTED)
    assert "099180000555" not in str(found)


def test_a_collective_is_the_same_by_name_and_unit(world: World) -> None:
    one = world.draft(Kind.COLLECTIVE, name="Trạm Y tế xã Đồng Kỳ")
    assert others(world, one) == []
    both = (
        world.draft(name="Lò Thị Hai", cccd="099180000556"),
        world.draft(name="Lò Thị Hai", cccd="099180000556", unit="07330"),
    )
    assert others(world, both[0])[0].shared == ("số CCCD", "họ tên và ngày sinh")


def test_a_unit_hears_of_nobody_elses(world: World) -> None:
    one = world.draft(cccd="099180000555")
    world.draft(cccd="099180000555", unit="07330")
    with pytest.raises(RoleRefusedError):
        others(world, one, "head-07282")
