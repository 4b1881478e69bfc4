"""What was typed and not saved: kept for each opening of a form, restored, superseded, forgotten."""

from datetime import UTC, datetime, timedelta

import pytest

from engine import typed
from engine.typed import Opening
from rules.errors import MalformedError
from tests.world import World

NOW = datetime(2025, 11, 20, 3, 0, tzinfo=UTC)
FORM = "dossier:7K3M9QTZ"


def later(minutes: int) -> datetime:
    """So many minutes after NOW."""
    return NOW + timedelta(minutes=minutes)


def account(world: World, name: str) -> int:
    """The number of an account."""
    return int(world.query("SELECT id FROM account WHERE name = :name", name=name)[0].id)


def test_the_newest_comes_back_to_its_own_account_and_form_only(world: World) -> None:
    me, other = account(world, "officer-07282"), account(world, "head-07282")
    first, second = typed.opened(FORM, NOW), typed.opened(FORM, later(1))
    with world.database.transaction() as session:
        typed.keep(session, me, first, 3, {"merit": "Cũ"}, later(1))
        typed.keep(session, me, first, 3, {"merit": "Cũ, sửa"}, later(2))
        typed.keep(session, me, second, 4, {"merit": "Mới"}, later(3))
        typed.keep(session, other, typed.opened(FORM, NOW), 3, {"merit": "Người khác"}, later(9))
        typed.keep(session, me, typed.opened(f"{FORM}X", NOW), 3, {"merit": "Hồ sơ khác"}, later(9))
    with world.database.transaction() as session:
        found = typed.restored(session, me, FORM, later(10))
    assert found is not None
    assert (found.opening, found.version, found.content, found.saved_at) == (
        second.name, 4, {"merit": "Mới"}, later(3),
    )  # fmt: skip


def test_saving_one_tab_leaves_what_is_typed_in_the_other(world: World) -> None:
    me = account(world, "officer-07282")
    one, two = typed.opened(FORM, NOW), typed.opened(FORM, NOW)
    with world.database.transaction() as session:
        typed.keep(session, me, one, 1, {"merit": "Một"}, later(1))
        typed.keep(session, me, two, 1, {"merit": "Hai"}, later(2))
        typed.drop(session, me, two)
    with world.database.transaction() as session:
        found = typed.restored(session, me, FORM, later(3))
    assert found is not None
    assert found.content == {"merit": "Một"}


@pytest.mark.parametrize(("typed_again", "left"), [(None, []), (4, ["A"]), (6, ["A"])])
def test_an_opening_supersedes_what_it_was_restored_from_unless_that_went_on(
    world: World, typed_again: int | None, left: list[str]
) -> None:
    me = account(world, "officer-07282")
    before = typed.opened(FORM, NOW)
    after = typed.opened(FORM, later(3), after=before.name)
    with world.database.transaction() as session:
        typed.keep(session, me, before, 1, {"merit": "A"}, later(1))
        if typed_again is not None:
            typed.keep(session, me, before, 1, {"merit": "A"}, later(typed_again))
        typed.keep(session, me, after, 1, {"merit": "B"}, later(5))
        typed.drop(session, me, after)
    rows = world.query("SELECT content FROM typed")
    assert [row.content["merit"] for row in rows] == left


def test_it_is_forgotten_after_ninety_days_and_when_a_form_is(world: World) -> None:
    me = account(world, "officer-07282")
    with world.database.transaction() as session:
        typed.keep(session, me, typed.opened(FORM, NOW), 1, {"merit": "A"}, NOW)
        assert typed.restored(session, me, FORM, NOW + timedelta(days=90)) is not None
        assert typed.restored(session, me, FORM, NOW + timedelta(days=91)) is None
        typed.keep(session, me, typed.opened("new:thu:individual", NOW), None, {}, NOW + timedelta(days=91))
        typed.keep(session, me, typed.opened("workbook:thu", NOW), None, {}, NOW + timedelta(days=91))
        typed.forget(session, me, "workbook:thu", NOW + timedelta(days=92))
    assert [row.form.partition("/")[0] for row in world.query("SELECT form FROM typed")] == ["new:thu:individual"]


def test_what_no_store_holds_is_left_out(world: World) -> None:
    me = account(world, "officer-07282")
    opening = typed.opened(FORM, NOW)
    with world.database.transaction() as session:
        typed.keep(session, me, opening, 1, {"merit": "a\x00b\ud800c\ntiếng Việt <script>"}, NOW)
    with world.database.transaction() as session:
        found = typed.kept_in(session, me, opening)
    assert found is not None
    assert found.content == {"merit": "abc\ntiếng Việt <script>"}


@pytest.mark.parametrize("name", ["", "x", "19a-1", "19a9b7c8d1e-0123456z", "19a9b7c8d1e-01234567/", "%-01234567"])
def test_a_name_that_is_none_of_ours_is_refused(name: str) -> None:
    with pytest.raises(MalformedError):
        Opening(form=FORM, name=name)
    with pytest.raises(MalformedError):
        typed.opened(FORM, NOW, after=name)


def test_an_opening_knows_when_it_was_made() -> None:
    assert typed.opened(FORM, NOW).at == NOW
