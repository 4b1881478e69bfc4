"""Third-party checks of many dossiers: one letter asks about several nominees, and one answers about several."""

from typing import Any

from fastapi.responses import Response

from engine import checkable, checking
from engine.checkable import Standing, Wanted
from engine.review import CHECKABLE
from engine.views import eyes_in, require_overview
from rules.errors import MalformedError
from rules.vocabulary import CHECK_RESULT_LABELS, State
from web.forms import Form
from web.pages.checks import result_in
from web.visit import Pages, Visit, Visiting

router = Pages()


@router.get("/dot/{code}/xac-minh")
def show(code: str, visit: Visiting) -> Response:
    """Dossiers and where their checks stand, with the forms to ask and to record."""
    return many_page(visit, code)


@router.post("/dot/{code}/xac-minh")
def act(code: str, visit: Visiting) -> Response:
    """Ask an agency about the chosen dossiers, or record what it answered about them."""
    require_overview(eyes_in(visit.context(code)))
    done = visit.attempt(lambda: acted(visit, code))
    if done is None:
        return many_page(visit, code)
    back = visit.request.url.query
    return visit.go(f"/dot/{code}/xac-minh" + (f"?{back}" if back else ""), done)


def acted(visit: Visit, code: str) -> str:
    """Do it to all of them or to none; returns what to say of it."""
    form, context = visit.form, visit.context(code, writes=True)
    ids, agency = chosen(form), form.text("agency")
    if form.text("do") == "answer":
        result = result_in(form)
        count = checking.record_for_several(visit.session, context, ids, agency, result, form.text("text"))
        return f"Đã ghi nhận trả lời của {agency} cho {count} hồ sơ: {CHECK_RESULT_LABELS[result]}."
    asked, before = checking.ask_about_several(visit.session, context, ids, agency)
    already = f" {before} hồ sơ đã được hỏi từ trước." if before else ""
    return f"Đã lấy ý kiến của {agency} về {asked} hồ sơ.{already}"


def chosen(form: Form) -> list[str]:
    """The dossiers ticked, or all that the page listed."""
    return form.many("listed") if form.ticked("all") else form.many("dossier")


def many_page(visit: Visit, code: str) -> Response:
    """The page; after a refusal with what was chosen and typed."""
    context = visit.context(code)
    require_overview(eyes_in(context))
    wanted = wanted_in(visit)
    lines, after = checkable.lines_of(visit.session, context, wanted)
    query = {"trang-thai": wanted.state.value, "co-quan": wanted.agency}
    query["tinh-hinh"] = wanted.standing.value if wanted.standing else ""
    return visit.page(
        "many_checks.html",
        lines=lines,
        after=after,
        wanted=wanted,
        query=query,
        states=CHECKABLE,
        standings=checkable.STANDING_LABELS,
        suggested=checking.suggested(context),
        may=checking.may_check(context),
        categories={category.key: category.title for category in context.campaign.categories},
        chosen=set(chosen(visit.form)) if visit.errors else set(),
        typed={name: visit.form.text(name) if visit.errors else "" for name in ("agency", "result", "text", "do")},
    )


def wanted_in(visit: Visit) -> Wanted:
    """What the address asks for; MalformedError for a state or standing there is none of."""
    asked: Any = visit.request.query_params
    try:
        state = State(asked.get("trang-thai") or State.IN_APPRAISAL)
        standing = Standing(asked["tinh-hinh"]) if asked.get("tinh-hinh") else None
    except ValueError as error:
        raise MalformedError("Bộ lọc không đúng dạng.") from error
    return Wanted(state=state, agency=asked.get("co-quan", "").strip(), standing=standing, after=asked.get("sau"))
