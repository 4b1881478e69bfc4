"""`letters list|deliver|retry`: what was written to whom, sending it, and trying again what failed."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import output
from cli.dossier_page import moment
from cli.options import Json, Today, one_of, whole, words
from cli.work import transaction
from engine.correspondence import list_letters
from models.database import configured
from models.letters import LetterStatus
from rules.errors import MalformedError

if TYPE_CHECKING:
    from engine.post import Delivered

app = typer.Typer()
UNUSABLE = 1  # exit code: the mail server could not be used
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


@app.command("deliver")
def deliver_due(
    limit: Annotated[
        int | None, typer.Option("--limit", parser=whole, metavar="SỐ", help="Gửi nhiều nhất bấy nhiêu thư.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Send due letters; exit code 1 when the mail server could not be used."""
    from engine.post import deliver, mail_settings  # noqa: PLC0415 - slow to import, and the list needs none of it

    settings = mail_settings()
    database = configured()
    try:
        database.check()
        with output.progress("Gửi thư", as_json) as progress:
            delivered = deliver(database, settings, limit=limit, progress=progress)
    finally:
        database.close()
    output.answer(asdict(delivered), as_json, lambda: account(delivered))
    if delivered.problem:
        output.tell(delivered.problem)
        raise typer.Exit(UNUSABLE)


@app.command("retry")
def try_again(
    numbers: Annotated[
        list[int] | None,
        typer.Argument(metavar="ID…", parser=whole, help="Số của các thư không gửi được, xem letters list."),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Mọi thư không gửi được mà còn gửi lại được, thay cho các số.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Queue failed letters again: the named ones, all or none, or each that can still go."""
    from engine.post import retry, retry_all  # noqa: PLC0415 - as above

    if every is bool(numbers):
        raise MalformedError("Cần số của các thư, hoặc --all cho mọi thư không gửi được.")
    if every:
        with transaction() as session:
            queued, refused = retry_all(session)
        output.answer({"queued": queued, "refused": refused}, as_json, lambda: account_all(len(queued), refused))
        return
    with transaction() as session:
        queued = retry(session, numbers or [])
    output.answer({"queued": queued}, as_json, lambda: output.say(f"Đã đưa {len(queued)} thư vào hàng chờ gửi lại."))


def account_all(queued: int, refused: int) -> None:
    """What trying everything again did, in words."""
    output.say(f"Đã đưa {queued} thư vào hàng chờ gửi lại.")
    if refused:
        output.say(f"{refused} thư không gửi lại được: chưa có địa chỉ, hoặc nội dung không còn đúng.")


def account(delivered: "Delivered") -> None:
    """What a delivery did, in words."""
    if delivered.busy:
        output.say(f"Một tiến trình khác đang gửi thư. Còn {delivered.waiting} thư chờ gửi.")
        return
    if delivered.swept:
        output.say(f"{delivered.swept} thư của lần gửi bị ngắt trước đây đã được đưa lại vào hàng chờ.")
    output.say(
        f"Đã gửi {delivered.sent} thư; {delivered.deferred} thư sẽ gửi lại; {delivered.failed} thư không gửi được;"
        f" còn {delivered.waiting} thư chờ gửi."
    )
    if delivered.failed:
        output.say("Xem lý do: ./vinhdanh letters list --status failed")


def draw(letters: list[dict[str, Any]]) -> None:
    """Letters as a table."""
    rows = [
        (str(one["id"]), one["nomination"] or "", one["recipient"], one["title"], standing(one), one["error"] or "")
        for one in letters
    ]
    output.table("", ("#Thư", "Hồ sơ", "Người nhận", "Tiêu đề", "Tình trạng", "Lỗi"), rows)
    output.say(f"{len(letters)} thư.")


def standing(letter: dict[str, Any]) -> str:
    """The status of a letter in words, with when it went or goes again, and after how many tries."""
    status = LetterStatus(letter["status"])
    told = LABELS[status]
    if status is LetterStatus.SENT and letter["sent_at"]:
        return f"{told} {moment(letter['sent_at'])}"
    if status is LetterStatus.DEFERRED and letter["next_at"]:
        told = f"{told} từ {moment(letter['next_at'])}"
    return f"{told} (đã thử {letter['attempts']} lần)" if letter["attempts"] else told
