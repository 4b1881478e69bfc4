"""`serve`: the portal, which for now is the JSON API."""

import os
import sys
from typing import Annotated

import typer

from cli.options import Json, whole, words
from models.database import configured

app = typer.Typer()


@app.command("serve")
def serve(
    host: Annotated[
        str, typer.Option("--host", parser=words, metavar="ĐỊA CHỈ", help="Địa chỉ phục vụ; mặc định chỉ máy này.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", parser=whole, metavar="CỔNG", help="Cổng phục vụ; 0 là cổng bất kỳ còn trống.")
    ] = 8000,
    as_json: Json = False,
) -> None:
    """Become the server, once the database is there; only web/ may import FastAPI, so it is a program of its own."""
    database = configured()
    try:
        database.check()
    finally:
        database.close()
    program = [sys.executable, "-P", "-m", "web.serve", "--host", host, "--port", str(port)]
    os.execv(sys.executable, [*program, *(["--json"] if as_json else [])])  # noqa: S606 - our own words
