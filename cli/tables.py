"""Tables and progress bars, drawn by rich; imported only when one is drawn."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

WIDTH_OF_FILES = 160  # where no terminal says how wide it is


def console() -> Console:
    """Where tables are drawn: nothing in our texts is markup, whatever brackets a name has."""
    width = None if sys.stdout.isatty() else WIDTH_OF_FILES
    return Console(width=width, markup=False, highlight=False, emoji=False)


def drawn(title: str, columns: tuple[str, ...], rows: list[tuple[str, ...]], cut: tuple[int, str] | None) -> str:
    """The table as text; numbers stand right, and `cut` (after how many rows, words) is a line across."""
    table = Table(title=title or None, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    for index, column in enumerate(columns):
        numeric = bool(rows) and all(row[index].replace(".", "").isdigit() for row in rows if row[index])
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
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
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(label, total=total)
        yield lambda: progress.advance(task)
