"""Options and arguments that several commands take, and how what was typed becomes a value."""

import unicodedata
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeAlias, TypeVar

import typer

from rules.dates import parse_date
from rules.errors import MalformedError
from rules.text import nfc_folded

V = TypeVar("V", bound=StrEnum)


def words(typed: str) -> str:
    """Free text in NFC, without white space around it; MalformedError for bytes that are no UTF-8."""
    try:
        typed.encode()
    except UnicodeEncodeError as error:
        raise MalformedError("Dòng lệnh có ký tự không phải UTF-8.") from error
    return unicodedata.normalize("NFC", typed).strip()


def name(typed: str) -> str:
    """A name as the system keeps names: NFC, single spaces."""
    return nfc_folded(words(typed))


def whole(typed: str) -> int:
    """A whole number, zero or more."""
    if not (typed.isascii() and typed.isdigit()):
        raise MalformedError(f"“{typed}” không phải là số nguyên không âm.")
    return int(typed)


def one_of(vocabulary: type[V], what: str) -> Callable[[str], V]:
    """A reader of one closed vocabulary; `what` names it in the error, which lists what is possible."""

    def read(typed: str) -> V:
        try:
            return vocabulary(words(typed).lower())
        except ValueError as error:
            known = ", ".join(member.value for member in vocabulary)
            raise MalformedError(f"Không có {what} “{typed}”. Có: {known}.") from error

    return read


def pairs(typed: list[str], left: str, right: str) -> list[tuple[str, str]]:
    """`LEFT=RIGHT` each as (left, right); MalformedError without an equals sign or a left side."""
    read = []
    for pair in typed:
        key, sign, value = pair.partition("=")
        if not sign or not key.strip():
            raise MalformedError(f"“{pair}” không đúng dạng {left}={right}.")
        read.append((key.strip(), value.strip()))
    return read


def changes(typed: list[str]) -> dict[str, str]:
    """`FIELD=VALUE` each, none twice."""
    read = pairs(typed, "TRƯỜNG", "GIÁ TRỊ")
    if twice := [key for number, (key, _) in enumerate(read) if key in {other for other, _ in read[:number]}]:
        raise MalformedError(f"Trường “{twice[0]}” được nhập hai lần.")
    return dict(read)


Json: TypeAlias = Annotated[bool, typer.Option("--json", help="Chỉ in một tài liệu JSON ra đầu ra chuẩn.")]
DryRun: TypeAlias = Annotated[bool, typer.Option("--dry-run", help="Chỉ xem sẽ thế nào, không ghi gì.")]
As: TypeAlias = Annotated[str, typer.Option("--as", parser=name, metavar="TÊN", help="Tài khoản thực hiện.")]
Viewer: TypeAlias = Annotated[
    str | None, typer.Option("--as", parser=name, metavar="TÊN", help="Xem như tài khoản này thấy.")
]
Today: TypeAlias = Annotated[
    date | None,
    typer.Option(
        "--today", parser=parse_date, metavar="NGÀY", help="Coi hôm nay là ngày này; lệnh ghi chỉ nhận khi diễn tập."
    ),
]
InCampaign: TypeAlias = Annotated[
    str, typer.Option("--campaign", parser=words, metavar="MÃ", help="Mã đợt khen thưởng.")
]
Code: TypeAlias = Annotated[str, typer.Argument(metavar="CODE", parser=words, help="Mã đợt khen thưởng.")]
Identity: TypeAlias = Annotated[str, typer.Argument(metavar="ID", parser=words, help="Mã hồ sơ.")]
InCategory: TypeAlias = Annotated[
    str | None, typer.Option("--category", parser=words, metavar="LOẠI", help="Chỉ loại đối tượng này.")
]
Reason: TypeAlias = Annotated[
    str, typer.Option("--reason", parser=words, metavar="LÝ DO", help="Lý do, kèm viện dẫn khi phải có.")
]
DueBy: TypeAlias = Annotated[
    date | None, typer.Option("--due", parser=parse_date, metavar="NGÀY", help="Thời hạn trả lời.")
]
Findings: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--finding",
        parser=words,
        metavar="MỤC=NỘI DUNG",
        help="Nội dung yêu cầu tại một mục: field:…, paper:…, rule:…; nhiều lần được.",
    ),
]
Changes: TypeAlias = Annotated[
    list[str], typer.Argument(metavar="FIELD=VALUE…", parser=words, help="Trường và giá trị mới; để trống là xóa.")
]
Number: TypeAlias = Annotated[
    str, typer.Option("--number", parser=words, metavar="SỐ", help="Số văn bản, ví dụ 09/TTr-SDTTG.")
]
Dated: TypeAlias = Annotated[
    date, typer.Option("--date", parser=parse_date, metavar="NGÀY", help="Ngày văn bản: dd/mm/yyyy hoặc yyyy-mm-dd.")
]
Folder: TypeAlias = Annotated[Path, typer.Option("--out", metavar="THƯ MỤC", help="Thư mục ghi tệp ra.")]
