"""How one browser looks at the portal: its language, the campaign, the day a rehearsal plays."""

from fastapi.responses import RedirectResponse, Response

from engine.access import sessions
from web.addresses import encrypted, own_path
from web.forms import Posted
from web.language import COOKIE, language_of
from web.visit import CAMPAIGN, Pages, Visiting

router = Pages()
YEAR = 365 * 24 * 3600


@router.post("/ngon-ngu")
def choose_language(form: Posted) -> Response:
    """Read the pages in another language; nothing but a cookie changes, so anybody may."""
    answer = RedirectResponse(own_path(form.text("onward")), 303)
    tag = language_of(form.text("language")).value
    answer.set_cookie(COOKIE, tag, max_age=YEAR, httponly=True, samesite="lax", secure=encrypted(), path="/")
    return answer


@router.post("/dot")
def choose_campaign(visit: Visiting) -> Response:
    """Look at another campaign from now on."""
    code = visit.form.text("campaign")
    if code not in {one.code for one in visit.visitor.campaigns}:
        return visit.go("/")
    answer = visit.go(f"/dot/{code}")
    answer.set_cookie(CAMPAIGN, code, max_age=YEAR, httponly=True, samesite="lax", secure=encrypted(), path="/")
    return answer


@router.post("/ngay-dien-tap")
def play_day(visit: Visiting) -> Response:
    """Let another day count as today in rehearsals, for this session; blank goes back to the real day."""
    sessions.pretend(visit.session, visit.signed.sha256, visit.form.day("day"))
    return visit.go(own_path(visit.form.text("onward")))
