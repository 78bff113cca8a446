"""Runs every kernel once with small input of the real types, which compiles it into the cache."""

import numpy as np
import shapely

from openvis.analysis import (
    contagion,
    density,
    disclosure,
    hotspots,
    near_repeat,
    network,
    scan,
    times,
    trend,
)
from openvis.analysis.events import Events
from openvis.analysis.grid import Grid
from openvis.analysis.network.layout import layout


def compile_all() -> None:
    """Compile all kernels; see `openvis.analysis.warm`."""
    events = _events()
    grid = Grid.covering(shapely.box(0.0, 0.0, 2000.0, 2000.0), 125.0)
    density.kde(events, grid)
    density.kde(events, grid, 250.0, kernel="gaussian")
    hotspots.hotspots(events, grid, timezone="Europe/Amsterdam")
    hotspots.emerging(np.ones((10, *grid.shape)), grid)
    times.week_matrix(events)
    scan.space_time_permutation(events, 500.0, 3, permutations=1)
    _trend(events)
    _contagion()
    _network()
    _disclosure()


def _events() -> Events:
    begin = np.datetime64("2024-01-01T10:00:00", "s") + np.arange(40) * np.timedelta64(7, "h")
    x = np.tile(np.array([450.0, 460.0, 1250.0, 470.0]), 10)
    return Events.of(x, x, begin, begin + np.timedelta64(3, "h"))


def _contagion() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.uniform(0.0, 2000.0, (2, 150))
    at = np.datetime64("2024-01-01", "s") + np.arange(150) * np.timedelta64(11, "h")
    grid = Grid.covering(shapely.box(0.0, 0.0, 2000.0, 2000.0), 125.0)
    end = at[-1] + np.timedelta64(1, "D")
    contagion.sepp(Events.of(x, y, at), grid, end, steps=1).expected(end, end + np.timedelta64(7, "D"))
    near_repeat.risk(Events.of(x, y, at), end, grid)
    near_repeat.knox(Events.of(x, y, at), permutations=1)


def _trend(events: Events) -> None:
    weeks = trend.weeks_between("2022-01-03", "2024-06-03")
    trend.weekly(events.begin, weeks=weeks, end=events.end)
    trend.band(np.ones(weeks.size), weeks)
    trend.expected(np.ones(weeks.size), weeks, weeks[-1] + np.timedelta64(7, "D"))
    series = np.ones((2, 2, weeks.size))
    series[0, 0, -1] = 30.0
    trend.alerts(series, weeks, least=1.0)


def _network() -> None:
    records = network.Records.of(["P1", "P2", "P3", "P4"], ["P2", "P3", "P1", "P3"])
    ties = network.tie_strength(records)
    layout(ties.graph, network.communities(ties, starts=1).member)
    network.brokers(ties)
    network.brokers(ties, by_strength=True)
    network.brokers(ties, exact_to=0, samples=40)
    network.key_players(ties, 1)


def _disclosure() -> None:
    table = np.array([[20, 3, 40], [10, 12, 7], [30, 25, 9]])
    disclosure.audit(table, disclosure.protect(table, 5))
    disclosure.protect(table, 5, method="round")
