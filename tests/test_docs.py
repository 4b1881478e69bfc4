"""The documents say what is: generated parts are current, commands and paths exist, and the first session works."""

import re
import shlex
import subprocess
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import typer
from typer.core import TyperGroup
from typer.main import get_group

from cli.__main__ import app, run
from cli.demo import cast
from cli.demo.intake import unit_codes
from cli.failures import EXIT_CODES, UNEXPECTED
from cli.verified import PROBLEMS
from docs import generate
from engine.post import MailSettings
from models.database import Database
from rules.citations import citation
from rules.eligibility import RULES

pytestmark = pytest.mark.wide

if TYPE_CHECKING:
    from typer._click import Command

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "benchmarks" / "README.md", *(ROOT / "docs").rglob("*.md")]
)
README = (ROOT / "README.md").read_text(encoding="utf-8")
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
RECORDS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
OURS = "rules|models|engine|flows|web|cli|templates|campaigns|data|docs|tests|benchmarks"
PATH = re.compile(rf"(?<![\w/.-])(?:{OURS})/[\w*./-]*")
LONGEST_RECORD = 60  # lines: one page


def shell_blocks(text: str) -> list[list[str]]:
    """The commands of each shell block."""
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return [[line for line in block.splitlines() if line and not line.startswith("#")] for block in blocks]


def inline_commands(text: str) -> Iterator[list[str]]:
    """The words of each command named in running text."""
    for found in re.findall(r"`\./vinhdanh ([^`]+)`", text):
        yield found.replace("…", "").split()


def launcher_words() -> set[str]:
    """What the launcher itself takes before the program sees it."""
    return set(re.findall(r"^(\w+)\)$", (ROOT / "vinhdanh").read_text(encoding="utf-8"), re.MULTILINE))


def parse(words: list[str], *, whole: bool) -> None:
    """Parse a command line without running it; `whole` demands its options too, else only that the command exists."""
    if words[0] in launcher_words() or words == ["--help"]:
        return
    command: Command = get_group(app)
    rest = list(words)
    while isinstance(command, TyperGroup):
        context = command.make_context("vinhdanh", [], resilient_parsing=True)
        found = command.get_command(context, rest[0]) if rest else None
        assert found is not None, f"no such command: {' '.join(words)}"
        command = found
        rest = rest[1:]
    if whole:
        command.make_context("vinhdanh", rest)


