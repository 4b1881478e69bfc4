"""Papers of a dossier: sent, taken off, downloaded; and the whole dossier as a bundle."""

from fastapi.responses import Response

from engine.bundle import make_bundle
from engine.files.attachments import attach, take_off
from engine.files.reading import hand_out, readable
from rules.errors import MalformedError, NotFoundError
from web.arriving import Arrived, Examined, LetIn
from web.handing import handed, room
from web.pages.dossier import dossier_page
from web.pages.paper_forms import Sent
from web.visit import Pages, Visit, Visiting

router = Pages()
HIGHEST = 2**63 - 1
BUNDLE = "application/zip"


@router.post("/ho-so/{identity}/giay-to", dependencies=[LetIn])
def send_papers(identity: str, arrived: Examined, visit: Visiting) -> Response:
    """Attach the files of the form; those that were refused are told beside their field, the others stand."""
    visit.seen(identity)
    note = visit.attempt(lambda: attached(visit, identity, arrived))
    if arrived.refused:
        visit.request.state.papers_sent = Sent(refused=arrived.refused, note=note or "")
        visit.errors.append(MalformedError("Có tệp không được nhận: xem lý do tại mục Giấy tờ."))
    return dossier_page(visit, identity) if visit.errors else back(visit, identity, note or "")


def attached(visit: Visit, identity: str, arrived: Arrived) -> str:
    """What is to be said of the files that were attached; nothing where all were refused."""
    if arrived.refused and not arrived.uploads:
        return ""
    context, _, _ = visit.seen(identity, writes=True)
    outcomes = attach(visit.session, context, [identity, *visit.form.many("also")], arrived.uploads)
    if not sum(outcome.added for outcome in outcomes):
        return "Hồ sơ đã có các tệp này, không thay đổi gì."
    names = ", ".join(f"“{upload.name}”" for upload in arrived.uploads)
    number = len(outcomes)
    return f"Đã đính kèm {names} vào {number} hồ sơ." if number > 1 else f"Đã đính kèm {names}."


@router.post("/ho-so/{identity}/giay-to/{attachment}/go")
def remove_paper(identity: str, attachment: str, visit: Visiting) -> Response:
    """Take a paper off the dossier."""
    visit.seen(identity)

    def removed() -> str:
        context, _, _ = visit.seen(identity, writes=True)
        take_off(visit.session, context, identity, number_in(attachment))
        return "Đã gỡ giấy tờ."

    note = visit.attempt(removed)
    return dossier_page(visit, identity) if note is None else back(visit, identity, note)


@router.get("/ho-so/{identity}/giay-to/{attachment}")
def download_paper(identity: str, attachment: str, visit: Visiting) -> Response:
    """One paper as a download; what offices read is on the trail."""
    context, dossier, eyes = visit.seen(identity)
    found = readable(visit.session, dossier, eyes, number_in(attachment))
    if visit.request.headers.get("if-none-match") == f'"{found.sha256}"':
        return Response(status_code=304, headers={"ETag": f'"{found.sha256}"'})
    file = room()
    hand_out(visit.session, context, dossier, eyes, found.id, file)
    return handed(file, found.media.value, found.name, found.sha256)


@router.post("/ho-so/{identity}/goi")
def download_bundle(identity: str, visit: Visiting) -> Response:
    """The dossier as a ZIP; its making is on the trail, so it is asked for like a change."""
    context, dossier, eyes = visit.seen(identity)
    file = room()
    made = make_bundle(visit.session, context, dossier.id, eyes, file)
    return handed(file, BUNDLE, f"ho-so-{dossier.id}.zip", made.sha256)


def back(visit: Visit, identity: str, note: str) -> Response:
    """To the dossier, where the panel is."""
    return visit.go(f"/ho-so/{identity}#giay-to", note)


def number_in(typed: str) -> int:
    """The number of an attachment in an address; NotFoundError for what is none."""
    if not (typed.isascii() and typed.isdigit()) or len(typed) > len(str(HIGHEST)) or int(typed) > HIGHEST:
        raise NotFoundError("Hồ sơ không có giấy tờ này; có thể đã được gỡ.")
    return int(typed)
