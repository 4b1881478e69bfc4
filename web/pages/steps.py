"""Steps: what the buttons of every role send; the life cycle says which there are and what each asks."""

from fastapi.responses import Response

from engine.meanwhile import require_unmoved
from engine.plans import require_plain
from engine.steps import Request, take_step
from rules.errors import MalformedError
from rules.vocabulary import ACTION_LABELS, Action
from web.forms import Form
from web.pages.dossier import dossier_page
from web.visit import Pages, Visit, Visiting

router = Pages()
BESIDE = "neu."  # before the anchor of an item of the dossier


@router.post("/ho-so/{identity}/buoc")
def take(identity: str, visit: Visiting) -> Response:
    """Take one step; refused, the same page says why and keeps what was typed."""
    visit.seen(identity)  # another unit's dossier is no dossier, whatever is asked of it
    done = visit.attempt(lambda: stepped(visit, identity))
    return dossier_page(visit, identity) if done is None else visit.go(f"/ho-so/{identity}", done)


def stepped(visit: Visit, identity: str) -> str:
    """The step, taken of the version the page showed; returns what to say of it."""
    action = action_in(visit.form)
    require_plain(action)
    context, dossier, _ = visit.seen(identity, writes=True)
    version = visit.form.number("version")
    request = request_in(visit.form, dossier.version if version is None else version)
    taken = take_step(visit.session, context, identity, action, request)
    if version is None:
        require_unmoved(visit.session, taken, visit.began)
    return " ".join((f"Đã {ACTION_LABELS[action]}.", *taken.warnings))


def action_in(form: Form) -> Action:
    """The action a button names; MalformedError for no action of ours."""
    try:
        return Action(form.text("action"))
    except ValueError as error:
        raise MalformedError("Không có bước này.") from error


def request_in(form: Form, version: int | None) -> Request:
    """What the person supplied: reason, due date, and the findings that are not left blank."""
    return Request(
        reason=form.text("reason"),
        due=form.day("due"),
        findings=findings_in(form),
        expected_version=version,
        silent=form.ticked("silent"),
    )


def findings_in(form: Form) -> tuple[tuple[str, str], ...]:
    """Anchors and texts, two lists of equal length (a line with neither is none), and what was written beside an item.

    A field `neu.` and an anchor holds a text, and is none while it is blank.
    """
    anchors, texts = form.many("anchor"), form.many("text")
    if len(anchors) != len(texts):
        raise MalformedError("Danh sách nội dung yêu cầu không đúng dạng.")
    pairs = [(anchor.strip(), text.strip()) for anchor, text in zip(anchors, texts, strict=True)]
    if any(text and not anchor for anchor, text in pairs):
        raise MalformedError("Hãy chọn mục của hồ sơ mà nội dung yêu cầu gắn với.")
    beside = [(name.removeprefix(BESIDE), form.text(name)) for name in form if name.startswith(BESIDE)]
    return tuple(pair for pair in pairs if pair[0]) + tuple(pair for pair in beside if pair[1])
