"""Pages from templates/pages/: plain data in, HTML out; every value is escaped, a missing one is an error."""

import hashlib
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from engine.clock import VIETNAM
from rules.vocabulary import Overall
from web import labels
from web.browsers import browser
from web.language import COOKIE, NAMES, Language, language_of
from web.notes import clear_note, take_note
from web.oidc.settings import is_configured
from web.templates import Spoken
from web.wording import plainly

STATIC = Path(__file__).parent / "static"


OVERALL_COLOURS = {
    Overall.ELIGIBLE: "text-bg-success",
    Overall.INCOMPLETE: "text-bg-warning",
    Overall.INELIGIBLE: "text-bg-danger",
}
NOBODY: dict[str, Any] = {"account": None, "visitor": None, "campaign": None, "navigation": (), "errors": (),
                          "today": None, "pretending": False}  # fmt: skip


@cache
def environment(language: Language) -> Spoken:
    """The templates in a language, with what they may use, compiled once."""
    made = Spoken(language)
    made.filters |= {"day": day, "moment": moment, "money": money, "number": number, "plainly": plainly}
    made.filters |= {"capitalize_first": capitalised, "browser": browser}
    made.globals |= {
        "single_sign_on": is_configured,
        "static": static,
        "label": labels,
        "overall_colours": OVERALL_COLOURS,
    }
    return made


@cache
def static(name: str) -> str:
    """The address of a file under web/static/, which changes with its content."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:12]}"


def capitalised(words: str) -> str:
    """The words with a capital at their beginning and nowhere else."""
    return words[:1].upper() + words[1:]


def day(value: date | str | None) -> str:
    """A date as people write it, "" for none."""
    if not value:
        return ""
    found = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return f"{found.day:02}/{found.month:02}/{found.year}"


def moment(value: datetime | str | None) -> str:
    """A moment in local time, to the minute."""
    if not value:
        return ""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return f"{found.astimezone(VIETNAM):%H:%M %d/%m/%Y}"


def number(value: float | Decimal) -> str:
    """A number with at most two decimals and a decimal comma: 85,5."""
    return f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",")


def money(value: int) -> str:
    """Whole đồng with dots between thousands."""
    return f"{value:,}".replace(",", ".") + " đ"


def rendered(
    request: Request,
    template: str,
    *,
    status: int = 200,
    csrf: str = "",
    **values: Any,  # noqa: ANN401 - whatever the template says
) -> HTMLResponse:
    """The page as an answer; `csrf` is what its forms must carry. A signed-in visit adds its own values."""
    language = language_of(request.cookies.get(COOKIE))
    note = take_note(request)
    every: dict[str, Any] = {
        "language": language,
        "vi": Markup(' lang="vi"')
        if language is not Language.VIETNAMESE
        else "",  # on what is Vietnamese in any language
        "languages": [(one, NAMES[one]) for one in Language],
        "path": request.url.path,
        "here": str(request.url.path) + (f"?{request.url.query}" if request.url.query else ""),
        "note": note,
        "csrf": Markup('<input type="hidden" name="_csrf" value="{}">').format(csrf),
        **NOBODY,
    }
    body = environment(language).get_template(template).render({**every, **values})
    answer = HTMLResponse(body, status)
    if note:
        clear_note(answer)
    return answer
