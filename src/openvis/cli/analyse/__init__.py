"""`openvis analyse …`: the methods on a plain CSV or Parquet file, without a server or a profile."""

import click

from openvis.cli.lazy import LazyGroup

COMMANDS = {
    "hot-times": ("openvis.cli.analyse.hot_times:hot_times", "Which hours of the week hold most of it."),
    "hotspots": ("openvis.cli.analyse.hotspots:hotspots", "Which places hold most of it, with their hours."),
}


@click.group(cls=LazyGroup, table=COMMANDS, heading="Methods")
def analyse() -> None:
    """Methods on a plain CSV or Parquet file: no server, no profile.

    Columns are guessed from their names and the guess is shown; name them to choose others. Rows that cannot be used
    are counted by reason.
    """
