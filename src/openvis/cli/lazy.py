"""A group of commands that imports only the one that is called, so that help prints at once."""

import importlib
from collections.abc import Mapping
from typing import Any

import click


class LazyGroup(click.Group):
    """Knows its commands by name: where each is (`module:attribute`) and its line of help."""

    def __init__(self, *args: Any, table: Mapping[str, tuple[str, str]], heading: str = "Commands", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table = table
        self.heading = heading

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.table:
            return None
        module, _, name = self.table[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(self.heading):
            formatter.write_dl([(name, self.table[name][1]) for name in sorted(self.table)])
