"""`invariants`: does everything in the database hold together."""

import typer

from cli.options import Json
from cli.verified import told
from cli.work import transaction
from engine import invariants

app = typer.Typer()


@app.command("invariants")
def check_invariants(as_json: Json = False) -> int:
    """Check every invariant of the data."""
    with transaction() as session:
        return told(invariants.check(session), as_json)
