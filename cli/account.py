"""`account import` and `account token`: who may do what at which unit, and what opens the JSON API for them."""

from pathlib import Path
from typing import Annotated

import typer

from cli import output
from cli.options import Json, name
from cli.work import transaction
from engine import tokens
from engine.context import command_origin
from engine.people import import_accounts

app = typer.Typer()


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="Tệp CSV UTF-8: name, unit, role, email.")],
    as_json: Json = False,
) -> None:
    """Import accounts and their roles, one line each."""
    with transaction() as session:
        done = import_accounts(session, file, command_origin())
    said = f"Đã nhập {done.imported} dòng tài khoản; {done.unchanged} dòng không đổi."
    output.answer({"imported": done.imported, "unchanged": done.unchanged}, as_json, lambda: output.say(said))


@app.command("token")
def token(
    account: Annotated[str, typer.Argument(metavar="NAME", parser=name, help="Tên tài khoản.")],
    revoke: Annotated[bool, typer.Option("--revoke", help="Thu hồi mọi mã đã cấp, không cấp mã mới.")] = False,
    as_json: Json = False,
) -> None:
    """Issue a token for the JSON API, shown this once; or revoke all of an account's."""
    with transaction() as session:
        if revoke:
            revoked = tokens.revoke(session, account, command_origin())
            data: dict[str, object] = {"revoked": revoked}
            said = f"Đã thu hồi {revoked} mã truy cập của {account}."
        else:
            said = tokens.issue(session, account, command_origin())
            data = {"token": said}
    output.answer(data, as_json, lambda: output.say(said))
    if not revoke:
        output.tell("Mã chỉ hiện một lần này và có giá trị như chữ ký của tài khoản: hãy giữ kín.")
