"""`decision …`: open, enlist, freeze, unfreeze, cancel, sign, correct, revoke, export."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from typing import Annotated

import typer
from sqlmodel import Session

from cli import outcomes, output
from cli.options import As, Dated, Folder, InCampaign, Json, Number, Reason, Today, name, one_of, words
from cli.work import transaction
from engine import amendments, decisions
from engine.award_set import revocations
from engine.context import Context, load_context
from engine.decisions import Moved
from engine.papers import decision_files, write_files

app = typer.Typer()


class Form(StrEnum):
    """What a decision is exported as."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    JSON = "json"


Progress = Callable[[], None]


@contextmanager
def at_decision(
    campaign: str, as_name: str, today: date | None, as_json: bool
) -> Iterator[tuple[Session, Context, Progress]]:
    """The unit of work of a command on the decision: nobody else moves a dossier of the campaign meanwhile."""
    with transaction() as session, output.progress("Xử lý danh sách", as_json) as advance:
        yield session, load_context(session, campaign, as_name=as_name, today=today, exclusive=True), advance


def conclude(session: Session, moved: Moved) -> outcomes.Concluded:
    """The decision as it is now, with what its dossiers did."""
    decision = moved.decision
    return outcomes.conclude(
        session,
        moved.outcome,
        state=decision.state.value,
        version=decision.version,
        number=decision.number,
        date=decision.dated.isoformat() if decision.dated else None,
        signer=decision.signer,
        hash=decision.content_hash,
    )


@app.command("open")
def open_list(campaign: InCampaign, as_name: As, today: Today = None, as_json: Json = False) -> int:
    """Open the campaign's decision."""
    with at_decision(campaign, as_name, today, as_json) as (session, context, _):
        concluded = conclude(session, decisions.open_decision(session, context))
    return outcomes.answer(concluded, as_json, "lập danh sách quyết định", counted=False)


@app.command("enlist")
def enlist(campaign: InCampaign, as_name: As, today: Today = None, as_json: Json = False) -> int:
    """Take every approved dossier onto the list."""
    with at_decision(campaign, as_name, today, as_json) as (session, context, advance):
        concluded = conclude(session, decisions.enlist(session, context, advance))
    return outcomes.answer(concluded, as_json, "đưa vào danh sách")


@app.command("freeze")
def freeze(campaign: InCampaign, as_name: As, today: Today = None, as_json: Json = False) -> int:
    """Screen the list again and fix its content."""
    with at_decision(campaign, as_name, today, as_json) as (session, context, advance):
        concluded = conclude(session, decisions.freeze(session, context, advance))
    return outcomes.answer(concluded, as_json, f"chốt danh sách, mã băm {concluded.data['hash']}", counted=False)


@app.command("unfreeze")
def unfreeze(campaign: InCampaign, as_name: As, reason: Reason = "", today: Today = None, as_json: Json = False) -> int:
    """Open a frozen list again."""
    with at_decision(campaign, as_name, today, as_json) as (session, context, _):
        concluded = conclude(session, decisions.unfreeze(session, context, reason))
    return outcomes.answer(
        concluded, as_json, f"mở lại danh sách, phiên bản {concluded.data['version']}", counted=False
    )


@app.command("cancel")
def cancel(campaign: InCampaign, as_name: As, reason: Reason = "", today: Today = None, as_json: Json = False) -> int:
    """Give the decision up."""
    with at_decision(campaign, as_name, today, as_json) as (session, context, advance):
        concluded = conclude(session, decisions.cancel(session, context, reason, advance))
    return outcomes.answer(concluded, as_json, "hủy danh sách, đưa trở lại thẩm định đạt")


@app.command("sign")
def sign(
    campaign: InCampaign,
    number: Number,
    dated: Dated,
    signer: Annotated[str, typer.Option("--signer", parser=name, metavar="HỌ TÊN", help="Người ký quyết định.")],
    as_name: As,
    today: Today = None,
    as_json: Json = False,
) -> int:
    """Record the signed decision and award everything on it."""
    with at_decision(campaign, as_name, today, as_json) as (session, context, advance):
        concluded = conclude(session, decisions.sign(session, context, number, dated, signer, advance))
    return outcomes.answer(concluded, as_json, f"tặng Bằng khen theo Quyết định số {concluded.data['number']}")


@app.command("correct")
def correct(
    campaign: InCampaign,
    number: Number,
    dated: Dated,
    as_name: As,
    reason: Reason = "",
    today: Today = None,
    as_json: Json = False,
) -> int:
    """Record a correction of the signed decision."""
    with at_decision(campaign, as_name, today, as_json) as (session, context, _):
        concluded = conclude(session, amendments.correct(session, context, number, dated, reason))
    return outcomes.answer(concluded, as_json, f"ghi nhận văn bản đính chính số {number}", counted=False)


@app.command("revoke")
def revoke(
    campaign: InCampaign,
    nomination: Annotated[str, typer.Option("--nomination", parser=words, metavar="ID", help="Hồ sơ bị thu hồi.")],
    number: Number,
    dated: Dated,
    as_name: As,
    reason: Reason = "",
    today: Today = None,
    as_json: Json = False,
) -> int:
    """Record the decision that takes one award back."""
    with at_decision(campaign, as_name, today, as_json) as (session, context, _):
        concluded = conclude(session, amendments.revoke(session, context, nomination, number, dated, reason))
    return outcomes.answer(concluded, as_json, f"thu hồi theo Quyết định số {number}")


@app.command("export")
def export(
    campaign: InCampaign,
    form: Annotated[
        Form,
        typer.Option("--format", parser=one_of(Form, "định dạng"), metavar="pdf|docx|xlsx|json", help="Định dạng."),
    ],
    out: Folder,
    today: Today = None,
    as_json: Json = False,
) -> None:
    """Write the frozen or signed set."""
    with transaction() as session:
        context = load_context(session, campaign, today=today, writes=False)
        contents = decision_files(session, context, form.value)
        revoked = revocations(session, decisions.required(session, context))
    files = write_files(out, contents)  # what was printed is kept even where it cannot be written
    output.warn(tuple(revoked))
    output.answer({"files": [str(file) for file in files]}, as_json, lambda: output.say(*(str(f) for f in files)))
