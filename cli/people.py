"""`unit import`, `account import`, `delegation add`: who there is and who stands in for whom."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from cli import output
from cli.options import Json, name
from cli.work import transaction
from engine.context import command_origin
from engine.people import Imported, add_delegation, import_accounts, import_units
from rules.dates import parse_date

units = typer.Typer()
accounts = typer.Typer()
app = typer.Typer()
Csv = Annotated[Path, typer.Argument(metavar="FILE.csv", help="Tệp CSV mã hóa UTF-8.")]
