"""Several dossiers as one plan: first what would happen to each and why, then, confirmed, exactly that or nothing."""

from typing import Any

from fastapi.responses import Response

from engine.context import Context
from engine.foreseen import MOST, Asked, Foreseen, carry_out, choices, foresee
from engine.steps import Request
from engine.views import eyes_in
from rules.errors import MalformedError
from rules.lifecycle import Guard
from rules.vocabulary import ACTION_LABELS, Action, State
from web.forms import Form
from web.visit import Pages, Visit, Visiting

router = Pages()
USUAL = 100  # dossiers, unless somebody says how many
REASONS = {Guard.REASON, Guard.CITED_REASON}
DUES = {Guard.DUE_DATE, Guard.LATER_DUE_DATE}


@router.get("/dot/{code}/ke-hoach")
def show_plans(code: str, visit: Visiting) -> Response:
    """What may be done to many at once."""
    return plan_page(visit, visit.context(code))


@router.post("/dot/{code}/ke-hoach")
def look_ahead(code: str, visit: Visiting) -> Response:
    """A dry run: what would happen to each dossier and why; nothing is done."""
    context = visit.context(code, writes=True)
    foreseen = visit.attempt(lambda: foresee(visit.session, context, asked_in(visit.form, context), eyes_in(context)))
    return plan_page(visit, context, foreseen)


@router.post("/dot/{code}/ke-hoach/thuc-hien")
def carry_out_plan(code: str, visit: Visiting) -> Response:
    """What was shown, carried out; when it would be anything else, nothing is, and the new plan is shown."""
    context, form = visit.context(code, writes=True), visit.form

    def done() -> str:
        asked = asked_in(form, context)
        outcome = carry_out(visit.session, context, asked, eyes_in(context), form.text("digest"))
        return " ".join((f"Đã {ACTION_LABELS[asked.action]}: {len(outcome.moved)} hồ sơ.", *outcome.warnings))

    note = visit.attempt(done)
    if note is not None:
        return visit.go(f"/dot/{code}/ke-hoach", note)
    foreseen = visit.attempt(lambda: foresee(visit.session, context, asked_in(form, context), eyes_in(context)))
    return plan_page(visit, context, foreseen)


def plan_page(visit: Visit, context: Context, foreseen: Foreseen | None = None) -> Response:
    """The form, what was typed into it, and what it would do."""
    form, possible = visit.form, choices(context)
    asked: dict[str, Any] = {
        name: form.text(name) for name in ("step", "category", "limit", "reason", "due", "skip", "digest")
    }
    steps = [
        (f"{move.action.value}:{state.value}", move.action, state, bool(REASONS & set(move.only_if)),
         bool(DUES & set(move.only_if)))
        for move in possible
        for state in move.sources
    ]  # fmt: skip
    return visit.page(
        "office/plan.html", steps=list(dict.fromkeys(steps)), categories=context.campaign.categories, asked=asked,
        foreseen=foreseen, most=MOST, usual=USUAL,
    )  # fmt: skip


def asked_in(form: Form, context: Context) -> Asked:
    """The plan a form describes; MalformedError for what is none."""
    action, _, source = form.text("step").partition(":")
    known = {(move.action.value, state.value) for move in choices(context) for state in move.sources}
    if (action, source) not in known:
        raise MalformedError("Hãy chọn việc cần làm.")
    category = form.text("category") or None
    if category is not None:
        context.campaign.category(category)
    return Asked(
        action=Action(action),
        source=State(source),
        category=category,
        limit=form.number("limit") or USUAL,
        skip_refused=form.ticked("skip"),
        request=Request(reason=form.text("reason"), due=form.day("due")),
    )
