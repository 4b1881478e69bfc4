"""`init`, `database url`, `database stop`: the database itself."""

from typing import Annotated

import typer

from cli import output
from cli.options import Json
from models import embedded
from models.database import configured, home
from rules.errors import SchemaError

app = typer.Typer()


@app.command("init")
def init(as_json: Json = False) -> None:
    """Bring the database to the present schema; loads no campaign."""
    database = configured()
    try:
        schema = database.bring_up()
    finally:
        database.close()
    output.answer({"schema": schema}, as_json, lambda: output.say(f"Cơ sở dữ liệu đã sẵn sàng (lược đồ {schema})."))


@app.command("url")
def url(
    owner: Annotated[
        bool, typer.Option("--owner", help="Địa chỉ của chủ sở hữu (được thay đổi lược đồ) thay cho của ứng dụng.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Print a connection address, leaving the server running; of an older database too, for whoever backs it up."""
    database = configured()
    try:
        database.check()
    except SchemaError as error:
        output.tell(error.message)
    finally:
        database.close()
    address = database.owner_url if owner else database.application_url
    plain = "postgresql://" + address.split("://", 1)[1]
    output.answer({"url": plain}, as_json, lambda: output.say(plain))


@app.command("stop")
def stop(as_json: Json = False) -> None:
    """Stop the embedded server of this home, and no other."""
    stopped = embedded.stop(home())
    words = "Đã dừng máy chủ PostgreSQL đi kèm." if stopped else "Máy chủ PostgreSQL đi kèm không chạy."
    output.answer({"stopped": stopped}, as_json, lambda: output.say(words))
