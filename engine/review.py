"""What reviewers put on a dossier besides moving it: points, judgements, answers, third-party checks."""

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import delete, insert, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import Session

from engine.context import UNIT_ROLES, Acting, Context, may_act
from engine.dossier import Dossier, FindingView, facts_of, lock_dossier
from engine.embargo import told_state
from engine.records import Part, change
from engine.separation import involved
from models.nominations import Finding, JudgementRow, ScorePart, ScoreRow, Verification
from rules.eligibility import RULES
from rules.errors import DutiesRefusedError, EvidenceRefusedError, MalformedError, NotFoundError, StateRefusedError
from rules.guards import has_reason
from rules.registry import about, find_rule
from rules.rubric import Points, read_points
from rules.screening import judgeable
from rules.vocabulary import CheckResult, Party, Role, State, Verdict

REVIEWERS = (Role.REVIEW_OFFICER, Role.REVIEW_HEAD)
APPRAISERS = (Role.APPRAISAL_OFFICER, Role.APPRAISAL_HEAD)
SCORABLE = (State.SUBMITTED, State.IN_REVIEW, State.ENDORSED, State.SELECTED)
JUDGEABLE = (
    State.SUBMITTED, State.IN_REVIEW, State.ENDORSED, State.SELECTED, State.IN_APPRAISAL, State.QUERIED, State.APPROVED,
)  # fmt: skip
CHECKABLE = (*JUDGEABLE, State.LISTED)
GIVEN = text(
    "SELECT s.points, (SELECT coalesce(json_object_agg(p.criterion, p.points), '{}') FROM score_part p"
    " WHERE p.nomination_id = s.nomination_id AND p.account_id = s.account_id) AS parts"
    " FROM score s WHERE s.nomination_id = :nomination AND s.account_id = :account"
)
NAMED_ONCE = "nominee.named_once"


def require_state(context: Context, dossier: Dossier, acting: Acting, states: tuple[State, ...], what: str) -> None:
    """StateRefusedError unless the dossier is in one of `states`."""
    if dossier.state not in states:
        raise StateRefusedError(f"Không thể {what} khi hồ sơ ở trạng thái “{told_state(context, dossier, acting)}”.")


def require_uninvolved(dossier: Dossier, acting: Acting) -> None:
    """DutiesRefusedError if somebody the act counts for is involved in the dossier, by their own word or not."""
    if reason := involved(dossier, acting, None):
        raise DutiesRefusedError(reason)


def score(session: Session, context: Context, nomination_id: str, points: str | Mapping[str, str]) -> Dossier:
    """A reviewer's points, in all or for each criterion of the rubric; other points given later replace their own."""
    dossier = lock_dossier(session, nomination_id)
    acting = may_act(context, REVIEWERS, dossier.unit)
    require_state(context, dossier, acting, SCORABLE, "chấm điểm")
    require_uninvolved(dossier, acting)
    given = read_points(context.campaign.score, points)
    if given == given_by(session, dossier.id, acting.people[0].id):
        return dossier
    parts = {key: str(value) for key, value in given.parts.items()}
    change(
        session,
        context,
        dossier,
        "nomination:review:scored",
        acting,
        public={"points": str(given.total), **({"parts": parts} if parts else {})},
        parts=rows_of(dossier.id, acting.people[0].id, given),
    )
    return lock_dossier(session, nomination_id)


def given_by(session: Session, nomination_id: str, account_id: int) -> Points | None:
    """The points a reviewer has given a dossier; None as long as there are none."""
    row = session.execute(GIVEN, {"nomination": nomination_id, "account": account_id}).one_or_none()
    parts = {key: Decimal(str(points)) for key, points in row.parts.items()} if row else {}
    return Points(total=row.points, parts=parts) if row else None


def rows_of(nomination_id: str, account_id: int, given: Points) -> list[Part]:
    """What replaces an earlier score: the sum, each criterion, and none that is no longer scored."""
    whose = {"nomination_id": nomination_id, "account_id": account_id}
    whole = upsert(ScoreRow).values({**whose, "points": given.total})
    gone = delete(ScorePart).where(
        ScorePart.nomination_id == nomination_id,  # type: ignore[arg-type]  # SQLModel columns read as their values
        ScorePart.account_id == account_id,  # type: ignore[arg-type]  # as above
        ScorePart.criterion.not_in(list(given.parts)),  # type: ignore[attr-defined]  # as above
    )
    rows: list[Part] = [whole.on_conflict_do_update(constraint="score_pkey", set_={"points": given.total}), gone]
    if given.parts:
        parts = upsert(ScorePart).values([{**whose, "criterion": k, "points": v} for k, v in given.parts.items()])
        rows.append(parts.on_conflict_do_update(constraint="score_part_pkey", set_={"points": parts.excluded.points}))
    return rows


