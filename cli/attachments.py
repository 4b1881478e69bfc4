"""`nomination attach|bundle`: a file becomes a paper of a dossier; one dossier goes out as a ZIP."""

import os
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from cli import output
from cli.options import As, Identity, Json, Today, Viewer, words
from cli.work import transaction
from engine.bundle import make_bundle
from engine.context import campaign_of, load_context
from engine.files.attachments import attach
from engine.files.received import receive
from engine.views import eyes_in
from rules.errors import MalformedError

app = typer.Typer()


@app.command("attach")
def attach_file(
    identity: Identity,
    paper: Annotated[
        str, typer.Argument(metavar="PAPER", parser=words, help="Loại giấy tờ: letter, minutes, report, other.")
    ],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Tệp PDF, Word (.docx), JPEG hoặc PNG.")],
    as_name: As,
    today: Today = None,
    as_json: Json = False,
) -> None:
    """Attach a file to a dossier."""
    if not file.is_file():
        raise MalformedError(f"Không có tệp “{file}”.")
    upload = receive(paper, file.name, file)
    with transaction() as session:
        context = load_context(session, campaign_of(session, identity), as_name=as_name, today=today)
        (outcome,) = attach(session, context, [identity], [upload])
    data = {
        "id": outcome.id,
        "version": outcome.version,
        "paper": upload.paper.value,
        "name": upload.name,
        "sha256": upload.examined.sha256,
        "attached": bool(outcome.added),
    }
    said = f"Đã đính kèm “{upload.name}” vào hồ sơ {outcome.id} (phiên bản {outcome.version})."
    known = f"Hồ sơ {outcome.id} đã có tệp này, không thay đổi gì."
    output.answer(data, as_json, lambda: output.say(said if outcome.added else known))


@app.command("bundle")
def bundle(
    identity: Identity,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Tệp ZIP ghi ra.")],
    as_name: Viewer = None,
    today: Today = None,
    as_json: Json = False,
) -> None:
    """Write the ZIP of one dossier, as an account sees it."""
    try:
        descriptor, partial = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    except OSError as error:
        raise MalformedError(f"Không ghi được tệp {out}: {error.strerror}.") from error
    try:
        with os.fdopen(descriptor, "w+b") as file, transaction() as session:
            context = load_context(session, campaign_of(session, identity), as_name=as_name, today=today, writes=False)
            made = make_bundle(session, context, identity, eyes_in(context), file)
        put_in_place(Path(partial), out)
    finally:
        Path(partial).unlink(missing_ok=True)
    data = {
        "id": identity,
        "file": str(out),
        "sha256": made.sha256,
        "size": made.size,
        "entries": [entry.name for entry in made.entries],
        "withheld": [one.what for one in made.withheld],
    }
    said = f"Đã ghi {out}: {len(made.entries)} mục; {len(made.withheld)} mục không đưa vào, xem MUC-LUC.txt."
    output.answer(data, as_json, lambda: output.say(said))


def put_in_place(partial: Path, out: Path) -> None:
    """The finished file under its name; MalformedError when that cannot be."""
    try:
        partial.replace(out)
    except OSError as error:
        raise MalformedError(f"Không ghi được tệp {out}: {error.strerror}.") from error
