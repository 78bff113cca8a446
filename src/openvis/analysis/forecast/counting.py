"""The methods that count, smooth or weigh what happened before."""

import numpy as np

from openvis.analysis.checks import Floats
from openvis.analysis.density import kde_of_counts, likely_bandwidth
from openvis.analysis.forecast.record import DAY, Record, as_raster
from openvis.analysis.near_repeat import risk

YEAR = 365
LEAST_EVEN, MOST_EVEN = 0.001, 0.999
ROUNDS = 60
LOOK_BACK = 8
"""Past periods on which the even part of the prospective method is found."""


def naive(past: Record, until: int) -> Floats:
    """(cells,) events a day: the count of the last 365 days."""
    return _rate(past.counts(until - YEAR * DAY), min(float(YEAR), past.days(until)))


def count(past: Record, until: int) -> Floats:
    """(cells,) events a day: the count of all history."""
    return _rate(past.counts(), past.days(until))


def kde(past: Record, until: int) -> Floats:
    """(cells,) events a day: quartic kernel density of all history, the bandwidth by cross-validation."""
    counts = past.counts()
    total = float(counts.sum())
    if total < 2:
        return _rate(counts, past.days(until))
    raster = as_raster(counts, past.grid)
    density = kde_of_counts(raster, past.grid, likely_bandwidth(raster, past.grid))[past.grid.mask]
    return _mixed(density, 0.01) * (total / past.days(until))


def prospective(past: Record, until: int, step: int) -> Floats:
    """(cells,) events a day: near and recent events weigh most (Bowers, Johnson & Pease 2004).

    The weights are no numbers of events. They become a share of the level of the last 13 weeks, with a part spread
    evenly: the part under which the events of the last eight periods, from what was known before each, were likeliest.
    """
    in_risk, weights = [], []
    for back in range(1, LOOK_BACK + 1):
        begin = until - back * step
        within = (past.middle >= begin) & (past.middle < begin + step)
        then = past.before(begin)
        if len(then) and within.any():
            in_risk.append(_mixed(_risk(then, begin), 0.0)[past.cell[within]])
            weights.append(past.weight[within])
    part = 0.5
    if weights:
        part = even_part(np.concatenate(in_risk), np.concatenate(weights), past.grid.size)
    return _mixed(_risk(past, until), part) * past.level(until)


def shares(counts: Floats) -> Floats:
    """(cells,) where the next event falls: the counts, with a part spread evenly for the cells that had none.

    The even part is the one under which each event, left out, is likeliest: about as large as the share of events that
    fell where nothing had fallen. The order of the cells stays that of the counts. No counts: evenly everywhere.
    """
    total = float(counts.sum())
    if total <= 1.0:
        return np.full(counts.size, 1.0 / counts.size)
    n = counts[counts > 0]
    return _mixed(counts, even_part(np.maximum(n - np.minimum(n, 1.0), 0.0) / (total - 1.0), n, counts.size))


def even_part(share: Floats, weight: Floats, cells: int) -> float:
    """The part, spread evenly over the cells, beside which `share` of the rest makes the events (weight) likeliest."""
    part, total = 0.5, max(float(weight.sum()), 1e-300)
    for _ in range(ROUNDS):
        even = part / cells
        part = float((weight * (even / (even + (1.0 - part) * share))).sum()) / total
        part = min(max(part, LEAST_EVEN), MOST_EVEN)
    return part


def _risk(past: Record, until: int) -> Floats:
    return risk(past.source, np.datetime64(until, "s"), past.grid)[past.grid.mask]


def _rate(counts: Floats, days: float) -> Floats:
    return shares(counts) * (float(counts.sum()) / days)


def _mixed(values: Floats, part: float) -> Floats:
    """(cells,) adding up to one: values in proportion, `part` of it evenly; all evenly where there are no values."""
    total, even = float(values.sum()), 1.0 / values.size
    return (1.0 - part) * (values / total) + part * even if total > 0 else np.full(values.size, even)
