"""Papers: what an office prints, signs and hands over, made from the frozen set and kept once made."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from engine.award_set import attached_set, award_of, current_decision, exported_set, required_decision
from engine.context import Context
from engine.dossier import Dossier, load_dossiers
from engine.papers import kept, press
from engine.papers.content import decided_on, decision_values, letter_values, submission_values
from engine.papers.files import json_bytes, prepared, write_files
from engine.papers.kept import Copy, Kept, Owner, Status
from engine.papers.numerals import grouped
from engine.papers.sheet import workbook
from engine.papers.wanted import Wanted, printer, wanted_of
from engine.papers.word import decision_documents, submission_document
from engine.standing import in_ranking_order
from engine.submissions import find_submission
from models.campaigns import Decision, Submission
from rules.campaign import Campaign
from rules.errors import MalformedError, NotFoundError, StateRefusedError

__all__ = [
    "build_papers",
    "decision_files",
    "export_decision",
    "export_submission",
    "grouped",
    "prepared",
    "submission_files",
    "write_files",
]

DRAFT = "DỰ THẢO – danh sách đã chốt, chưa ký"
SET_WORDS = "Danh sách đã chốt, dạng dữ liệu"
SUBMISSION_LOCK = 0x5054  # advisory: one printing of a submission letter at a time


def build_papers(session: Session, context: Context) -> list[str]:
    """Print and keep every PDF of the frozen or signed decision that is not kept yet; the names of those made now.

    While nothing is frozen there is nothing to print. Two at once wait for each other on the decision.
    """
    decision = current_decision(session, context)
    if decision is None or decision.content is None:
        return []
    return [paper.name for paper in printed(session, context, decision) if paper.new]


def export_decision(session: Session, context: Context, form: str, folder: Path) -> list[Path]:
    """Write `decision_files` to `folder`; returns the files.

    Where what is kept must outlive a folder that cannot be written: `decision_files`, commit, then `write_files`.
    """
    return write_files(folder, decision_files(session, context, form))


def decision_files(session: Session, context: Context, form: str) -> dict[str, bytes]:
    """The frozen or signed set as `form` (pdf, docx, xlsx or json): content by file name.

    Raises:
        StateRefusedError: nothing is frozen.
        MalformedError: a form there is none of, a name that fits on no certificate.
    """
    decision = required_decision(session, context)
    if decision.content is None:
        raise StateRefusedError("Danh sách quyết định chưa chốt nên chưa xuất được.")
    if form not in FORMS:
        raise MalformedError(f"Không có định dạng “{form}”. Có: {', '.join(FORMS)}.")
    return FORMS[form](session, context, decision)


def decision_pdf(session: Session, context: Context, decision: Decision) -> dict[str, bytes]:
    """Every PDF of the decision."""
    return {paper.name: paper.content for paper in printed(session, context, decision)}


def decision_docx(session: Session, context: Context, decision: Decision) -> dict[str, bytes]:
    """The papers that offices edit."""
    values = decision_values(session, context, decision)
    papers = {"letter": letter_values(session, context, decision), "decision": values, "list": values}
    return decision_documents(papers, context.campaign.code, decided_on(context, decision))


def decision_xlsx(_session: Session, context: Context, decision: Decision) -> dict[str, bytes]:
    """The list as a workbook."""
    data = exported_set(context.campaign, decision, context.today)
    heading = title_lines(context.campaign, data)
    content = workbook(context.campaign, data["awards"], heading, decided_on(context, decision))
    return {f"danh-sach-{context.campaign.code}.xlsx": content}


def decision_json(_session: Session, context: Context, decision: Decision) -> dict[str, bytes]:
    """The set as data."""
    return {
        f"danh-sach-{context.campaign.code}.json": json_bytes(exported_set(context.campaign, decision, context.today))
    }


Export = Callable[[Session, Context, Decision], dict[str, bytes]]
FORMS: dict[str, Export] = {"pdf": decision_pdf, "docx": decision_docx, "xlsx": decision_xlsx, "json": decision_json}


def printed(session: Session, context: Context, decision: Decision) -> Iterator[Kept]:
    """Each PDF of the decision as it is kept; one not kept yet is made now."""
    for wanted in wanted_of(session, context, decision):
        copy, make = copy_of(context, decision, wanted)
        yield kept.keep(session, copy, make, context.now)


def copy_of(context: Context, decision: Decision, wanted: Wanted) -> tuple[Copy, Callable[[], bytes]]:
    """Which kept copy stands for a PDF of the decision, and what makes it where there is none."""
    data = json_bytes(attached_set(context.campaign, decision, context.today))
    attached = press.Attached(name=f"danh-sach-{context.campaign.code}.json", content=data, description=SET_WORDS)
    source_hash, make = printer(wanted, attached, decided_on(context, decision))
    status = Status.DRAFT if decision.number is None else Status.SIGNED
    owner = Owner(decision=decision.id)
    return Copy(owner=owner, name=wanted.name, status=status, source_hash=source_hash), make


def title_lines(campaign: Campaign, data: dict[str, Any]) -> list[str]:
    """What stands above the decision's list in a workbook."""
    decision = data["decision"]
    signed = DRAFT
    if decision["number"]:
        signed = f"Kèm theo Quyết định số {decision['number']} ngày {date.fromisoformat(decision['date']):%d/%m/%Y}"
    total = f"Tổng số: {len(data['awards'])}; tiền thưởng: {grouped(data['money']['total'])} đồng"
    return [campaign.title, signed, total, f"Mã kiểm tra (SHA-256): {decision['hash']}"]


