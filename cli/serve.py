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
    as_json: Json = False,
) -> None:
    """Become the server, once the database is there; only web/ may import FastAPI, so it is a program of its own."""
    database = configured()
    try:
        database.check()
    finally:
        database.close()
    program = [sys.executable, "-P", "-m", "web.serve", "--host", host, "--port", str(PORT if port is None else port)]
    os.execv(sys.executable, [*program, *(["--json"] if as_json else [])])  # noqa: S606 - our own words
