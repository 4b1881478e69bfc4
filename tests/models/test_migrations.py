"""Migrations: an older database keeps what it holds and ends as a new one would be."""

import itertools
import os
from datetime import date

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from models import database as databases
from models.database import OWNER, ROOT, Database
from models.embedded import Server
from models.guards import lost_guards
from models.schema import SCHEMA
from rules.text import name_order_key
from tests.databases import addressed

COUNTER = itertools.count(1)
FILLED = """
INSERT INTO unit VALUES ('SNV', 'Sở Nội vụ', 'so', 'SNV', true);
INSERT INTO account (name, email) VALUES ('Người Cũ', 'cu@bacninh.example');
INSERT INTO trail VALUES ('account:1', 1, 'account:file:imported', '{}', repeat('0', 64), repeat('1', 64));
INSERT INTO letter (subject, seq, party, kind, recipient, title, message, status)
VALUES ('account:1', 1, 'unit', 'submit.unit', 'cu@bacninh.example', 'Thư cũ', 'x', 'sent');
INSERT INTO campaign (code, rehearsal, config) VALUES ('cu', false, '{}');
INSERT INTO category VALUES (1, 'individual', 'individual', 3);
INSERT INTO trail VALUES ('nomination:7K3M9QTZ', 1, 'nomination:dossier:imported', '{"today": "2025-11-20"}',
    repeat('0', 64), repeat('2', 64));
INSERT INTO nomination (id, campaign_id, category, unit_code, name, fields, source, row_key, namesake, search, state,
    version) VALUES ('7K3M9QTZ', 1, 'individual', 'SNV', 'Lò Thị Ấm', '{"project": "DA1"}', '{}', 'lò thị ấm', 'x',
    'lo thi am', 'draft', 1);
"""


def at_first_schema(cluster: Server) -> Database:
    """A database as the first release left it, with a little in it."""
    name = f"old_{os.getpid()}_{next(COUNTER)}"
    databases.create_database(cluster.url(OWNER, "postgres"), name)
    old = addressed(cluster, name)
    config = Config()
    config.set_main_option("script_location", str(ROOT / "models" / "migrations"))
    with old.owner.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(text("SET session_replication_role = replica"))  # the old chain is not what is tested
        for statement in FILLED.strip().split(";\n"):
            connection.execute(text(statement.replace(":", r"\:")))
    return old


def test_the_first_schema_becomes_the_newest_and_keeps_its_rows(cluster: Server, template: str) -> None:
    old = at_first_schema(cluster)
    try:
        assert old.bring_up() == SCHEMA
        with old.transaction() as session:
            (letter,) = session.execute(text("SELECT title, status, sent_at, key FROM letter")).all()
            assert tuple(letter[:3]) == ("Thư cũ", "sent", None)
            assert letter.key is not None
            assert lost_guards(session) == ([], [])
            session.execute(text("SELECT count(*) FROM paper"))
            queue = text("SELECT since, project, direct, words, submitted, name_key FROM queue_line")
            (line,) = session.execute(queue).all()
            assert tuple(line[:5]) == (date(2025, 11, 20), "DA1", False, "'1:am' '1:lo' '1:thi'", None)
            assert line.name_key == name_order_key("Lò Thị Ấm") > name_order_key("Lò Thị An")
    finally:
        old.close()
        databases.drop_database(cluster.url(OWNER, "postgres"), old.owner.url.database or "")
