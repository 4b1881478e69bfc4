"""`audit …`: is the trail whole; checkpoints and exports of it."""

from pathlib import Path
from typing import Annotated

import typer

from cli import output
from cli.options import Json
from cli.verified import told
from cli.work import transaction
from engine import audit, clock

app = typer.Typer()


@app.command("verify")
def verify(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="Tệp nhật ký đã xuất.")] = None,
    as_json: Json = False,
) -> int:
    """Verify the chains of the trail, or of an export of it."""
    if file is not None:
        return told(audit.verify_export(file), as_json)
    with transaction() as session:
        return told(audit.verify(session), as_json)


@app.command("checkpoint")
def checkpoint(as_json: Json = False) -> None:
    """Fix the heads of all chains."""
    with transaction() as session:
        made = audit.checkpoint(session, clock.now())
    said = f"Điểm kiểm tra số {made['number']}: {made['heads']} chuỗi, mã băm {made['hash']}."
    output.answer(made, as_json, lambda: output.say(said))


@app.command("export")
def export(file: Annotated[Path, typer.Argument(metavar="FILE", help="Tệp ghi ra.")], as_json: Json = False) -> None:
    """Write the trail to a file that a verifier needs nothing else for."""
    with transaction() as session:
        audit.export(session, file)
    output.answer({"file": str(file)}, as_json, lambda: output.say(f"Đã ghi nhật ký vào {file}."))
