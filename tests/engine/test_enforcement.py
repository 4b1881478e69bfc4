"""The database itself refuses the impossible: asked by the application's role, and by the owner with triggers on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from models.chain import make_entry
from models.embedded import Server
from rules.vocabulary import Action, Kind, State
from tests.engine.conftest import worlds
from tests.world import REACHED, World

ROLES = ("application", "owner")
RIGHTS = "42501"  # insufficient privilege: no such right, or a trigger that lets nobody
INTEGRITY = "23000"
CHECK = "23514"
UNIQUE = "23505"
REFERENCE = "23503"
FINDING = (
    "INSERT INTO finding (nomination_id, version, addressee, anchor, text, status)"
    " SELECT id, 1, {addressee}, 'a', {text}, {status} FROM nomination"
)


@dataclass(frozen=True)
class Stage:
    """Two campaigns with dossiers in every state, made once: what tests do to them is refused and leaves no trace."""

    before: World  # the decision is open
    after: World  # it is signed
    ids: dict[State, str]
    group: str  # a collective's, under review

    def world(self, state: State) -> World:
        """The campaign that has a dossier in this state."""
        return self.after if state is State.AWARDED else self.before


@pytest.fixture(scope="module")
def stage(cluster: Server, furnished: str) -> Iterator[Stage]:
    """The two campaigns; nothing was left behind when all is done."""
    with worlds(cluster, furnished) as make_before, worlds(cluster, furnished) as make_after:
        before, after = make_before(), make_after()
        furthest_first = [state for state in reversed(REACHED) if state != State.AWARDED]
        ids: dict[State, str] = {state: before.advance(before.draft(), state) for state in furthest_first}
        ids[State.RETURNED] = before.advance(before.draft(), State.IN_REVIEW)
        before.give_back(ids[State.RETURNED])
        groups = before.advance(before.draft(Kind.COLLECTIVE), State.IN_REVIEW)
        ids[State.AWARDED] = after.advance(after.draft(), State.AWARDED)
        before.change("INSERT INTO checkpoint VALUES (1, '{}', repeat('0', 64), repeat('1', 64))", owner=True)
        written = [world.query("SELECT * FROM trail ORDER BY subject, seq") for world in (before, after)]
        yield Stage(before, after, ids, groups)
        assert [world.query("SELECT * FROM trail ORDER BY subject, seq") for world in (before, after)] == written
        for state, one in ids.items():
            assert (after if state is State.AWARDED else before).state(one) is state


@pytest.fixture(params=ROLES)
def role(request: pytest.FixtureRequest) -> str:
    """The application's role, then the owner's."""
    return str(request.param)


@contextmanager
def connected(world: World, role: str) -> Iterator[Connection]:
    """A connection of one role; what is done on it is committed."""
    with (world.database.engine if role == "application" else world.database.owner).connect() as opened:
        yield opened


@pytest.fixture
def connection(stage: Stage, role: str) -> Iterator[Connection]:
    """A connection to the campaign whose decision is open."""
    with connected(stage.before, role) as opened:
        yield opened


def refused(connection: Connection, act: Callable[[], object], states: tuple[str, ...], words: str = "") -> None:
    """What `act` does fails, at once or at commit, with one of these states and with these words."""

    def attempt() -> None:
        act()
        connection.commit()

    with pytest.raises(DBAPIError) as error:
        attempt()
    connection.rollback()
    assert getattr(error.value.orig, "sqlstate", None) in states, error.value
    assert words in str(error.value.orig)


def forbidden(connection: Connection, statement: str, *states: str, words: str = "", **values: Any) -> None:  # noqa: ANN401 - whatever SQL takes
    """One statement fails so."""
    refused(connection, lambda: connection.execute(text(statement), values), states, words)


def forge(
    connection: Connection,
    nomination: str,
    tag: str,
    body: dict[str, Any],
    statement: str,
    **values: Any,  # noqa: ANN401 - whatever SQL takes
) -> None:
    """Change a dossier together with a trail entry that continues its chain as it should."""
    subject = f"nomination:{nomination}"
    head = connection.execute(text("SELECT seq, hash FROM chain WHERE subject = :s"), {"s": subject}).one()
    entry = make_entry(subject, (head.seq, head.hash), tag, {"at": datetime.now(UTC).isoformat(), **body})
    columns = ("subject", "seq", "tag", "body", "prev_hash", "hash")
    row = {column: getattr(entry, column) for column in columns}
    connection.execute(text("INSERT INTO trail VALUES (:subject, :seq, :tag, :body, :prev_hash, :hash)"), row)
    connection.execute(text(statement), {"id": nomination, **values})


MOVE = "UPDATE nomination SET state = :state, version = version + 1 WHERE id = :id"


# --- a state changes only in a step ---


@pytest.mark.parametrize("state", ["submitted", "selected", "awarded"])
def test_a_state_set_by_hand(stage: Stage, connection: Connection, state: str) -> None:
    one = stage.ids[State.DRAFT]
    raw = "UPDATE nomination SET state = :state, head_submitted = true, serial = 1 WHERE id = :id"
    forbidden(connection, raw, INTEGRITY, CHECK, state=state, id=one)
    assert stage.before.state(one) is State.DRAFT


def test_a_state_set_by_hand_with_the_next_version(stage: Stage, connection: Connection) -> None:
    one = stage.ids[State.IN_REVIEW]
    forbidden(connection, MOVE, INTEGRITY, words="without a trail entry", state="endorsed", id=one)


def test_any_change_of_a_dossier_without_its_entry(stage: Stage, connection: Connection) -> None:
    one = stage.ids[State.DRAFT]
    forbidden(connection, "UPDATE nomination SET name = 'Tên khác' WHERE id = :id", INTEGRITY, words="version", id=one)


def test_a_state_changed_under_an_entry_that_is_no_step(stage: Stage, connection: Connection) -> None:
    one = stage.ids[State.IN_REVIEW]
    edit = {"fields": ["merit"]}
    refused(
        connection,
        lambda: forge(connection, one, "nomination:dossier:edited", edit, MOVE, state="endorsed"),
        (INTEGRITY,),
        "outside a step",
    )


@pytest.mark.parametrize("body", [{"from": "in_review", "to": "declined"}, {"from": "draft", "to": "endorsed"}, {}])
def test_a_state_other_than_the_step_tells(stage: Stage, connection: Connection, body: dict[str, Any]) -> None:
    one = stage.ids[State.IN_REVIEW]
    refused(
        connection,
        lambda: forge(connection, one, "nomination:step:endorse", body, MOVE, state="endorsed"),
        (INTEGRITY,),
        "otherwise than its trail says",
    )


def test_two_versions_at_once(stage: Stage, connection: Connection) -> None:
    one = stage.ids[State.DRAFT]
    jump = "UPDATE nomination SET version = version + 2 WHERE id = :id"
    forbidden(connection, jump, INTEGRITY, words="without a trail entry", id=one)


def test_a_dossier_that_does_not_begin_as_a_draft(stage: Stage, connection: Connection) -> None:
    copy = (
        "INSERT INTO nomination (id, campaign_id, category, unit_code, name, fields, source, row_key, namesake, search,"
        " name_key, state, version, head_submitted)"
        " SELECT 'ABCDEFGH', campaign_id, category, unit_code, name, fields, source,"
        " 'khác', namesake, search, name_key, :state, 1, true FROM nomination LIMIT 1"
    )
    forbidden(connection, copy, INTEGRITY, words="without a trail entry", state="draft")

    def forged() -> None:
        entry = make_entry("nomination:ABCDEFGH", None, "nomination:dossier:imported", {"to": "in_review"})
        row = {name: getattr(entry, name) for name in ("subject", "seq", "tag", "body", "prev_hash", "hash")}
        connection.execute(text("INSERT INTO trail VALUES (:subject, :seq, :tag, :body, :prev_hash, :hash)"), row)
        connection.execute(text(copy), {"state": "in_review"})

    refused(connection, forged, (INTEGRITY,), "must begin as a draft")


def test_a_dossier_is_never_deleted(stage: Stage, connection: Connection) -> None:
    one = stage.ids[State.DRAFT]
    forbidden(connection, "DELETE FROM nomination WHERE id = :id", RIGHTS, id=one)
    forbidden(connection, "TRUNCATE nomination CASCADE", RIGHTS)


# --- a state without its evidence ---

# state before → state after, and what is missing; the entry itself is in order.
UNFOUNDED = (
    (State.DRAFT, "submitted", CHECK, "nomination_was_submitted"),
    (State.IN_REVIEW, "returned", CHECK, "nomination_has_due_date"),
    (State.IN_REVIEW, "endorsed", INTEGRITY, "was endorsed by nobody"),
    (State.ENDORSED, "selected", INTEGRITY, "holds no slot"),
    (State.SELECTED, "endorsed", INTEGRITY, "still holds a slot"),
    (State.SELECTED, "in_appraisal", CHECK, "nomination_was_forwarded"),
    (State.IN_APPRAISAL, "approved", INTEGRITY, "was approved by nobody"),
    (State.IN_APPRAISAL, "queried", CHECK, "nomination_has_due_date"),
    (State.IN_APPRAISAL, "refused", INTEGRITY, "still holds a slot"),
    (State.APPROVED, "listed", CHECK, "nomination_on_decision"),
    (State.LISTED, "approved", CHECK, "nomination_on_decision"),
    (State.LISTED, "awarded", CHECK, "nomination_serial"),
    (State.AWARDED, "revoked", INTEGRITY, "has no revoking decision"),
    (State.SUBMITTED, "no_such_state", CHECK, "nomination_state"),
)


@pytest.mark.parametrize(("before", "after", "state", "words"), UNFOUNDED)
def test_a_state_without_its_evidence(
    stage: Stage, role: str, before: State, after: str, state: str, words: str
) -> None:
    one = stage.ids[before]
    body = {"from": before.value, "to": after}
    with connected(stage.world(before), role) as connection:
        refused(
            connection,
            lambda: forge(connection, one, "nomination:step:forged", body, MOVE, state=after),
            (state,),
            words,
        )


@pytest.mark.parametrize(
    ("state", "also", "words"),
    [
        ("submitted", "head_submitted = true", "was submitted by nobody"),
        ("returned", "head_submitted = true, due = '2025-11-28'", "has no finding"),
    ],
)
def test_a_state_whose_columns_are_filled_but_not_its_evidence(
    stage: Stage, connection: Connection, state: str, also: str, words: str
) -> None:
    one = stage.ids[State.DRAFT]
    body = {"from": "draft", "to": state}
    move = f"UPDATE nomination SET state = :state, {also}, version = version + 1 WHERE id = :id"  # noqa: S608 - our words
    refused(
        connection,
        lambda: forge(connection, one, "nomination:step:forged", body, move, state=state),
        (INTEGRITY,),
        words,
    )


def test_an_award_without_a_signed_decision(stage: Stage, connection: Connection) -> None:
    one = stage.ids[State.LISTED]
    (clerk,) = stage.before.query("SELECT id FROM account WHERE name = 'clerk'")

    def forged() -> None:
        connection.execute(text("INSERT INTO duty VALUES (:id, :account, 'award')"), {"id": one, "account": clerk.id})
        move = "UPDATE nomination SET state = 'awarded', serial = 1, version = version + 1 WHERE id = :id"
        forge(connection, one, "nomination:step:award", {"from": "listed", "to": "awarded"}, move)

    refused(connection, forged, (INTEGRITY,), "has no signed decision")


@pytest.mark.parametrize(
    ("state", "statement", "words"),
    [
        (State.ENDORSED, "DELETE FROM duty WHERE nomination_id = :id AND kind = 'endorse'", "endorsed by nobody"),
        (State.SUBMITTED, "DELETE FROM duty WHERE nomination_id = :id", "submitted by nobody"),
        (
            State.APPROVED,
            "UPDATE duty SET kind = 'award' WHERE nomination_id = :id AND kind = 'approve'",
            "approved by",
        ),
        (State.LISTED, "DELETE FROM duty WHERE nomination_id = :id AND kind = 'enlist'", "enlisted by nobody"),
        (State.AWARDED, "DELETE FROM duty WHERE nomination_id = :id AND kind = 'award'", "awarded by nobody"),
    ],
)
def test_evidence_taken_away_from_under_a_state(
    stage: Stage, role: str, state: State, statement: str, words: str
) -> None:
    with connected(stage.world(state), role) as connection:
        if role == "owner":
            forbidden(connection, statement, INTEGRITY, words=words, id=stage.ids[state])
        else:
            forbidden(connection, statement, RIGHTS, id=stage.ids[state])


def test_a_return_keeps_its_findings(stage: Stage, connection: Connection) -> None:
    one = stage.ids[State.RETURNED]
    gone = "UPDATE finding SET status = 'recalled' WHERE nomination_id = :id"
    forbidden(connection, gone, INTEGRITY, words="has no finding", id=one)
    forbidden(connection, "DELETE FROM finding WHERE nomination_id = :id", INTEGRITY, RIGHTS, id=one)


@pytest.mark.parametrize(
    ("state", "change", "words"),
    [
        (State.LISTED, "state = 'cancelled'", "is on no open or frozen decision"),
        (State.AWARDED, "state = 'cancelled', number = NULL, dated = NULL, signer = NULL", "has no signed decision"),
        (State.AWARDED, "state = 'frozen', number = NULL, dated = NULL, signer = NULL", "has no signed decision"),
    ],
)
def test_a_decision_keeps_what_it_awards(stage: Stage, role: str, state: State, change: str, words: str) -> None:
    with connected(stage.world(state), role) as connection:
        forbidden(connection, f"UPDATE decision SET {change}", INTEGRITY, words=words)  # noqa: S608 - our words


@pytest.mark.parametrize(
    "change",
    [
        "state = 'signed'",
        "state = 'frozen', frozen_on = '2025-12-01'",
        "state = 'frozen', frozen_on = '2025-12-01', content = '{}', content_hash = 'khác'",
        "state = 'later'",
        "version = 0",
    ],
)
def test_a_decision_that_contradicts_itself(stage: Stage, connection: Connection, change: str) -> None:
    forbidden(connection, f"UPDATE decision SET {change}", CHECK)  # noqa: S608 - our words


def test_a_second_living_decision(stage: Stage, connection: Connection) -> None:
    second = "INSERT INTO decision (campaign_id, state, version) SELECT campaign_id, 'open', 1 FROM decision"
    forbidden(connection, second, UNIQUE, words="decision_one_alive")


# --- places ---


@pytest.mark.parametrize(
    ("statement", "state", "words"),
    [
        ("INSERT INTO slot SELECT campaign_id, category, 31, capacity FROM slot WHERE category = 'individual' LIMIT 1",
         CHECK, "slot_within_limit"),
        ("INSERT INTO slot SELECT campaign_id, category, 31, 31 FROM slot WHERE category = 'individual' LIMIT 1",
         REFERENCE, "slot"),
        ("INSERT INTO slot SELECT campaign_id, category, 30, capacity FROM slot WHERE category = 'individual' LIMIT 1",
         UNIQUE, "slot_pkey"),
        ("UPDATE slot SET number = 31 WHERE number = 30 AND category = 'individual'", CHECK, "slot_within_limit"),
        ("UPDATE slot SET number = 0 WHERE number = 29", CHECK, "slot_number"),
        ("UPDATE slot SET capacity = 99 WHERE number = 29", REFERENCE, "slot"),
        ("UPDATE slot SET nomination_id = 'NOSUCHID' WHERE number = 29", REFERENCE, "slot"),
    ],
)  # fmt: skip
def test_a_place_over_the_limit(stage: Stage, connection: Connection, statement: str, state: str, words: str) -> None:
    forbidden(connection, statement, state, words=words)


def test_places_and_holders(stage: Stage, connection: Connection) -> None:
    holder, other, group = stage.ids[State.SELECTED], stage.ids[State.ENDORSED], stage.group
    give = "UPDATE slot SET nomination_id = :id WHERE category = :category AND number = :number"
    forbidden(connection, give, UNIQUE, id=holder, category="individual", number=29)
    forbidden(connection, give, INTEGRITY, words="still holds a slot", id=other, category="individual", number=29)
    forbidden(connection, give, INTEGRITY, words="another category", id=group, category="individual", number=29)
    free = "UPDATE slot SET nomination_id = NULL WHERE nomination_id = :id"
    forbidden(connection, free, INTEGRITY, words="holds no slot", id=holder)
    forbidden(connection, "DELETE FROM slot WHERE nomination_id = :id", INTEGRITY, words="holds no slot", id=holder)
    handed = "UPDATE slot SET nomination_id = :other WHERE nomination_id = :id"
    forbidden(connection, handed, INTEGRITY, id=holder, other=other)


# --- numbers, duties, people ---


def test_a_number_twice_in_a_register(connection: Connection) -> None:
    again = "INSERT INTO register_entry SELECT issuer, symbol, year, number, 'decision:99' FROM register_entry"
    forbidden(connection, again, UNIQUE, words="register_entry_pkey")
    forbidden(connection, "INSERT INTO register_entry VALUES ('chairman', 'QĐ-UBND', 2025, 0, 'x')", CHECK)


def test_a_second_kind_of_duty(stage: Stage, connection: Connection) -> None:
    one = stage.ids[State.ENDORSED]
    second = "INSERT INTO duty SELECT nomination_id, account_id, 'select' FROM duty WHERE kind = 'endorse'"
    forbidden(connection, second, UNIQUE, words="duty_one_kind", id=one)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO delegation (from_id, to_id, until) SELECT id, id, '2026-01-01' FROM account",
        "INSERT INTO delegation (from_id, to_id, since, until) SELECT 1, 2, '2026-01-02', '2026-01-01'",
        "INSERT INTO account_role SELECT id, 'SDTTG', 'clock' FROM account",
        "INSERT INTO settlement SELECT campaign_id, id, id, 'x' FROM nomination",
        "INSERT INTO verification SELECT id, '' FROM nomination",
        "INSERT INTO verification SELECT id, 'Thuế', 'perhaps', 'x' FROM nomination",
        "INSERT INTO verification SELECT id, 'Thuế', 'clear', NULL FROM nomination",
        "INSERT INTO score SELECT n.id, a.id, -1 FROM nomination n, account a",
        FINDING.format(addressee="'nobody'", text="'b'", status="'open'"),
        FINDING.format(addressee="'unit'", text="'b'", status="'answered'"),
        FINDING.format(addressee="'unit'", text="''", status="'open'"),
    ],
)
def test_what_makes_no_sense(stage: Stage, connection: Connection, statement: str) -> None:
    forbidden(connection, statement, CHECK)


# --- the trail ---


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE trail SET body = '{}'",
        "UPDATE trail SET tag = tag",
        "DELETE FROM trail WHERE seq = 1",
        "DELETE FROM trail",
        "TRUNCATE trail CASCADE",
        "UPDATE checkpoint SET body = '{}'",
        "DELETE FROM checkpoint",
        "TRUNCATE checkpoint",
    ],
)
def test_a_changed_trail(stage: Stage, connection: Connection, statement: str) -> None:
    forbidden(connection, statement, RIGHTS)


def test_an_entry_that_continues_no_chain(stage: Stage, connection: Connection) -> None:
    one = stage.ids[State.DRAFT]
    (head,) = stage.before.query("SELECT seq, hash FROM chain WHERE subject = :s", s=f"nomination:{one}")
    insert = "INSERT INTO trail VALUES (:subject, :seq, :tag, :body, :prev_hash, :hash)"
    wrong = {
        "a gap": make_entry(f"nomination:{one}", (head.seq + 1, head.hash), "nomination:step:submit", {}),
        "a fork": make_entry(f"nomination:{one}", None, "nomination:step:submit", {}),
        "another past": make_entry(f"nomination:{one}", (head.seq, "f" * 64), "nomination:step:submit", {}),
    }
    for entry in wrong.values():
        row = {name: getattr(entry, name) for name in ("subject", "seq", "tag", "body", "prev_hash", "hash")}
        forbidden(connection, insert, "40001", UNIQUE, **row)
    entry = make_entry(f"nomination:{one}", (head.seq, head.hash), "nomination:step:submit", {})
    row = {name: getattr(entry, name) for name in ("subject", "seq", "tag", "body", "prev_hash")}
    forbidden(connection, insert, INTEGRITY, words="hash is wrong", hash="0" * 64, **row)


def test_an_account_that_acted_cannot_be_deleted(connection: Connection) -> None:
    for name in ("reviewer", "appraisal-head", "head-07282"):
        forbidden(connection, "DELETE FROM account WHERE name = :name", RIGHTS, REFERENCE, name=name)


def test_the_application_cannot_switch_the_guards_off(stage: Stage) -> None:
    with connected(stage.before, "application") as connection:
        for statement in (
            "ALTER TABLE trail DISABLE TRIGGER ALL",
            "ALTER TABLE nomination DISABLE TRIGGER nomination_on_trail",
            "DROP TRIGGER trail_insert_only ON trail",
            "SET session_replication_role = replica",
            "CREATE OR REPLACE FUNCTION nomination_is_sound(wanted text) RETURNS void LANGUAGE sql AS 'SELECT'",
            "DROP TABLE letter",
            "UPDATE chain SET seq = 1",
            "INSERT INTO chain VALUES ('x', 1, 'y')",
            "UPDATE disclosure SET value = 'x'",
            "DELETE FROM disclosure",
            "UPDATE register_entry SET number = 7",
            "UPDATE author SET account_id = 1",
        ):
            forbidden(connection, statement, RIGHTS)


def test_after_a_refusal_the_ordinary_way_is_open(world: World, role: str) -> None:
    one = world.advance(world.draft(), State.SUBMITTED)
    with connected(world, role) as connection:
        forbidden(connection, MOVE, INTEGRITY, state="in_review", id=one)
    world.step(one, Action.ACCEPT, "reviewer")
    world.assert_sound()
