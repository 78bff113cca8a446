"""Forecasts: no library on PyPI fits these methods and tests them, so their growth and memory are shown alone.

Gradient boosting is scikit-learn's, on what the memories of the cells hold. How good they are: `benchmarks/forecasts.py`.
"""

import functools

import numpy as np

from openvis.analysis.forecast import COUNTS, METHODS, backtest, fit, predict
from peers.measuring import incidents, memory, note, row, seconds, square

UNTIL = np.datetime64("2024-07-01", "s")
WEEK = np.timedelta64(7, "D")
ORIGINS = UNTIL + np.arange(26) * WEEK
SIZES = (10_000, 100_000, 1_000_000)


def compare() -> None:
    # First, since a new process starts from the peak of the one that began it.
    for size in SIZES:
        note(f"a backtest of counts and ensemble on {size:,}: {memory(functools.partial(_tested, size)):.0f} MB")
    grid = square()
    for method in METHODS:
        for size in SIZES[:2] if method == "sepp" else SIZES:
            events = incidents(size)
            row(
                f"forecast, {method}, fit and predict",
                size,
                seconds(lambda m=method, e=events: predict(fit(m, e, grid, UNTIL), UNTIL, UNTIL + WEEK), 3),
            )
    for size in SIZES[:2]:
        events = incidents(size)
        for method in METHODS[2:]:
            taken = seconds(lambda m=method, e=events: backtest(e, grid, (*COUNTS, m), ORIGINS), 1)
            row(f"backtest, counts and {method}, {ORIGINS.size} origins", size, taken)


def _tested(size: int) -> None:
    backtest(incidents(size), square(), (*COUNTS, "ensemble"), ORIGINS)
