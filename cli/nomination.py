"""`nomination show|set|judge|correct`: look at one dossier and change it without moving it."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from cli import output
from cli.dossier_page import draw
from cli.options import As, Changes, Identity, Json, Reason, Today, Viewer, changes, one_of, words
from cli.work import transaction
from engine import editing, review
from engine.context import campaign_of, load_context
from engine.dossier import Dossier, load_dossier, screen_dossier
from engine.views import eyes_in, nomination_view, note_sight
from rules.fields import field_named
from rules.vocabulary import OVERALL_LABELS

app = typer.Typer()


class Conclusion(StrEnum):
    """What the review office may conclude of a rule."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"


@app.command("show")
def show(identity: Identity, as_name: Viewer = None, today: Today = None, as_json: Json = False) -> None:
    """Show one dossier."""
    with transaction() as session:
        code = campaign_of(session, identity)
        context = load_context(session, code, as_name=as_name, today=today, writes=False)
        dossier, eyes = load_dossier(session, identity), eyes_in(context)
        view = nomination_view(session, context, dossier, eyes)
        note_sight(session, context, dossier, eyes)
        years = context.campaign.rated_years
    output.answer(view, as_json, lambda: draw(view, years))


@app.command("set")
def set_fields(identity: Identity, fields: Changes, as_name: As, today: Today = None, as_json: Json = False) -> None:
    """Change fields of the unit's own draft or returned dossier."""
    texts = changes(fields)
    with transaction() as session:
        context = load_context(session, campaign_of(session, identity), as_name=as_name, today=today)
        dossier = editing.set_fields(session, context, identity, texts)
        data = edited(dossier, texts, context.campaign.rated_years)
    output.answer(data, as_json, lambda: output.say(f"Đã ghi hồ sơ {dossier.id} (phiên bản {dossier.version})."))


@app.command("correct")
def correct(
    identity: Identity, fields: Changes, as_name: As, reason: Reason = "", today: Today = None, as_json: Json = False
) -> None:
    """Correct a clerical slip."""
    texts = changes(fields)
    with transaction() as session:
        context = load_context(session, campaign_of(session, identity), as_name=as_name, today=today)
        dossier = editing.correct_fields(session, context, identity, texts, reason)
        data = edited(dossier, texts, context.campaign.rated_years)
    output.answer(data, as_json, lambda: output.say(f"Đã chỉnh sửa hồ sơ {dossier.id} (phiên bản {dossier.version})."))


def edited(dossier: Dossier, texts: dict[str, str], years: tuple[int, ...]) -> dict[str, Any]:
    """A dossier after an edit, with the fields that were named."""
    keys = [field_named(dossier.kind, name, years).key for name in texts]
    return {
        "id": dossier.id,
        "state": dossier.state.value,
        "version": dossier.version,
        "fields": {key: dossier.fields.get(key) for key in keys},
    }


@app.command("judge")
def judge(
    identity: Identity,
    rule: Annotated[str, typer.Argument(metavar="RULE", parser=words, help="Mã tiêu chí, ví dụ conduct.no_breach.")],
    verdict: Annotated[
        Conclusion,
        typer.Option("--verdict", parser=one_of(Conclusion, "kết luận"), metavar="pass|fail", help="Kết luận."),
    ],
    as_name: As,
    reason: Reason = "",
    today: Today = None,
    as_json: Json = False,
) -> None:
    """Conclude what a rule leaves to the review office."""
    passed = verdict is Conclusion.PASS
    with transaction() as session:
        context = load_context(session, campaign_of(session, identity), as_name=as_name, today=today)
        dossier = review.judge(session, context, identity, rule, passed=passed, reason=reason)
        overall = screen_dossier(context, dossier).overall
    data = {
        "id": dossier.id,
        "version": dossier.version,
        "rule": rule,
        "verdict": verdict.value,
        "overall": overall.value,
    }
    said = f"Hồ sơ {dossier.id}: tiêu chí {rule} {'đạt' if passed else 'không đạt'}; hồ sơ {OVERALL_LABELS[overall]}."
    output.answer(data, as_json, lambda: output.say(said))
