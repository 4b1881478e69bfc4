"""Submission letters (tờ trình): everything selected goes to the appraisal office under one number and date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from sqlalchemy import insert, text
from sqlmodel import Session

from engine import registers, trail
from engine.context import Context, may_act
from engine.dossier import Dossier, load_dossiers
from engine.marks import SELECTED, require_shown
from engine.plans import Outcome, Progress, quiet, run_plan
from engine.standing import in_ranking_order
from engine.steps import Request, Taken, take_step
from models.campaigns import Submission
from models.chain import canonical
from rules.citations import cite
from rules.errors import NotFoundError, StateRefusedError
from rules.parameters import parameter
from rules.vocabulary import Action, Role, State

SENT = text(
    "SELECT s.id, s.number, s.dated, (SELECT count(*) FROM nomination n WHERE n.submission_id = s.id) AS dossiers"
    " FROM submission s WHERE s.campaign_id = :campaign AND (CAST(:id AS bigint) IS NULL OR s.id = :id)"
    " ORDER BY s.dated DESC, s.id DESC"
)


@dataclass(frozen=True, kw_only=True)
class Forwarded:
    """A submission letter and what went with it."""

    id: int
    number: str
    dated: date
    outcome: Outcome
    warnings: tuple[str, ...]


def forward(
    session: Session,
    context: Context,
    number: str,
    dated: date,
    progress: Progress = quiet,
    *,
    mark: str | None = None,
) -> Forwarded:
    """Forward every selected dossier under one submission letter; all or nothing.

    StaleError if `mark` is not of what is selected now. Refused dossiers are listed in the outcome; the caller then
    undoes everything. Warns when fewer days than QĐ86 Đ6.1 asks remain to the conference.
    """
    acting = may_act(context, (Role.REVIEW_HEAD,))
    office = context.campaign.offices.review
    parsed = registers.parse_number(number, f"TTr-{context.unit_symbols.get(office, office)}")
    if dated > context.today:
        raise StateRefusedError(f"Ngày tờ trình {dated:%d/%m/%Y} sau hôm nay {context.today:%d/%m/%Y}.")
    dossiers = ready(session, context)
    require_shown(mark, mark_of(dossiers), SELECTED)
    if not dossiers:
        raise StateRefusedError("Không có hồ sơ nào đang ở trạng thái được lựa chọn để trình.")
    row = {"campaign_id": context.campaign_id, "number": str(parsed), "dated": dated}
    submission_id = session.execute(insert(Submission).values(row).returning(Submission.id)).scalar_one()  # type: ignore[call-overload]  # SQLModel columns read as their values
    registers.enter(session, office, parsed, dated, f"submission:{submission_id}")
    request = Request(submission=(submission_id, str(parsed)))

    def step(dossier: Dossier) -> Taken:
        return take_step(session, context, dossier.id, Action.FORWARD, request)

    outcome = run_plan(session, dossiers, step, progress=progress)
    trail.append(
        session,
        context,
        f"campaign:{context.campaign.code}",
        "campaign:submission:forwarded",
        acting=acting,
        public={"number": str(parsed), "dated": dated.isoformat(), "dossiers": [t.id for t in outcome.moved]},
    )
    return Forwarded(
        id=submission_id,
        number=str(parsed),
        dated=dated,
        outcome=outcome,
        warnings=(*late_warning(context), *outcome.warnings),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A submission letter that went, and how many dossiers lie on it now."""

    id: int
    number: str
    dated: date
    dossiers: int


def sent(session: Session, context: Context, submission_id: int | None = None) -> list[Sent]:
    """The campaign's submission letters, newest first; or the one of this id, if the campaign has it."""
    values = {"campaign": context.campaign_id, "id": submission_id}
    return [Sent(**row) for row in session.execute(SENT, values).mappings()]


def ready(session: Session, context: Context) -> list[Dossier]:
    """What a submission letter would carry now, in ranking order."""
    return in_ranking_order(session, context, load_dossiers(session, context, states=(State.SELECTED,)))


def mark_of(dossiers: Sequence[Dossier]) -> str:
    """Stands for what a letter would carry: these dossiers, in this order, as they are."""
    return sha256(canonical([[one.id, one.version] for one in dossiers]).encode()).hexdigest()


def late_warning(context: Context) -> tuple[str, ...]:
    """A warning when fewer days remain to the conference than the regulation asks."""
    wanted = int(parameter("forward.days_before_conference", context.today))
    left = (context.campaign.conference - context.today).days
    if left >= wanted:
        return ()
    law = "".join(f" ({citation})" for citation in cite(("QD86.6.1",), context.today))
    conference = f"{context.campaign.conference:%d/%m/%Y}"
    return (f"Còn {left} ngày đến hội nghị ({conference}); hồ sơ cần trình trước ít nhất {wanted} ngày{law}.",)


def find_submission(session: Session, number: str, symbol: str) -> Submission:
    """The submission letter of this number; NotFoundError if there is none."""
    wanted = str(registers.parse_number(number, symbol))
    query = text("SELECT id, campaign_id, number, dated FROM submission WHERE number = :n ORDER BY id DESC LIMIT 1")
    row = session.execute(query, {"n": wanted}).one_or_none()
    if row is None:
        raise NotFoundError(f"Không có tờ trình số {wanted}.")
    return Submission(id=row.id, campaign_id=row.campaign_id, number=row.number, dated=row.dated)
