"""What went wrong, told to clients: the one place that maps error classes to statuses."""

import re
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
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
from web.malformed import sentence


class UnauthenticatedError(VinhDanhError):
    """No token, or one that opens nothing."""

    code = "unauthenticated"


class PreconditionError(StaleError):
    """The dossier is no longer at the version that If-Match names."""


STATUSES: dict[type[BaseException], int] = {
    UnauthenticatedError: 401,
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
OPTION = re.compile(r" \(--[^)]*\)")  # the command line's words for what a request calls otherwise
MALFORMED = 422
# What the framework itself says no to: status it gives → (ours, code, sentence).
TRANSPORT: dict[int, tuple[int, str, str]] = {
    400: (MALFORMED, "malformed", "Thân yêu cầu không phải là JSON hợp lệ."),
    404: (404, "not_found", "Không có địa chỉ này."),
    405: (405, "method", "Địa chỉ này không nhận phương thức đó."),
    413: (413, "too_large", "Yêu cầu quá lớn."),
    415: (415, "media_type", "Yêu cầu phải có Content-Type: application/json."),
}


def status_of(error: BaseException) -> int:
    """The status of an error: its class's, or the nearest class's above it."""
    return next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), UNEXPECTED)


def plainly(message: str) -> str:
    """A sentence without the options of the command line."""
    return OPTION.sub("", message)


def document(error: VinhDanhError) -> dict[str, Any]:
    """The error as JSON, in the shape the command line gives it."""
    if isinstance(error, RefusedError):
        return {"refused": error.code, "message": plainly(error.message), "citations": list(error.citations)}
    return {"error": error.code, "message": plainly(error.message)}


def ours(_: Request, error: Exception) -> JSONResponse:
    """A refusal or an error with words of its own."""
    told = cast("VinhDanhError", error)
    status = status_of(told)
    challenge = {"WWW-Authenticate": 'Bearer realm="vinhdanh"'} if status == STATUSES[UnauthenticatedError] else {}
    return JSONResponse(document(told), status, challenge)


def of_the_framework(_: Request, error: Exception) -> JSONResponse:
    """An address, a method or a body that the framework will not take."""
    raised = cast("HTTPException", error)
    status, code, message = TRANSPORT.get(raised.status_code, (raised.status_code, "http", "Không thực hiện được."))
    return JSONResponse({"error": code, "message": message}, status, dict(raised.headers or {}))


def malformed(_: Request, error: Exception) -> JSONResponse:
    """A parameter or a body of another shape than the OpenAPI document says."""
    said = " ".join(dict.fromkeys(sentence(flaw) for flaw in cast("RequestValidationError", error).errors()))
    return JSONResponse({"error": MalformedError.code, "message": said}, MALFORMED)


def unreachable(_: Request, __: Exception) -> JSONResponse:
    """The database does not answer."""
    said = {"error": DatabaseUnreachableError.code, "message": "Cơ sở dữ liệu không trả lời. Hãy thử lại sau."}
    return JSONResponse(said, STATUSES[DatabaseUnreachableError])


def unexpected() -> JSONResponse:
    """Whatever else: not a word of the error, which may hold personal data."""
    said = {"error": "unexpected", "message": "Lỗi ngoài dự kiến; không có gì được ghi. Hãy báo quản trị hệ thống."}
    return JSONResponse(said, UNEXPECTED)


def install(app: FastAPI) -> None:
    """Have every failure told by this module."""
    app.add_exception_handler(VinhDanhError, ours)
    app.add_exception_handler(HTTPException, of_the_framework)
    app.add_exception_handler(RequestValidationError, malformed)
    for kind in (OperationalError, InterfaceError, PoolTimeoutError):
        app.add_exception_handler(kind, unreachable)
