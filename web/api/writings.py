"""What people put on one dossier besides moving it: answers, corrections, points, conclusions, checks."""

from collections.abc import Callable
from typing import Annotated, TypeAlias

from fastapi import APIRouter, Depends, Response

from engine import editing, recusal, review
from engine.context import Context
from engine.dossier import Dossier, load_dossier, lock_dossier
from engine.eyes import Eyes
from engine.standing import settle
from engine.views import standing_of
from rules.errors import MalformedError, StaleError
from web.api.asked import (
    AnswerAsked,
    CheckAsked,
    CorrectionAsked,
    FieldsAsked,
    Identity,
    IfMatch,
    JudgementAsked,
    Key,
    RecusalAsked,
    ReplyAsked,
    ScoreAsked,
    SettlementAsked,
    Written,
    version_in,
)
from web.api.once import Done, given, once
from web.api.told import VERSIONED, WRITES, Declared, declared
from web.api.told_dossiers import ChangedTold
from web.errors import PreconditionError
from web.work import SignedIn

router = APIRouter(tags=["Hồ sơ"], prefix="/nominations/{id}")
ANSWERS: Declared = {**declared(*WRITES, 412), **VERSIONED}
Do: TypeAlias = Callable[[Context], Dossier | None]


class Writing:
    """One request that puts something on a dossier; under a key it is done once, at a version or not at all."""

    def __init__(self, identity: Identity, work: SignedIn, key: Key = None, if_match: IfMatch = None) -> None:
        """Keep what every such request carries."""
        self.identity, self.work, self.key, self.if_match = identity, work, key, if_match

    def carry_out(self, what: str, asked: Written, do: Do) -> Response:
        """Do it once; `what` names it among the requests a key may stand for."""
        named = {what: self.identity, "if_match": self.if_match}
        return once(self.work, self.key, named, asked, lambda: self.done(asked, do))

    def done(self, asked: Written, do: Do) -> Done:
        """Do it to a dossier these eyes see, at the version they saw; tell the version it has now."""
        context, _, eyes = self.work.seen(self.identity, writes=True, today=asked.today)
        self.require_version(asked, context, lock_dossier(self.work.session, self.identity), eyes)
        dossier = do(context) or load_dossier(self.work.session, self.identity)
        version = standing_of(context, dossier, eyes)[1]
        return given({"id": dossier.id, "version": version}, version)

    def require_version(self, asked: Written, context: Context, dossier: Dossier, eyes: Eyes) -> None:
        """StaleError or PreconditionError for another version; eyes that may see none are told of none."""
        matched = version_in(self.if_match)
        if None not in {matched, asked.expected_version} and matched != asked.expected_version:
            raise MalformedError("If-Match và expected_version nêu hai phiên bản khác nhau.")
        expected = asked.expected_version if matched is None else matched
        present = standing_of(context, dossier, eyes)[1]
        if present is not None and expected not in {None, present}:
            message = f"Hồ sơ đã thay đổi (phiên bản {present}, bạn đang xem phiên bản {expected})."
            raise StaleError(message) if matched is None else PreconditionError(message)


Writes: TypeAlias = Annotated[Writing, Depends(Writing, scope="function")]


@router.post("/fields", response_model=ChangedTold, responses=ANSWERS, summary="Đơn vị sửa nội dung hồ sơ của mình.")
def set_fields(asked: FieldsAsked, writes: Writes) -> Response:
    """The unit changes its own draft or returned dossier."""
    session, identity = writes.work.session, writes.identity
    return writes.carry_out("fields", asked, lambda c: editing.set_fields(session, c, identity, asked.fields))


@router.post("/corrections", response_model=ChangedTold, responses=ANSWERS, summary="Chỉnh sửa lỗi văn bản.")
def correct_fields(asked: CorrectionAsked, writes: Writes) -> Response:
    """A reviewer corrects a clerical slip, without moving the dossier."""
    session, identity = writes.work.session, writes.identity
    return writes.carry_out(
        "corrections", asked, lambda c: editing.correct_fields(session, c, identity, asked.fields, asked.reason)
    )


@router.post("/scores", response_model=ChangedTold, responses=ANSWERS, summary="Chấm điểm.")
def give_score(asked: ScoreAsked, writes: Writes) -> Response:
    """A reviewer's own points; given again, they replace the earlier ones."""
    session, identity = writes.work.session, writes.identity
    return writes.carry_out("scores", asked, lambda c: review.score(session, c, identity, asked.points))


@router.post("/recusals", response_model=ChangedTold, responses=ANSWERS, summary="Xin không tham gia xét hồ sơ.")
def recuse(asked: RecusalAsked, writes: Writes) -> Response:
    """Whoever asks judges this dossier no more."""
    session, identity = writes.work.session, writes.identity
    return writes.carry_out("recusals", asked, lambda c: recusal.recuse(session, c, identity, asked.reason).dossier)


@router.post("/judgements", response_model=ChangedTold, responses=ANSWERS, summary="Kết luận về một tiêu chí.")
def give_judgement(asked: JudgementAsked, writes: Writes) -> Response:
    """The review office settles an unknown that is its to judge."""
    session, identity, passed = writes.work.session, writes.identity, asked.verdict == "pass"
    return writes.carry_out(
        "judgements",
        asked,
        lambda c: review.judge(session, c, identity, asked.rule, passed=passed, reason=asked.reason),
    )


@router.post("/answers", response_model=ChangedTold, responses=ANSWERS, summary="Trả lời một nội dung được yêu cầu.")
def answer_finding(asked: AnswerAsked, writes: Writes) -> Response:
    """Whoever a finding is addressed to answers it."""
    session, identity = writes.work.session, writes.identity
    return writes.carry_out(
        "answers", asked, lambda c: review.answer_finding(session, c, identity, asked.anchor, asked.text)
    )


@router.post("/checks", response_model=ChangedTold, responses=ANSWERS, summary="Lấy ý kiến một cơ quan.")
def ask_agency(asked: CheckAsked, writes: Writes) -> Response:
    """Ask a third party about the nominee (NĐ152 Đ4.4; QĐ86 Đ10.2)."""
    session, identity = writes.work.session, writes.identity
    return writes.carry_out("checks", asked, lambda c: review.ask_agency(session, c, identity, asked.agency))


@router.post("/checks/replies", response_model=ChangedTold, responses=ANSWERS, summary="Ghi ý kiến của một cơ quan.")
def record_reply(asked: ReplyAsked, writes: Writes) -> Response:
    """Record what an agency answered."""
    session, identity = writes.work.session, writes.identity
    return writes.carry_out(
        "replies",
        asked,
        lambda c: review.record_reply(session, c, identity, asked.agency, asked.result, asked.text),
    )


@router.post(
    "/settlements", response_model=ChangedTold, responses=ANSWERS, summary="Phân định thứ tự hai hồ sơ ngang nhau."
)
def settle_tie(asked: SettlementAsked, writes: Writes) -> Response:
    """The review head puts this dossier above another with which it ties."""
    session, identity = writes.work.session, writes.identity

    def do(context: Context) -> None:
        writes.work.seen(asked.above)
        settle(session, context, identity, asked.above, asked.reason)

    return writes.carry_out("settlements", asked, do)
