"""How the schema came to be: Alembic revisions, written by hand."""
