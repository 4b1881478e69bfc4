"""The administrator's pages: what there is, alerts, campaigns and their files. Nothing here moves a dossier."""

from collections.abc import Callable

from fastapi.responses import Response

from engine.actors import Actor
from engine.administering import campaign_files
from engine.administering.accounts import administrator
from engine.administering.campaign_files import Compared
from engine.chronicle import soundness
from engine.context import command_origin
from rules.errors import MalformedError, VinhDanhError
from web.visit import Pages, Visit, Visiting

router = Pages()


def require_administrator(visit: Visit) -> Actor:
    """Whoever asks, if an administrator."""
    return administrator(visit.session, visit.account.name)


def sent_file(visit: Visit) -> bytes:
    """The file of a form; MalformedError when none was chosen."""
    files = visit.form.files("file")
    if not files:
        raise MalformedError("Hãy chọn tệp.")
    return files[-1].file.read()


@router.get("/quan-tri")
def overview(visit: Visiting) -> Response:
    """The ways on, the campaigns, and whether the data are known to be sound."""
    require_administrator(visit)
    return visit.page(
        "admin/overview.html",
        loaded=campaign_files.loaded(visit.session),
        sound=soundness.soundness(visit.session),
    )


@router.get("/quan-tri/canh-bao")
def show_alerts(visit: Visiting) -> Response:
    """Alerts, those that are over too, without the values."""
    require_administrator(visit)
    found = soundness.alerts(visit.session, cleared=True)
    return visit.page("admin/alerts.html", alerts=found, checks=soundness.checks(visit.session))


@router.get("/quan-tri/dot/{code}")
def show_campaign(code: str, visit: Visiting) -> Response:
    """A campaign's configuration, to read, and the form for a changed file."""
    require_administrator(visit)
    return visit.page("admin/campaign.html", code=code, config=campaign_files.as_yaml(visit.session, code))


@router.post("/quan-tri/dot/xem-truoc")
def compare_file(visit: Visiting) -> Response:
    """What a file would change, before anything is stored."""
    require_administrator(visit)
    return compared_page(visit, sent_file)


@router.post("/quan-tri/dot/nap")
def load_file(visit: Visiting) -> Response:
    """Load the file that was compared."""
    by, content = require_administrator(visit), visit.form.get("content", "").encode()
    done = visit.attempt(
        lambda: campaign_files.load(visit.session, by, content, visit.form.text("mark"), command_origin("web"))
    )
    if done is None:
        return compared_page(visit, lambda _: content)
    return visit.go("/quan-tri", "Đã nạp cấu hình đợt khen thưởng." if done else "Cấu hình không có gì thay đổi.")


def compared_page(visit: Visit, read: Callable[[Visit], bytes]) -> Response:
    """The comparison, and what would stand in the way of loading; after a file that is none, the first page."""
    compared = visit.attempt(lambda: told(visit, read(visit)))
    if compared is None:
        loaded = campaign_files.loaded(visit.session)
        return visit.page("admin/overview.html", loaded=loaded, sound=soundness.soundness(visit.session))
    return visit.page("admin/compare.html", compared=compared[0], content=compared[1], refusal=compared[2])


def told(visit: Visit, content: bytes) -> tuple[Compared, str, VinhDanhError | None]:
    """The comparison, the file's text, and why loading it would be refused."""
    compared, refusal = campaign_files.foreseen(visit.session, content, command_origin("web"))
    return compared, content.decode(), refusal
