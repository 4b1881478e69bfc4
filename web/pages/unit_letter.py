"""The unit's own letter: printed for signing by hand, then its number and day entered in every dossier it carries."""

from typing import Annotated, TypeAlias

from fastapi import Query
from fastapi.responses import Response

from engine.context import Context
from engine.desk import desk_view, unit_eyes
from engine.dossier import Dossier
from engine.filling import require_writer
from engine.nominating import chosen_dossiers, enter_letter, nominating_unit, unit_letter
from engine.papers.nominating import signer, unit_of, usual_signer
from rules.errors import MalformedError
from web.visit import Pages, Visit, Visiting

router = Pages()
Chosen: TypeAlias = Annotated[list[str] | None, Query(alias="ho-so", max_length=500)]
Lines: TypeAlias = Annotated[str, Query(alias="dong-ky", max_length=400)]
Name: TypeAlias = Annotated[str, Query(alias="ten-ky", max_length=100)]


@router.get("/dot/{code}/don-vi/to-trinh")
def show_letter(code: str, visit: Visiting, ids: Chosen = None) -> Response:
    """The drafts to choose from; once some are chosen, the two things to do with a letter over them."""
    context = visit.context(code)
    require_writer(context)
    if not ids:
        return choosing_page(visit, context)
    chosen = visit.attempt(lambda: letter_over(visit, context, ids))
    return choosing_page(visit, context) if chosen is None else letter_page(visit, context, chosen)


@router.get("/dot/{code}/don-vi/to-trinh.pdf")
def print_letter(code: str, visit: Visiting, ids: Chosen = None, lines: Lines = "", name: Name = "") -> Response:
    """The letter over the chosen dossiers, to be signed by hand."""
    context = visit.context(code)
    made = visit.attempt(
        lambda: unit_letter(visit.session, context, letter_over(visit, context, ids or []), signer(lines, name))
    )
    if made is None:
        return choosing_page(visit, context)
    headers = {"Content-Disposition": 'attachment; filename="to-trinh-don-vi.pdf"'}
    return Response(made, media_type="application/pdf", headers=headers)


@router.post("/dot/{code}/don-vi/to-trinh")
def number_letter(code: str, visit: Visiting) -> Response:
    """Enter the letter's number and day in every dossier it carries, or in none."""
    context = visit.context(code, writes=True)
    ids = visit.form.many("ho-so")
    words = visit.attempt(lambda: entered(visit, context, ids))
    if words is not None:
        return visit.go(f"/dot/{code}/don-vi", f"Đã ghi Tờ trình {words} vào {len(set(ids))} hồ sơ.")
    chosen = visit.attempt(lambda: letter_over(visit, context, ids))
    return choosing_page(visit, context) if chosen is None else letter_page(visit, context, chosen)


def letter_over(visit: Visit, context: Context, ids: list[str]) -> list[Dossier]:
    """The dossiers of these ids, which one unit's letter may carry."""
    chosen = chosen_dossiers(visit.session, context, ids, unit_eyes(context))
    nominating_unit(context, chosen)
    return chosen


def entered(visit: Visit, context: Context, ids: list[str]) -> str:
    """Number and day, entered; MalformedError without a day."""
    dated = visit.form.day("dated")
    if dated is None:
        raise MalformedError("Hãy nhập ngày của tờ trình.")
    return enter_letter(visit.session, context, letter_over(visit, context, ids), visit.form.text("number"), dated)


def choosing_page(visit: Visit, context: Context) -> Response:
    """The unit's dossiers that a letter may still be written over."""
    drafts = [one for one in desk_view(visit.session, context) if one["editable"]]
    return visit.page("unit/letter_choice.html", dossiers=drafts)


def letter_page(visit: Visit, context: Context, chosen: list[Dossier]) -> Response:
    """What to do with the letter over the chosen dossiers."""
    unit = unit_of(visit.session, chosen[0].unit)
    listed = [
        {"id": one.id, "name": one.name, "category": context.campaign.category(one.category).title,
         "letter": one.fields.get("letter")}
        for one in chosen
    ]  # fmt: skip
    typed = {"number": visit.form.text("number"), "dated": visit.form.text("dated")}
    return visit.page("unit/letter.html", chosen=listed, unit=unit, lines="\n".join(usual_signer(unit)), typed=typed)
