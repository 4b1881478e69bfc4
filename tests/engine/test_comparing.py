"""The difference on resubmission, as the trail tells it, to eyes that may see it."""

from engine.comparing import before_changes, since_return
from engine.editing import correct_fields, set_fields
from engine.eyes import Eyes
from rules.vocabulary import Action, State
from tests.world import World

OWN = Eyes(own=frozenset({"07282"}))
OBSERVER = Eyes(overview=True)


def edit(world: World, one: str, **texts: str) -> None:
    """The unit's officer edits."""
    with world.acting("officer-07282") as (session, context):
        set_fields(session, context, one, texts)


def told(world: World, one: str, eyes: Eyes = OWN) -> list[tuple[str, str, str]] | None:
    """What is told of the difference since the return."""
    with world.acting(None) as (session, context):
        found = since_return(session, context, world.look(one), eyes)
    return None if found is None else [(d.field.key, d.before, d.after) for d in found]


def test_what_the_unit_changed_since_the_return(world: World) -> None:
    one = world.draft(breach=False)
    edit(world, one, model="Tổ tự quản")  # before it was returned
    assert told(world, one) is None
    world.advance(one, State.IN_REVIEW)
    with world.acting("reviewer2") as (session, context):
        correct_fields(session, context, one, {"position": "Trưởng bản"}, "Sai chính tả.")
    world.give_back(one)
    assert told(world, one) == []
    edit(world, one, merit="Một", birth_date="07/05/1980")
    edit(world, one, merit="Hai", breach="Khiển trách năm 2012", position="Phó thôn")
    edit(world, one, position="Trưởng bản")
    expected = [
        ("birth_date", "06/05/1980", "07/05/1980"),
        ("breach", "Không", "Khiển trách năm 2012"),
        ("merit", "Vận động 37 hộ hiến đất làm đường.", "Hai"),
    ]
    assert told(world, one) == expected
    world.answer(one)
    world.step(one, Action.SUBMIT, "head")
    assert told(world, one) == expected
    assert told(world, one, OBSERVER) == [line for line in expected if line[0] != "breach"]


def test_after_another_return_only_what_changed_since(world: World) -> None:
    one = world.advance(world.draft(), State.IN_REVIEW)
    world.give_back(one)
    edit(world, one, merit="Một")
    world.answer(one)
    world.step(one, Action.SUBMIT, "head")
    world.step(one, Action.ACCEPT, "reviewer")
    world.give_back(one)
    assert told(world, one) == []
    edit(world, one, merit="Hai")
    assert told(world, one) == [("merit", "Một", "Hai")]


def test_a_trail_that_was_erased_or_a_version_there_never_was_tells_nothing(world: World) -> None:
    one = world.advance(world.draft(), State.IN_REVIEW)
    world.give_back(one)
    edit(world, one, merit="Một")
    with world.database.transaction() as session:
        dossier = world.look(one)
        assert before_changes(session, dossier, dossier.version) == {}
        assert before_changes(session, dossier, dossier.version + 1) is None
        assert before_changes(session, dossier, 0) is None
    with world.database.owner.begin() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql("DELETE FROM disclosure WHERE field = 'changes'")
    assert told(world, one) is None
