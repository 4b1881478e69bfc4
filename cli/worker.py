"""`worker`: what happens by itself, on Prefect."""

import os
import sys

import typer

from cli.options import Json
from models.database import configured

app = typer.Typer()


@app.command("worker")
def worker(as_json: Json = False) -> None:
    """Become the worker, once the database is there; only flows/ may import Prefect, so it is a program of its own."""
    database = configured()
    try:
        database.check()
    finally:
        database.close()
    os.execv(sys.executable, [sys.executable, "-P", "-m", "flows.worker", *(["--json"] if as_json else [])])  # noqa: S606 - our own words
