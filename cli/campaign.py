"""`campaign …`: load, show, release outcomes early, close, lapse."""

from pathlib import Path
from typing import Annotated, Any

import typer

from cli import outcomes, output
from cli.options import As, Code, Json, Reason, Today, words
from cli.work import transaction
from engine import campaigns
from engine.context import command_origin, load_context
from rules.vocabulary import STAFF_LABELS, State

app = typer.Typer()


@app.command("load")
def load(
    file: Annotated[Path, typer.Argument(metavar="FILE.yaml", help="Tệp đợt khen thưởng.")], as_json: Json = False
) -> None:
    """Load a campaign's file, or its changes."""
    campaign = campaigns.read_campaign(file)
    with transaction() as session:
        changed = campaigns.load_campaign(session, campaign, command_origin())
    said = "Đã nạp" if changed else "Không có gì thay đổi:"
    output.answer(
        {"code": campaign.code, "changed": changed},
        as_json,
        lambda: output.say(f"{said} đợt khen thưởng {campaign.code}."),
    )


@app.command("show")
def show(code: Code, today: Today = None, as_json: Json = False) -> None:
    """Show a campaign at a glance."""
    with transaction() as session:
        shown = campaigns.show(session, load_context(session, code, today=today, writes=False))
    output.answer(shown, as_json, lambda: draw(shown))


def draw(shown: dict[str, Any]) -> None:
    """The campaign as text."""
    output.say(shown["title"], f"Mã: {shown['code']}" + (" (diễn tập)" if shown["rehearsal"] else ""))
    output.say("Đã có quyết định." if shown["decided"] else "Chưa có quyết định.")
    for category in shown["categories"]:
        rows = [(STAFF_LABELS[State(state)], str(number)) for state, number in category["states"].items()]
        heading = f"{category['title']}: đã dùng {category['taken']}/{category['limit']} suất"
        output.table(heading, ("Trạng thái", "#Số hồ sơ"), rows)


@app.command("release")
def release(
    code: Code,
    ids: Annotated[list[str], typer.Argument(metavar="ID…", parser=words, help="Mã các hồ sơ.")],
    as_name: As,
    today: Today = None,
    as_json: Json = False,
) -> None:
    """Release outcomes to their units before the decision is signed."""
    with transaction() as session:
        context = load_context(session, code, as_name=as_name, today=today, exclusive=True)
        released = campaigns.release(session, context, list(dict.fromkeys(ids)))
    said = f"Đã thông báo kết quả {len(released)} hồ sơ: {' '.join(released)}."
    output.answer({"released": released}, as_json, lambda: output.say(said))


@app.command("close")
def close(code: Code, as_name: As, reason: Reason = "", today: Today = None, as_json: Json = False) -> int:
    """Close what is left after signing."""
    with transaction() as session, output.progress("Kết thúc hồ sơ", as_json) as advance:
        context = load_context(session, code, as_name=as_name, today=today, exclusive=True)
        outcome = campaigns.close(session, context, reason, advance)
        concluded = outcomes.conclude(session, outcome)
    return outcomes.answer(concluded, as_json, "kết thúc")


@app.command("lapse")
def lapse(code: Code, today: Today = None, as_json: Json = False) -> int:
    """Do what the clock does: overdue drafts and returns lapse."""
    with transaction() as session, output.progress("Cho hết hạn", as_json) as advance:
        context = load_context(session, code, today=today, exclusive=True)
        concluded = outcomes.conclude(session, campaigns.lapse(session, context, advance))
    return outcomes.answer(concluded, as_json, "cho hết hạn")
