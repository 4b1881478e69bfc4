"""What is kept in memory is never older than the transaction that uses it, whoever changed it, however that ended."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import event, text

from engine.context import Context, load_context
from engine.known import KEPT, MOST
from rules.vocabulary import Role
from tests.engine.conftest import NewWorld
from tests.world import World

CHANGES = {
    "account": "UPDATE account SET active = false WHERE name = 'reviewer2'",
    "role": "INSERT INTO account_role SELECT id, 'SNV', 'appraisal_officer' FROM account WHERE name = 'reviewer2'",
    "delegation": "INSERT INTO delegation (from_id, to_id, until) SELECT a.id, b.id, '2026-12-31'"
    " FROM account a, account b WHERE a.name = 'review-head' AND b.name = 'reviewer2'",
    "unit": "UPDATE unit SET name = 'Sở khác' WHERE code = 'SDTTG'",
    "campaign": """UPDATE campaign SET config = jsonb_set(config, '{title}', '"Đợt khác"')""",
}


@contextmanager
def statements(world: World) -> Iterator[list[str]]:
    """What is sent to the database meanwhile."""
    sent: list[str] = []

    def note(*call: object) -> None:
        sent.append(str(call[2]))

    event.listen(world.database.engine, "before_cursor_execute", note)
    yield sent
    event.remove(world.database.engine, "before_cursor_execute", note)


def look(world: World) -> Context:
    """The context as the next transaction meets it."""
    with world.acting("reviewer") as (_, context):
        return context


def told(context: Context) -> dict[str, object]:
    """What the changes change."""
    held = [actor.roles for actor in context.accounts.values() if actor.name == "reviewer2"]
    return {
        "account": len(held),
        "role": [(Role.APPRAISAL_OFFICER, "SNV") in roles for roles in held],
        "delegation": len(context.delegations),
        "unit": context.unit_names["SDTTG"],
        "campaign": context.campaign.title,
    }


@pytest.mark.parametrize(("writes", "trips"), [(False, 1), (True, 2)])
def test_what_did_not_change_is_not_read_again(world: World, *, writes: bool, trips: int) -> None:
    before = look(world)
    with statements(world) as sent, world.database.transaction() as session:
        context = load_context(session, world.code, as_name="reviewer", writes=writes)
    assert len(sent) == trips
    assert context.campaign is before.campaign
    assert context.accounts is before.accounts


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_from_elsewhere_is_seen_by_the_next_transaction(world: World, what: str) -> None:
    before = told(look(world))
    world.change(CHANGES[what], owner=True)
    after = told(look(world))
    assert {key for key in before if before[key] != after[key]} == {what, *({"role"} if what == "account" else ())}


def test_what_was_undone_was_never_there(world: World) -> None:
    before = told(look(world))
    with world.database.transaction() as session:
        session.execute(text(CHANGES["unit"]))
        session.execute(text(CHANGES["delegation"]))
        inside = told(load_context(session, world.code))
        session.rollback()
    assert (inside["unit"], inside["delegation"]) == ("Sở khác", 1)
    assert told(look(world)) == before
    world.change(CHANGES["delegation"])
    after = told(look(world))
    assert (after["unit"], after["delegation"]) == (before["unit"], 1)


def test_who_waited_for_the_campaign_sees_what_the_other_changed(world: World) -> None:
    look(world)
    with ThreadPoolExecutor(1) as pool:
        with world.acting("review-head", alone=True) as (session, _):
            waiting = pool.submit(look, world)
            while not world.query("SELECT 1 FROM pg_locks WHERE NOT granted"):
                assert not waiting.done()
            session.execute(text(CHANGES["delegation"]))
        assert told(waiting.result())["delegation"] == 1


def test_two_databases_do_not_know_each_others_people(new_world: NewWorld) -> None:
    one = new_world()
    one.change(CHANGES["unit"])
    assert told(look(one))["unit"] == "Sở khác"
    assert told(look(new_world()))["unit"] == "Sở Dân tộc và Tôn giáo"


def test_only_the_contents_used_last_are_kept(world: World) -> None:
    for number in range(MOST + 2):
        world.change("UPDATE unit SET note = :note WHERE code = 'SDTTG'", note=str(number))
        look(world)
    assert len(KEPT.by_mark) == MOST


def test_the_application_cannot_write_the_mark(world: World) -> None:
    with pytest.raises(Exception, match="permission denied"):
        world.change("UPDATE mark SET changed = gen_random_uuid()")
