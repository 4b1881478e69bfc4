"""Bring the catalogue of translations up to date: `python -m docs.translations`; with --check only tell what it lacks.

Vietnamese sentences are gathered from the templates (Babel), from the portal's Python, and from the vocabularies;
translations of those that are still said are kept, the others dropped. What is new is there with an empty translation.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import yaml
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from engine.chronicle import words
from rules.fields import FIELDS, RATED_YEARS
from rules.questions import groups_of
from rules.ranking import CRITERIA
from rules.vocabulary import Kind
from web import labels
from web.language import PLACE

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = "web/translations/en.po"
EPOCH = datetime(2025, 1, 1, tzinfo=UTC)  # the file changes with its sentences only
# Their sentences are for programs or operators, who read Vietnamese.
NOT_PAGES = (
    "web/api/",
    "web/oidc/settings.py",
    *(f"web/{name}.py" for name in ("app", "addresses", "browsers", "edge", "malformed", "processes", "serve", "work")),
)
# Words of the engine that pages say through `_`, or to somebody at the door, who may read no Vietnamese.
BORROWED = (
    "engine/duplicates.py",
    "engine/marks.py",
    "rules/ranking.py",
    *(f"engine/access/{name}.py" for name in ("identities", "links", "passwords", "second_step", "signing_in")),
)
NAMES_OF_LANGUAGES = "web/language.py"  # each in its own language
QUOTED = re.compile("“[^”]*”")  # what must be written in Vietnamese
HEADER = """\
# What the portal says, in English: the second language. Vietnamese is the text itself (docs/translations.py).
#"""


def sentences() -> dict[str, list[str]]:
    """Every sentence with the files that say it."""
    found: dict[str, list[str]] = {}
    for sentence, path in (*of_templates(), *of_python(), *of_vocabularies()):
        paths = found.setdefault(sentence, [])
        if path not in paths:
            paths.append(path)
    return found


def of_templates() -> Iterator[tuple[str, str]]:
    """What templates say through `_`."""
    for path in sorted((ROOT / "templates" / "pages").rglob("*.html")):
        content = BytesIO(path.read_bytes())
        options = {"trimmed": "false", "silent": "false"}
        for _, message, _, _ in extract("jinja2.ext:babel_extract", content, {"_": None}, options=options):
            yield str(message), str(path.relative_to(ROOT))


def of_python() -> Iterator[tuple[str, str]]:
    """The Vietnamese texts of the portal's modules: messages, notes, labels; a value in one is a {name}."""
    borrowed = [ROOT / path for path in BORROWED if (ROOT / path).exists()]
    for path in (*sorted((ROOT / "web").rglob("*.py")), *borrowed):
        name = str(path.relative_to(ROOT))
        if not name.startswith((*NOT_PAGES, NAMES_OF_LANGUAGES)):
            for sentence in texts_in(ast.parse(path.read_text(encoding="utf-8"))):
                yield sentence, name


def texts_in(tree: ast.AST) -> Iterator[str]:
    """Vietnamese strings, docstrings aside, in the order of the source."""
    if isinstance(tree, ast.JoinedStr):
        sentence = filled(tree)
        if is_vietnamese(PLACE.sub("", sentence)):
            yield sentence
        return
    if isinstance(tree, ast.Constant) and isinstance(tree.value, str) and is_vietnamese(tree.value):
        yield tree.value
    if isinstance(tree, ast.Expr) and isinstance(tree.value, ast.Constant):
        return
    for child in ast.iter_child_nodes(tree):
        yield from texts_in(child)


def filled(tree: ast.JoinedStr) -> str:
    """An f-string with a name in each of its places."""
    words = ""
    for part in tree.values:
        if isinstance(part, ast.Constant):
            words += str(part.value)
        elif isinstance(part, ast.FormattedValue):
            name = name_of(part.value)
            while f"{{{name}}}" in words:
                name += "_"
            words += f"{{{name}}}"
    return words


def name_of(value: ast.expr) -> str:
    """What a value in an f-string is called."""
    match value:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=inner) | ast.Call(args=[inner, *_]):
            return name_of(inner)
        case ast.Call(func=function):
            return name_of(function)
        case _:
            return "value"


def is_vietnamese(words: str) -> bool:
    """Whether somebody is meant to read it: English and code are plain ASCII, and the sign of the đồng is no word."""
    return len(words.strip()) > 1 and any(not letter.isascii() and letter.isalpha() for letter in words)


