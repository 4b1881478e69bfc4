"""`screen` and `explain`: what the rules find, why, and what would help."""

from typing import Any

import typer

from cli import output
from cli.options import Identity, InCampaign, InCategory, Json, Today, Viewer
from cli.work import transaction
from engine.context import campaign_of, load_context
from engine.dossier import load_dossier, load_dossiers
from engine.screened import explained_view, may_be_screened, screened_view
from engine.views import eyes_in
from rules.vocabulary import OVERALL_LABELS, PARTY_LABELS, VERDICT_LABELS, Overall, Party, Verdict

app = typer.Typer()


@app.command("screen")
def screen(
    campaign: InCampaign,
    category: InCategory = None,
    as_name: Viewer = None,
    today: Today = None,
    as_json: Json = False,
) -> None:
    """Screen every dossier of a campaign; stores nothing."""
    items = []
    with transaction() as session:
        context = load_context(session, campaign, as_name=as_name, today=today, writes=False)
        if category is not None:
            context.campaign.category(category)
        eyes = eyes_in(context)
        dossiers = [d for d in load_dossiers(session, context, category=category) if may_be_screened(d, eyes)]
        with output.progress("Rà soát", as_json, len(dossiers)) as advance:
            for dossier in dossiers:
                items.append(screened_view(context, dossier, eyes))
                advance()
    output.answer({"nominations": items}, as_json, lambda: draw(items))


def draw(items: list[dict[str, Any]]) -> None:
    """The screening as a table, then how many of each."""
    rows = [
        (
            item["id"],
            item["category"],
            item["unit"],
            item["name"],
            OVERALL_LABELS[Overall(item["overall"])],
            troubles(item),
        )
        for item in items
    ]
    output.table("", ("Hồ sơ", "Loại", "Đơn vị", "Tên", "Kết quả", "Tiêu chí chưa đạt, chưa rõ hoặc cần lưu ý"), rows)
    counts = (f"{label}: {sum(item['overall'] == value for item in items)}" for value, label in OVERALL_LABELS.items())
    output.say(f"{len(items)} hồ sơ; {'; '.join(counts)}.")


def troubles(item: dict[str, Any]) -> str:
    """The rules that do not plainly pass."""
    named = {Verdict.FAIL: "không đạt", Verdict.UNKNOWN: "chưa rõ", Verdict.PASS: "lưu ý"}
    return "; ".join(
        f"{finding['rule']} ({named[Verdict(finding['verdict'])]})"
        for finding in item["findings"]
        if finding["note"] or finding["verdict"] != Verdict.PASS
    )


@app.command("explain")
def explain(identity: Identity, as_name: Viewer = None, today: Today = None, as_json: Json = False) -> None:
    """Explain what the rules find of one dossier, and what would make it eligible."""
    with transaction() as session:
        code = campaign_of(session, identity)
        context = load_context(session, code, as_name=as_name, today=today, writes=False)
        view = explained_view(context, load_dossier(session, identity), eyes_in(context))
    output.answer(view, as_json, lambda: draw_explained(view))


def draw_explained(view: dict[str, Any]) -> None:
    """Every finding with its citation, then what would help."""
    output.say(f"Hồ sơ {view['id']}: {OVERALL_LABELS[Overall(view['overall'])]}.")
    rows = [(f["rule"], VERDICT_LABELS[Verdict(f["verdict"])], f["message"], f["citation"]) for f in view["findings"]]
    output.table("", ("Tiêu chí", "Kết quả", "Nhận xét", "Căn cứ"), rows)
    if view["would_help"] is None:
        output.say("Không có cách nào để hồ sơ này đủ điều kiện.")
    elif view["would_help"]:
        output.say("Để đủ điều kiện cần:")
        output.say(*(f"  - {PARTY_LABELS[Party(h['who'])]}: {h['what']} [{h['rule']}]" for h in view["would_help"]))
