"""`nomination list`, in a module of its own: the command that must start fast imports no rules."""

from typing import Annotated, Any

import typer

from cli import output
from cli.options import InCategory, Json, Today, Viewer, one_of, words
from cli.work import transaction
from engine.listing import campaign_codes, list_nominations
from rules.vocabulary import NEUTRAL_LABEL, STAFF_LABELS, State

app = typer.Typer()


@app.command("list")
def list_dossiers(
    campaign: Annotated[
        str | None,
        typer.Option("--campaign", parser=words, metavar="MÃ", help="Đợt khen thưởng; không nêu là mọi đợt."),
    ] = None,
    state: Annotated[
        State | None,
        typer.Option("--state", parser=one_of(State, "trạng thái"), metavar="TRẠNG THÁI", help="Chỉ trạng thái này."),
    ] = None,
    category: InCategory = None,
    as_name: Viewer = None,
    today: Today = None,
    as_json: Json = False,
) -> None:
    """List the dossiers of a campaign, or of every campaign."""
    with transaction() as session:
        items = [
            item
            for code in ([campaign] if campaign is not None else campaign_codes(session))
            for item in list_nominations(session, code, state=state, category=category, viewer=as_name, today=today)
        ]
    output.answer({"nominations": items}, as_json, lambda: draw(items))


def draw(items: list[dict[str, Any]]) -> None:
    """The list as a table."""
    rows = [
        (item["id"], item["category"], item["unit"], item["name"], label(item), str(item["version"] or ""))
        for item in items
    ]
    output.table("", ("Hồ sơ", "Loại", "Đơn vị", "Tên", "Trạng thái", "#Phiên bản"), rows)
    output.say(f"{len(items)} hồ sơ.")


def label(item: dict[str, Any]) -> str:
    """The state in words; what a unit may not know yet has the one neutral label."""
    return NEUTRAL_LABEL if item["version"] is None else STAFF_LABELS[State(item["state"])]
