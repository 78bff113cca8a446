"""The methods that count or smooth what happened before, with nothing learned about time."""

import numpy as np

from openvis.analysis.checks import Floats
from openvis.analysis.density import kde_of_counts, likely_bandwidth
from openvis.analysis.forecast.record import DAY, Record, as_raster

YEAR = 365
LEAST_EVEN, MOST_EVEN = 0.001, 0.999
ROUNDS = 60


def naive(past: Record, until: int) -> Floats:
    """(cells,) events a day: the count of the last 365 days."""
    return _rate(past.counts(until - YEAR * DAY), min(float(YEAR), past.days(until)))


def count(past: Record, until: int) -> Floats:
    """(cells,) events a day: the count of all history."""
    return _rate(past.counts(), past.days(until))


def kde(past: Record, until: int) -> Floats:
    """(cells,) events a day: quartic kernel density of all history, the bandwidth by cross-validation."""
    counts = past.counts()
    total = counts.sum()
    if total < 2 or past.grid.size < 2:
        return _rate(counts, past.days(until))
    raster = as_raster(counts, past.grid)
    bandwidth = likely_bandwidth(raster, past.grid)
    density = kde_of_counts(raster, past.grid, bandwidth)[past.grid.mask]
    share = density / density.sum()
    return np.asarray(total / past.days(until) * (0.99 * share + 0.01 / past.grid.size))


def _rate(counts: Floats, days: float) -> Floats:
    return shares(counts) * (counts.sum() / days)


def shares(counts: Floats) -> Floats:
    """(cells,) where the next event falls: the counts, with a part spread evenly for the cells that had none.

    The even part is the one under which each event, left out, is likeliest: it is as large as the share of events that
    fell where nothing fell before. The order of the cells stays that of the counts. No counts: evenly everywhere.
    """
    even = 1.0 / counts.size
    total = counts.sum()
    if total <= 1.0:
        return np.full(counts.size, even)
    where = counts > 0
    n = counts[where]
    others = np.maximum(n - np.minimum(n, 1.0), 0.0) / (total - 1.0)
    part = 0.5
    for _ in range(ROUNDS):
        part = float((n * (part * even / (part * even + (1.0 - part) * others))).sum() / total)
        part = min(max(part, LEAST_EVEN), MOST_EVEN)
    return np.asarray((1.0 - part) * counts / total + part * even)
