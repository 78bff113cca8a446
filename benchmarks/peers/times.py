"""Hours of the week and the band of the weeks: no peer does the same; their growth."""

import numpy as np

from openvis.analysis import times, trend
from openvis.analysis.events import Events
from openvis.analysis.windows import hot_windows
from peers.measuring import incidents, row, seconds


def compare() -> None:
    for size in (10_000, 100_000, 1_000_000):
        events = incidents(size)
        end = events.begin + np.random.default_rng(1).integers(0, 2 * 86_400, size).astype("timedelta64[s]")
        spread = Events.of(events.x, events.y, events.begin, end)
        row("week_matrix, intervals up to two days", size, seconds(lambda e=spread: times.week_matrix(e)))
        row(
            "week_matrix, with the clock of Amsterdam",
            size,
            seconds(lambda e=spread: times.week_matrix(e, timezone="Europe/Amsterdam")),
        )
    matrix = times.week_matrix(events)
    row("hot_windows", 168, seconds(lambda: hot_windows(matrix)))
    weeks = trend.weeks_between("2020-01-06", "2025-10-01")
    series = np.random.default_rng(2).poisson(40.0, weeks.size).astype(float)
    row("trend.band, weeks", weeks.size, seconds(lambda: trend.band(series, weeks)))
