"""Dossiers: found, looked at, explained, moved."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import AfterValidator

from engine.answers import taken_view
from engine.browsing import Wanted, page_of
from engine.eyes import OF_A_UNIT
from engine.filling import begin_whole
from engine.histories import history_of
from engine.meanwhile import require_unmoved
from engine.plans import require_plain
from engine.screened import explained_view
from engine.steps import take_step
from engine.views import nomination_view, note_sight, standing_of
from rules.errors import MalformedError, StaleError
from rules.vocabulary import State
from web.api.asked import Category, Code, DraftAsked, Identity, IfMatch, Key, StepAsked, version_in, words
from web.api.once import Done, given, once
from web.api.reading import Reading
from web.api.told import PLAYED, VERSIONED, WRITES, declared
from web.api.told_dossiers import ChangedTold, Explanation, NominationPage, NominationTold, StepTold, TrailTold
from web.errors import PreconditionError
from web.work import SignedIn, Work

router = APIRouter(tags=["Hồ sơ"])
LARGEST_PAGE = 200
Text = AfterValidator(words)


@router.get(
    "/nominations",
    response_model=NominationPage,
    responses=declared(*PLAYED, 404),
    summary="Tìm hồ sơ, từng trang theo thứ tự đến.",
)
def list_nominations(
    work: Reading,
    campaign: Annotated[str | None, Query(max_length=200, description="Mã đợt khen thưởng."), Text] = None,
    state: Annotated[State | None, Query(description="Trạng thái mà tài khoản này thấy.")] = None,
    category: Category | None = None,
    q: Annotated[str, Query(max_length=200, description="Đầu các từ của tên, không cần dấu; hoặc mã."), Text] = "",
    cursor: Annotated[str | None, Query(max_length=200, description="Từ câu trả lời trước."), Text] = None,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="Số hồ sơ mỗi trang.")] = 50,
) -> dict[str, Any]:
    """The dossiers the account sees of those looked for, a page at a time; `today` only with a `campaign`."""
    wanted = Wanted(
        campaign=campaign, state=state, category=category, search=q, cursor=cursor, size=limit, today=work.day
    )
    page = page_of(work.session, work.account.name, wanted)
    return {"nominations": page.nominations, "cursor": page.cursor}


@router.post(
    "/campaigns/{code}/nominations",
    response_model=ChangedTold,
    responses={**declared(*WRITES), **VERSIONED},
    summary="Lập một hồ sơ mới (bản nháp).",
)
def begin_draft(code: Code, asked: DraftAsked, work: SignedIn, key: Key = None) -> Response:
    """The unit begins a dossier; MalformedError tells of every answer that cannot be read, and then there is none."""

    def do() -> Done:
        context = work.context(code, writes=True, today=asked.today)
        identity = begin_whole(work.session, context, asked.category, asked.fields)
        return given({"id": identity, "version": 1}, 1)

    return once(work, key, {"draft": code}, asked, do)


@router.get(
    "/nominations/{id}",
    response_model=NominationTold,
    responses={**declared(*PLAYED, 404), **VERSIONED},
    summary="Một hồ sơ: nội dung, giấy tờ, yêu cầu, quá trình xử lý.",
)
def show_nomination(identity: Identity, work: Reading, response: Response) -> dict[str, Any]:
    """One dossier as the account sees it; that a CCCD number was shown goes on the trail."""
    context, dossier, eyes = work.seen(identity)
    view = nomination_view(work.session, context, dossier, eyes)
    note_sight(work.session, context, dossier, eyes)
    stamp(response, view["version"])
    return view


@router.get(
    "/nominations/{id}/trail",
    response_model=TrailTold,
    responses={**declared(*PLAYED, 404), **VERSIONED},
    summary="Nhật ký của một hồ sơ.",
)
def show_trail(identity: Identity, work: Reading, response: Response) -> dict[str, Any]:
    """What happened to a dossier, oldest first; a unit reads what the unit did."""
    context, dossier, eyes = work.seen(identity)
    stamp(response, standing_of(context, dossier, eyes)[1])
    roles = () if eyes.overview else OF_A_UNIT
    return {"id": dossier.id, "trail": history_of(work.session, dossier, only_roles=roles)}


@router.get(
    "/nominations/{id}/explain",
    response_model=Explanation,
    responses={**declared(*PLAYED, 404), **VERSIONED},
    summary="Các tiêu chí nói gì, và cần gì để đủ điều kiện.",
)
def explain_nomination(identity: Identity, work: Reading, response: Response) -> dict[str, Any]:
    """What the rules find of a dossier today, and what would make it eligible."""
    context, dossier, eyes = work.seen(identity)
    view = explained_view(context, dossier, eyes)
    stamp(response, standing_of(context, dossier, eyes)[1])
    return view


@router.post(
    "/nominations/{id}/steps",
    response_model=StepTold,
    responses={**declared(*WRITES, 412), **VERSIONED},
    summary="Một bước với một hồ sơ.",
)
def make_step(
    identity: Identity, asked: StepAsked, work: SignedIn, key: Key = None, if_match: IfMatch = None
) -> Response:
    """Take one step of one dossier. Without a version, it must not have moved since the request arrived."""
    what = {"step": identity, "if_match": if_match}
    return once(work, key, what, asked, lambda: stepped(work, identity, asked, version_in(if_match)))


def stepped(work: Work, identity: str, asked: StepAsked, matched: int | None) -> Done:
    """The step, taken."""
    require_plain(asked.action)
    if None not in {matched, asked.expected_version} and matched != asked.expected_version:
        raise MalformedError("If-Match và expected_version nêu hai phiên bản khác nhau.")
    context, dossier, _ = work.seen(identity, writes=True, today=asked.today)
    expected = asked.expected_version if matched is None else matched
    request = asked.request(dossier.version if expected is None else expected)
    try:
        taken = take_step(work.session, context, identity, asked.action, request)
    except StaleError as error:
        raise (error if matched is None else PreconditionError(error.message)) from error
    if expected is None:
        require_unmoved(work.session, taken, work.began)
    return given(taken_view(taken), taken.version)


def stamp(response: Response, version: int | None) -> None:
    """The version as ETag, for eyes that may see it."""
    if version is not None:
        response.headers["ETag"] = f'"{version}"'
