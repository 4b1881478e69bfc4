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
RULE = "─"  # what the box draws its lines with
CUT = "\u2702"  # marks the row that becomes a line; in no text of ours


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
            table.add_row(*("" for _ in columns[1:]), CUT)
    screen = console()
    with screen.capture() as captured:
        screen.print(table)
    text = captured.get()
    return with_cut(text, cut[1]) if cut else text


def with_cut(text: str, words: str) -> str:
    """The drawn table with the marked row made a line across that says `words`."""
    lines = text.splitlines()
    rule = next(line for line in lines if set(line.strip()) == {RULE})
    across = f" {RULE * 3} {words} ".ljust(len(rule), RULE)
    return "".join(f"{across if CUT in line else line}\n" for line in lines)


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
