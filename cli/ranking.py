"""`ranking show` and `ranking settle`: the order, its reasons, and where the cut falls."""

from typing import Annotated, Any

import typer

from cli import output
from cli.options import As, Identity, InCampaign, Json, Reason, Today, Viewer, words
from cli.work import transaction
from engine.context import campaign_of, load_context
from engine.standing import head_of_reserve, settle, standing
from engine.views import eyes_in, ranking_view, require_overview
from rules.ranking import CRITERIA
from rules.vocabulary import STAFF_LABELS, State

app = typer.Typer()


@app.command("show")
def show(
    campaign: InCampaign,
    category: Annotated[str, typer.Option("--category", parser=words, metavar="LOẠI", help="Loại đối tượng.")],
    as_name: Viewer = None,
    today: Today = None,
    as_json: Json = False,
) -> None:
    """Show the ordered list of a category."""
    with transaction() as session:
        context = load_context(session, campaign, as_name=as_name, today=today, writes=False)
        require_overview(eyes_in(context))
        view = ranking_view(standing(session, context, category))
        following = head_of_reserve(session, context, category)
        view["next"] = following.id if following else None
    output.answer(view, as_json, lambda: draw(view))


def draw(view: dict[str, Any]) -> None:
    """The list with the line where the quota ends, who is next, and a word on ties."""
    lines, limit = view["ranking"], view["limit"]
    criteria = list(lines[0]["criteria"]) if lines else []
    columns = ("#Thứ", "Tên", "Hồ sơ", "Trạng thái", *(CRITERIA[one].title for one in criteria), "Đứng trên vì")
    rows = [
        (
            str(line["place"]),
            line["name"],
            line["id"],
            STAFF_LABELS[State(line["state"])],
            *(shown(line["criteria"][one]) for one in criteria),
            line["above_next_because"] or "",
        )
        for line in lines
    ]
    output.table("", columns, rows, (limit, f"Hết chỉ tiêu {limit} suất") if len(rows) > limit else None)
    output.say(f"Chỉ tiêu {limit} suất; {len(view['reserve'])} hồ sơ dự bị.")
    for one in lines:
        if one["id"] == view["next"]:
            output.say(f"Còn suất trống; hồ sơ kế tiếp: {one['place']}. {one['name']} ({one['id']}).")
    if any(line["unsettled"] for line in lines):
        output.tell("Có hồ sơ ngang nhau chưa phân định: ./vinhdanh ranking settle ID --above ID --reason …")


def shown(value: object) -> str:
    """What a criterion saw, as people read it."""
    if value is None:
        return "chưa có"
    if isinstance(value, bool):
        return "có" if value else "không"
    return str(value).replace(".", ",")


@app.command("settle")
def settle_tie(
    identity: Identity,
    above: Annotated[str, typer.Option("--above", parser=words, metavar="ID", help="Xếp trên hồ sơ này.")],
    as_name: As,
    reason: Reason = "",
    today: Today = None,
    as_json: Json = False,
) -> None:
    """Put one of two tied dossiers above the other."""
    with transaction() as session:
        context = load_context(session, campaign_of(session, identity), as_name=as_name, today=today)
        settle(session, context, identity, above, reason)
    output.answer(
        {"id": identity, "above": above}, as_json, lambda: output.say(f"Đã xếp hồ sơ {identity} trên {above}.")
    )
