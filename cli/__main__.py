"""The command line's entry: parse, run one command, answer with its exit code."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from typer.main import get_group

from cli.lazy import LazyGroup
from engine import clock

INTERRUPTED = 130  # as shells report a command that Ctrl-C ended
app = typer.Typer(cls=LazyGroup, no_args_is_help=True, add_completion=False)


def show_version(wanted: bool) -> None:
    """Print the program's version and stop."""
    if wanted:
        import tomllib  # noqa: PLC0415 - only --version reads the project file

        project = Path(__file__).resolve().parent.parent / "pyproject.toml"
        typer.echo(f"vinhdanh {tomllib.loads(project.read_text(encoding='utf-8'))['project']['version']}")
        raise typer.Exit


@app.callback(help="Vinh Danh: từ hồ sơ đề nghị khen thưởng đến quyết định được ký.")
def vinhdanh(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=show_version, help="In phiên bản rồi thoát.")
    ] = False,
) -> None:
    """Take the options that stand before the command."""


def run(arguments: Sequence[str]) -> int:
    """Run one command line; returns its exit code. Whatever goes wrong is told by cli/failures.py."""
    as_json = "--json" in arguments
    try:
        # What a command is handed as `obj` is the moment it began.
        code = get_group(app).main(list(arguments), prog_name="vinhdanh", standalone_mode=False, obj=clock.now())
        raise_if_interrupted(code)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the one place where every failure ends
        from cli import failures  # noqa: PLC0415 - only a failure needs to know every class of failure

        return failures.report(error, as_json=as_json)
    return code if isinstance(code, int) else 0


def raise_if_interrupted(code: object) -> None:
    """Undo Typer's turning Ctrl-C into a mere exit code, so that it is told like every other end."""
    if code == INTERRUPTED:
        raise KeyboardInterrupt


def main() -> None:
    """Speak UTF-8 whatever the locale says, run, and leave."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]  # both are text files
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
