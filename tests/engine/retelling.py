"""What the trail tells of dossiers, retold here without the engine's own replay, against what is stored of them."""

from collections import defaultdict
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from models.chain import Entry, chain_hash

HOLDING = {"selected", "in_appraisal", "queried", "approved", "listed", "awarded", "revoked"}
MAY_HOLD = {"returned", "submitted", "in_review"}
STORED = (
    "SELECT n.id, n.category, n.state, n.version, n.due, s.number AS slot,"
    " ARRAY(SELECT format('%s %s', d.account_id, d.kind) FROM duty d WHERE d.nomination_id = n.id) AS duties"
    " FROM nomination n LEFT JOIN slot s ON s.nomination_id = n.id ORDER BY n.arrival"
)
ENTRIES = (
    "SELECT subject, seq, tag, body::json AS body, body AS text, prev_hash, hash FROM trail"
    " WHERE subject LIKE 'nomination:%' ORDER BY subject, seq"
)
LETTERS = "SELECT DISTINCT subject, seq, party FROM letter"
FULL = (
    "SELECT category, capacity, count(*) AS places, count(nomination_id) AS held FROM slot GROUP BY category, capacity"
)


def assert_trail_explains(session: Session) -> list[str]:
    """State, place, letters and version of every dossier follow from its entries; returns the states."""
    letters: dict[tuple[str, int], set[str]] = defaultdict(set)
    for row in session.execute(text(LETTERS)):
        letters[row.subject, row.seq].add(row.party)
    told: dict[str, dict[str, Any]] = {}
    for row in session.execute(text(ENTRIES)):
        entry = Entry(row.subject, row.seq, row.tag, row.text, row.prev_hash, row.hash)
        assert entry.hash == chain_hash(entry.prev_hash, entry.body), row.subject
        retell(told.setdefault(row.subject, {"state": None, "slot": None, "version": 0}), row)
        assert sorted(letters.pop((row.subject, row.seq), set())) == row.body.get("letters", []), (row.subject, row.seq)
    assert letters == {}, "letters that no entry tells of"
    stored = session.execute(text(STORED)).all()
    for row in stored:
        slot = None if row.slot is None else str(row.slot)
        assert told[f"nomination:{row.id}"] == {"state": row.state, "slot": slot, "version": row.version}, row.id
    return [row.state for row in stored]


def retell(story: dict[str, Any], row: Any) -> None:  # noqa: ANN401 - a database row
    """One entry carries the story on."""
    assert row.seq == story["version"] + 1
    story["version"] = row.seq
    if row.tag.startswith("nomination:step:"):
        assert row.body["from"] == story["state"]
        effect, _, number = row.body["slot"].partition(" ")
        if number:
            assert story["slot"] in {None, number}
            story["slot"] = None if effect == "frees" else number
    story["state"] = row.body.get("to", story["state"])


def assert_places_in_order(session: Session) -> None:
    """Never more holders than places, no place held by nobody's dossier, nobody without the place that is due."""
    for row in session.execute(text(FULL)):
        assert row.places == row.capacity
        assert row.held <= row.capacity
    for row in session.execute(text(STORED)).all():
        if row.state in HOLDING:
            assert row.slot is not None, (row.id, row.state)
        elif row.state not in MAY_HOLD:
            assert row.slot is None, (row.id, row.state)
        assert (row.due is not None) is (row.state in {"returned", "queried"}), (row.id, row.state)
        people = [duty.partition(" ")[0] for duty in row.duties]
        assert len(set(people)) == len(people), row.id
