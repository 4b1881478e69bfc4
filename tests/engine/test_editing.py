"""Writing a dossier: a unit its own draft or return, never what it sent; and the keys a dossier is known by."""

import json

import pytest

from engine.editing import set_fields
from rules.errors import (
    EvidenceRefusedError,
    MalformedAnswersError,
    MalformedError,
    RoleRefusedError,
    StaleError,
    StateRefusedError,
)
from rules.vocabulary import Action, Kind, State
from tests.world import World


def edit(world: World, one: str, who: str = "officer-07282", **texts: str) -> None:
    with world.acting(who) as (session, context):
        set_fields(session, context, one, texts)


def test_a_unit_edits_its_draft_and_the_trail_keeps_old_and_new(world: World) -> None:
    one = world.draft()
    before = world.look(one)
    edit(world, one, merit="Vận động  40 hộ. ", direct="không", birth_date="06/05/1981")
    after = world.look(one)
    assert (after.fields["merit"], after.fields["direct"], after.fields["birth_date"]) == (
        "Vận động 40 hộ.", False, "1981-05-06",
    )  # fmt: skip
    assert after.version == before.version + 1
    (row,) = world.query("SELECT value FROM disclosure WHERE subject = :s AND field = 'changes'", s=f"nomination:{one}")
    assert json.loads(row.value)["direct"] == [True, False]
    assert world.entries(one)[-1]["fields"] == ["birth_date", "direct", "merit"]
    world.assert_sound()


def test_nothing_changed_is_no_entry(world: World) -> None:
    one = world.draft()
    edit(world, one, merit=world.look(one).fields["merit"])
    assert world.look(one).version == 1


def test_a_heading_names_a_field_too(world: World) -> None:
    one = world.draft()
    with world.acting("head-07282") as (session, context):
        set_fields(
            session, context, one, {"Tóm tắt thành tích": "Khác", "xep loai 2021": "Hoàn thành xuất sắc nhiệm vụ"}
        )
    assert (world.look(one).fields["merit"], world.look(one).fields["rating_2021"]) == ("Khác", "excellent")


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"unit": "07330"}, "Không được đổi đơn vị"),
        ({"no_such": "x"}, "Không có trường"),
        ({"birth_date": "31/02/1980"}, "Ngày sinh"),
        ({"cccd": "12345"}, "Số CCCD"),
        ({"sex": "?"}, "Giới tính"),
        ({"name": ""}, "không được để trống"),
        ({"size": "10"}, "Không có trường"),
        ({"project": "DA99"}, "Dự án"),
    ],
)
def test_what_cannot_be_read_changes_nothing(world: World, texts: dict[str, str], words: str) -> None:
    one = world.draft()
    with pytest.raises(MalformedError, match=words):
        edit(world, one, **{"merit": "Khác", **texts})
    assert world.look(one).version == 1


def test_every_problem_is_told_at_once_by_field(world: World) -> None:
    one = world.draft()
    with pytest.raises(MalformedAnswersError) as refused:
        edit(world, one, cccd="12345", birth_date="31/02/1980", sex="?", merit="Khác", name="字")
    assert set(refused.value.problems) == {"cccd", "birth_date", "sex", "name"}
    for header in ("“Số CCCD”: ", "“Ngày sinh”: ", "“Giới tính”: ", "“Họ và tên”: "):
        assert header in refused.value.message
    assert world.look(one).version == 1


def test_an_expected_version_that_passed_changes_nothing(world: World) -> None:
    one = world.draft()
    edit(world, one, merit="Của người thứ nhất")
    with world.acting("head-07282") as (session, context), pytest.raises(StaleError, match="phiên bản 2"):
        set_fields(session, context, one, {"merit": "Của người thứ hai"}, expected_version=1)
    with world.acting("head-07282") as (session, context):
        assert set_fields(session, context, one, {"merit": "Của người thứ hai"}, expected_version=2).version == 3


def test_more_women_than_people(world: World) -> None:
    one = world.draft(Kind.COLLECTIVE)
    with pytest.raises(MalformedError, match="lớn hơn tổng số người"):
        edit(world, one, women="21")
    edit(world, one, size="30", women="21")


def test_only_its_own_people_and_only_while_it_is_theirs(world: World) -> None:
    one = world.draft()
    for who in ("officer-07330", "reviewer", "appraisal-head", "admin"):
        with pytest.raises(RoleRefusedError):
            edit(world, one, who, merit="Khác")
    world.advance(one, State.SUBMITTED)
    with pytest.raises(StateRefusedError, match=r"Đã nộp, chờ tiếp nhận.*đơn vị không sửa được"):
        edit(world, one, merit="Khác")
    world.step(one, Action.ACCEPT, "reviewer")
    world.give_back(one)
    edit(world, one, merit="Khác")
    assert world.look(one).fields["merit"] == "Khác"


def test_one_person_twice_in_one_unit_is_refused_in_words(world: World) -> None:
    world.draft(cccd="099180000900")
    other = world.draft(cccd="099180000901")
    with pytest.raises(EvidenceRefusedError, match="đã có một hồ sơ khác"):
        edit(world, other, cccd="099180000900")
    assert world.look(other).fields["cccd"] == "099180000901"


def test_the_columns_it_is_known_by_follow(world: World) -> None:
    one = world.draft()
    edit(world, one, name="Đặng Thị Hoà", cccd="")
    (row,) = world.query("SELECT name, row_key, cccd, namesake, search FROM nomination")
    assert (row.name, row.cccd, row.search) == ("Đặng Thị Hoà", None, "dang thi hoa")
    assert row.namesake.endswith("|1980-05-06")
    assert row.row_key == row.namesake.partition("|")[0]
    world.assert_sound()