@pytest.mark.parametrize("path", generate.expected())
def test_generated_parts_are_current(path: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == generate.expected()[path], "run: python -m docs.generate"


def test_an_old_document_is_noticed_and_rewritten(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for path in generate.expected():
        copy = tmp_path / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text((ROOT / path).read_text(encoding="utf-8"), encoding="utf-8")
    for package in [path for path, sentence in generate.TREE.items() if sentence is None]:
        (tmp_path / package).mkdir(parents=True, exist_ok=True)
        (tmp_path / package / "__init__.py").write_bytes((ROOT / package / "__init__.py").read_bytes())
    monkeypatch.setattr(generate, "ROOT", tmp_path)
    assert generate.main(["--check"]) == 0
    readme = tmp_path / "README.md"
    readme.write_text(README.replace("submitted --> in_review: accept", ""), encoding="utf-8")
    (tmp_path / "docs" / "rules.md").unlink()
    assert generate.outdated() == ["docs/rules.md", "README.md"]
    assert generate.main(["--check"]) == 1
    assert generate.main([]) == 0
    assert readme.read_text(encoding="utf-8") == README
    assert generate.outdated() == []


def test_a_document_without_its_marks_is_no_place_to_write_to() -> None:
    with pytest.raises(ValueError, match="tree"):
        generate.replaced("no marks here", "tree", "a tree")


@pytest.mark.parametrize("line", [line for block in shell_blocks(README) for line in block])
def test_every_command_of_the_readme_can_be_typed_like_that(line: str) -> None:
    words = shlex.split(line, comments=True)
    if words[0] == "./vinhdanh":
        parse(words[1:], whole=True)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_named_in_a_document_exists(page: Path) -> None:
    for words in inline_commands(page.read_text(encoding="utf-8")):
        parse(words, whole=False)


def test_a_command_that_does_not_exist_is_noticed() -> None:
    with pytest.raises(AssertionError, match="no such command"):
        parse(["nomination", "delete"], whole=False)
    with pytest.raises(typer.TyperException):
        parse(["campaign", "show", "code", "--as", "somebody"], whole=True)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_named_in_a_document_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = {found.rstrip(".") for found in PATH.findall(text)}
    missing = [name for name in named if not any(ROOT.glob(name))]
    linked = [link for link in re.findall(r"\]\(([^)#]+)[^)]*\)", text) if "://" not in link]
    assert missing + [link for link in linked if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_documents_are_in_normal_form_and_explain_their_vietnamese(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)
    explained = GLOSSARY.casefold()
    terms = {term for term in re.findall(r"(?<!\*)\*([^*\n]+)\*(?!\*)", text) if not term.isascii()}
    assert [term for term in terms if term.casefold() not in explained] == []


def test_no_word_is_explained_twice() -> None:
    by_hand = GLOSSARY.split("## Words of the code")[0]
    words = re.findall(r"^\| ([^|]+) \|", by_hand, re.MULTILINE)
    assert len(words) == len(set(words)) + len(re.findall(r"^\|---", by_hand, re.MULTILINE)) - 1


def test_the_readme_names_every_folder() -> None:
    folders = {
        f"{path.name}/"
        for path in ROOT.iterdir()
        if path.is_dir() and not path.name.startswith((".", "_")) and path.name not in {"var", "out"}
    }
    assert folders <= set(generate.TREE)
    assert all((ROOT / path).exists() for path in generate.TREE)


def test_the_readme_names_every_setting() -> None:
    sources = [path for package in OURS.split("|")[:6] for path in (ROOT / package).rglob("*.py")]
    names = {name for path in sources for name in re.findall(r"VINHDANH_[A-Z_]+", path.read_text(encoding="utf-8"))}
    settings = {name for name in names if not name.endswith("_")}
    settings |= {f"VINHDANH_SMTP_{field.upper()}" for field in MailSettings.model_fields}
    assert len(settings) > 10
    assert [name for name in settings if f"| `{name}` |" not in README] == []


def test_the_readme_names_every_exit_code() -> None:
    table = README.split("## Exit codes")[1].split("## ")[0]
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)}
    assert told == {0, UNEXPECTED, PROBLEMS, *EXIT_CODES.values()}


def test_the_changelog_names_when_every_law_takes_effect() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert changelog.index("## [Unreleased]") < changelog.index("### Added")
    laws = [key for rule in RULES for key in rule.citations if key.startswith(("LUAT", "ND", "QD"))]
    assert laws
    assert [key for key in laws if f"{citation(key).since:%d/%m/%Y}" not in changelog] == []


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.stem)
def test_a_decision_record_is_one_page_with_its_three_parts(record: Path) -> None:
    lines = record.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith(f"# {record.name[:4]}. ")
    assert [line for line in lines if line.startswith("## ")] == ["## Context", "## Decision", "## Consequences"]
    assert len(lines) <= LONGEST_RECORD


def test_decision_records_are_numbered_without_gaps() -> None:
    assert [record.name[:4] for record in RECORDS] == [f"{number:04}" for number in range(1, len(RECORDS) + 1)]


def test_the_first_session_of_the_readme_works(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second block, line by line, with the accounts that the demonstration would have left in `out`."""
    (tmp_path / "out").mkdir()
    for folder in ("data", "campaigns"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    cast.write_accounts(tmp_path / "out" / "tai-khoan.csv", unit_codes(ROOT / "data" / "units.csv"))
    monkeypatch.chdir(tmp_path)
    for line in shell_blocks(README)[1]:
        words = shlex.split(line, comments=True)
        if words[0] == "sed":
            subprocess.run(line, shell=True, check=True)  # noqa: S602 - a line of our own README
        else:
            assert run(words[1:]) == 0, (line, capsys.readouterr())
        capsys.readouterr()
    assert (tmp_path / "out" / "danh-sach-dien-tap.xlsx").stat().st_size > 0
    assert run(["campaign", "show", "dien-tap", "--json"]) == 0
    shown = capsys.readouterr().out
    assert shown.count('"awarded": 15') == shown.count('"awarded": 30') == 1
