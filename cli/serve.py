"""`serve`: the portal, which for now is the JSON API."""

import os
import sys
from typing import Annotated

import typer

from cli.options import Json, whole, words
from models.database import configured

app = typer.Typer()
PORT = 8000


@app.command("serve")
def serve(
    host: Annotated[
        str, typer.Option("--host", parser=words, metavar="ĐỊA CHỈ", help="Địa chỉ phục vụ; mặc định chỉ máy này.")
    ] = "127.0.0.1",
    port: Annotated[
        int | None,
        typer.Option("--port", parser=whole, metavar="CỔNG", help="Cổng phục vụ, mặc định 8000; 0 là cổng còn trống."),
    ] = None,
    processes: Annotated[
        int | None,
        typer.Option("--processes", parser=whole, metavar="SỐ", help="Số tiến trình cùng phục vụ, mặc định 1."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Become the server, once the database is there; only web/ may import FastAPI, so it is a program of its own."""
    database = configured()
    try:
        database.check()
    finally:
        database.close()
    numbers = (("--port", port, PORT), ("--processes", processes, 1))
    given = [word for name, number, usual in numbers for word in (name, str(usual if number is None else number))]
    program = [sys.executable, "-P", "-m", "web.serve", "--host", host, *given, *(["--json"] if as_json else [])]
    os.execv(sys.executable, program)  # noqa: S606 - our own words
