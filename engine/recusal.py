"""Somebody says that they must not judge a dossier: from then on they are involved, and their points do not count."""

from dataclasses import dataclass

from sqlalchemy import insert
from sqlmodel import Session

from engine.context import APPRAISAL_ROLES, REVIEW_ROLES, Context, may_act
from engine.dossier import Dossier, lock_dossier
from engine.records import change
from engine.review import CHECKABLE, require_state
from engine.separation import nobody_onward
from models.nominations import Recusal
from rules.errors import EvidenceRefusedError, StateRefusedError
from rules.guards import has_reason

TAG = "nomination:review:recused"
JUDGES = (*REVIEW_ROLES, *APPRAISAL_ROLES)


@dataclass(frozen=True, kw_only=True)
class Recused:
    """The dossier afterwards, and what nobody in the office may do with it any more."""

    dossier: Dossier
    warnings: tuple[str, ...]


def recuse(session: Session, context: Context, nomination_id: str, reason: str) -> Recused:
    """Whoever acts judges this dossier no more, by any account of theirs; nobody does so for another, or undoes it."""
    dossier = lock_dossier(session, nomination_id)
    acting = may_act(context, JUDGES, dossier.unit)
    actor = context.require_actor()
    require_state(context, dossier, acting, CHECKABLE, "xin không tham gia xét")
    if dossier.recused(actor.ids):
        raise StateRefusedError(f"{actor.name} đã xin không tham gia xét hồ sơ này.")
    if not has_reason(reason):
        raise EvidenceRefusedError("Xin không tham gia xét phải nêu lý do (--reason).")
    rows = [{"nomination_id": dossier.id, "account_id": one, "reason": reason} for one in actor.ids]
    change(
        session,
        context,
        dossier,
        TAG,
        acting,
        public={"recused": [f"account:{one}" for one in actor.ids]},
        private={"reason": reason},
        parts=[insert(Recusal).values(rows)],
    )
    after = lock_dossier(session, nomination_id)
    return Recused(dossier=after, warnings=nobody_onward(context, after, after.state))
