"""`nomination score` and `nomination recuse`: a reviewer's points, and a reviewer who steps aside."""

from typing import Annotated

import typer

from cli import output
from cli.options import As, Identity, Json, Reason, Today, words
from cli.work import transaction
from engine import review
from engine.context import campaign_of, load_context
from engine.recusal import recuse as step_aside
from rules.errors import MalformedError

app = typer.Typer()


@app.command("score")
def score(
    identity: Identity,
    points: Annotated[
        list[str],
        typer.Argument(metavar="POINTS…", parser=words, help="Điểm chung; hoặc từng tiêu chí, ví dụ results=25."),
    ],
    as_name: As,
    today: Today = None,
    as_json: Json = False,
) -> None:
    """Give a dossier points."""
    typed = given(points)
    with transaction() as session:
        context = load_context(session, campaign_of(session, identity), as_name=as_name, today=today)
        dossier = review.score(session, context, identity, typed)
    data = {"id": dossier.id, "version": dossier.version, "score": round(float(dossier.score), 4)}
    mean = f"{dossier.score:.2f}".replace(".", ",")
    output.answer(data, as_json, lambda: output.say(f"Hồ sơ {dossier.id}: điểm trung bình {mean}."))


def given(points: list[str]) -> str | dict[str, str]:
    """One number, or one for each criterion (`key=points`); MalformedError for anything between."""
    pairs = dict(pair.split("=", 1) for pair in points if "=" in pair)
    if len(pairs) == len(points):
        return {key.strip(): value for key, value in pairs.items()}
    if len(points) == 1:
        return points[0]
    raise MalformedError("Ghi một điểm chung, hoặc mỗi tiêu chí một lần: khóa=điểm.")


@app.command("recuse")
def recuse(identity: Identity, as_name: As, reason: Reason = "", today: Today = None, as_json: Json = False) -> None:
    """Step aside from judging a dossier."""
    with transaction() as session:
        context = load_context(session, campaign_of(session, identity), as_name=as_name, today=today)
        done = step_aside(session, context, identity, reason)
    dossier = done.dossier
    score = None if dossier.score is None else round(float(dossier.score), 4)
    data = {"id": dossier.id, "version": dossier.version, "score": score, "warnings": list(done.warnings)}
    for warning in done.warnings:
        output.tell(warning)
    output.answer(data, as_json, lambda: output.say(f"Hồ sơ {identity}: {as_name} không tham gia xét."))
