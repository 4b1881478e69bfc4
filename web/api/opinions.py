"""Third-party checks of many dossiers: one letter asks about several nominees, and one answers about several."""

from typing import Annotated, Any, TypeAlias

from fastapi import APIRouter, Query, Response
from pydantic import AfterValidator

from engine import checkable, checking
from engine.checkable import Line, Standing, Wanted
from engine.views import eyes_in, require_overview
from rules.vocabulary import State
from web.api.asked import Code, Key, words
from web.api.asked_of_several import AnswersAsked, SeveralAskedAbout
from web.api.once import Done, given, once
from web.api.reading import Reading
from web.api.told import PLAYED, WRITES, declared
from web.api.told_overview import ChecksTold, SeveralAsked, SeveralRecorded
from web.work import SignedIn

router = APIRouter(tags=["Đợt khen thưởng"], prefix="/campaigns/{code}/checks")
Text: TypeAlias = Annotated[str, Query(max_length=200), AfterValidator(words)]


@router.get(
    "",
    response_model=ChecksTold,
    responses=declared(*PLAYED, 403, 404),
    summary="Hồ sơ và ý kiến các cơ quan về từng hồ sơ.",
)
def list_checks(
    code: Code,
    work: Reading,
    state: State = State.IN_APPRAISAL,
    agency: Text = "",
    standing: Annotated[Standing | None, Query(description="Ý kiến của cơ quan đã nêu.")] = None,
    after: Annotated[
        str | None, Query(max_length=200, description="Từ câu trả lời trước."), AfterValidator(words)
    ] = None,
) -> dict[str, Any]:
    """One page of the dossiers in a state, for those who see every unit's."""
    context = work.context(code)
    require_overview(eyes_in(context))
    asked = Wanted(state=state, agency=agency, standing=standing, after=after)
    lines, following = checkable.lines_of(work.session, context, asked)
    return {"nominations": [line_view(one) for one in lines], "after": following}


def line_view(line: Line) -> dict[str, Any]:
    """One dossier as data."""
    checks = [{"agency": agency, "result": result.value if result else None} for agency, result in line.checks]
    named = {"id": line.id, "name": line.name, "category": line.category, "state": line.state.value}
    return {**named, "unit_name": line.unit_name, "checks": checks, "unasked": list(line.unasked)}


@router.post(
    "",
    response_model=SeveralAsked,
    responses=declared(*WRITES),
    summary="Lấy ý kiến một cơ quan về nhiều hồ sơ: tất cả hoặc không hồ sơ nào.",
)
def ask_about_several(code: Code, asked: SeveralAskedAbout, work: SignedIn, key: Key = None) -> Response:
    """One letter asks about several nominees; those the agency was asked about before are left alone."""

    def do() -> Done:
        require_overview(eyes_in(work.context(code)))
        context = work.context(code, writes=True, today=asked.today)
        done, before = checking.ask_about_several(work.session, context, asked.nominations, asked.agency)
        return given({"agency": asked.agency, "asked": done, "before": before})

    return once(work, key, {"checks": code}, asked, do)


@router.post(
    "/replies",
    response_model=SeveralRecorded,
    responses=declared(*WRITES),
    summary="Ghi ý kiến của một cơ quan về nhiều hồ sơ: tất cả hoặc không hồ sơ nào.",
)
def record_for_several(code: Code, asked: AnswersAsked, work: SignedIn, key: Key = None) -> Response:
    """One letter answers about several nominees."""

    def do() -> Done:
        require_overview(eyes_in(work.context(code)))
        context = work.context(code, writes=True, today=asked.today)
        done = checking.record_for_several(
            work.session, context, asked.nominations, asked.agency, asked.result, asked.text
        )
        return given({"agency": asked.agency, "recorded": done})

    return once(work, key, {"replies": code}, asked, do)
