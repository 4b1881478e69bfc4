"""What the buttons of the decision's page do, each with what is said when it is done."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from engine import amendments, decisions
from engine.context import Context, campaign_of
from engine.plans import Outcome
from engine.steps import Request, take_step
from rules.errors import MalformedError, NotFoundError
from rules.vocabulary import Action
from web.forms import Form

COMPARE = "Hãy đối chiếu mã băm trên quyết định đã ký với danh sách đã chốt rồi đánh dấu xác nhận."


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it does to the campaign's dossiers, and the sentence for how many of them."""

    do: Callable[[Session, Context, Form], Outcome]
    done: str


def step_in(form: Form) -> Step:
    """The step a button names; MalformedError for none of ours."""
    if form.text("action") not in STEPS:
        raise MalformedError("Không có bước này.")
    return STEPS[form.text("action")]


def document(form: Form) -> tuple[str, date]:
    """Number and date of the document behind a step; MalformedError without them."""
    day = form.day("dated")
    if day is None or not form.text("number"):
        raise MalformedError("Phải ghi số và ngày của văn bản.")
    return form.text("number"), day


def open_list(session: Session, context: Context, _form: Form) -> Outcome:
    """Open the campaign's decision."""
    return decisions.open_decision(session, context).outcome


def enlist(session: Session, context: Context, _form: Form) -> Outcome:
    """Take every approved dossier onto the list."""
    return decisions.enlist(session, context).outcome


def strike(session: Session, context: Context, form: Form) -> Outcome:
    """Take one dossier off the open list."""
    identity = form.text("nomination")
    if campaign_of(session, identity) != context.campaign.code:
        raise NotFoundError(f"Không có hồ sơ “{identity}” trong đợt khen thưởng này.")
    taken = take_step(session, context, identity, Action.STRIKE, Request(reason=form.text("reason")))
    return Outcome(moved=(taken,), refused=())


def freeze(session: Session, context: Context, _form: Form) -> Outcome:
    """Fix the list with its hash."""
    return decisions.freeze(session, context).outcome


def unfreeze(session: Session, context: Context, form: Form) -> Outcome:
    """Open a frozen list again."""
    return decisions.unfreeze(session, context, form.text("reason")).outcome


def cancel(session: Session, context: Context, form: Form) -> Outcome:
    """Give the decision up."""
    return decisions.cancel(session, context, form.text("reason")).outcome


def sign(session: Session, context: Context, form: Form) -> Outcome:
    """Record number, date and signer, of the list whose hash was compared with the paper."""
    if not form.ticked("compared"):
        raise MalformedError(COMPARE)
    return decisions.sign(session, context, *document(form), form.text("signer")).outcome


def correct(session: Session, context: Context, form: Form) -> Outcome:
    """Record a correction of the signed decision."""
    return amendments.correct(session, context, *document(form), form.text("reason")).outcome


def revoke(session: Session, context: Context, form: Form) -> Outcome:
    """Record the decision that takes one award back."""
    identity = form.text("nomination")
    return amendments.revoke(session, context, identity, *document(form), form.text("reason")).outcome


STEPS: dict[str, Step] = {
    "open": Step(open_list, "Đã lập danh sách quyết định."),
    "enlist": Step(enlist, "Đã đưa {count} hồ sơ vào danh sách."),
    "strike": Step(strike, "Đã đưa hồ sơ ra khỏi danh sách."),
    "freeze": Step(freeze, "Đã chốt danh sách."),
    "unfreeze": Step(unfreeze, "Đã mở lại danh sách."),
    "cancel": Step(cancel, "Đã hủy danh sách; {count} hồ sơ trở lại thẩm định đạt."),
    "sign": Step(sign, "Đã ghi nhận quyết định; {count} hồ sơ được tặng Bằng khen."),
    "correct": Step(correct, "Đã ghi nhận văn bản đính chính."),
    "revoke": Step(revoke, "Đã ghi nhận quyết định thu hồi."),
}
