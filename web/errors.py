"""What went wrong, told to clients: the one place that maps error classes to statuses."""

from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from models.database import DatabaseUnreachableError
from rules.errors import (
    DutiesRefusedError,
    MalformedError,
    NotFoundError,
    RefusedError,
    RoleRefusedError,
    SchemaError,
    StaleError,
    VinhDanhError,
)
from web.bodies import too_large_words
from web.failures import failure_page, is_page, send_again, sign_in_first
from web.forms import Form
from web.malformed import sentence
from web.wording import plainly


class UnauthenticatedError(VinhDanhError):
    """No token, or one that opens nothing."""

    code = "unauthenticated"


class SignInNeededError(VinhDanhError):
    """A page for people who are signed in, and nobody is; what the form held may be carried over signing in."""

    code = "unauthenticated"

    def __init__(self, form: Form) -> None:
        """Keep the form."""
        super().__init__("Bạn cần đăng nhập để xem trang này.")
        self.form = form


class StaleFormError(VinhDanhError):
    """A form of another session, or of none: what was typed is shown again, to be sent anew under `csrf`."""

    code = "stale"

    def __init__(self, form: Form, csrf: str) -> None:
        """Keep the form and the token that another try needs."""
        super().__init__("Biểu mẫu được mở từ phiên làm việc trước.")
        self.form, self.csrf = form, csrf


class PreconditionError(StaleError):
    """The dossier is no longer at the version that If-Match names."""


STATUSES: dict[type[BaseException], int] = {
    UnauthenticatedError: 401,
    SignInNeededError: 401,
    StaleFormError: 409,
    RoleRefusedError: 403,
    DutiesRefusedError: 403,
    NotFoundError: 404,
    RefusedError: 409,
    StaleError: 409,
    PreconditionError: 412,
    MalformedError: 422,
    SchemaError: 503,
    DatabaseUnreachableError: 503,
}
UNEXPECTED = 500
MALFORMED = 422
TOO_LARGE = 413
MEDIA_TYPE = 415
# What the framework itself says no to: status it gives → (ours, code, sentence).
TRANSPORT: dict[int, tuple[int, str, str]] = {
    400: (MALFORMED, "malformed", "Thân yêu cầu không phải là JSON hợp lệ."),
    404: (404, "not_found", "Không có địa chỉ này."),
    405: (405, "method", "Địa chỉ này không nhận phương thức đó."),
    413: (413, "too_large", "Yêu cầu quá lớn."),
    415: (415, "media_type", "Yêu cầu phải có Content-Type: application/json."),
}
# The same for a person at a browser, where the words differ.
FOR_PEOPLE = {
    403: "Biểu mẫu này được gửi từ một trang web khác nên không được nhận.",
    404: "Không có trang này.",
    405: "Trang này không nhận yêu cầu như vậy.",
    413: "Nội dung gửi lên quá lớn.",
    422: "Không đọc được biểu mẫu.",
}


def status_of(error: BaseException) -> int:
    """The status of an error: its class's, or the nearest class's above it."""
    return next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), UNEXPECTED)


def for_people(status: int, path: str, otherwise: str = "") -> str:
    """What a person is told of a request that the framework or the edge will not take."""
    said = FOR_PEOPLE.get(status, otherwise)
    return too_large_words(path, said) if status == TOO_LARGE else said


def document(error: VinhDanhError) -> dict[str, Any]:
    """The error as JSON, in the shape the command line gives it."""
    if isinstance(error, RefusedError):
        return {"refused": error.code, "message": plainly(error.message), "citations": list(error.citations)}
    return {"error": error.code, "message": plainly(error.message)}


def ours(request: Request, error: Exception) -> Response:
    """A refusal or an error with words of its own."""
    told = cast("VinhDanhError", error)
    status = status_of(told)
    if is_page(request.url.path):
        return page_of(request, told, status)
    challenge = {"WWW-Authenticate": 'Bearer realm="vinhdanh"'} if status == STATUSES[UnauthenticatedError] else {}
    return JSONResponse(document(told), status, challenge)


def page_of(request: Request, error: VinhDanhError, status: int) -> Response:
    """The same for a person at a browser."""
    if isinstance(error, SignInNeededError):
        return sign_in_first(request, error.form)
    if isinstance(error, StaleFormError):
        return send_again(request, error.form, error.csrf, error.message)
    citations = error.citations if isinstance(error, RefusedError) else ()
    return failure_page(request, status, plainly(error.message), citations)


def of_the_framework(request: Request, error: Exception) -> Response:
    """An address, a method or a body that the framework will not take."""
    raised = cast("HTTPException", error)
    status, code, message = TRANSPORT.get(raised.status_code, (raised.status_code, "http", "Không thực hiện được."))
    if is_page(request.url.path):
        return failure_page(request, status, for_people(status, request.url.path, message))
    return JSONResponse({"error": code, "message": message}, status, dict(raised.headers or {}))


def malformed(request: Request, error: Exception) -> Response:
    """A parameter or a body of another shape than the OpenAPI document says."""
    if is_page(request.url.path):
        return failure_page(request, MALFORMED, "Địa chỉ hoặc biểu mẫu không đúng dạng.")
    said = " ".join(dict.fromkeys(sentence(flaw) for flaw in cast("RequestValidationError", error).errors()))
    return JSONResponse({"error": MalformedError.code, "message": said}, MALFORMED)


def unreachable(request: Request, __: Exception) -> Response:
    """The database does not answer."""
    message = "Cơ sở dữ liệu không trả lời. Hãy thử lại sau."
    if is_page(request.url.path):
        return failure_page(request, STATUSES[DatabaseUnreachableError], message)
    said = {"error": DatabaseUnreachableError.code, "message": message}
    return JSONResponse(said, STATUSES[DatabaseUnreachableError])


def unexpected(request: Request) -> Response:
    """Whatever else: not a word of the error, which may hold personal data."""
    message = "Lỗi ngoài dự kiến; không có gì được ghi. Hãy báo quản trị hệ thống."
    if is_page(request.url.path):
        return failure_page(request, UNEXPECTED, message)
    said = {"error": "unexpected", "message": message}
    return JSONResponse(said, UNEXPECTED)


def install(app: FastAPI) -> None:
    """Have every failure told by this module."""
    app.add_exception_handler(VinhDanhError, ours)
    app.add_exception_handler(HTTPException, of_the_framework)
    app.add_exception_handler(RequestValidationError, malformed)
    for kind in (OperationalError, InterfaceError, PoolTimeoutError):
        app.add_exception_handler(kind, unreachable)
