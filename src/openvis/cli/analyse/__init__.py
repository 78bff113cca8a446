"""`openvis analyse …`: the methods on a plain CSV or Parquet file, without a server or a profile."""

import click

from openvis.cli.lazy import LazyGroup

COMMANDS = {
    "alerts": ("openvis.cli.analyse.alerts:alerts", "Which area and kind stands out in a week."),
    "allocate": ("openvis.cli.analyse.allocate:allocate", "Which places and hours for the teams there are."),
    "area-profile": (
        "openvis.cli.analyse.area_profile:area_profile",
        "Which areas and branches deserve a closer look.",
    ),
    "backtest": ("openvis.cli.analyse.backtest:backtest", "Which forecast deserves trust here, if any."),
    "cover": ("openvis.cli.analyse.cover:cover", "Which dwellings are reached in time, and where one more would help."),
    "density": ("openvis.cli.analyse.density:density", "Where it is concentrated, as a surface."),
    "effect": ("openvis.cli.analyse.effect:effect", "Whether a measure worked, and whether it moved elsewhere."),
    "emerging": ("openvis.cli.analyse.emerging:emerging", "Which places are new, growing, lasting or fading."),
    "forecast": ("openvis.cli.analyse.forecast:forecast", "Where the coming days, with what is known on one day."),
    "hot-times": ("openvis.cli.analyse.hot_times:hot_times", "Which hours of the week hold most of it."),
    "hotspots": ("openvis.cli.analyse.hotspots:hotspots", "Which places hold most of it, with their hours."),
    "near-repeat": ("openvis.cli.analyse.near_repeat:near_repeat", "Whether one incident raises the risk next door."),
    "network": ("openvis.cli.analyse.network:network", "How a group is held together, without names."),
    "perception": ("openvis.cli.analyse.perception:perception", "Where people feel less safe than figures say."),
    "protect": ("openvis.cli.analyse.protect:protect", "Which figures of a table may be published."),
    "rates": ("openvis.cli.analyse.rates:rates", "How areas stand, per inhabitant, with intervals."),
    "scan": ("openvis.cli.analyse.scan:scan", "Whether a cluster in place and time is emerging now."),
    "trend": ("openvis.cli.analyse.trend:trend", "Whether a week is more than expected; trend and season."),
}


@click.group(cls=LazyGroup, table=COMMANDS, heading="Methods")
def analyse() -> None:
    """Methods on a plain CSV or Parquet file: no server, no profile.

    Columns are guessed from their names and the guess is shown; name them to choose others. Rows that cannot be used
    are counted by reason.
    """
