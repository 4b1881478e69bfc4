"""Tables and progress bars, drawn by rich; imported only when one is drawn."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

WIDTH_OF_FILES = 160  # where no terminal says how wide it is
READABLE = 12  # columns; a narrower column breaks its words


def console() -> Console:
    """Where tables are drawn: nothing in our texts is markup, whatever brackets a name has."""
    width = None if sys.stdout.isatty() else WIDTH_OF_FILES
    return Console(width=width, markup=False, highlight=False, emoji=False)


def drawn(columns: tuple[str, ...], rows: Sequence[tuple[str, ...]], cut: tuple[int, str] | None) -> str:
    """The table as text; `#` before a heading stands its numbers right; `cut`: rows above a line, words on it."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for index, column in enumerate(columns):
        longest = max((len(row[index]) for row in rows), default=0)
        table.add_column(
            column.removeprefix("#"),
            justify="right" if column.startswith("#") else "left",
            overflow="fold",
            min_width=min(longest, READABLE),
        )
    for number, row in enumerate(rows, start=1):
        table.add_row(*(Text(cell) for cell in row))
        if cut and number == cut[0]:
            table.add_section()
            table.add_row(*(Text(cell, style="bold") for cell in ("", cut[1], *[""] * (len(columns) - 2))))
            table.add_section()
    screen = console()
    with screen.capture() as captured:
        screen.print(table)
    return captured.get()


@contextmanager
def bar(label: str, total: int | None) -> Iterator[Callable[[], None]]:
    """A progress bar on stderr that goes away when the work is done."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(label, total=total)
        yield lambda: progress.advance(task)
