"""What the offices do on a dossier besides moving it: score, judge, answer a query, correct, step aside, release."""

from collections.abc import Callable

from fastapi.responses import Response

from engine import campaigns, review
from engine.context import Context
from engine.editing import correct_fields
from engine.recusal import recuse
from rules.errors import MalformedError
from web.pages.dossier import dossier_page
from web.pages.shown_version import require_shown_version
from web.visit import Pages, Visit, Visiting

router = Pages()
POINTS = "diem."  # before the key of a criterion
VERDICTS = {"pass": True, "fail": False}


def act(visit: Visit, identity: str, panel: str, do: Callable[[Context], str]) -> Response:
    """Do something on a dossier of the version the page showed; refused, the page says why and keeps what was typed."""
    visit.seen(identity)  # another unit's dossier is no dossier, whatever is asked of it

    def done() -> str:
        context, dossier, eyes = visit.seen(identity, writes=True)
        require_shown_version(visit, context, dossier, eyes)
        return do(context)

    note = visit.attempt(done)
    return dossier_page(visit, identity) if note is None else visit.go(f"/ho-so/{identity}#{panel}", note)


@router.post("/ho-so/{identity}/diem")
def give_points(identity: str, visit: Visiting) -> Response:
    """A reviewer's points: one for each criterion of the rubric, or one in all."""
    form = visit.form
    by_criterion = {name.removeprefix(POINTS): form.text(name) for name in form if name.startswith(POINTS)}

    def do(context: Context) -> str:
        review.score(visit.session, context, identity, by_criterion or form.text("points"))
        return "Đã ghi điểm của bạn."

    return act(visit, identity, "diem", do)


@router.post("/ho-so/{identity}/ket-luan")
def conclude(identity: str, visit: Visiting) -> Response:
    """The review office settles what a rule leaves to it."""
    form = visit.form

    def do(context: Context) -> str:
        passed = VERDICTS.get(form.text("verdict"))
        if passed is None:
            raise MalformedError("Hãy chọn kết luận: đạt hay không đạt.")
        rule = form.text("rule")
        review.judge(visit.session, context, identity, rule, passed=passed, reason=form.text("reason"))
        return "Đã ghi kết luận."

    return act(visit, identity, "ra-soat", do)


@router.post("/ho-so/{identity}/giai-trinh")
def explain_query(identity: str, visit: Visiting) -> Response:
    """The review office answers one point of an appraiser's query."""
    form = visit.form

    def do(context: Context) -> str:
        review.answer_finding(visit.session, context, identity, form.text("anchor"), form.text("text"))
        return "Đã ghi nội dung giải trình."

    return act(visit, identity, "yeu-cau", do)


@router.post("/ho-so/{identity}/dinh-chinh")
def correct(identity: str, visit: Visiting) -> Response:
    """A clerical slip is corrected; the old value stays on the trail."""
    form = visit.form

    def do(context: Context) -> str:
        changes = {form.text("field"): form.text("value")}
        correct_fields(visit.session, context, identity, changes, form.text("reason"))
        return "Đã chỉnh sửa."

    return act(visit, identity, "noi-dung", do)


@router.post("/ho-so/{identity}/khong-tham-gia")
def step_aside(identity: str, visit: Visiting) -> Response:
    """Somebody declares that they must not judge this dossier."""

    def do(context: Context) -> str:
        done = recuse(visit.session, context, identity, visit.form.text("reason"))
        return " ".join(("Bạn không còn tham gia xét hồ sơ này.", *done.warnings))

    return act(visit, identity, "diem", do)


@router.post("/ho-so/{identity}/cong-bo")
def release(identity: str, visit: Visiting) -> Response:
    """The review head lets the unit know the outcome before the decision is signed."""

    def do(context: Context) -> str:
        campaigns.release(visit.session, context, [identity])
        return "Đã thông báo kết quả cho đơn vị."

    return act(visit, identity, "thuc-hien", do)