def judge(session: Session, context: Context, nomination_id: str, rule: str, *, passed: bool, reason: str) -> Dossier:
    """The review office settles an unknown that is its to judge, or records what cures a curable finding."""
    dossier = lock_dossier(session, nomination_id)
    acting = may_act(context, REVIEWERS, dossier.unit)
    require_state(context, dossier, acting, JUDGEABLE, "kết luận")
    require_uninvolved(dossier, acting)
    if not has_reason(reason):
        raise EvidenceRefusedError("Kết luận phải nêu lý do (--reason).")
    found = find_rule(rule, dossier.kind)
    if found is None:
        known = ", ".join(known.code for known in RULES if dossier.kind in known.applies_to)
        raise NotFoundError(f"Không có tiêu chí “{rule}”. Có: {known}.")
    facts = facts_of(context, dossier)
    if not judgeable(facts, rule):
        raise StateRefusedError(f"Tiêu chí {rule} của hồ sơ này không thuộc diện cơ quan xét chọn kết luận.")
    if not passed and found.check(facts).verdict is Verdict.FAIL:
        raise StateRefusedError(f"Tiêu chí {rule} đã là không đạt; chỉ ghi nhận kết luận giải tỏa (--verdict pass).")
    values = {
        "passed": passed,
        "reason": reason,
        "account_id": acting.people[0].id,
        "about": about(facts, found),
        "others": list(dossier.others) if rule == NAMED_ONCE else [],
    }
    statement = upsert(JudgementRow).values({"nomination_id": dossier.id, "rule": rule, **values})
    change(
        session,
        context,
        dossier,
        "nomination:review:judged",
        acting,
        public={"rule": rule, "verdict": "pass" if passed else "fail"},
        private={"reason": reason},
        parts=[statement.on_conflict_do_update(constraint="judgement_pkey", set_=values)],
    )
    return lock_dossier(session, nomination_id)


def answer_finding(session: Session, context: Context, nomination_id: str, anchor: str, text: str) -> Dossier:
    """Whoever a finding is addressed to answers it: the unit a return's, the review office a query's."""
    dossier = lock_dossier(session, nomination_id)
    finding = finding_at(dossier, anchor, seen_by=may_act(context, (*REVIEWERS, *UNIT_ROLES), dossier.unit))
    to_unit = finding.addressee is Party.UNIT
    acting = may_act(context, UNIT_ROLES if to_unit else REVIEWERS, dossier.unit)
    answerable = (State.RETURNED,) if to_unit else (State.QUERIED, *SCORABLE)
    require_state(context, dossier, acting, answerable, "trả lời yêu cầu")
    if not has_reason(text):
        raise EvidenceRefusedError("Nội dung trả lời còn trống (--text).")
    statement = (
        update(Finding)
        .where(Finding.nomination_id == dossier.id, Finding.version == finding.version, Finding.anchor == anchor)  # type: ignore[arg-type]  # SQLModel columns read as their values
        .values(status="answered", answer=text)
    )
    change(
        session,
        context,
        dossier,
        "nomination:finding:answered",
        acting,
        public={"anchor": anchor, "finding": finding.version},
        private={"answer": text},
        parts=[statement],
    )
    return lock_dossier(session, nomination_id)


def finding_at(dossier: Dossier, anchor: str, *, seen_by: Acting) -> FindingView:
    """The finding at `anchor` that waits for an answer, else the newest; the unit is told of none but its own."""
    found = [
        finding
        for finding in dossier.findings
        if finding.anchor == anchor
        and finding.status != "recalled"
        and (finding.addressee is Party.UNIT or seen_by.role in REVIEWERS)
    ]
    if not found:
        raise NotFoundError(f"Hồ sơ không có yêu cầu nào tại “{anchor}”.")
    return next((finding for finding in reversed(found) if finding.status == "open"), found[-1])


def ask_agency(session: Session, context: Context, nomination_id: str, agency: str) -> Dossier:
    """Ask a third party about the nominee (NĐ152 Đ4.4; QĐ86 Đ10.2); an open check blocks approval."""
    dossier = lock_dossier(session, nomination_id)
    acting = may_act(context, (*APPRAISERS, *REVIEWERS), dossier.unit)
    require_state(context, dossier, acting, CHECKABLE, "lấy ý kiến")
    if not agency.strip():
        raise MalformedError("Phải nêu cơ quan được lấy ý kiến (--agency).")
    if any(check.agency == agency for check in dossier.checks):
        raise StateRefusedError(f"Đã lấy ý kiến của {agency} đối với hồ sơ này.")
    change(
        session,
        context,
        dossier,
        "nomination:check:asked",
        acting,
        public={"agency": agency},
        parts=[insert(Verification).values({"nomination_id": dossier.id, "agency": agency})],
    )
    return lock_dossier(session, nomination_id)


def record_reply(
    session: Session, context: Context, nomination_id: str, agency: str, result: CheckResult, text: str
) -> Dossier:
    """Record what the agency answered; answered again, the newer answer counts and both stay on the trail."""
    dossier = lock_dossier(session, nomination_id)
    acting = may_act(context, (*APPRAISERS, *REVIEWERS), dossier.unit)
    require_state(context, dossier, acting, CHECKABLE, "ghi nhận ý kiến")
    if not any(check.agency == agency for check in dossier.checks):
        raise NotFoundError(f"Chưa lấy ý kiến của “{agency}” đối với hồ sơ này.")
    if not has_reason(text):
        raise EvidenceRefusedError("Phải ghi nội dung, số và ngày văn bản trả lời (--text).")
    statement = (
        update(Verification)
        .where(Verification.nomination_id == dossier.id, Verification.agency == agency)  # type: ignore[arg-type]  # SQLModel columns read as their values
        .values(result=result, answer=text)
    )
    change(
        session,
        context,
        dossier,
        "nomination:check:answered",
        acting,
        public={"agency": agency, "result": result.value},
        private={"answer": text},
        parts=[statement],
    )
    return lock_dossier(session, nomination_id)
