"""A new dossier: its form before there is one."""

from fastapi.responses import Response

from engine.context import Context
from engine.filling import Saved, begin, new_form, note
from engine.form_view import Sheet, form_view, open_new, shown_again
from rules.errors import MalformedError
from web.pages.unit_posted import posted_in
from web.pages.unit_sheet import kept_part, missing, said_of
from web.visit import Pages, Visit, Visiting

router = Pages()
NOTHING_YET = (
    "Chưa lập được hồ sơ: tên, đơn vị đề nghị và ngày sinh (của cá nhân) phải đúng. Nội dung đã nhập được giữ lại."
)


@router.get("/dot/{code}/don-vi/moi/{category}")
def show_new(code: str, category: str, visit: Visiting) -> Response:
    """The empty form, or what was typed into it last."""
    context = visit.context(code)
    return new_page(visit, context, category, open_new(visit.session, context, category, visit.began))


@router.post("/dot/{code}/don-vi/moi/{category}")
def begin_dossier(code: str, category: str, visit: Visiting) -> Response:
    """Begin the dossier; where its name, unit or birth date will not do, the form again with every problem."""
    context = visit.context(code, writes=True)
    kind = context.campaign.category(category).kind
    posted = posted_in(visit.form, context, kind, new_form(context, category))
    saved = visit.attempt(lambda: begin(visit.session, context, category, posted, visit.began))
    if saved is not None and saved.id is not None:
        return visit.go(f"/ho-so/{saved.id}/sua", said_of(saved))
    if saved is not None:
        visit.errors.append(MalformedError(NOTHING_YET))
    sheet = shown_again(context, None, posted, saved or Saved(id=None, version=None))
    return new_page(visit, context, category, sheet)


@router.post("/dot/{code}/don-vi/moi/{category}/nhap")
def keep_new(code: str, category: str, visit: Visiting) -> Response:
    """Keep what is being typed; answers with what is still missing."""
    context = visit.context(code)
    kind = context.campaign.category(category).kind
    posted = posted_in(visit.form, context, kind, new_form(context, category))
    kept = note(visit.session, context, None, posted, visit.began)
    return kept_part(visit, kept=kept, missing=missing(visit, context, category, None, posted.texts))


def new_page(visit: Visit, context: Context, category: str, sheet: Sheet) -> Response:
    """The form of a dossier that does not exist yet."""
    found, desk = context.campaign.category(category), f"/dot/{context.campaign.code}/don-vi"
    return visit.page(
        "unit/form.html",
        form=form_view(context, found.kind, sheet),
        heading=found.title,
        action=f"{desk}/moi/{category}",
        autosave=f"{desk}/moi/{category}/nhap",
        back=desk,
        dossier=None,
        missing=missing(visit, context, category, None, sheet.texts),
    )
