"""The measures of the NIJ Real-Time Crime Forecasting Challenge, and the log score."""

import numpy as np

from openvis.analysis.checks import Floats
from openvis.analysis.forecast.model import order

FLOOR = 0.001
"""Part of every forecast that is spread evenly before the log score is taken, so that a zero never costs everything."""


def log_score(expected: Floats, outcome: Floats) -> float:
    """Poisson log likelihood of the outcome, summed over the cells (natural logarithm; higher is better, at most 0).

    expected, outcome: (cells,). Σ n·log λ − λ − log n!, with λ the expected events of the cell after one per mille of
    their total is spread evenly over the area. It judges where and how many at once.
    """
    from scipy.special import gammaln

    total = max(float(expected.sum()), 1e-12)
    rate = (1.0 - FLOOR) * expected + FLOOR * total / expected.size
    busy = outcome > 0
    n = outcome[busy]
    return float((n * np.log(rate[busy]) - gammaln(n + 1.0)).sum() - rate.sum())


def found(expected: Floats, outcome: Floats, sizes: list[int], seed: int) -> list[float]:
    """Events in the cells of highest risk, for each number of cells."""
    running = np.cumsum(outcome[order(expected, seed)])
    return [float(running[size - 1]) for size in sizes]


def most(outcome: Floats, sizes: list[int]) -> list[float]:
    """The most events that so many cells could have held, chosen afterwards."""
    running = np.cumsum(np.sort(outcome)[::-1])
    return [float(running[size - 1]) for size in sizes]


def hit_rate(hits: float, events: float) -> float:
    """n / N: the part of the events that fell in the chosen cells; NaN when there were none."""
    return hits / events if events > 0 else float("nan")


def pai(hits: float, events: float, chosen: float, area: float) -> float:
    """Prediction accuracy index (n/N) / (a/A): how many times as dense as on average (Chainey et al. 2008)."""
    return hit_rate(hits, events) / (chosen / area)


def pei(hits: float, best: float) -> float:
    """Prediction efficiency index PAI / PAI* = n / n*: the part of what as many cells could have held (Hunt 2016)."""
    return hits / best if best > 0 else float("nan")
