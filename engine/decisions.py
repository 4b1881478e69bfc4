"""The decision: opened, filled with what was approved, frozen with a content hash, signed, corrected, cancelled."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text, update
from sqlmodel import Session

from engine import audit, registers, trail
from engine.award_set import canonical_set, current_decision, required_decision, set_hash
from engine.context import Acting, Context, may_act
from engine.dossier import Dossier, load_dossiers, screen_dossier
from engine.papers.printable import require_signable, unprintable
from engine.plans import Outcome, Progress, Refused, quiet, run_plan
from engine.standing import in_ranking_order
from engine.steps import Request, Taken, take_step
from models.campaigns import CampaignRow, Decision
from models.letters import Letter, LetterStatus
from rules.decision import DECISION_LIFE_CYCLE, DecisionAction, DecisionState, find_decision_move
from rules.errors import (
    EvidenceRefusedError,
    MalformedError,
    RuleRefusedError,
    StateRefusedError,
)
from rules.guards import has_reason
from rules.text import nfc_folded
from rules.vocabulary import Action, Overall, State, Verdict

SYMBOL = "QĐ-UBND"
current, required = current_decision, required_decision
CHAIRMAN = "chairman"  # two registers under one symbol: the Committee's and the Chairman's (domain.md §7)


NOTHING_MOVED = Outcome(moved=(), refused=())


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A decision after something was done to it, with what its dossiers did."""

    decision: Decision
    outcome: Outcome = NOTHING_MOVED


def begin(context: Context, decision: Decision | None, action: DecisionAction) -> Acting:
    """Check role and table; returns who acts."""
    row = next(move for move in DECISION_LIFE_CYCLE if move.action is action)
    acting = may_act(context, (row.by,))
    find_decision_move(decision.state if decision else None, action)
    return acting


def settle(
    session: Session,
    context: Context,
    decision: Decision,
    action: str,
    acting: Acting,
    values: Mapping[str, Any],
    public: Mapping[str, Any],
    private: Mapping[str, Any] | None = None,
) -> Decision:
    """Write the decision's new values and its trail entry."""
    for name, value in values.items():
        setattr(decision, name, value)
    session.add(decision)
    session.flush()
    trail.append(
        session,
        context,
        f"decision:{decision.id}",
        f"decision:step:{action}",
        acting=acting,
        public={"to": decision.state.value, "version": decision.version, **public},
        private=private,
    )
    return decision


def open_decision(session: Session, context: Context) -> Moved:
    """Open the campaign's decision."""
    present = current(session, context)
    acting = begin(context, present, DecisionAction.OPEN)
    decision = Decision(campaign_id=context.campaign_id, state=DecisionState.OPEN, version=1)
    session.add(decision)
    session.flush()
    public = {"campaign": context.campaign.code}
    return Moved(decision=settle(session, context, decision, "open", acting, {}, public))


def enlist(session: Session, context: Context, progress: Progress = quiet) -> Moved:
    """Take every approved dossier onto the open list; all or nothing."""
    decision = required(session, context)
    request = Request(decision_id=decision.id, note={"decision": decision.id})
    dossiers = in_ranking_order(session, context, load_dossiers(session, context, states=(State.APPROVED,)))
    if not dossiers:
        raise StateRefusedError("Không có hồ sơ nào đã thẩm định đạt để đưa vào danh sách.")

    def step(dossier: Dossier) -> Taken:
        return take_step(session, context, dossier.id, Action.ENLIST, request)

    return Moved(decision=decision, outcome=run_plan(session, dossiers, step, progress=progress))


def freeze(session: Session, context: Context, progress: Progress = quiet) -> Moved:
    """Screen every listed dossier as of today and fix the set with its hash.

    Refused while one is not eligible, or cannot be printed; EvidenceRefusedError while no paper at all can be.
    """
    decision = required(session, context)
    acting = begin(context, decision, DecisionAction.FREEZE)
    listed = load_dossiers(session, context, states=(State.LISTED,))
    if not listed:
        raise StateRefusedError("Danh sách quyết định còn trống.")
    refused = screened_out(context, listed, progress)
    content = canonical_set(context, listed)
    values = {
        "state": DecisionState.FROZEN,
        "frozen_on": context.today,
        "content": content,
        "content_hash": set_hash(content),
    }
    unset = unprintable(session, context, decision, values)  # nothing can be undone after signing
    refused += [Refused(id=one, error=EvidenceRefusedError(why)) for one, why in unset.items()]
    if refused:
        return Moved(decision=decision, outcome=Outcome(moved=(), refused=tuple(refused)))
    fixed = audit.checkpoint(session, context.now)  # what the trail was when the list was; printed on the decision
    public = {
        "hash": values["content_hash"],
        "dossiers": [d.id for d in listed],
        "checkpoint": {"number": fixed["number"], "hash": fixed["hash"]},
    }
    return Moved(decision=settle(session, context, decision, "freeze", acting, values, public))


def screened_out(context: Context, dossiers: list[Dossier], progress: Progress) -> list[Refused]:
    """Dossiers that are not eligible today, each with rule, article and facts."""
    refused = []
    for dossier in dossiers:
        screening = screen_dossier(context, dossier)
        if screening.overall is not Overall.ELIGIBLE:
            failing = [f for f in screening.findings if f.verdict is not Verdict.PASS]
            message = " ".join(f"[{f.rule}] {f.message}" for f in failing)
            citations = tuple(dict.fromkeys(c for f in failing for c in f.citations))
            refused.append(Refused(id=dossier.id, error=RuleRefusedError(message, citations)))
        progress()
    return refused


