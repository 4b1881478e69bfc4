"""`unit import`: the units that nominate, review, appraise and decide."""

from pathlib import Path
from typing import Annotated

import typer

from cli import output
from cli.options import Json
from cli.work import transaction
from engine.people import import_units

app = typer.Typer()


@app.command("import")
def import_file(
    file: Annotated[
        Path, typer.Argument(metavar="FILE.csv", help="Tệp CSV UTF-8: code, name, kind, symbol, nominates, note.")
    ],
    as_json: Json = False,
) -> None:
    """Import units from a file with the columns of data/units.csv."""
    with transaction() as session:
        done = import_units(session, file)
    said = f"Đã nhập {done.imported} đơn vị; {done.unchanged} đơn vị không đổi."
    output.answer({"imported": done.imported, "unchanged": done.unchanged}, as_json, lambda: output.say(said))
