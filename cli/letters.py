"""`letters list`: what was written to whom, and what became of it."""

from typing import Annotated, Any

import typer

from cli import output
from cli.options import Json, Today, one_of, words
from cli.work import transaction
from engine.correspondence import list_letters
from models.letters import LetterStatus

app = typer.Typer()
LABELS = {
    LetterStatus.HELD: "giữ đến khi công bố",
    LetterStatus.QUEUED: "chờ gửi",
    LetterStatus.SENDING: "đang gửi",
    LetterStatus.SENT: "đã gửi",
    LetterStatus.DEFERRED: "sẽ gửi lại",
    LetterStatus.FAILED: "không gửi được",
    LetterStatus.SUPERSEDED: "không còn cần gửi",
}


@app.command("list")
def list_all(
    status: Annotated[
        LetterStatus | None,
        typer.Option(
            "--status", parser=one_of(LetterStatus, "tình trạng thư"), metavar="TÌNH TRẠNG", help="Chỉ tình trạng này."
        ),
    ] = None,
    campaign: Annotated[
        str | None, typer.Option("--campaign", parser=words, metavar="MÃ", help="Chỉ thư của đợt khen thưởng này.")
    ] = None,
    today: Today = None,  # noqa: ARG001 - every reading command takes it; no letter depends on the day
    as_json: Json = False,
) -> None:
    """List letters."""
    with transaction() as session:
        letters = list_letters(session, status=status, campaign=campaign)
    output.answer({"letters": letters}, as_json, lambda: draw(letters))


def draw(letters: list[dict[str, Any]]) -> None:
    """Letters as a table."""
    rows = [
        (str(one["id"]), one["nomination"] or "", one["recipient"], one["title"], LABELS[LetterStatus(one["status"])])
        for one in letters
    ]
    output.table("", ("#Thư", "Hồ sơ", "Người nhận", "Tiêu đề", "Tình trạng"), rows)
    output.say(f"{len(letters)} thư.")
