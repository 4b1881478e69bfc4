"""Take a step: the one function that changes a nomination's state, in one transaction, at most three round trips.

Row lock and facts; table, role, duties, guards; a slot; then state, trail, findings and letters in one statement.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Insert, Update, insert, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import Session

from engine.context import UNIT_ROLES, Acting, Context, may_act
from engine.dossier import Dossier, lock_dossier, screen_dossier
from engine.letters import Letters, Unsent, letters_of, lock_unsent
from engine.records import require_version
from engine.separation import check_duties, check_recused, involved, nobody_left
from engine.trail import Recorded, record
from models.campaigns import SlotRow
from models.nominations import DutyRow, Finding, Nomination
from rules.anchors import anchors_of
from rules.duties import DUTY_OF
from rules.embargo import unit_label
from rules.errors import EvidenceRefusedError, QuotaRefusedError, StaleError, StateRefusedError
from rules.fields import fields_of, validate
from rules.guards import Situation, refusal_of
from rules.lifecycle import LIFE_CYCLE, Guard, Move, Slot, find_move, moves_from
from rules.screening import Screening
from rules.vocabulary import ACTION_LABELS, Action, Party, Role, State

TAKE_SLOT = text(
    "UPDATE slot SET nomination_id = :id WHERE (campaign_id, category, number) = ("
    " SELECT campaign_id, category, number FROM slot WHERE campaign_id = :campaign AND category = :category"
    " AND nomination_id IS NULL ORDER BY number LIMIT 1 FOR UPDATE) RETURNING number"
)


@dataclass(frozen=True, kw_only=True)
class Request:
    """What the person asking for a step supplies."""

    reason: str = ""
    due: date | None = None
    findings: tuple[tuple[str, str], ...] = ()  # (anchor, text)
    expected_version: int | None = None
    silent: bool = False
    submission: tuple[int, str] | None = None  # (id, number) of the submission letter
    decision_id: int | None = None  # of the decision an enlistment joins
    serial: int | None = None  # the awardee's number inside the decision
    decision: str = ""  # "số … ngày …" of the signed decision
    revoking: str | None = None  # "số … ngày …" of the revoking decision
    place: str = ""  # in the ranking, for who is closed out
    note: dict[str, Any] = field(default_factory=dict)  # more for the trail, nothing personal


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A step that was taken."""

    id: str
    action: Action
    source: State
    target: State
    version: int
    letters: int
    warnings: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A step the rules allow, ready to be written."""

    dossier: Dossier
    move: Move
    acting: Acting
    request: Request
    screening: Screening | None


def take_step(session: Session, context: Context, nomination_id: str, action: Action, request: Request) -> Taken:
    """Move one nomination along the life cycle, or raise the RefusedError or StaleError that says why not."""
    dossier = lock_dossier(session, nomination_id)
    prepared = prepare(context, dossier, action, request)
    unsent = lock_unsent(session, dossier, action)
    slot = take_slot(session, context, dossier) if prepared.move.slot is Slot.TAKES else dossier.slot
    return write(session, context, prepared, slot, unsent)


def prepare(context: Context, dossier: Dossier, action: Action, request: Request) -> Prepared:
    """Everything that may refuse the step, in order: role, version, table, duties, guards."""
    by_table = dict.fromkeys(move.by for move in LIFE_CYCLE if move.action is action)  # a set's order would vary
    performers = sorted(by_table, key=lambda by: by in UNIT_ROLES)
    if may_act(context, performers, dossier.unit).role in UNIT_ROLES:
        require_unit_move(context, dossier, action)
    require_version(dossier, request.expected_version)  # only who may take the step hears its version
    move = find_move(dossier.state, action, holds_slot=dossier.slot is not None, left=dossier.left_state)
    acting = may_act(context, (move.by,), dossier.unit)
    check_duties(dossier, acting, DUTY_OF.get(action))
    check_recused(dossier, acting, action)
    screenings: list[Screening] = []

    def screening() -> Screening:
        screenings.append(screen_dossier(context, dossier))
        return screenings[-1]

    check_anchors(context, dossier, move, request.findings)
    situation = situation_of(context, dossier, move, acting, request, screening)
    if refusal := refusal_of(move.only_if, situation):
        raise refusal
    return Prepared(
        dossier=dossier,
        move=move,
        acting=acting,
        request=request,
        screening=screenings[-1] if screenings else None,
    )


def require_unit_move(context: Context, dossier: Dossier, action: Action) -> None:
    """StateRefusedError unless the unit itself may do this now; under embargo the answer is the same in every state."""
    if any(move.action is action and move.by in UNIT_ROLES for move in moves_from(dossier.state)):
        return
    released = dossier.released or context.decided
    label = unit_label(dossier.state, released=released, own_withdrawal=dossier.own_withdrawal)
    office = context.unit_names.get(context.campaign.offices.review, "cơ quan xét chọn")
    raise StateRefusedError(
        f"Đơn vị không thể {ACTION_LABELS[action]} khi hồ sơ ở trạng thái “{label}”. "
        f"Nếu cần, đề nghị gửi văn bản đến {office}."
    )


def situation_of(
    context: Context,
    dossier: Dossier,
    move: Move,
    acting: Acting,
    request: Request,
    screening: Any,  # noqa: ANN401 - a nullary function, see Situation.screen
) -> Situation:
    """The facts the guards look at."""
    years = context.campaign.rated_years
    papers = {f.key: f.header for f in fields_of(dossier.kind, years) if f.paper}
    wanted = Guard.WELL_FORMED in move.only_if
    malformed = validate(dossier.kind, dossier.fields, context.register, years) if wanted else []
    decision = dossier.decision
    return Situation(
        today=context.today,
        intake_opens=context.campaign.intake.opens,
        intake_closes=context.campaign.intake.closes,
        due=dossier.due,
        missing_papers=tuple(papers[key] for key in context.campaign.required_papers if not dossier.fields.get(key)),
        malformed=tuple(message for _, message in malformed),
        open_of_unit=len(dossier.open_findings(Party.UNIT)),
        open_of_review=len(dossier.open_findings(Party.REVIEW_OFFICE)),
        open_checks=tuple(check.agency for check in dossier.checks if check.result is None),
        head_submitted=dossier.head_submitted,
        involved=involved(dossier, acting, DUTY_OF.get(move.action)),
        decision=decision[1] if decision else None,
        decided=context.decided,
        on_submission=request.submission is not None,
        revoking_decision=request.revoking is not None,
        reason=request.reason,
        due_given=request.due,
        findings_given=len(request.findings),
        action=move.action,
        screen=screening,
    )


def check_anchors(context: Context, dossier: Dossier, move: Move, findings: Sequence[tuple[str, str]]) -> None:
    """EvidenceRefusedError for a finding where none is asked, without text, or anchored to nothing the dossier has."""
    if findings and Guard.FINDINGS not in move.only_if:
        raise EvidenceRefusedError(f"Bước “{ACTION_LABELS[move.action]}” không kèm nội dung yêu cầu (--finding).")
    known = anchors_of(dossier.kind, context.campaign.rated_years)
    seen = set()
    for anchor, words in findings:
        if not words.strip():
            raise EvidenceRefusedError(f"Nội dung yêu cầu tại “{anchor}” còn trống.")
        if anchor in seen:
            raise EvidenceRefusedError(f"Nội dung yêu cầu tại “{anchor}” bị nêu hai lần.")
        if anchor not in known:
            raise EvidenceRefusedError(
                f"“{anchor}” không phải là một mục của hồ sơ. Ví dụ: field:merit, paper:minutes, rule:merit.described."
            )
        seen.add(anchor)


def take_slot(session: Session, context: Context, dossier: Dossier) -> int:
    """Take the first free place of the category, waiting for whoever is taking one; QuotaRefusedError if none."""
    values = {"id": dossier.id, "campaign": context.campaign_id, "category": dossier.category}
    number = session.scalar(TAKE_SLOT, values)
    if number is None:
        category = context.campaign.category(dossier.category)
        raise QuotaRefusedError(
            f"Loại “{category.title}” đã đủ {category.limit} suất, không còn chỗ trống.",
            ("Mục II.2.c Kế hoạch tổng kết Chương trình (tháng 10/2025) của UBND tỉnh Bắc Ninh",),
        )
    return int(number)


def write(
    session: Session, context: Context, prepared: Prepared, slot: int | None, unsent: tuple[Unsent, ...]
) -> Taken:
    """State, trail entry, findings, duty, slot and letters in one statement."""
    dossier, move = prepared.dossier, prepared.move
    letters = letters_of(context, dossier, move, said_in_letters(prepared.request, move), unsent)
    recorded = record_step(context, prepared, slot, letters)
    statement = new_row(prepared)
    for number, part in enumerate(parts_of(prepared, recorded, letters)):
        statement = statement.add_cte(part.cte(f"part_{number}"))
    if session.execute(statement).rowcount != 1:  # type: ignore[attr-defined]  # a DML result has a rowcount
        raise StaleError("Hồ sơ vừa được người khác xử lý. Hãy xem lại rồi thực hiện lại.")
    return Taken(
        id=dossier.id,
        action=move.action,
        source=dossier.state,
        target=move.target,
        version=recorded.entry.seq,
        letters=len(letters.rows),
        warnings=nobody_left(context, dossier, move, prepared.acting),
    )


def said_in_letters(request: Request, move: Move) -> dict[str, Any]:
    """What the step's letters may say of the request."""
    return {
        "reason": request.reason,
        "due": due_date(request, move),
        "findings": request.findings,
        "silent": request.silent,
        "submission": request.submission[1] if request.submission else "",
        "serial": request.serial,
        "decision": request.decision,
        "revoking": request.revoking or "",
        "place": request.place,
    }


