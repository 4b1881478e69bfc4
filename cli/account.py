"""`account import`: who may do what at which unit."""

from pathlib import Path
from typing import Annotated

import typer

from cli import output
from cli.options import Json
from cli.work import transaction
from engine.context import command_origin
from engine.people import import_accounts

app = typer.Typer()


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="Tệp CSV UTF-8: name, unit, role, email.")],
    as_json: Json = False,
) -> None:
    """Import accounts and their roles, one line each."""
    with transaction() as session:
        done = import_accounts(session, file, command_origin())
    said = f"Đã nhập {done.imported} dòng tài khoản; {done.unchanged} dòng không đổi."
    output.answer({"imported": done.imported, "unchanged": done.unchanged}, as_json, lambda: output.say(said))
