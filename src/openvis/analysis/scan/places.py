"""The places of the scan, in an order in which those near each other are found at once."""

from dataclasses import dataclass

import numpy as np

from openvis.analysis.checks import Floats, Ints

MOST_BUCKETS = 2000
"""Buckets along a side at most, however small the radius."""


@dataclass(frozen=True, eq=False)
class Places:
    """Unique places ordered by square buckets, so that those around a place lie in a few runs of the arrays.

    x, y: metres. cases: how many cases each holds. start: where each bucket begins, row by row.
    """

    x: Floats
    y: Floats
    cases: Ints
    start: Ints
    across: int
    up: int
    side: float

    @classmethod
    def of(cls, x: Floats, y: Floats, radius: float) -> tuple["Places", Ints]:
        """The places of cases at x, y, and for each case which place is its own."""
        west, south = float(x.min()), float(y.min())
        side = max(radius / 2.0, float(np.ptp(x)) / MOST_BUCKETS, float(np.ptp(y)) / MOST_BUCKETS)
        column, row = ((x - west) / side).astype(np.int64), ((y - south) / side).astype(np.int64)
        across, up = int(column.max()) + 1, int(row.max()) + 1
        order = np.lexsort((y, x, row * across + column))
        new = np.ones(x.size, dtype=np.bool_)
        new[1:] = (np.diff(x[order]) != 0) | (np.diff(y[order]) != 0)
        place = np.empty(x.size, dtype=np.int64)
        place[order] = np.cumsum(new) - 1
        first = order[new]
        start = np.searchsorted((row * across + column)[first], np.arange(across * up + 1))
        places = cls(x[first], y[first], np.bincount(place), start.astype(np.int64), across, up, side)
        return places, place

    def __len__(self) -> int:
        return int(self.x.size)
