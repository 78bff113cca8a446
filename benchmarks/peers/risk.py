"""Prospective risk against a direct sum in numpy, cell by cell; open_cp, which works so, is not on PyPI."""

import functools

import numpy as np

from openvis.analysis import near_repeat
from openvis.analysis.events import Events
from openvis.analysis.grid import Grid
from peers.measuring import incidents, memory, note, row, seconds, square, timed

AT = np.datetime64("2025-01-01", "s")
BANDWIDTH, DAYS = 400.0, 5.0 * 366.0
SIZES = (10_000, 100_000, 1_000_000)


def compare() -> None:
    """All events of five years count, so that none is left out beforehand; the same cells for both, results compared."""
    # First, since a new process starts from the peak of the one that began it.
    for size in SIZES:
        note(f"risk of {size:,} events on 150 × 150 cells: {memory(functools.partial(_risk, size)):.0f} MB")
    grid = square()
    for size, repeats in ((10_000, 3), (100_000, 1)):
        events = incidents(size)
        ours = timed(lambda e=events: near_repeat.risk(e, AT, grid, BANDWIDTH, DAYS), 5)
        theirs = timed(lambda e=events: _direct(e, grid), repeats)
        row("prospective risk, 5 years, against numpy by cell", size, ours[0], theirs[0])
        apart = float(np.abs(ours[1] - theirs[1]).max() / theirs[1].max())
        note(f"largest difference {apart:.0e} of the peak")
        assert apart < 1e-9
    for size in SIZES:
        events = incidents(size)
        row("prospective risk, 5 years", size, seconds(lambda e=events: near_repeat.risk(e, AT, grid, BANDWIDTH, DAYS)))
        row("prospective risk, 60 days", size, seconds(lambda e=events: near_repeat.risk(e, AT, grid)))


def _direct(events: Events, grid: Grid) -> np.ndarray:
    """For each cell the sum over all events of 1 / ((1 + half cells)(1 + weeks)), both whole, within the bandwidth."""
    weeks = (AT - events.end).astype(np.float64) // 604_800.0
    x, y = grid.centres()
    out = np.zeros(grid.shape)
    for place in np.ndindex(grid.shape):
        away = np.hypot(events.x - x[place], events.y - y[place])
        weight = 1.0 / ((1.0 + away // (grid.cell / 2.0)) * (1.0 + weeks))
        out[place] = weight[away < BANDWIDTH].sum()
    return out


def _risk(size: int) -> None:
    near_repeat.risk(incidents(size), AT, square(), BANDWIDTH, DAYS)
