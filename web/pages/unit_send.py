"""The unit's head signs and sends several dossiers at once: first what would happen, then all of them."""

from fastapi.responses import Response

from engine.context import Context
from engine.desk import desk_view, unit_eyes
from engine.plans import Outcome, require_performer
from engine.sending import send, told
from rules.vocabulary import Action
from web.visit import Pages, Visit, Visiting

router = Pages()


@router.get("/dot/{code}/don-vi/nop")
def show_sending(code: str, visit: Visiting) -> Response:
    """The unit's drafts and returned dossiers, to choose from."""
    context = visit.context(code)
    require_performer(context, Action.SUBMIT)
    return choosing_page(visit, context)


@router.post("/dot/{code}/don-vi/nop")
def send_chosen(code: str, visit: Visiting) -> Response:
    """What would happen to the chosen dossiers; sent only by the second form, as they stood in the first."""
    context = visit.context(code, writes=True)
    require_performer(context, Action.SUBMIT)
    tried = visit.attempt(lambda: sent(visit, context))
    if tried is None:
        return choosing_page(visit, context)
    outcome, applied = tried
    if applied:
        return visit.go(f"/dot/{code}/don-vi", f"Đã ký, nộp {len(outcome.moved)} hồ sơ.")
    return outcome_page(visit, context, outcome)


def sent(visit: Visit, context: Context) -> tuple[Outcome, bool]:
    """The plan, tried or carried out."""
    form = visit.form
    versions = {one: form.number(f"version.{one}") for one in form.many("ho-so")}
    skip, dry_run = form.ticked("skip"), not form.ticked("apply")
    return send(visit.session, context, versions, unit_eyes(context), dry_run=dry_run, skip_refused=skip)


def choosing_page(visit: Visit, context: Context) -> Response:
    """The dossiers that lie with the unit."""
    waiting = [one for one in desk_view(visit.session, context) if one["editable"]]
    return visit.page("unit/send.html", dossiers=waiting)


def outcome_page(visit: Visit, context: Context, outcome: Outcome) -> Response:
    """What would happen, with the form that does it."""
    names = {one["id"]: one["name"] for one in desk_view(visit.session, context)}
    form = visit.form
    chosen = [(one, form.text(f"version.{one}")) for one in form.many("ho-so")]
    return visit.page(
        "unit/send_outcome.html",
        told=told(outcome, names),
        warnings=outcome.warnings,
        moving=len(outcome.moved),
        refused=len(outcome.refused),
        chosen=chosen,
    )
