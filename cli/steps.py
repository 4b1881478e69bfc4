"""`nomination step` and `nomination plan`: one dossier moves, or many as one plan."""

from typing import Annotated

import typer
from sqlmodel import Session

from cli import outcomes, output
from cli.options import (
    As,
    DryRun,
    DueBy,
    Findings,
    Identity,
    InCampaign,
    InCategory,
    Json,
    Reason,
    Today,
    one_of,
    pairs,
    whole,
)
from cli.work import transaction
from engine.answers import taken_view
from engine.context import Context, campaign_of, load_context
from engine.meanwhile import require_unmoved
from engine.plans import plan, require_plain
from engine.steps import Request, Taken, take_step
from rules.vocabulary import ACTION_LABELS, STAFF_LABELS, Action, State

app = typer.Typer()
UNIT_HEAD = "unit-head"  # with --as: each dossier in the name of its own unit's head, in a rehearsal
Step = Annotated[Action, typer.Argument(metavar="ACTION", parser=one_of(Action, "bước"), help="Bước cần thực hiện.")]


@app.command("step")
def step(  # noqa: PLR0917 - as many as design.md gives it options
    command: typer.Context,
    identity: Identity,
    action: Step,
    as_name: As,
    reason: Reason = "",
    due: DueBy = None,
    findings: Findings = None,
    expected_version: Annotated[
        int | None,
        typer.Option("--expected-version", parser=whole, metavar="N", help="Phiên bản đang xem; khác thì không làm."),
    ] = None,
    silent: Annotated[bool, typer.Option("--silent", help="Mở lại mà không báo cho đơn vị.")] = False,
    today: Today = None,
    as_json: Json = False,
) -> None:
    """Take one step of one dossier."""
    require_plain(action)
    request = Request(
        reason=reason,
        due=due,
        findings=tuple(pairs(findings or [], "MỤC", "NỘI DUNG")),
        expected_version=expected_version,
        silent=silent,
    )
    with transaction() as session:
        context = load_context(session, campaign_of(session, identity), as_name=as_name, today=today)
        taken = take_step(session, context, identity, action, request)
        if expected_version is None:
            require_unmoved(session, taken, command.obj)
    output.warn(taken.warnings)
    output.answer(taken_view(taken), as_json, lambda: output.say(as_words(taken)))


def as_words(taken: Taken) -> str:
    """A step as a sentence."""
    states = f"“{STAFF_LABELS[taken.source]}” → “{STAFF_LABELS[taken.target]}”"
    return (
        f"Hồ sơ {taken.id}: {ACTION_LABELS[taken.action]}, {states} (phiên bản {taken.version}; {taken.letters} thư)."
    )


@app.command("plan")
def plan_steps(  # noqa: PLR0917 - as above
    action: Step,
    campaign: InCampaign,
    source: Annotated[
        State,
        typer.Option(
            "--from", parser=one_of(State, "trạng thái"), metavar="TRẠNG THÁI", help="Các hồ sơ ở trạng thái này."
        ),
    ],
    as_name: As,
    category: InCategory = None,
    skip_refused: Annotated[
        bool, typer.Option("--skip-refused", help="Để lại (và liệt kê) những hồ sơ không thực hiện được.")
    ] = False,
    limit: Annotated[
        int | None, typer.Option("--limit", parser=whole, metavar="N", help="Nhiều nhất bấy nhiêu hồ sơ.")
    ] = None,
    reason: Reason = "",
    due: DueBy = None,
    findings: Findings = None,
    dry_run: DryRun = False,
    today: Today = None,
    as_json: Json = False,
) -> int:
    """Take one step of every dossier in a state, in ranking order, all or nothing."""
    require_plain(action)
    request = Request(reason=reason, due=due, findings=tuple(pairs(findings or [], "MỤC", "NỘI DUNG")))
    with transaction() as session, output.progress(ACTION_LABELS[action].capitalize(), as_json) as advance:
        context = plan_context(session, campaign, as_name, today)
        if category is not None:
            context.campaign.category(category)
        outcome = plan(
            session,
            context,
            action,
            request,
            source=source,
            category=category,
            limit=limit,
            skip_refused=skip_refused,
            each_unit_head=as_name == UNIT_HEAD,
            progress=advance,
        )
        concluded = outcomes.conclude(session, outcome, dry_run=dry_run, skip_refused=skip_refused)
    return outcomes.answer(concluded, as_json, ACTION_LABELS[action])


def plan_context(session: Session, campaign: str, as_name: str, today: Today) -> Context:
    """The context of a plan; nobody in particular acts when each unit's head does."""
    return load_context(session, campaign, as_name=None if as_name == UNIT_HEAD else as_name, today=today)
