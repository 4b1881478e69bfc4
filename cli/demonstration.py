"""`demo`: the whole first campaign on the sample workbook, in a database of its own."""

from pathlib import Path
from typing import Annotated

import typer

from cli import demo
from cli.options import Json

app = typer.Typer()


@app.command("demo")
def demonstrate(
    out: Annotated[Path, typer.Option("--out", metavar="THƯ MỤC", help="Nơi ghi các tệp kết quả.")] = Path("out"),
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Mở cổng thông tin sau khi chạy xong.")] = True,
    as_json: Json = False,
) -> None:
    """Run the demonstration."""
    demo.run(out, as_json=as_json, serve=serve)
