"""`openvis analyse …`: the methods on a plain CSV or Parquet file, without a server or a profile."""

import importlib

import click

COMMANDS = {
    "hot-times": ("openvis.cli.analyse.hot_times:hot_times", "Which hours of the week hold most of it."),
    "hotspots": ("openvis.cli.analyse.hotspots:hotspots", "Which places hold most of it, with their hours."),
}


class Methods(click.Group):
    """Sub-commands by name, imported when called: numba and Polars take longer to load than help to print."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Methods"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in sorted(COMMANDS)])


@click.group(cls=Methods)
def analyse() -> None:
    """Methods on a plain CSV or Parquet file: no server, no profile.

    Columns are guessed from their names and the guess is shown; name them to choose others. Rows that cannot be used
    are counted by reason.
    """
