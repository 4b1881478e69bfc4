"""The form of a dossier: filled in, kept while it is typed, saved; findings answered beside their fields."""

from fastapi.responses import Response

from engine.context import Context, may_act
from engine.desk import progress_view, unit_eyes
from engine.dossier import Dossier, load_dossier
from engine.editing import WRITERS
from engine.filling import Posted, Saved, form_of, note, save
from engine.form_view import Sheet, form_view, open_form, shown_again
from engine.views import note_sight
from rules.errors import StaleError
from rules.vocabulary import EDITABLE
from web.pages.unit_posted import posted_in
from web.pages.unit_sheet import kept_part, missing, said_of
from web.visit import Pages, Visit, Visiting

router = Pages()
MOVED = "Hồ sơ đã được sửa ở nơi khác từ khi bạn mở biểu mẫu này. Chưa ghi gì; nội dung bạn nhập vẫn còn dưới đây."


@router.get("/ho-so/{identity}/sua")
def show_form(identity: str, visit: Visiting) -> Response:
    """The form, with what was typed into it and not saved; once the dossier was sent, its page."""
    context, dossier = written(visit, identity)
    if dossier.state not in EDITABLE:
        return visit.go(f"/ho-so/{identity}")
    return form_page(visit, context, dossier, open_form(visit.session, context, dossier, visit.began))


@router.post("/ho-so/{identity}/sua")
def save_form(identity: str, visit: Visiting) -> Response:
    """Save what is good; if the dossier moved meanwhile, nothing, and the form shows both values of each field."""
    context, dossier = written(visit, identity, writes=True)
    posted = posted_in(visit.form, context, dossier.kind, form_of(identity))
    saved = visit.attempt(lambda: save(visit.session, context, identity, posted, visit.began))
    if saved is not None and not saved.meanwhile:
        return visit.go(f"/ho-so/{identity}/sua", said_of(saved))
    if saved is not None:
        visit.errors.append(StaleError(MOVED))
    return not_saved(visit, context, load_dossier(visit.session, identity), posted, saved)


@router.post("/ho-so/{identity}/nhap")
def keep_form(identity: str, visit: Visiting) -> Response:
    """Keep what is being typed; answers with what is still missing."""
    context, dossier = written(visit, identity)
    posted = posted_in(visit.form, context, dossier.kind, form_of(identity))
    kept = note(visit.session, context, dossier, posted, visit.began)
    lacks = missing(visit, context, dossier.category, dossier, posted.texts) if dossier.state in EDITABLE else None
    return kept_part(visit, kept=kept, missing=lacks)


def written(visit: Visit, identity: str, *, writes: bool = False) -> tuple[Context, Dossier]:
    """A dossier that the account writes; another unit's is none, or, for who sees it, not theirs to write."""
    context, dossier, _ = visit.seen(identity, writes=writes)
    may_act(context, WRITERS, dossier.unit)
    return context, dossier


def not_saved(visit: Visit, context: Context, dossier: Dossier, posted: Posted, saved: Saved | None) -> Response:
    """The form as it was sent; what was refused altogether is kept as typed, too."""
    if saved is None:
        note(visit.session, context, dossier, posted, visit.began)
        saved = Saved(id=dossier.id, version=posted.version)  # what it is by now may be none of the unit's business
    return form_page(visit, context, dossier, shown_again(context, dossier, posted, saved))


def form_page(visit: Visit, context: Context, dossier: Dossier, sheet: Sheet) -> Response:
    """The form of a dossier; that a CCCD number was shown goes on the trail."""
    eyes = unit_eyes(context)
    note_sight(visit.session, context, dossier, eyes)
    progress = progress_view(context, dossier, eyes)
    lacks = missing(visit, context, dossier.category, dossier, sheet.texts) if progress["editable"] else None
    return visit.page(
        "unit/form.html",
        form=form_view(context, dossier.kind, sheet, dossier),
        heading=dossier.name,
        action=f"/ho-so/{dossier.id}/sua",
        autosave=f"/ho-so/{dossier.id}/nhap",
        back=f"/ho-so/{dossier.id}",
        dossier={"id": dossier.id, "name": dossier.name, **progress},
        missing=lacks,
    )
