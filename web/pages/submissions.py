"""Submission letters: what would go under the next one, forwarding it, and the papers of those that went."""

import hashlib
from io import BytesIO

from fastapi.responses import Response

from engine.context import Context
from engine.papers.forwarded import submission_paper
from engine.papers.ordering import MEDIA
from engine.plans import require_whole
from engine.submissions import forward, late_warning, mark_of, ready, sent
from engine.views import eyes_in, require_overview
from rules.errors import EvidenceRefusedError
from rules.vocabulary import Role
from web.handing import handed
from web.visit import Pages, Visit, Visiting

router = Pages()


@router.get("/dot/{code}/to-trinh")
def show_submissions(code: str, visit: Visiting) -> Response:
    """The letters that went, and what the next one would carry; for those who see every unit's dossiers."""
    return submissions_page(visit, visit.context(code))


def submissions_page(visit: Visit, context: Context) -> Response:
    """The page after anything that was done or refused on it."""
    require_overview(eyes_in(context))
    dossiers, office = ready(visit.session, context), context.campaign.offices.review
    return visit.page(
        "office/submissions.html",
        letters=sent(visit.session, context), ready=dossiers, mark=mark_of(dossiers),
        categories={category.key: category.title for category in context.campaign.categories},
        head=visit.visitor.holds(Role.REVIEW_HEAD), warnings=late_warning(context), forms=tuple(MEDIA),
        symbol=f"TTr-{context.unit_symbols.get(office, office)}",
        typed={name: visit.form.text(name) for name in ("number", "dated")},
    )  # fmt: skip


@router.post("/dot/{code}/to-trinh")
def forward_selected(code: str, visit: Visiting) -> Response:
    """Forward every selected dossier under one letter, exactly those that were shown; all or nothing."""
    context = visit.context(code, writes=True, exclusive=True)
    note = visit.attempt(lambda: forwarded(visit, context))
    return submissions_page(visit, context) if note is None else visit.go(f"/dot/{code}/to-trinh", note)


def forwarded(visit: Visit, context: Context) -> str:
    """What to say of a letter that went."""
    form, dated = visit.form, visit.form.day("dated")
    if dated is None:
        raise EvidenceRefusedError("Phải ghi ngày của tờ trình.")
    went = forward(visit.session, context, form.text("number"), dated, mark=form.text("mark"))
    require_whole(went.outcome)
    return " ".join((f"Đã trình {len(went.outcome.moved)} hồ sơ theo Tờ trình số {went.number}.", *went.warnings))


@router.get("/dot/{code}/to-trinh/{submission}/{form}")
def download_letter(code: str, submission: int, form: str, visit: Visiting) -> Response:
    """A letter with its list, as a download: pdf, docx, xlsx or json; what was printed is kept as it is."""
    context = visit.context(code)
    require_overview(eyes_in(context))
    name, media, content = submission_paper(visit.session, context, submission, form)
    return handed(BytesIO(content), media, name, hashlib.sha256(content).hexdigest())
