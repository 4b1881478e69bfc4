"""The unit's own letter over its dossiers: printed for signing by hand, then its number and day entered in all."""

import hashlib
from io import BytesIO
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Query, Response
from pydantic import AfterValidator

from engine.desk import unit_eyes
from engine.nominating import chosen_dossiers, enter_letter, unit_letter
from engine.papers.nominating import signer
from web.api.asked import Code, Key, words
from web.api.asked_of_units import MOST_CHOSEN, Chosen, LetterAsked
from web.api.once import Done, given, once
from web.api.reading import Reading
from web.api.told import PLAYED, WRITES, declared, download
from web.api.told_of_units import LetterEntered
from web.handing import handed
from web.work import SignedIn

router = APIRouter(tags=["Đợt khen thưởng"], prefix="/campaigns/{code}/unit-letters")
PDF = "application/pdf"
Ids: TypeAlias = Annotated[
    list[Chosen], Query(alias="nomination", min_length=1, max_length=MOST_CHOSEN, description="Mã các hồ sơ.")
]
Lines: TypeAlias = Annotated[
    str, Query(max_length=400, description="Quyền hạn, chức vụ người ký, mỗi dòng một ý."), AfterValidator(words)
]
Signed: TypeAlias = Annotated[str, Query(max_length=100, description="Họ tên người ký."), AfterValidator(words)]


@router.get(
    "/print",
    response_class=Response,
    responses={**download(PDF), **declared(*PLAYED, 403, 404)},
    summary="Tờ trình của đơn vị về các hồ sơ này, để ký.",
)
def print_letter(code: Code, work: Reading, ids: Ids, lines: Lines = "", name: Signed = "") -> Response:
    """The letter over the chosen dossiers, as PDF."""
    context = work.context(code)
    chosen = chosen_dossiers(work.session, context, ids, unit_eyes(context))
    made = unit_letter(work.session, context, chosen, signer(lines, name))
    return handed(BytesIO(made), PDF, "to-trinh-don-vi.pdf", hashlib.sha256(made).hexdigest())


@router.post(
    "",
    response_model=LetterEntered,
    responses=declared(*WRITES),
    summary="Ghi số, ngày tờ trình của đơn vị vào các hồ sơ: tất cả hoặc không hồ sơ nào.",
)
def number_letter(code: Code, asked: LetterAsked, work: SignedIn, key: Key = None) -> Response:
    """Enter the letter's number and day in every dossier it carries."""

    def do() -> Done:
        context = work.context(code, writes=True, today=asked.today)
        chosen = chosen_dossiers(work.session, context, asked.nominations, unit_eyes(context))
        letter = enter_letter(work.session, context, chosen, asked.number, asked.date)
        return given({"letter": letter, "nominations": [dossier.id for dossier in chosen]})

    return once(work, key, {"unit letter": code}, asked, do)
