"""What went wrong, told to people: a page with the reason and its law, and a way on that loses nothing typed."""

from collections.abc import Sequence
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from engine.access.signing_in import Turned
from web.addresses import own_path
from web.entrance import sign_in_form
from web.forms import Form
from web.render import rendered

PROGRAMS = ("/api/", "/healthz", "/readyz", "/static/")
SIGN_IN = "/dang-nhap"
KEPT = Turned("Phiên làm việc đã hết. Nội dung bạn vừa nhập được giữ lại: đăng nhập để gửi tiếp.")


def is_page(path: str) -> bool:
    """Whether people read what is at this address, rather than programs."""
    return not path.startswith(PROGRAMS)


def failure_page(request: Request, status: int, message: str, citations: Sequence[str] = ()) -> Response:
    """A page that says what is wrong; inside a page that is there, htmx shows only the sentence."""
    template = "parts/failure.html" if request.headers.get("HX-Request") else "failure.html"
    return rendered(request, template, status=status, code=status, message=message, citations=citations)


def sign_in_first(request: Request, form: Form) -> Response:
    """To the sign-in page, and then on; a form that was being sent is carried along and shown again after it."""
    if request.headers.get("HX-Request"):
        return failure_page(
            request, 401, "Phiên làm việc đã hết. Hãy đăng nhập lại ở một thẻ khác, rồi tiếp tục ở đây."
        )
    if request.method != "POST":
        onward = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        address = SIGN_IN if onward == "/" else f"{SIGN_IN}?tiep={quote(own_path(onward), safe='/')}"
        return RedirectResponse(address, 303)
    carried = form.carried()
    if not carried:
        return sign_in_form(request, onward="/", turned=Turned("Phiên làm việc đã hết. Hãy đăng nhập lại."))
    return sign_in_form(request, onward=request.url.path, turned=KEPT, carried=carried)


def send_again(request: Request, form: Form, csrf: str, message: str) -> Response:
    """What was typed, to be sent anew by the person who is signed in now."""
    if request.headers.get("HX-Request"):
        return failure_page(
            request, 409, "Trang này được mở từ phiên làm việc trước: hãy sao lại nội dung rồi tải lại."
        )
    return rendered(
        request, "resume.html", status=409, csrf=csrf, onward=request.url.path, carried=form.carried(), message=message
    )
