"""What may still happen to a signed decision: a correction (đính chính), or the revocation of one award."""

from datetime import date

from sqlalchemy import insert, text
from sqlmodel import Session

from engine import registers
from engine.context import Context, may_act
from engine.decisions import CHAIRMAN, SYMBOL, Moved, begin, decision_words, required, settle
from engine.plans import Outcome
from engine.steps import Request, take_step
from models.campaigns import Amendment, Decision
from rules.decision import DecisionAction, DecisionState
from rules.errors import EvidenceRefusedError, NotFoundError, StateRefusedError
from rules.guards import has_reason
from rules.vocabulary import Action, Role


def correct(session: Session, context: Context, number: str, dated: date, reason: str) -> Moved:
    """Record a correction (đính chính) of the signed decision: number, date, and what it corrects."""
    decision = required(session, context)
    acting = begin(context, decision, DecisionAction.CORRECT)
    written = amend(session, context, decision, "correction", number, dated, reason, None)
    values = {"state": DecisionState.CORRECTED}
    public = {"number": written, "dated": dated.isoformat()}
    return Moved(decision=settle(session, context, decision, "correct", acting, values, public, {"what": reason}))


def amend(
    session: Session,
    context: Context,
    decision: Decision,
    kind: str,
    number: str,
    dated: date,
    reason: str,
    nomination_id: str | None,
) -> str:
    """Enter an amending document in the Chairman's register; returns its number as written."""
    if not has_reason(reason):
        raise EvidenceRefusedError("Phải nêu nội dung và căn cứ (--reason).")
    if dated > context.today:
        raise StateRefusedError(f"Ngày ký {dated:%d/%m/%Y} sau hôm nay {context.today:%d/%m/%Y}.")
    if decision.dated and dated < decision.dated:
        raise StateRefusedError(f"Ngày ký {dated:%d/%m/%Y} trước ngày của quyết định {decision.dated:%d/%m/%Y}.")
    parsed = registers.parse_number(number, SYMBOL)
    row = {
        "decision_id": decision.id,
        "kind": kind,
        "nomination_id": nomination_id,
        "number": str(parsed),
        "dated": dated,
        "reason": reason,
    }
    registers.enter(session, CHAIRMAN, parsed, dated, f"decision:{decision.id}")
    session.execute(insert(Amendment).values(row))
    return str(parsed)


def revoke(session: Session, context: Context, nomination_id: str, number: str, dated: date, reason: str) -> Moved:
    """Revoke one award by a numbered decision, on a ground of Luật Đ93.2."""
    decision = required(session, context)
    if decision.state not in {DecisionState.SIGNED, DecisionState.CORRECTED}:
        raise StateRefusedError("Quyết định chưa được ký ban hành nên không có gì để thu hồi.")
    on_it = text("SELECT 1 FROM nomination WHERE id = :id AND campaign_id = :campaign")
    if session.scalar(on_it, {"id": nomination_id, "campaign": context.campaign_id}) is None:
        raise NotFoundError(f"Không có hồ sơ “{nomination_id}” trong đợt khen thưởng này.")
    may_act(context, (Role.DECISION_CLERK,))
    written = amend(session, context, decision, "revocation", number, dated, reason, nomination_id)
    request = Request(
        reason=reason,
        decision=decision_words(decision),
        revoking=f"số {written} ngày {dated:%d/%m/%Y}",
        note={"revoking": written},
    )
    taken = take_step(session, context, nomination_id, Action.REVOKE, request)
    return Moved(decision=decision, outcome=Outcome(moved=(taken,), refused=()))
