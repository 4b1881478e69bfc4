"""A dossier's answers at an earlier version beside those of today."""

from dataclasses import replace

from fastapi.responses import Response

from engine.context import Context
from engine.form_view import named
from engine.versions import Then, Writing, side_by_side
from engine.views import listed, note_sight
from web.visit import Pages, Visiting

router = Pages()


@router.get("/ho-so/{identity}/phien-ban/{version}")
def compare(identity: str, version: int, visit: Visiting) -> Response:
    """Then and now, for the offices; that a CCCD number was shown goes on the trail."""
    context, dossier, eyes = visit.seen(identity)
    found = side_by_side(visit.session, context, dossier, eyes, version)
    answers = None if found is None else [with_names(context, one) for one in found]
    note_sight(visit.session, context, dossier, eyes)
    return visit.page("office/versions.html", dossier=listed(context, dossier, eyes), version=version, answers=answers)


def with_names(context: Context, one: Then) -> Then:
    """The answer as people read it: the code of a unit or a project with its name."""
    return replace(one, before=named(context, one.field, one.before), now=named(context, one.field, one.now))


def writing_with_names(context: Context, writing: Writing) -> Writing:
    """The same of every difference a writing made."""
    if writing.differences is None:
        return writing
    found = (
        replace(one, before=named(context, one.field, one.before), after=named(context, one.field, one.after))
        for one in writing.differences
    )
    return replace(writing, differences=tuple(found))
