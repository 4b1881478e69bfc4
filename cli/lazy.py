"""Groups of commands that import only the module of the command that is asked for."""

from collections.abc import Mapping
from difflib import get_close_matches
from importlib import import_module
from typing import Any

from typer._click import Command as ClickCommand
from typer._click import Context, HelpFormatter
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from cli.commands import COMMANDS, Command, Group


class LazyGroup(TyperGroup):
    """A group whose commands are named in a table and loaded on demand; by default the whole table."""

    def __init__(self, *, entries: Mapping[str, Command | Group] = COMMANDS, **attributes: Any) -> None:  # noqa: ANN401 - Typer's
        """Remember the table."""
        super().__init__(**attributes)
        self.entries = entries

    def get_command(self, ctx: Context, cmd_name: str) -> ClickCommand | None:  # noqa: ARG002 - Typer's signature
        """The command or group of this name, loaded."""
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        if isinstance(entry, Group):
            return LazyGroup(name=cmd_name, help=entry.help, entries=entry.commands, no_args_is_help=True)
        command = get_group(import_module(entry.module).app).commands[cmd_name]
        command.help = entry.help
        return command

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, ClickCommand | None, list[str]]:
        """The command named by the first argument; a usage error in Vietnamese when there is none."""
        if args[0] not in self.entries and not args[0].startswith("-"):
            close = ", ".join(get_close_matches(args[0], self.entries))
            hint = f" Có phải: {close}?" if close else f" Có: {', '.join(self.entries)}."
            ctx.fail(f"Không có lệnh “{args[0]}”.{hint}")
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Print the help from the table alone: nobody should wait for every module to read a list of names."""
        stubs: dict[str, ClickCommand] = {
            name: TyperCommand(name=name, help=e.help) for name, e in self.entries.items()
        }
        described = TyperGroup(name=self.name, help=self.help, params=self.params, commands=stubs)
        described.format_help(ctx, formatter)