def due_date(request: Request, move: Move) -> date | None:
    """The day to answer by, where the step leads to somebody who must answer."""
    return request.due if move.target in {State.RETURNED, State.QUERIED} else None


def record_step(context: Context, prepared: Prepared, slot: int | None, letters: Letters) -> Recorded:
    """The step's trail entry: from, to, slot, who got letters, and the verdicts it relied on."""
    dossier, move, request = prepared.dossier, prepared.move, prepared.request
    public: dict[str, Any] = {
        "from": dossier.state.value,
        "to": move.target.value,
        "slot": slot_effect(move, slot),
        "letters": sorted({row["party"].value for row in letters.rows}),
        **request.note,
    }
    private: dict[str, Any] = {"reason": request.reason, "findings": [list(pair) for pair in request.findings]}
    if due := due_date(request, move):
        public["due"] = due.isoformat()
    if request.submission:
        public["submission"] = request.submission[1]
    if screening := prepared.screening:
        public["rules"] = {
            "ruleset": screening.ruleset,
            "overall": screening.overall.value,
            "verdicts": {finding.rule: finding.verdict.value for finding in screening.findings},
        }
        private["facts"] = dossier.fields
        private["screening"] = [
            {"rule": f.rule, "verdict": f.verdict.value, "message": f.message, "citations": list(f.citations)}
            for f in screening.findings
        ]
    tag = f"nomination:step:{move.action.value}"
    return record(context, dossier.subject, dossier.head, tag, acting=prepared.acting, public=public, private=private)


