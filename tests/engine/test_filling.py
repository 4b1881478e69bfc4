"""The unit's form: good answers are saved, bad ones told and kept; whoever comes second is told and loses nothing."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from engine import typed
from engine.filling import Posted, Saved, begin, form_of, new_form, note, save, writes_for
from rules.errors import MalformedError, RoleRefusedError, StateRefusedError
from rules.vocabulary import Action, Kind, State
from tests.world import World

NOW = datetime(2025, 11, 20, 3, 0, tzinfo=UTC)
PERSON = {"name": "Vi Thị Ơn", "unit": "07282", "birth_date": "02/09/1985"}
OFFICER = "officer-07282"


def posted(form: str, texts: Mapping[str, str], version: int | None = None, **more: Any) -> Posted:  # noqa: ANN401 - see Posted
    """A form sent."""
    return Posted(opening=typed.opened(form, NOW), version=version, texts=texts, **more)


def begun(world: World, texts: Mapping[str, str], who: str = OFFICER, category: str = "individual") -> Saved:
    """What becomes of a new form."""
    with world.acting(who) as (session, context):
        return begin(session, context, category, posted(new_form(context, category), texts), NOW)


def saved(
    world: World,
    one: str,
    version: int | None,
    texts: Mapping[str, str],
    who: str = OFFICER,
    as_stored: frozenset[str] = frozenset(),
) -> Saved:
    """What becomes of the form of a dossier."""
    with world.acting(who) as (session, context):
        return save(session, context, one, posted(form_of(one), texts, version, as_stored=as_stored), NOW)


def kept(world: World) -> dict[str, dict[str, Any]]:
    """What is kept as typed, by form."""
    return {row.form.partition("/")[0]: row.content for row in world.query("SELECT form, content FROM typed")}


def test_a_form_with_its_identity_becomes_a_draft_with_gaps(world: World) -> None:
    done = begun(world, PERSON)
    assert (done.version, done.problems, done.meanwhile) == (1, {}, {})
    dossier = world.look(str(done.id))
    assert (dossier.state, dossier.unit, dossier.name) == (State.DRAFT, "07282", "Vi Thị Ơn")
    assert (dossier.fields["birth_date"], dossier.fields["direct"], dossier.fields["merit"]) == (
        "1985-09-02", False, None,
    )  # fmt: skip
    assert dossier.source == {"channel": "portal"}
    assert world.entries(dossier.id)[0]["tag"] == "nomination:dossier:begun"
    world.step(dossier.id, Action.WITHDRAW, "head", reason="Lập nhầm.")
    world.assert_sound()


def test_every_problem_is_told_good_answers_are_saved_and_bad_ones_stay_as_typed(world: World) -> None:
    bad = {"cccd": "123", "rating_2022": "Khá", "merit": "Đạt giải 🏆", "email": "không có"}
    done = begun(world, {**PERSON, **bad, "position": "Trưởng thôn"})
    assert set(done.problems) == set(bad)
    assert "12 chữ số" in done.problems["cccd"]
    dossier = world.look(str(done.id))
    assert (dossier.fields["position"], *(dossier.fields[key] for key in bad)) == ("Trưởng thôn", *[None] * 4)
    assert kept(world) == {form_of(dossier.id): bad}
    again = saved(world, dossier.id, 1, {**bad, "cccd": "099185000001"})
    assert (again.version, set(again.problems)) == (2, {"rating_2022", "merit", "email"})
    assert world.look(dossier.id).fields["cccd"] == "099185000001"
    done = saved(world, dossier.id, 2, {"rating_2022": "Hoàn thành tốt nhiệm vụ", "merit": "Đạt giải.", "email": ""})
    assert done.problems == {}


@pytest.mark.parametrize(
    ("texts", "missing"),
    [
        ({"unit": "07282", "merit": "x"}, {"name", "birth_date"}),
        ({**PERSON, "birth_date": "30/02/1985"}, {"birth_date"}),
        ({**PERSON, "name": " "}, {"name"}),
        ({**PERSON, "unit": "99999", "cccd": "1"}, {"unit", "cccd"}),
    ],
)
def test_without_its_identity_nothing_is_stored_but_what_was_typed(
    world: World, texts: dict[str, str], missing: set[str]
) -> None:
    done = begun(world, texts)
    assert (done.id, set(done.problems)) == (None, missing)
    assert world.query("SELECT 1 FROM nomination") == []
    assert kept(world) == {"new:thu:individual": texts}


def test_the_same_nominee_again_is_told_not_stored(world: World) -> None:
    first = begun(world, PERSON)
    again = begun(world, PERSON)
    assert (again.id, set(again.problems)) == (None, {"name"})
    assert str(first.id) in again.problems["name"]
    other = begun(world, {**PERSON, "cccd": "099185000002"})
    clash = saved(world, str(other.id), 1, {"cccd": "", "position": "Trưởng thôn"})
    assert (clash.version, set(clash.problems)) == (2, {"cccd"})
    assert world.look(str(other.id)).fields["cccd"] == "099185000002"


def test_a_collective_with_more_women_than_people(world: World) -> None:
    texts = {"name": "Tổ 1", "unit": "07282", "size": "3", "women": "5"}
    done = begun(world, texts, category="collective")
    assert set(done.problems) == {"women"}
    fields = world.look(str(done.id)).fields
    assert (fields["size"], fields["women"]) == (None, None)
    assert kept(world) == {form_of(str(done.id)): {"size": "3", "women": "5"}}


@pytest.mark.parametrize("who", ["officer-07330", "head-07330", "reviewer", "observer", "admin", "clerk"])
def test_nobody_else_begins_or_saves(world: World, who: str) -> None:
    one = world.draft()
    for texts in (PERSON, {"name": ""}):
        if who.endswith("07330") and texts is not PERSON:
            continue
        with pytest.raises(RoleRefusedError):
            begun(world, texts, who)
    with pytest.raises(RoleRefusedError):
        saved(world, one, 1, {"merit": "Khác"}, who)
    assert (world.look(one).version, kept(world)) == (1, {})


def test_a_category_or_field_there_is_none_of(world: World) -> None:
    with pytest.raises(MalformedError, match="không có loại"):
        begun(world, PERSON, category="household")
    with pytest.raises(MalformedError, match="Không có trường"):
        begun(world, {**PERSON, "state": "awarded"})


def test_once_sent_nothing_is_saved(world: World) -> None:
    one = world.advance(world.draft(), State.SUBMITTED)
    with pytest.raises(StateRefusedError, match="Đã nộp, chờ tiếp nhận"):
        saved(world, one, 2, {"merit": "Khác"})


def test_the_unit_is_never_changed_by_the_form(world: World) -> None:
    one = world.draft()
    assert saved(world, one, 1, {"unit": "07330", "merit": "Khác"}).problems == {}
    assert (world.look(one).unit, world.look(one).fields["unit"]) == ("07282", "07282")


# --- two at once ---


def test_the_second_is_told_of_both_values_and_nothing_is_overwritten(world: World) -> None:
    one = world.draft()
    before = world.look(one).fields["merit"]
    saved(world, one, 1, {"merit": "Của người thứ nhất", "position": "Phó thôn"})
    mine = {"merit": "Của người thứ hai", "position": "Trưởng thôn", "model": "Mô hình mới"}
    second = saved(world, one, 1, mine, "head-07282")
    assert second.version == 2
    assert {key: (m.stored, m.typed, m.conflicts) for key, m in second.meanwhile.items()} == {
        "merit": ("Của người thứ nhất", "Của người thứ hai", True),
        "position": ("Phó thôn", "Trưởng thôn", False),
    }
    assert before not in {m.stored for m in second.meanwhile.values()}
    assert (world.look(one).version, world.look(one).fields["model"]) == (2, None)
    assert kept(world) == {form_of(one): mine}
    third = saved(world, one, 2, mine, "head-07282", as_stored=frozenset({"position"}))
    assert (third.version, third.meanwhile) == (3, {})
    fields = world.look(one).fields
    assert (fields["merit"], fields["position"], fields["model"]) == ("Của người thứ hai", "Phó thôn", "Mô hình mới")


def test_what_moved_without_changing_an_answer_is_no_obstacle(world: World) -> None:
    one = world.advance(world.draft(), State.IN_REVIEW)
    world.give_back(one)
    version = world.look(one).version
    world.answer(one)
    assert saved(world, one, version, {"merit": "Vận động 40 hộ."}).version == version + 2


def test_the_same_form_sent_twice_is_saved_once(world: World) -> None:
    one = world.draft()
    assert saved(world, one, 1, {"merit": "Vận động 40 hộ."}).version == 2
    again = saved(world, one, 1, {"merit": "Vận động  40 hộ. "})
    assert (again.version, again.meanwhile) == (2, {})


@pytest.mark.parametrize("version", [None, 0, -1, 99])
def test_a_version_that_is_none_of_its_past_asks_about_whatever_differs(world: World, version: int | None) -> None:
    one = world.draft()
    told = saved(world, one, version, {"merit": "Khác", "position": "Trưởng thôn"}).meanwhile
    assert {key: m.conflicts for key, m in told.items()} == {"merit": True}
    assert world.look(one).version == 1


def test_once_the_past_is_erased_whatever_differs_is_asked_about(world: World) -> None:
    one = world.draft()
    saved(world, one, 1, {"position": "Phó thôn"})
    with world.database.owner.begin() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql("DELETE FROM disclosure WHERE field = 'changes'")
    assert set(saved(world, one, 1, {"merit": "Khác", "position": "Phó thôn"}).meanwhile) == {"merit"}


# --- while it is being filled in ---


def test_what_is_typed_is_kept_until_it_says_no_more_than_what_is_stored(world: World) -> None:
    one = world.draft(Kind.COLLECTIVE)
    form = typed.opened(form_of(one), NOW)

    def typing(texts: Mapping[str, str]) -> bool:
        with world.acting(OFFICER) as (session, context):
            dossier = world.look(one)
            return note(session, context, dossier, Posted(opening=form, version=1, texts=texts), NOW)

    assert typing({"name": world.look(one).name, "size": "2x"})
    assert kept(world)[form_of(one)]["size"] == "2x"
    assert world.look(one).version == 1
    assert not typing({"name": world.look(one).name, "size": "20", "united": "Có", "unit": "07282"})
    assert kept(world) == {}


def test_typing_into_another_units_dossier_keeps_nothing(world: World) -> None:
    one = world.draft()
    with world.acting("officer-07330") as (session, context), pytest.raises(RoleRefusedError):
        note(session, context, world.look(one), posted(form_of(one), {"merit": "x"}, 1), NOW)
    with world.acting("observer") as (session, context), pytest.raises(RoleRefusedError):
        note(session, context, None, posted(new_form(context, "individual"), {"name": "x"}), NOW)
    assert kept(world) == {}


def test_who_writes_for_which_units(world: World) -> None:
    with world.acting(OFFICER) as (_, context):
        assert writes_for(context) == ["07282"]
    with world.acting("reviewer") as (_, context):
        assert writes_for(context) == []
    world.change(
        "INSERT INTO delegation (from_id, to_id, since, until) SELECT a.id, b.id, NULL, CAST('2999-12-31' AS date)"
        " FROM account a, account b WHERE a.name = 'head-SYT' AND b.name = :name", name=OFFICER,
    )  # fmt: skip
    with world.acting(OFFICER) as (_, context):
        assert writes_for(context) == ["SYT", "07282"]
