"""Whatever is done to the trail behind the system's back, as the owner with triggers off, the audit names it."""

import re
from pathlib import Path

import pytest
from sqlalchemy import event, text

from engine import audit
from engine.evidence import gather
from engine.replay.nomination import NOTED
from models.chain import make_entry
from models.database import Database
from rules.vocabulary import Action, State
from tests.engine import scenario
from tests.engine.scenario import BECAME, Eventful
from tests.engine.tampering import change_entry, delete_entry, entries, found, places, run, said, store
from tests.world import make_world

eventful = scenario.eventful  # the fixture
KINDS = ("plain", "decision:1", "campaign:thu", "account:2")


def subject_of(eventful: Eventful, kind: str) -> str:
    return eventful.subject(kind) if kind in eventful.ids else kind


def test_an_eventful_campaign_is_whole_at_every_turn(eventful: Eventful) -> None:
    assert {name: eventful.world.state(identity) for name, identity in eventful.ids.items()} == BECAME
    assert len(eventful.verified) == 10
    for verification in eventful.verified:
        assert said(verification) == ""
        assert verification.ok
    with eventful.world.database.transaction() as session:
        stored = session.scalar(text("SELECT count(*) FROM trail"))
        assert audit.verify(session).checked == stored


def test_the_eventful_campaign_travels_every_action_and_kind_of_entry(eventful: Eventful) -> None:
    with eventful.world.database.transaction() as session:
        tags = set(session.scalars(text("SELECT DISTINCT tag FROM trail")))
    assert {f"nomination:step:{action}" for action in Action} <= tags
    assert tags >= NOTED.keys()