def of_vocabularies() -> Iterator[tuple[str, str]]:
    """Labels of closed vocabularies, of fields and criteria, and what the campaigns we bring call their parts."""
    for package in ("rules", "engine"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for word in labels_in(ast.parse(path.read_text(encoding="utf-8"))):
                yield word, str(path.relative_to(ROOT))
    for module, name in ((labels, "web/labels.py"), (words, "engine/chronicle/words.py")):
        for constant, vocabulary in vars(module).items():
            if isinstance(vocabulary, dict) and not constant.startswith("_"):
                yield from ((str(label), name) for label in vocabulary.values())
    for field in FIELDS:
        yield from ((one, "rules/fields.py") for one in (field.header, field.help, *field.choices))
    yield from ((group.title, "rules/questions.py") for kind in Kind for group in groups_of(kind, RATED_YEARS))
    yield from ((criterion.title, "rules/ranking.py") for criterion in CRITERIA.values())
    for file in sorted((ROOT / "campaigns").glob("*.yaml")):
        campaign = yaml.safe_load(file.read_text(encoding="utf-8"))
        titles = [part["title"] for part in (*campaign["categories"], *campaign["score"].get("rubric", ()))]
        titles += [agency["about"] for agency in campaign.get("agencies", ()) if agency.get("about")]
        yield from ((one, str(file.relative_to(ROOT))) for one in titles)


def labels_in(tree: ast.Module) -> Iterator[str]:
    """The values of a module's constants called …_LABELS."""
    for statement in tree.body:
        named = isinstance(statement, ast.AnnAssign | ast.Assign) and "_LABELS" in ast.unparse(statement).split("=")[0]
        for node in ast.walk(statement) if named else ():
            if isinstance(node, ast.Dict):
                yield from (str(one.value) for one in node.values if isinstance(one, ast.Constant))


def stored() -> Catalog:
    """The catalogue as it is."""
    path = ROOT / CATALOGUE
    return read_po(BytesIO(path.read_bytes() if path.exists() else b""), locale="en")


def renewed(before: Catalog, said: dict[str, list[str]]) -> Catalog:
    """The catalogue of what is said now, with the translations there were."""
    catalogue = Catalog(
        locale="en", project="Vinh Danh", version="1", charset="utf-8", header_comment=HEADER, fuzzy=False,
        creation_date=EPOCH, revision_date=EPOCH, last_translator="Vinh Danh", language_team="Vinh Danh",
        msgid_bugs_address="-",
    )  # fmt: skip
    for sentence in sorted(said):
        known = before.get(sentence)
        catalogue.add(sentence, str(known.string) if known else "", [(path, 0) for path in said[sentence]])
    return catalogue


def written(catalogue: Catalog) -> bytes:
    """The catalogue as a file."""
    content = BytesIO()
    write_po(content, catalogue, width=120, include_lineno=False, ignore_obsolete=True)
    return content.getvalue()


def lacking(catalogue: Catalog, said: Iterable[str]) -> list[str]:
    """What is wrong with a catalogue, a line each."""
    problems = []
    known = {str(message.id): message for message in catalogue if message.id}
    for sentence in said:
        message = known.pop(sentence, None)
        translated = str(message.string) if message else ""
        if not translated:
            problems.append(f"not translated: {sentence}")
        elif sorted(PLACE.findall(sentence)) != sorted(PLACE.findall(translated)):
            problems.append(f"other values than its sentence has: {translated}")
        elif is_vietnamese(QUOTED.sub("", translated)):
            problems.append(f"still Vietnamese: {translated}")
        if message and message.fuzzy:
            problems.append(f"not sure: {sentence}")
    return problems + [f"said nowhere: {sentence}" for sentence in known]


def main(arguments: list[str]) -> int:
    """Write the catalogue, or only check it; 1 when something is lacking."""
    said = sentences()
    catalogue = stored()
    if "--check" not in arguments:
        catalogue = renewed(catalogue, said)
        (ROOT / CATALOGUE).parent.mkdir(exist_ok=True)
        (ROOT / CATALOGUE).write_bytes(written(catalogue))
    problems = lacking(catalogue, said)
    for problem in problems:
        print(problem)  # noqa: T201 - a command's answer
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