def slot_effect(move: Move, slot: int | None) -> str:
    """What happened to the place: `takes 3`, `keeps 3`, `frees 3`, or `–` when none was held."""
    return "–" if slot is None or move.slot is Slot.UNTOUCHED else f"{move.slot.value} {slot}"


def new_row(prepared: Prepared) -> Update:
    """The nomination's new row."""
    dossier, move, request = prepared.dossier, prepared.move, prepared.request
    values: dict[str, Any] = {"state": move.target, "version": dossier.version + 1}
    if move.target is not dossier.state:
        values["left_state"] = dossier.state
        values["due"] = None
    if (due := due_date(request, move)) is not None:
        values["due"] = due
    if move.action is Action.SUBMIT:
        values["head_submitted"] = True
    if move.action is Action.WITHDRAW:
        values["own_withdrawal"] = move.by is Role.UNIT_HEAD
    if request.submission:
        values["submission_id"] = request.submission[0]
    if move.action in {Action.ENLIST, Action.STRIKE}:
        values["decision_id"] = request.decision_id if move.action is Action.ENLIST else None
    if move.action is Action.AWARD:
        values["serial"] = request.serial
    if move.action is Action.REOPEN:
        values["released"] = False
    return update(Nomination).where(Nomination.id == dossier.id, Nomination.version == dossier.version).values(values)  # type: ignore[arg-type]  # SQLModel columns read as their values


def parts_of(prepared: Prepared, recorded: Recorded, letters: Letters) -> Sequence[Insert | Update]:
    """Everything else the step writes."""
    dossier, move = prepared.dossier, prepared.move
    parts: list[Insert | Update] = [*recorded.inserts(), *letters.statements(recorded.entry)]
    if prepared.request.findings:
        addressee = Party.UNIT if move.action is Action.RETURN else Party.REVIEW_OFFICE
        rows = [
            {
                "nomination_id": dossier.id,
                "version": recorded.entry.seq,
                "addressee": addressee,
                "anchor": anchor,
                "text": words,
                "status": "open",
            }
            for anchor, words in prepared.request.findings
        ]
        parts.append(insert(Finding).values(rows))
    if duty := DUTY_OF.get(move.action):
        rows = [{"nomination_id": dossier.id, "account_id": p.id, "kind": duty} for p in prepared.acting.people]
        parts.append(upsert(DutyRow).values(rows).on_conflict_do_nothing(constraint="duty_pkey"))
    if move.slot is Slot.FREES and dossier.slot is not None:
        parts.append(update(SlotRow).where(SlotRow.nomination_id == dossier.id).values(nomination_id=None))  # type: ignore[arg-type]  # as above
    if move.action is Action.RECALL:
        parts.append(
            update(Finding)
            .where(Finding.nomination_id == dossier.id, Finding.status == "open", Finding.addressee == Party.UNIT)  # type: ignore[arg-type]  # as above
            .values(status="recalled")
        )
    return parts
