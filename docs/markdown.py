"""Small pieces of Markdown that the generated pages are made of."""

from collections.abc import Callable, Iterable, Sequence

PAGE_HEAD = "<!-- Generated from the code by `python -m docs.generate`; edit the code, not this page. -->"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a bar inside a cell is escaped."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def quoted(function: Callable[..., object]) -> str:
    """The first line of a function's docstring."""
    lines = (function.__doc__ or "").strip().splitlines()
    return lines[0] if lines else ""
