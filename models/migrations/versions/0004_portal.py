"""What the portal remembers: passwords, sessions, links, papers, what was typed, the offices' queue."""

from pathlib import Path

from alembic import op
from sqlalchemy import text

from rules.text import name_order_key

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Run the SQL beside this file, which reads what the names already there are sorted by from `name_keys`."""
    connection = op.get_bind()
    connection.execute(text("CREATE TEMPORARY TABLE name_keys (id text PRIMARY KEY, key text) ON COMMIT DROP"))
    names = connection.execute(text("SELECT id, name FROM nomination")).all()
    if keys := [{"id": row.id, "key": name_order_key(row.name)} for row in names]:
        connection.execute(text("INSERT INTO name_keys VALUES (:id, :key)"), keys)
    op.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").replace(":", r"\:"))