def test_every_road_back_is_replayed(database: Database, tmp_path: Path) -> None:
    world = make_world(database, tmp_path)
    draft, returned, selected = world.draft(), world.draft(), world.draft()
    world.advance(returned, State.IN_REVIEW)
    world.give_back(returned)
    for identity in (draft, returned):
        world.step(identity, Action.WITHDRAW, "head", reason="Đơn vị xin rút.")
    world.step(draft, Action.REOPEN, "review-head", reason="Rút nhầm hồ sơ.", silent=True)
    world.step(returned, Action.REOPEN, "review-head", reason="Rút nhầm hồ sơ.", due=world.today)
    world.advance(selected, State.APPROVED)
    world.step(selected, Action.WITHDRAW, "appraisal-head", reason="Công văn số 7/UBND ngày 20/11/2025 của đơn vị.")
    world.step(selected, Action.REOPEN, "review-head", reason="Đơn vị đề nghị lại.")
    assert [world.state(identity) for identity in (draft, returned, selected)] == ["draft", "returned", "in_review"]
    with database.transaction() as session:
        verification = audit.verify(session)
    assert said(verification) == ""
    assert verification.ok


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("column", ["subject", "seq", "tag", "body", "prev_hash", "hash"])
@pytest.mark.parametrize("which", ["first", "middle", "last"])
def test_a_changed_column_is_named(eventful: Eventful, kind: str, column: str, which: str) -> None:
    with eventful.tampered() as connection:
        chain = entries(connection, subject_of(eventful, kind))
        entry = {"first": chain[0], "middle": chain[len(chain) // 2], "last": chain[-1]}[which]
        new = {
            "subject": "nomination:00000000",
            "seq": 999,
            "tag": entry.tag + "x",
            "body": re.sub(r'"os_user":"[^"]*"', '"os_user":"someone"', entry.body),
            "prev_hash": "f" * 64,
            "hash": "f" * 64,
        }
        change_entry(connection, entry, **{column: new[column]})
        assert (entry.subject, entry.seq) in places(found(connection))


@pytest.mark.parametrize("body", ["", "x", "[]", "{}", '{"seq":1e999}', "[" * 100_000, '{"x":"\\ud800"}', "null"])
def test_a_body_that_is_none_is_named(eventful: Eventful, body: str) -> None:
    with eventful.tampered() as connection:
        entry = entries(connection, eventful.subject("plain"))[4]
        change_entry(connection, entry, body=body)
        assert places(found(connection)) == {(entry.subject, entry.seq)}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("which", [0, 1, -1])
def test_a_deleted_entry_is_named(eventful: Eventful, kind: str, which: int) -> None:
    with eventful.tampered() as connection:
        chain = entries(connection, subject_of(eventful, kind))
        entry = chain[which % len(chain)]
        delete_entry(connection, entry.subject, entry.seq)
        verification = found(connection)
        assert (entry.subject, entry.seq) in places(verification)
        assert "bị mất" in said(verification) or "bị cắt đuôi" in said(verification)


@pytest.mark.parametrize("kind", KINDS)
def test_a_deleted_chain_is_named(eventful: Eventful, kind: str) -> None:
    subject = subject_of(eventful, kind)
    with eventful.tampered() as connection:
        run(connection, "DELETE FROM trail WHERE subject = :s", s=subject)
        assert (subject, 1) in places(found(connection))
        run(connection, "DELETE FROM chain WHERE subject = :s", s=subject)
        run(connection, "DELETE FROM disclosure WHERE subject = :s", s=subject)
        run(connection, "DELETE FROM letter WHERE subject = :s", s=subject)
        run(connection, "DELETE FROM checkpoint")
        assert places(found(connection)) == {(subject, 0)}


@pytest.mark.parametrize("columns", [("body",), ("tag", "body", "hash"), ("tag", "body", "prev_hash", "hash")])
def test_entries_that_changed_contents_are_named(eventful: Eventful, columns: tuple[str, ...]) -> None:
    with eventful.tampered() as connection:
        one, other = entries(connection, eventful.subject("plain"))[3:5]
        for here, there in ((one, other), (other, one)):
            change_entry(connection, here, **{name: getattr(there, name) for name in columns})
        assert {(one.subject, one.seq), (one.subject, other.seq)} <= places(found(connection))


def test_entries_that_changed_places_are_named(eventful: Eventful) -> None:
    with eventful.tampered() as connection:
        one, other = entries(connection, eventful.subject("plain"))[3:5]
        change_entry(connection, one, seq=999)
        change_entry(connection, other, seq=one.seq)
        run(connection, "UPDATE trail SET seq = :n WHERE seq = 999", n=other.seq)
        assert {(one.subject, one.seq), (one.subject, other.seq)} <= places(found(connection))


def test_an_entry_pushed_into_the_middle_is_named(eventful: Eventful) -> None:
    subject = eventful.subject("plain")
    with eventful.tampered() as connection:
        chain = entries(connection, subject)
        data = {"by": "account:14", "points": "99.00"}
        forged = make_entry(subject, (3, chain[2].hash), "nomination:review:scored", data)
        for entry in reversed(chain[3:]):
            change_entry(connection, entry, seq=entry.seq + 1)
        store(connection, [forged], head=False)
        assert (subject, 5) in places(found(connection))


@pytest.mark.parametrize(
    ("kind", "tag"),
    [
        ("plain", "nomination:review:scored"),
        ("decision:1", "decision:step:open"),
        ("campaign:thu", "campaign:file:loaded"),
        ("account:2", "account:file:imported"),
        ("account:2", "account:note:written"),
    ],
)
@pytest.mark.parametrize("head", [False, True])
def test_a_forged_entry_at_the_end_is_named(eventful: Eventful, kind: str, tag: str, *, head: bool) -> None:
    subject = subject_of(eventful, kind)
    data = {"by": "account:14", "points": "1.00", "to": "open", "role": "administrator", "unit": "SNV"}
    with eventful.tampered() as connection:
        last = entries(connection, subject)[-1]
        store(connection, [make_entry(subject, (last.seq, last.hash), tag, data)], head=head)
        assert (subject, last.seq + 1) in places(found(connection))


REOPEN = {"from": "declined", "to": "in_review", "role": "review_head", "slot": "–", "letters": [], "by": "account:15"}


@pytest.mark.parametrize("moved", ["version = version", "version = version + 1", "state = 'in_review'"])
def test_a_forged_step_that_would_be_legal_is_named_by_what_it_did_not_change(eventful: Eventful, moved: str) -> None:
    subject = eventful.subject("declined")
    with eventful.tampered() as connection:
        last = entries(connection, subject)[-1]
        store(connection, [make_entry(subject, (last.seq, last.hash), "nomination:step:reopen", REOPEN)], head=True)
        run(connection, f"UPDATE nomination SET {moved} WHERE id = :id", id=eventful.ids["declined"])  # noqa: S608 - ours
        assert places(found(connection)) == {(subject, last.seq + 1)}


@pytest.mark.parametrize("subject", ["nomination:00000000", "decision:99", "account:999", "campaign:x", "unit:SYT", ""])
def test_a_chain_of_nothing_is_named(eventful: Eventful, subject: str) -> None:
    with eventful.tampered() as connection:
        forged = make_entry(subject, None, "nomination:dossier:imported", {"to": "draft"})
        run(connection, "INSERT INTO chain VALUES (:s, 1, :h)", s=subject, h=forged.hash)
        assert places(found(connection)) == {(subject, 1)}
        store(connection, [forged], head=True)
        assert {named for named, _ in places(found(connection))} == {subject}


def test_an_emptied_trail_is_noticed_for_every_subject(eventful: Eventful) -> None:
    with eventful.tampered() as connection:
        subjects = set(run(connection, "SELECT subject FROM chain").scalars())
        run(connection, "TRUNCATE trail CASCADE")
        assert {subject for subject, _ in places(found(connection))} == subjects
        run(connection, "TRUNCATE chain, checkpoint")
        assert places(found(connection)) == {(subject, 0) for subject in subjects}


def test_steps_taken_while_it_reads_do_not_show(database: Database, tmp_path: Path) -> None:
    world = make_world(database, tmp_path)
    identity = world.advance(world.draft(), State.SUBMITTED)
    with database.transaction() as session:
        evidence = gather(session)
        world.advance(identity, State.SELECTED)
        world.draft()
        assert audit.examine(evidence).ok
    with database.transaction() as session:
        assert audit.verify(session).ok


def test_it_asks_as_often_of_many_dossiers_as_of_few(database: Database, tmp_path: Path) -> None:
    world = make_world(database, tmp_path)
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))

    def count() -> int:
        asked.clear()
        with database.transaction() as session:
            assert audit.verify(session).ok
        return len(asked)

    few = count()
    for _ in range(5):
        world.advance(world.draft(), State.ENDORSED)
    assert count() == few
    assert few <= 12


def test_it_is_noticed_through_an_ordinary_connection_too(database: Database, tmp_path: Path) -> None:
    world = make_world(database, tmp_path)
    subject = f"nomination:{world.advance(world.draft(), State.SUBMITTED)}"
    with database.owner.begin() as connection:
        run(connection, "ALTER TABLE trail DISABLE TRIGGER USER")
        change_entry(connection, entries(connection, subject)[1], tag="nomination:step:accept")
        run(connection, "ALTER TABLE trail ENABLE TRIGGER USER")
    with database.transaction() as session:
        assert places(audit.verify(session)) == {(subject, 2)}