def export_submission(session: Session, context: Context, number: str, folder: Path) -> list[Path]:
    """Write `submission_files` to `folder`; returns the files."""
    return write_files(folder, submission_files(session, context, number))


def submission_files(session: Session, context: Context, number: str) -> dict[str, bytes]:
    """The submission letter `number` with its list as PDF, DOCX, XLSX and JSON: content by file name.

    Raises:
        NotFoundError: the campaign has no letter of that number.
    """
    submission = submission_of(session, context, number)
    lines = lines_of(session, context, submission)
    stem = f"to-trinh-{submission.number.replace('/', '-')}"
    data = json_bytes(
        {
            "campaign": context.campaign.code,
            "submission": {"number": submission.number, "date": submission.dated.isoformat()},
            "nominations": lines,
        }
    )
    heading = [
        f"Danh sách kèm theo Tờ trình số {submission.number} ngày {submission.dated:%d/%m/%Y}",
        context.campaign.title,
    ]
    values = submission_values(context, submission, lines)
    files = {
        f"{stem}.json": data,
        f"{stem}.xlsx": workbook(context.campaign, lines, heading, submission.dated),
        **submission_document(values, submission.number, submission.dated),
    }
    attached = press.Attached(name=f"{stem}.json", content=data, description=SET_WORDS)
    session.execute(text("SELECT pg_advisory_xact_lock(:key, :id)"), {"key": SUBMISSION_LOCK, "id": submission.id})
    wanted = Wanted(name=f"{stem}.pdf", template="letter.html", values=values)
    source_hash, make = printer(wanted, attached, submission.dated)
    owner = Owner(submission=submission.id)
    copy = Copy(owner=owner, name=wanted.name, status=Status.ISSUED, source_hash=source_hash)
    files[wanted.name] = kept.keep(session, copy, make, context.now).content
    return files


def submission_of(session: Session, context: Context, number: str) -> Submission:
    """The campaign's submission letter of this number; NotFoundError if it has none."""
    office = context.campaign.offices.review
    submission = find_submission(session, number, f"TTr-{context.unit_symbols.get(office, office)}")
    if submission.campaign_id != context.campaign_id:
        raise NotFoundError(f"Tờ trình số {submission.number} không thuộc đợt khen thưởng này.")
    return submission


def lines_of(session: Session, context: Context, submission: Submission) -> list[dict[str, Any]]:
    """What went under the letter, in ranking order, numbered in each category."""
    dossiers = [d for d in load_dossiers(session, context) if d.submission_id == submission.id]
    serials: dict[str, int] = {}
    return [line_of(dossier, serials) for dossier in in_ranking_order(session, context, dossiers)]


def line_of(dossier: Dossier, serials: dict[str, int]) -> dict[str, Any]:
    """One line of a submission letter's list; counts it in `serials`."""
    serials[dossier.category] = serials.get(dossier.category, 0) + 1
    return award_of(dossier, serials[dossier.category])
