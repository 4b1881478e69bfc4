"""What certificates cost: 45 in one document against 45 documents of one, and against WeasyPrint left to itself.

Run by `python -m benchmarks.papers [ROUNDS]` from the root. The second comparison shows what our press adds: the check
of every letter, the data attached, PDF/A, only the bundled faces.
"""

import sys
from collections.abc import Callable
from typing import Any

from benchmarks.rounds import in_turn
from engine.papers import press
from engine.papers.certificates import laid_out
from engine.papers.content import certificate_values
from tests.engine.papers.printing import ATTACHED, SIGNED, awards, context, decision

FEWEST = 3


def values_of(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """The certificates of these awards, laid out."""
    seen = context()
    return laid_out(certificate_values(seen, decision(lines)), seen.campaign.papers.certificate)


def printing(values: dict[str, Any]) -> Callable[[], object]:
    """One document by our press."""
    return lambda: press.render("certificates.html", values, SIGNED, ATTACHED)


def bare(values: dict[str, Any]) -> object:
    """The same page by WeasyPrint alone, with whatever faces the machine has."""
    html = press.environment().get_template("certificates.html").render(paper=values, made=SIGNED.isoformat())
    return press.loaded().HTML(string=html).write_pdf()


def main(rounds: int) -> None:
    """Measure and tell."""
    lines = awards()
    together = values_of(lines)
    apart = [printing(values_of([line])) for line in lines]
    one = in_turn(printing(together), lambda: [make() for make in apart], rounds)
    sys.stdout.write(f"45 certificates in one document against 45 documents: {one.told()}\n")
    other = in_turn(printing(together), lambda: bare(together), rounds)
    sys.stdout.write(f"45 certificates by our press against WeasyPrint alone: {other.told()}\n")


if __name__ == "__main__":
    main(max(FEWEST, int(sys.argv[1]) if len(sys.argv) > 1 else FEWEST))
