"""What stood in a dossier before: every writing of it, and then and now side by side, through the viewer's eyes."""

from typing import Any

import pytest

from engine.comparing import since_return
from engine.editing import correct_fields, set_fields
from engine.versions import Then, Writing, side_by_side, writings
from engine.views import eyes_in
from rules.errors import RoleRefusedError
from rules.vocabulary import Action, State
from tests.world import World


def write(world: World, one: str, **fields: str) -> None:
    with world.acting("officer-07282") as (session, context):
        set_fields(session, context, one, fields)


def correct(world: World, one: str, **fields: str) -> None:
    with world.acting("reviewer") as (session, context):
        correct_fields(session, context, one, fields, "Sai chính tả.")


def seen(world: World, one: str, who: str) -> list[Writing]:
    dossier = world.look(one)
    with world.acting(who) as (session, context):
        return writings(session, context, dossier, eyes_in(context))


def told(writing: Writing) -> list[tuple[str, str, str]]:
    return [(d.field.key, d.before, d.after) for d in writing.differences or ()]


def beside(world: World, one: str, who: str, version: int) -> dict[str, Then]:
    dossier = world.look(one)
    with world.acting(who) as (session, context):
        found = side_by_side(session, context, dossier, eyes_in(context), version)
    return {} if found is None else {then.field.key: then for then in found}


def rewritten(world: World) -> str:
    """Returned for its ethnicity and merit, written anew, corrected by the office."""
    one = world.advance(world.draft(name="Nông Thị Cũ", merit="Vận động 37 hộ."), State.IN_REVIEW)
    world.give_back(one)
    write(world, one, merit="Vận động 41 hộ.", ethnicity="Tày", model="Tổ tự quản")
    write(world, one, merit="Vận động 40 hộ.")
    world.answer(one)
    world.step(one, Action.SUBMIT, "head")
    world.step(one, Action.ACCEPT, "reviewer")
    correct(world, one, name="Nông Thị Mới")
    return one


def test_every_writing_newest_first_with_who_when_and_what(world: World) -> None:
    one = rewritten(world)
    found = seen(world, one, "reviewer")
    assert [(w.version, w.by, w.corrected, w.first) for w in found] == [
        (10, "reviewer", True, False),
        (6, "officer-07282", False, False),
        (5, "officer-07282", False, False),
        (1, "officer-07282", False, True),
    ]
    assert [told(w) for w in found] == [
        [("name", "Nông Thị Cũ", "Nông Thị Mới")],
        [("merit", "Vận động 41 hộ.", "Vận động 40 hộ.")],
        [("ethnicity", "Nùng", "Tày"), ("merit", "Vận động 37 hộ.", "Vận động 41 hộ."), ("model", "", "Tổ tự quản")],
        [],
    ]
    assert found[0].reason == "Sai chính tả."
    assert found[0].on == world.today


def test_then_and_now_side_by_side(world: World) -> None:
    one = rewritten(world)
    then = beside(world, one, "appraiser", 4)
    changed = {key: (row.before, row.now) for key, row in then.items() if row.changed}
    assert changed == {
        "name": ("Nông Thị Cũ", "Nông Thị Mới"),
        "ethnicity": ("Nùng", "Tày"),
        "merit": ("Vận động 37 hộ.", "Vận động 40 hộ."),
        "model": ("", "Tổ tự quản"),
    }
    assert (then["sex"].before, then["sex"].now, then["sex"].changed) == ("Nữ", "Nữ", False)
    assert (then["direct"].before, then["birth_date"].now) == ("Có", "06/05/1980")
    assert beside(world, one, "appraiser", 5)["merit"].before == "Vận động 41 hộ."
    assert not any(row.changed for row in beside(world, one, "appraiser", 10).values())
    assert beside(world, one, "appraiser", 0) == {}
    assert beside(world, one, "appraiser", 99) == {}


def test_what_is_sensitive_is_withheld_from_who_only_observes(world: World) -> None:
    one = rewritten(world)
    for who in ("observer", "clerk", "admin"):
        assert all("Nùng" not in str(told(w)) and "Tày" not in str(told(w)) for w in seen(world, one, who))
        assert {"ethnicity", "cccd", "breach", "pending"}.isdisjoint(beside(world, one, who, 4))
    assert "ethnicity" in beside(world, one, "review-head", 4)


def test_the_unit_has_no_page_of_versions(world: World) -> None:
    one = rewritten(world)
    with pytest.raises(RoleRefusedError):
        seen(world, one, "head-07282")
    with pytest.raises(RoleRefusedError):
        beside(world, one, "officer-07282", 4)


def test_after_erasure_nothing_is_told(world: World) -> None:
    one = rewritten(world)
    world.change("DELETE FROM disclosure WHERE subject = :s", owner=True, s=f"nomination:{one}")
    found = seen(world, one, "reviewer")
    assert [w.differences for w in found] == [None, None, None, ()]
    assert {w.by for w in found} == {None}
    assert beside(world, one, "reviewer", 4) == {}


def test_a_value_taken_back_is_no_difference(world: World) -> None:
    one = world.advance(world.draft(merit="Một"), State.IN_REVIEW)
    world.give_back(one)
    write(world, one, merit="Hai")
    write(world, one, merit="Một")
    dossier = world.look(one)
    with world.acting("reviewer") as (session, context):
        found: Any = since_return(session, context, dossier, eyes_in(context))
    assert found == []
    assert not beside(world, one, "reviewer", 4)["merit"].changed
