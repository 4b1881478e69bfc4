"""How a command answers: JSON or text on stdout, messages on stderr, a progress bar where somebody watches."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager


def answer(data: object, as_json: bool, human: Callable[[], None]) -> None:
    """Print `data` as the one JSON document, or let `human` tell it."""
    if as_json:
        print_json(data)
    else:
        human()


def print_json(data: object) -> None:
    """One JSON document on stdout."""
    write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")


def say(*lines: str) -> None:
    """Lines on stdout."""
    write("".join(f"{line}\n" for line in lines))


def tell(*lines: str) -> None:
    """Lines on stderr."""
    for line in lines:
        print(line, file=sys.stderr)  # noqa: T201 - this is where messages are printed


def warn(warnings: tuple[str, ...]) -> None:
    """Warnings on stderr."""
    tell(*(f"Lưu ý: {warning}" for warning in warnings))


def write(text: str) -> None:
    """Text on stdout; a reader that went away (`| head`) changes nothing of what the command did."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that leaving does not fail again


@contextmanager
def progress(label: str, as_json: bool, total: int | None = None) -> Iterator[Callable[[], None]]:
    """Give a function to call once per dossier; a bar on stderr while a person watches and no JSON is wanted."""
    if as_json or not sys.stderr.isatty():
        yield lambda: None
        return
    from cli.tables import bar  # noqa: PLC0415 - rich is slow to import, and scripts never see it

    with bar(label, total) as advance:
        yield advance


def table(
    title: str, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]], cut: tuple[int, str] | None = None
) -> None:
    """A table on stdout; `cut` draws a line after so many rows, with words on it."""
    from cli.tables import drawn  # noqa: PLC0415 - as above

    write((f"{title}\n" if title else "") + drawn(columns, rows, cut))
