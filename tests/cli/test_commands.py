"""Every command of design.md §7 is there under its name, with its options. The table is written by hand."""

import pytest
from typer._click import Context
from typer.core import TyperOption
from typer.main import get_group

from cli.__main__ import app
from cli.commands import COMMANDS, Group
from cli.lazy import LazyGroup

EXPECTED: dict[str, tuple[str, str]] = {  # command: (arguments in order, options besides --json and --help)
    "demo": ("", "--out --no-serve"),
    "init": ("", ""),
    "campaign load": ("file", ""),
    "campaign show": ("code", "--today"),
    "campaign release": ("code ids", "--as --today"),
    "campaign close": ("code", "--as --reason --today"),
    "campaign lapse": ("code", "--today"),
    "unit import": ("file", ""),
    "account import": ("file", ""),
    "account token": ("account", "--revoke"),
    "account invite": ("account", "--all"),
    "account password": ("account", "--without-code"),
    "account sessions": ("account", "--end"),
    "delegation add": ("", "--from --to --until"),
    "nomination import": ("file", "--campaign --as --dry-run --today"),
    "nomination blank": ("", "--out"),
    "nomination list": ("", "--campaign --state --category --as --today"),
    "nomination show": ("identity", "--as --today"),
    "nomination step": ("identity action", "--as --reason --due --finding --expected-version --silent --today"),
    "nomination plan": (
        "action",
        "--campaign --from --category --skip-refused --limit --as --reason --dry-run --today --due --finding",
    ),
    "nomination set": ("identity fields", "--as --today"),
    "nomination score": ("identity points", "--as --today"),
    "nomination recuse": ("identity", "--reason --as --today"),
    "nomination judge": ("identity rule", "--verdict --reason --as --today"),
    "nomination correct": ("identity fields", "--reason --as --today"),
    "nomination attach": ("identity paper file", "--as --today"),
    "nomination bundle": ("identity", "--out --as --today"),
    "finding list": ("identity", "--as --today"),
    "finding answer": ("identity anchor", "--text --as --today"),
    "verification ask": ("identity", "--agency --as --today"),
    "verification reply": ("identity", "--agency --result --text --as --today"),
    "screen": ("", "--campaign --category --as --today"),
    "explain": ("identity", "--as --today"),
    "ranking show": ("", "--campaign --category --as --today"),
    "ranking settle": ("identity", "--above --reason --as --today"),
    "submission forward": ("", "--campaign --number --date --as --today"),
    "submission export": ("", "--number --out"),
    "decision open": ("", "--campaign --as --today"),
    "decision enlist": ("", "--campaign --as --today"),
    "decision freeze": ("", "--campaign --as --today"),
    "decision unfreeze": ("", "--campaign --as --reason --today"),
    "decision cancel": ("", "--campaign --as --reason --today"),
    "decision sign": ("", "--campaign --as --number --date --signer --today"),
    "decision correct": ("", "--campaign --as --number --date --reason --today"),
    "decision revoke": ("", "--campaign --as --nomination --number --date --reason --today"),
    "decision export": ("", "--campaign --format --out"),
    "letters list": ("", "--status --today"),
    "letters deliver": ("", "--limit"),
    "letters retry": ("numbers", "--all"),
    "serve": ("", "--host --port"),
    "worker": ("", ""),
    "audit verify": ("file", ""),
    "audit checkpoint": ("", ""),
    "audit export": ("file", ""),
    "invariants": ("", ""),
    "database url": ("", "--owner"),
    "database stop": ("", ""),
}


def names() -> set[str]:
    """Every command the table in the program names."""
    found = set()
    for name, entry in COMMANDS.items():
        found |= {f"{name} {one}" for one in entry.commands} if isinstance(entry, Group) else {name}
    return found


def test_the_program_has_exactly_these_commands() -> None:
    assert names() == EXPECTED.keys()


@pytest.mark.parametrize("command", EXPECTED)
def test_a_command_has_its_arguments_and_options(command: str) -> None:
    arguments, options = EXPECTED[command]
    found = get_group(app)
    for word in command.split():
        assert isinstance(found, LazyGroup)
        found = found.get_command(Context(found), word)  # type: ignore[assignment]  # the last one is no group
    flags = {flag for p in found.params if isinstance(p, TyperOption) for flag in (*p.opts, *p.secondary_opts)}
    assert [p.name for p in found.params if not isinstance(p, TyperOption)] == arguments.split()
    assert flags >= {*options.split(), "--json"}
    assert found.help


def test_everything_people_read_in_help_is_vietnamese_and_present() -> None:
    for command in EXPECTED:
        found = get_group(app)
        for word in command.split():
            found = found.get_command(Context(found), word)  # type: ignore[assignment]  # as above
        for parameter in found.params:
            words = getattr(parameter, "help", None) or ""
            assert words.endswith("."), (command, parameter.name)
            assert not words.isascii(), (command, parameter.name, words)
