"""The trail to read: newest first, narrowed by what, who, whose and when; nothing on this page changes anything."""

from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi.responses import Response

from engine.chronicle.searching import Reader, Wanted, reader_in
from engine.chronicle.soundness import soundness
from engine.chronicle.telling import Page, page_of
from engine.chronicle.words import KINDS, TAGS
from engine.views import require_overview
from rules.dates import parse_date
from web.visit import Pages, Visiting

router = Pages()
NARROWING = ("loai", "viec", "nguoi", "ho-so", "tu", "den")  # the parameters of the address, but for the page


@router.get("/dot/{code}/nhat-ky")
def show(code: str, visit: Visiting) -> Response:
    """The trail of a campaign, and whether it is known to be whole."""
    context = visit.context(code)
    reader = reader_in(context)
    require_overview(reader.eyes)
    asked = {name: visit.request.query_params.get(name, "").strip() for name in (*NARROWING, "truoc")}
    found = visit.attempt(lambda: page_of(visit.session, context, reader, wanted_in(asked)))
    narrowing = {name: asked[name] for name in NARROWING if asked[name]}
    return visit.page(
        "chronicle.html",
        found=found or Page(entries=(), older=None),
        asked=asked,
        narrowing=urlencode(narrowing),
        names=KINDS,
        kinds={kind: words for kind, words in KINDS.items() if reader.accounts or kind not in {"account", "alert"}},
        tags=tags_for(reader),
        sound=soundness(visit.session),
    )


def wanted_in(asked: Mapping[str, str]) -> Wanted:
    """The filters of the address; MalformedError for a date that is none."""
    since, until = (parse_date(asked[name]) if asked[name] else None for name in ("tu", "den"))
    return Wanted(
        kind=asked["loai"],
        tag=asked["viec"],
        person=asked["nguoi"],
        dossier=asked["ho-so"],
        since=since,
        until=until,
        before=asked["truoc"],
    )


def tags_for(reader: Reader) -> dict[str, dict[str, str]]:
    """The tags to choose from, kind by kind."""
    kinds = [kind for kind in KINDS if reader.accounts or kind not in {"account", "alert"}]
    return {kind: {tag: words for tag, words in TAGS.items() if tag.startswith(f"{kind}:")} for kind in kinds}
