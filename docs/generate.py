"""Write what documents say of the code: `python -m docs.generate`, or with --check only name those that are old."""

import ast
import sys
from collections.abc import Callable, ItemsView
from pathlib import Path

from docs import lifecycle_page, rules_page
from docs.flows_table import flows_table
from docs.markdown import table
from rules.decision import DECISION_LABELS
from rules.vocabulary import (
    ACTION_LABELS,
    OVERALL_LABELS,
    PARTY_LABELS,
    RATING_LABELS,
    ROLE_LABELS,
    STAFF_LABELS,
    VERDICT_LABELS,
)

ROOT = Path(__file__).resolve().parent.parent
# What stands at the top of the tree. A package says its own sentence, in its docstring.
TREE: dict[str, str | None] = {
    "rules/": None,
    "models/": None,
    "engine/": None,
    "flows/": None,
    "web/": None,
    "cli/": None,
    "templates/": "What it looks like: letters, papers, and the face papers are set in, with its licence.",
    "campaigns/": "Each campaign as data: dates, offices, categories, quotas, required papers, ranking, legal bases.",
    "data/": "The first campaign's units and projects, a sample workbook of fictional people, what must become of it.",
    "docs/": None,
    "tests/": None,
    "benchmarks/": None,
    "vinhdanh": "The command: prepares what is missing, then runs.",
    "pyproject.toml": "What we depend on, and how every tool is set.",
    "requirements.lock": "Exact versions with hashes of what runs; `requirements-dev.lock` adds what tests.",
    "prefect.yaml": "The scheduled flows: when each runs, in Vietnam's time.",
    ".ci/run": "What continuous integration runs: `./vinhdanh test --measured` and nothing else.",
}
PAGES: dict[str, Callable[[], str]] = {
    "docs/lifecycle.md": lifecycle_page.page,
    "docs/rules.md": rules_page.page,
}


def tree() -> str:
    """The top of the tree, a sentence each."""
    return "\n".join(f"- `{path}` {sentence or sentence_of(path)}" for path, sentence in TREE.items())


def sentence_of(package: str) -> str:
    """The docstring of a package, without importing it."""
    source = (ROOT / package / "__init__.py").read_text(encoding="utf-8")
    sentence = ast.get_docstring(ast.parse(source)) or ""
    return sentence[:1].upper() + sentence[1:]


def labels() -> str:
    """The closed vocabularies with the words people read."""
    groups: dict[str, ItemsView[str, str]] = {
        "States of a nomination": STAFF_LABELS.items(),
        "Actions": ACTION_LABELS.items(),
        "Roles": ROLE_LABELS.items(),
        "Parties": PARTY_LABELS.items(),
        "States of a decision": DECISION_LABELS.items(),
        "Verdicts": VERDICT_LABELS.items(),
        "All verdicts together": OVERALL_LABELS.items(),
        "Yearly ratings": RATING_LABELS.items(),
    }
    parts = []
    for title, vocabulary in groups.items():
        rows = [(f"`{word}`", label) for word, label in vocabulary]
        parts.append(f"### {title}\n\n{table(('in the code', 'in Vietnamese'), rows)}")
    return "\n\n".join(parts)


PARTS: dict[str, dict[str, Callable[[], str]]] = {
    "README.md": {"flows": flows_table, "life cycle": lifecycle_page.diagrams, "tree": tree},
    "docs/glossary.md": {"labels": labels},
}


def expected() -> dict[str, str]:
    """Every document with something generated in it, as it should be."""
    documents = {path: page() for path, page in PAGES.items()}
    for path, parts in PARTS.items():
        documents[path] = (ROOT / path).read_text(encoding="utf-8")
        for name, part in parts.items():
            documents[path] = replaced(documents[path], name, part())
    return documents


def replaced(document: str, name: str, part: str) -> str:
    """The document with another text between the two comments that mark a generated part."""
    begin, end = f"<!-- generated: {name} (python -m docs.generate) -->", f"<!-- end of {name} -->"
    if document.count(begin) != 1 or document.count(end) != 1:
        raise ValueError(f"the marks of the generated part “{name}” are missing or doubled")
    before, rest = document.split(begin)
    _, after = rest.split(end)
    return f"{before}{begin}\n\n{part}\n\n{end}{after}"


def outdated() -> list[str]:
    """Documents that are not as the code says."""
    return [path for path, text in expected().items() if current(ROOT / path) != text]


def current(path: Path) -> str | None:
    """What a document says now."""
    return path.read_text(encoding="utf-8") if path.exists() else None


def main(arguments: list[str]) -> int:
    """Write what is old, or with --check only name it; returns 1 when something was to be named."""
    old = outdated()
    if "--check" in arguments:
        sys.stdout.write("".join(f"{path}\n" for path in old))
        return 1 if old else 0
    for path, text in expected().items():
        (ROOT / path).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
