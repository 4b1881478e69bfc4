"""What went wrong, told to people and scripts: the one place that maps error classes to exit codes."""

import os
import traceback
from typing import Any

from typer import TyperException
from typer._click.exceptions import (
    BadOptionUsage,
    BadParameter,
    MissingParameter,
    NoArgsIsHelpError,
    NoSuchOption,
    UsageError,
)

from cli import output
from models.database import DatabaseUnreachableError
from models.embedded.account import EmbeddedServerError
from rules.errors import MalformedError, NotFoundError, RefusedError, SchemaError, StaleError, VinhDanhError

UNEXPECTED = 1
EXIT_CODES: dict[type[BaseException], int] = {
    UsageError: 2,
    MalformedError: 2,
    SchemaError: 2,
    DatabaseUnreachableError: 2,
    EmbeddedServerError: 2,
    FileNotFoundError: 2,
    FileExistsError: 2,
    IsADirectoryError: 2,
    NotADirectoryError: 2,
    PermissionError: 2,
    RefusedError: 3,
    StaleError: 4,
    NotFoundError: 5,
    KeyboardInterrupt: 130,
}
LONGEST = 300  # characters of an unexpected error's own words; the rest may hold personal data


def report(error: BaseException, *, as_json: bool) -> int:
    """Tell what went wrong (stderr; with `as_json` one document on stdout too); returns the exit code."""
    if os.environ.get("VINHDANH_DEBUG") == "1" and not isinstance(error, UsageError):
        traceback.print_exception(error)
    if isinstance(error, NoArgsIsHelpError):  # which has printed the help instead of a message
        return exit_code(error)
    message, citations = message_of(error), error.citations if isinstance(error, RefusedError) else ()
    output.tell(f"Bị từ chối: {message}" if isinstance(error, RefusedError) else message)
    output.tell(*(f"Căn cứ: {citation}" for citation in citations))
    if isinstance(error, UsageError) and error.ctx is not None:
        output.tell(f"Xem cách dùng: ./{error.ctx.command_path} --help")
    if as_json:
        output.print_json(document(error, message))
    return exit_code(error)


def exit_code(error: BaseException) -> int:
    """The exit code of an error: its class's, or the nearest class's above it."""
    return next((EXIT_CODES[kind] for kind in type(error).__mro__ if kind in EXIT_CODES), UNEXPECTED)


def document(error: BaseException, message: str) -> dict[str, Any]:
    """The error as JSON."""
    if isinstance(error, RefusedError):
        return {"refused": error.code, "message": message, "citations": list(error.citations)}
    if isinstance(error, VinhDanhError):
        return {"error": error.code, "message": message}
    names: dict[type[BaseException], str] = {UsageError: "usage", KeyboardInterrupt: "interrupted", OSError: "file"}
    known = exit_code(error) != UNEXPECTED
    code = next((name for kind, name in names.items() if known and isinstance(error, kind)), "unexpected")
    return {"error": code, "message": message}


def message_of(error: BaseException) -> str:
    """A Vietnamese sentence for any error."""
    if isinstance(error, VinhDanhError):
        return error.message
    if isinstance(error, TyperException):
        return usage_message(error)
    if isinstance(error, KeyboardInterrupt):
        return "Đã dừng theo yêu cầu; thay đổi đang làm dở không được ghi."
    if isinstance(error, OSError) and exit_code(error) != UNEXPECTED:
        return f"Không đọc hoặc ghi được {error.filename}: {error.strerror}."
    words = next(iter(str(error).splitlines()), "")[:LONGEST]
    return f"Lỗi ngoài dự kiến ({type(error).__name__}): {words} Đặt VINHDANH_DEBUG=1 để xem chi tiết."


def usage_message(error: TyperException) -> str:
    """What is wrong with a command line, in Vietnamese where the parser's words can be replaced."""
    if isinstance(error, NoSuchOption):
        close = f" Có phải: {', '.join(sorted(error.possibilities))}?" if error.possibilities else ""
        return f"Không có tùy chọn {error.option_name}.{close}"
    if isinstance(error, BadOptionUsage):
        return f"Dùng sai tùy chọn {error.option_name}: phải kèm đúng một giá trị, trừ tùy chọn bật/tắt."
    if isinstance(error, MissingParameter) and error.param is not None:
        what = "tùy chọn" if error.param.param_type_name == "option" else "tham số"
        return f"Thiếu {what} {error.param.get_error_hint()}."
    if isinstance(error, BadParameter) and error.param is not None:
        return f"Giá trị của {error.param.get_error_hint()} không hợp lệ: {error.message}."
    return error.format_message()
