"""Third-party checks: agencies asked about a nominee, or about several at once, and what they answered."""

from fastapi.responses import Response

from engine import checking, review
from rules.errors import MalformedError
from rules.vocabulary import CHECK_RESULT_LABELS, CheckResult
from web.forms import Form
from web.pages.dossier import dossier_page
from web.pages.shown_version import require_shown_version
from web.visit import Pages, Visit, Visiting

router = Pages()


@router.post("/ho-so/{identity}/xac-minh")
def ask(identity: str, visit: Visiting) -> Response:
    """Ask an agency about one nominee."""
    visit.seen(identity)

    def asked() -> str:
        context, _, _ = visit.seen(identity, writes=True)
        return checking.ask(visit.session, context, identity, visit.form.text("agency"))

    agency = visit.attempt(asked)
    return dossier_page(visit, identity) if agency is None else back(visit, identity, f"Đã lấy ý kiến của {agency}.")


@router.post("/ho-so/{identity}/xac-minh/tra-loi")
def reply(identity: str, visit: Visiting) -> Response:
    """Record what an agency answered, of the version the page showed: an old page sent again undoes no newer answer."""
    visit.seen(identity)

    def replied() -> str:
        context, dossier, eyes = visit.seen(identity, writes=True)
        require_shown_version(visit, context, dossier, eyes)
        agency, result = visit.form.text("agency"), result_in(visit.form)
        review.record_reply(visit.session, context, identity, agency, result, visit.form.text("text"))
        return f"Đã ghi nhận trả lời của {agency}: {CHECK_RESULT_LABELS[result]}."

    note = visit.attempt(replied)
    return dossier_page(visit, identity) if note is None else back(visit, identity, note)


def back(visit: Visit, identity: str, note: str) -> Response:
    """To the dossier, where the panel is."""
    return visit.go(f"/ho-so/{identity}#xac-minh", note)


def result_in(form: Form) -> CheckResult:
    """The answer chosen; MalformedError for none."""
    try:
        return CheckResult(form.text("result"))
    except ValueError as error:
        raise MalformedError("Hãy chọn kết quả: “không có vi phạm” hoặc “có vi phạm hoặc có ý kiến khác”.") from error
