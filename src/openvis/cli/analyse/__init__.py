"""`openvis analyse …`: the methods on a plain CSV or Parquet file, without a server or a profile."""

import click

from openvis.cli.lazy import LazyGroup

COMMANDS = {
    "alerts": ("openvis.cli.analyse.alerts:alerts", "Which area and kind stand out in the last week."),
    "allocate": ("openvis.cli.analyse.allocate:allocate", "Which places and windows for the teams there are."),
    "area-profile": ("openvis.cli.analyse.area_profile:area_profile", "Which areas and branches deserve a closer look."),
    "backtest": ("openvis.cli.analyse.backtest:backtest", "Which forecast deserves trust here, if any."),
    "cover": ("openvis.cli.analyse.cover:cover", "What stations reach in time, and where one more helps most."),
    "density": ("openvis.cli.analyse.density:density", "Where it is concentrated, as a smooth surface."),
    "effect": ("openvis.cli.analyse.effect:effect", "Whether a measure worked, and whether crime moved."),
    "emerging": ("openvis.cli.analyse.emerging:emerging", "Which places are new, growing, lasting or fading."),
    "forecast": ("openvis.cli.analyse.forecast:forecast", "Where the coming days, with what is known on one day."),
    "hot-times": ("openvis.cli.analyse.hot_times:hot_times", "Which hours of the week hold most of it."),
    "hotspots": ("openvis.cli.analyse.hotspots:hotspots", "Which places hold most of it, with their hours."),
    "near-repeat": ("openvis.cli.analyse.near_repeat:near_repeat", "Whether one event brings another close by; where now."),
    "network": ("openvis.cli.analyse.network:network", "How a group is held together, in pseudonyms, and how surely."),
    "perception": ("openvis.cli.analyse.perception:perception", "Where people feel less safe than the figures say."),
    "protect": ("openvis.cli.analyse.protect:protect", "What of a table may be published, and what that still tells."),
    "rates": ("openvis.cli.analyse.rates:rates", "How areas stand given their size; whether a goal is met."),
    "route": ("openvis.cli.analyse.route:route", "In which order to visit places, by the shortest way."),
    "scan": ("openvis.cli.analyse.scan:scan", "Whether a cluster in place and time is emerging now."),
    "trend": ("openvis.cli.analyse.trend:trend", "Whether the last week is more than expected, and where it is going."),
}


@click.group(cls=LazyGroup, table=COMMANDS, heading="Methods")
def analyse() -> None:
    """Methods on a plain CSV or Parquet file: no server, no profile.

    Columns are guessed from their names and the guess is shown; name them to choose others. Rows that cannot be used
    are counted by reason.
    """
