"""`submission forward` and `submission export`: letters that carry the selected to the appraisal office."""

from typing import Annotated

import typer

from cli import outcomes, output
from cli.options import As, Dated, Folder, InCampaign, Json, Number, Today, words
from cli.work import transaction
from engine.context import load_context
from engine.correspondence import campaign_of_submission
from engine.papers import submission_files, write_files
from engine.submissions import forward

app = typer.Typer()


@app.command("forward")
def forward_selected(
    campaign: InCampaign, number: Number, dated: Dated, as_name: As, today: Today = None, as_json: Json = False
) -> int:
    """Forward every selected dossier under one letter."""
    with transaction() as session, output.progress("Trình thẩm định", as_json) as advance:
        context = load_context(session, campaign, as_name=as_name, today=today, exclusive=True)
        done = forward(session, context, number, dated, advance)
        concluded = outcomes.conclude(
            session, done.outcome, number=done.number, date=done.dated.isoformat(), warnings=list(done.warnings)
        )
    return outcomes.answer(concluded, as_json, f"trình thẩm định theo Tờ trình số {done.number}")


@app.command("export")
def export(
    number: Number,
    out: Folder,
    campaign: Annotated[
        str | None,
        typer.Option("--campaign", parser=words, metavar="MÃ", help="Cần khi nhiều đợt có cùng số tờ trình."),
    ] = None,
    today: Today = None,
    as_json: Json = False,
) -> None:
    """Write the list that went under a letter."""
    with transaction() as session:
        code = campaign or campaign_of_submission(session, number)
        context = load_context(session, code, today=today, writes=False)
        contents = submission_files(session, context, number)
    files = write_files(out, contents)  # what was printed is kept even where it cannot be written
    output.answer({"files": [str(file) for file in files]}, as_json, lambda: output.say(*(str(f) for f in files)))
