"""`verification ask` and `verification reply`: what other agencies say of a nominee (NĐ152 Đ4.4; QĐ86 Đ10.2)."""

from typing import Annotated

import typer

from cli import output
from cli.options import As, Identity, Json, Today, name, one_of, words
from cli.work import transaction
from engine.context import campaign_of, load_context
from engine.review import ask_agency, record_reply
from rules.vocabulary import CheckResult

app = typer.Typer()
Agency = Annotated[str, typer.Option("--agency", parser=name, metavar="CƠ QUAN", help="Cơ quan được lấy ý kiến.")]


@app.command("ask")
def ask(identity: Identity, agency: Agency, as_name: As, today: Today = None, as_json: Json = False) -> None:
    """Ask an agency about a nominee."""
    with transaction() as session:
        context = load_context(session, campaign_of(session, identity), as_name=as_name, today=today)
        dossier = ask_agency(session, context, identity, agency)
    data = {"id": dossier.id, "version": dossier.version, "agency": agency, "result": None}
    output.answer(data, as_json, lambda: output.say(f"Hồ sơ {dossier.id}: đang chờ ý kiến của {agency}."))


@app.command("reply")
def reply(
    identity: Identity,
    agency: Agency,
    result: Annotated[
        CheckResult,
        typer.Option("--result", parser=one_of(CheckResult, "kết quả"), metavar="clear|adverse", help="Kết quả."),
    ],
    text: Annotated[
        str, typer.Option("--text", parser=words, metavar="NỘI DUNG", help="Nội dung, số và ngày văn bản trả lời.")
    ],
    as_name: As,
    today: Today = None,
    as_json: Json = False,
) -> None:
    """Record what an agency answered."""
    with transaction() as session:
        context = load_context(session, campaign_of(session, identity), as_name=as_name, today=today)
        dossier = record_reply(session, context, identity, agency, result, text)
    data = {"id": dossier.id, "version": dossier.version, "agency": agency, "result": result.value}
    output.answer(data, as_json, lambda: output.say(f"Hồ sơ {dossier.id}: đã ghi nhận ý kiến của {agency}."))
