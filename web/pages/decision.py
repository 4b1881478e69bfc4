"""The decision: its list against quota and money, and every step of it from opening to revoking one award."""

from fastapi.responses import Response

from engine.chronicle.searching import reader_in
from engine.chronicle.soundness import soundness
from engine.chronicle.telling import entries_of
from engine.deciding import desk_of, require_mark
from engine.papers.ordering import catalogue
from engine.plans import Outcome
from engine.views import eyes_in, require_overview
from rules.errors import StateRefusedError
from web.pages.decision_steps import step_in
from web.visit import Pages, Visit, Visiting

router = Pages()
TYPED = ("action", "reason", "number", "dated", "signer", "nomination")


@router.get("/dot/{code}/quyet-dinh")
def show(code: str, visit: Visiting) -> Response:
    """The decision as it stands."""
    return decision_page(visit, code)


@router.post("/dot/{code}/quyet-dinh")
def act(code: str, visit: Visiting) -> Response:
    """Do one thing with the decision; refused, the same page says why, dossier by dossier."""
    require_overview(eyes_in(visit.context(code)))
    refused: list[Outcome] = []
    note = visit.attempt(lambda: acted(visit, code, refused))
    if note is None:
        return decision_page(visit, code, refused[-1] if refused else None)
    return visit.go(f"/dot/{code}/quyet-dinh", note)


def acted(visit: Visit, code: str, refused: list[Outcome]) -> str:
    """Do it, nobody else moving a dossier meanwhile; returns what to say. A plan with refusals is undone whole."""
    context = visit.context(code, writes=True, exclusive=True)
    step = step_in(visit.form)
    require_mark(visit.session, context, visit.form.text("mark"))
    outcome = step.do(visit.session, context, visit.form)
    if outcome.refused:
        refused.append(outcome)
        raise StateRefusedError(
            f"{len(outcome.refused)} hồ sơ bị từ chối nên chưa ghi gì; lý do của từng hồ sơ ở dưới."
        )
    return " ".join((step.done.format(count=len(outcome.moved)), *outcome.warnings))


def decision_page(visit: Visit, code: str, refused: Outcome | None = None) -> Response:
    """The page; after a refusal with what was typed, and with the dossiers that stand in the way."""
    context = visit.context(code)
    desk = desk_of(visit.session, context, eyes_in(context))
    subject = f"decision:{desk.decision.id}" if desk.decision else ""
    names = {one.id: one.name for one in desk.lines} | {one.id: one.name for one in desk.joining}
    return visit.page(
        "decision.html",
        desk=desk,
        categories={category.key: category.title for category in context.campaign.categories},
        papers=catalogue(code) if desk.decision and desk.decision.content else {},
        checkpoint=soundness(visit.session).checkpoint,
        history=entries_of(visit.session, reader_in(context), subject) if subject else (),
        refused=[(names.get(one.id, one.id), one) for one in refused.refused] if refused else [],
        typed={name: visit.form.text(name) if visit.errors else "" for name in TYPED},
    )
