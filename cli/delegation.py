"""`delegation add`: who stands in for whom, until when."""

from datetime import date
from typing import Annotated

import typer

from cli import output
from cli.options import Json, name
from cli.work import transaction
from engine.context import command_origin
from engine.people import add_delegation
from rules.dates import parse_date

app = typer.Typer()


@app.command("add")
def add(
    giver: Annotated[str, typer.Option("--from", parser=name, metavar="TÊN", help="Người ủy quyền.")],
    taker: Annotated[str, typer.Option("--to", parser=name, metavar="TÊN", help="Người được ủy quyền.")],
    until: Annotated[
        date, typer.Option("--until", parser=parse_date, metavar="NGÀY", help="Ngày cuối cùng, tính cả ngày đó.")
    ],
    since: Annotated[
        date | None, typer.Option("--since", parser=parse_date, metavar="NGÀY", help="Ngày đầu tiên; mặc định là ngay.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Let one account act for another until a day."""
    with transaction() as session:
        add_delegation(session, giver, taker, until, command_origin(), since)
    data = {
        "from": giver,
        "to": taker,
        "since": since.isoformat() if since else None,
        "until": until.isoformat(),
    }
    output.answer(data, as_json, lambda: output.say(f"{giver} ủy quyền cho {taker} đến hết {until:%d/%m/%Y}."))
