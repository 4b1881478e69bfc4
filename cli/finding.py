"""`finding list` and `finding answer`: what somebody must answer."""

from typing import Annotated

import typer

from cli import output
from cli.dossier_page import draw_findings
from cli.options import As, Identity, Json, Today, Viewer, words
from cli.work import transaction
from engine.context import campaign_of, load_context
from engine.dossier import load_dossier
from engine.review import answer_finding
from engine.views import eyes_in, findings_view, require_seen

app = typer.Typer()


@app.command("list")
def list_findings(identity: Identity, as_name: Viewer = None, today: Today = None, as_json: Json = False) -> None:
    """List the findings of a dossier."""
    with transaction() as session:
        code = campaign_of(session, identity)
        context = load_context(session, code, as_name=as_name, today=today, writes=False)
        dossier, eyes = load_dossier(session, identity), eyes_in(context)
        require_seen(dossier, eyes)
        findings = findings_view(context, dossier, eyes)
    output.answer({"id": identity, "findings": findings}, as_json, lambda: draw_findings(findings))
    if not findings:
        output.tell("Hồ sơ không có yêu cầu nào.")


@app.command("answer")
def answer(
    identity: Identity,
    anchor: Annotated[str, typer.Argument(metavar="ANCHOR", parser=words, help="Mục được yêu cầu, ví dụ field:merit.")],
    text: Annotated[str, typer.Option("--text", parser=words, metavar="NỘI DUNG", help="Nội dung trả lời.")],
    as_name: As,
    today: Today = None,
    as_json: Json = False,
) -> None:
    """Answer a finding."""
    with transaction() as session:
        context = load_context(session, campaign_of(session, identity), as_name=as_name, today=today)
        dossier = answer_finding(session, context, identity, anchor, text)
    still_open = [finding.anchor for finding in dossier.findings if finding.status == "open"]
    data = {"id": identity, "version": dossier.version, "anchor": anchor, "status": "answered", "open": still_open}
    said = f"Đã trả lời tại {anchor}; còn {len(still_open)} yêu cầu chưa trả lời."
    output.answer(data, as_json, lambda: output.say(said))
