"""`account invite|password|sessions`: how people get into the portal, as far as an operator has a hand in it."""

import getpass
import sys
from typing import Annotated, TypeAlias

import typer

from cli import output
from cli.dossier_page import moment
from cli.options import Json, name
from cli.work import transaction
from engine.access import operating
from engine.access.sessions import Listed
from engine.context import command_origin
from rules.errors import MalformedError

app = typer.Typer()
Account: TypeAlias = Annotated[str, typer.Argument(metavar="NAME", parser=name, help="Tên tài khoản.")]
METHODS = {"password": "mật khẩu", "oidc": "đăng nhập chung"}


@app.command("invite")
def invite(
    account: Annotated[str | None, typer.Argument(metavar="NAME", parser=name, help="Tên tài khoản.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Mọi tài khoản chưa có mật khẩu, chưa được mời.")] = False,
    as_json: Json = False,
) -> None:
    """Write a letter with a link to choose a password, good once within seven days."""
    if every is (account is not None):
        raise MalformedError("Cần tên tài khoản, hoặc --all cho mọi tài khoản chưa có mật khẩu.")
    with transaction() as session:
        if account is None:
            done = operating.invite_all(session, command_origin())
        else:
            done = operating.invite(session, account, command_origin())
    skipped = [{"name": who, "reason": why} for who, why in done.skipped]
    said = f"Đã viết {len(done.invited)} thư mời đặt mật khẩu; thư đi theo lịch hoặc bằng: ./vinhdanh letters deliver"
    output.answer({"invited": done.invited, "skipped": skipped}, as_json, lambda: output.say(said))
    output.tell(*(f"{who}: {why}." for who, why in done.skipped))


@app.command("password")
def password(
    account: Account,
    without_code: Annotated[
        bool, typer.Option("--without-code", help="Tắt luôn xác minh hai bước, khi người dùng mất điện thoại.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Set an account's password, typed twice or read from standard input; every session of it ends."""
    chosen = typed_password()
    with transaction() as session:
        ended = operating.give_password(session, account, chosen, command_origin(), without_code=without_code)
    said = f"Đã đặt mật khẩu của {account}; {ended} phiên đăng nhập đã kết thúc."
    output.answer({"name": account, "ended": ended}, as_json, lambda: output.say(said))


def typed_password() -> str:
    """A password from the terminal, or the one line of standard input; never from an argument, which others can see."""
    if not sys.stdin.isatty():
        try:
            return sys.stdin.readline().rstrip("\r\n")
        except UnicodeDecodeError:
            raise MalformedError("Mật khẩu có ký tự không phải UTF-8.") from None  # the cause would show it
    chosen = getpass.getpass("Mật khẩu mới: ")
    if getpass.getpass("Nhập lại: ") != chosen:
        raise MalformedError("Hai lần nhập không giống nhau.")
    return chosen


@app.command("sessions")
def sessions(
    account: Account,
    end: Annotated[bool, typer.Option("--end", help="Kết thúc mọi phiên đăng nhập của tài khoản.")] = False,
    as_json: Json = False,
) -> None:
    """List where an account is signed in, or end it everywhere."""
    with transaction() as session:
        if end:
            ended = operating.end_sessions(session, account, command_origin())
            output.answer({"ended": ended}, as_json, lambda: output.say(f"Đã kết thúc {ended} phiên đăng nhập."))
        else:
            alive = [told(one) for one in operating.sessions_of(session, account)]
            output.answer({"sessions": alive}, as_json, lambda: draw(alive))


def told(one: Listed) -> dict[str, str]:
    """A session as JSON; nothing by which it could be opened."""
    return {
        "began_at": one.began_at.isoformat(),
        "seen_at": one.seen_at.isoformat(),
        "method": one.method,
        "address": one.address,
        "agent": one.agent,
    }


def draw(alive: list[dict[str, str]]) -> None:
    """Sessions as a table."""
    rows = [
        (moment(one["began_at"]), moment(one["seen_at"]), METHODS[one["method"]], one["address"], one["agent"])
        for one in alive
    ]
    output.table("", ("Bắt đầu", "Lần cuối", "Cách đăng nhập", "Địa chỉ", "Trình duyệt"), rows)
    output.say(f"{len(alive)} phiên đăng nhập.")
