"""The listing of guards is what a freshly migrated database has, and a lost guard is seen."""

from pathlib import Path

import pytest
from sqlalchemy import text

from models.database import Database
from models.guards import expected_guards, found_guards, lost_guards


def test_the_listing_is_true(database: Database, tmp_path: Path) -> None:
    with database.transaction() as session:
        found = {line for line in found_guards(session) if " alembic_version " not in line}
    fresh = tmp_path / "guards.txt"
    fresh.write_text("".join(f"{line}\n" for line in sorted(found)), encoding="utf-8")
    assert found == expected_guards(), f"after a migration: cp {fresh} models/migrations/guards.txt"
    assert sum(line.startswith("trigger") for line in found) > 5
    assert sum(line.startswith("constraint") for line in found) > 50


WEAKER_CHECK = """ALTER TABLE slot DROP CONSTRAINT slot_within_limit,
    ADD CONSTRAINT slot_within_limit CHECK (true)"""
UNVALIDATED = """ALTER TABLE score DROP CONSTRAINT score_points_check,
    ADD CONSTRAINT score_points_check CHECK (points >= 0) NOT VALID"""
BLIND = "CREATE OR REPLACE FUNCTION nomination_is_sound(wanted text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN END $$"
LENIENT = """CREATE OR REPLACE FUNCTION trail_extends_chain() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RETURN NEW; END $$"""


@pytest.mark.parametrize(
    ("change", "lost", "strange"),
    [
        ("ALTER TABLE trail DISABLE TRIGGER trail_insert_only", "trigger trail", "trigger trail"),
        ("ALTER TABLE trail ENABLE REPLICA TRIGGER trail_chained", "trigger trail", "trigger trail"),
        ("ALTER TABLE trail ENABLE ALWAYS TRIGGER trail_chained", None, None),
        ("DROP TRIGGER nomination_sound ON nomination", "trigger nomination", None),
        ("ALTER TABLE slot DROP CONSTRAINT slot_within_limit", "constraint slot", None),
        (WEAKER_CHECK, "constraint slot", "constraint slot"),
        (UNVALIDATED, "constraint score", "constraint score"),
        ("DROP INDEX duty_one_kind", "index duty", None),
        (BLIND, "function nomination_is_sound", None),
        (LENIENT, "function trail_extends_chain", None),
        ("ALTER FUNCTION trail_extends_chain() RESET search_path", "function trail_extends_chain", None),
        ("CREATE RULE quiet AS ON DELETE TO slot DO INSTEAD NOTHING", None, "rule slot"),
        ("CREATE TABLE other (a int PRIMARY KEY)", None, None),
    ],
)
def test_a_lost_guard_is_seen(database: Database, change: str, lost: str | None, strange: str | None) -> None:
    with database.owner.begin() as connection:
        connection.execute(text(change))
    with database.transaction() as session:
        missing, unexpected = lost_guards(session)
    assert [" ".join(line.split()[:2]) for line in missing] == ([lost] if lost else [])
    assert [" ".join(line.split()[:2]) for line in unexpected] == ([strange] if strange else [])


def test_switching_off_every_trigger_of_a_table_is_seen(database: Database) -> None:
    with database.owner.begin() as connection:
        connection.execute(text("ALTER TABLE disclosure DISABLE TRIGGER ALL"))
    with database.transaction() as session:
        missing, unexpected = lost_guards(session)
    assert missing == []
    assert [line.split()[1] for line in unexpected] == ["disclosure"]
    assert "DISABLED" in unexpected[0]