def unfreeze(session: Session, context: Context, reason: str) -> Moved:
    """Open a frozen list again, as its next version."""
    decision = required(session, context)
    acting = begin(context, decision, DecisionAction.UNFREEZE)
    if not has_reason(reason):
        raise EvidenceRefusedError("Mở lại danh sách phải nêu lý do (--reason).")
    values = {
        "state": DecisionState.OPEN,
        "version": decision.version + 1,
        "frozen_on": None,
        "content": None,
        "content_hash": None,
    }
    public = {"discarded": decision.content_hash}
    moved = settle(session, context, decision, "unfreeze", acting, values, public, {"reason": reason})
    return Moved(decision=moved)


def cancel(session: Session, context: Context, reason: str, progress: Progress = quiet) -> Moved:
    """Give the decision up; its dossiers go back to approved."""
    decision = required(session, context)
    acting = begin(context, decision, DecisionAction.CANCEL)
    if not has_reason(reason):
        raise EvidenceRefusedError("Hủy danh sách quyết định phải nêu lý do (--reason).")
    was_frozen = decision.state is DecisionState.FROZEN
    if was_frozen:  # striking needs an open list
        settle(session, context, decision, "unfreeze", acting,
               {"state": DecisionState.OPEN, "frozen_on": None, "content": None, "content_hash": None}, {})  # fmt: skip
    listed = load_dossiers(session, context, states=(State.LISTED,))

    def step(dossier: Dossier) -> Taken:
        return take_step(session, context, dossier.id, Action.STRIKE, Request(reason=reason))

    outcome = run_plan(session, listed, step, progress=progress)
    values = {"state": DecisionState.CANCELLED}
    settle(session, context, decision, "cancel", acting, values, {}, {"reason": reason})
    return Moved(decision=decision, outcome=outcome)


def sign(
    session: Session, context: Context, number: str, dated: date, signer: str, progress: Progress = quiet
) -> Moved:
    """Record number, date and signer: awards every listed dossier and releases held letters, in one transaction."""
    decision = required(session, context)
    acting = begin(context, decision, DecisionAction.SIGN)
    parsed = registers.parse_number(number, SYMBOL)
    signer = nfc_folded(signer)
    if not signer:
        raise MalformedError("Phải nêu người ký quyết định (--signer).")
    if dated > context.today:
        raise StateRefusedError(f"Ngày ký {dated:%d/%m/%Y} sau hôm nay {context.today:%d/%m/%Y}.")
    values = {"state": DecisionState.SIGNED, "number": str(parsed), "dated": dated, "signer": signer}
    require_signable(session, context, decision, values)
    registers.enter(session, CHAIRMAN, parsed, dated, f"decision:{decision.id}")
    public = {"number": str(parsed), "dated": dated.isoformat(), "hash": decision.content_hash}
    settle(session, context, decision, "sign", acting, values, public, {"signer": signer})
    outcome = award_all(session, context, decision, progress)
    session.execute(update(CampaignRow).where(CampaignRow.id == context.campaign_id).values(decided=True))  # type: ignore[arg-type]  # SQLModel columns read as their values
    release_held(session, context)
    audit.checkpoint(session, context.now)
    return Moved(decision=decision, outcome=outcome)


def award_all(session: Session, context: Context, decision: Decision, progress: Progress) -> Outcome:
    """Award every dossier of the frozen set, each with its serial number in it."""
    serials = {award["id"]: award["serial"] for award in json.loads(decision.content or "{}")["awards"]}
    listed = load_dossiers(session, context, states=(State.LISTED,))
    if {dossier.id for dossier in listed} != set(serials):
        raise StateRefusedError("Danh sách đã chốt không còn khớp với hồ sơ: phải mở lại và chốt lại.")
    words = decision_words(decision)

    def step(dossier: Dossier) -> Taken:
        request = Request(serial=serials[dossier.id], decision=words)
        return take_step(session, context, dossier.id, Action.AWARD, request)

    listed.sort(key=lambda dossier: serials[dossier.id])
    outcome = run_plan(session, listed, step, progress=progress)
    if outcome.refused:
        raise outcome.refused[0].error
    return outcome


def decision_words(decision: Decision) -> str:
    """A signed decision as letters name it."""
    return f"số {decision.number} ngày {decision.dated:%d/%m/%Y}"


def release_held(session: Session, context: Context, ids: list[str] | None = None) -> int:
    """Queue the held letters of the campaign (or of some of its dossiers); returns how many."""
    nominations = text("SELECT id FROM nomination WHERE campaign_id = :campaign")
    wanted = ids if ids is not None else list(session.scalars(nominations, {"campaign": context.campaign_id}))
    statement = (
        update(Letter)
        .where(Letter.status == LetterStatus.HELD, Letter.nomination_id.in_(wanted))  # type: ignore[arg-type, union-attr]  # SQLModel columns read as their values
        .values(status=LetterStatus.QUEUED)
    )
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]  # a DML result has a rowcount
