"""Moran's I: are cells that lie near each other more alike than chance would make them?"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from openvis.analysis.checks import Floats
from openvis.analysis.getis import surroundings, two_cells
from openvis.analysis.grid import Grid

LEAST = 4
"""Cells from which I has a variance."""


@dataclass(frozen=True)
class Moran:
    """value: I, near 1 where near cells are alike, about `expected` by chance. z and p (one-sided) of being alike."""

    value: float
    expected: float
    z: float
    p: float


def moran(counts: Any, grid: Grid, radius: float | None = None) -> Moran:
    """Moran's I of counts per cell: one number for the whole area, where Gi* has one for each cell.

    counts: (ny, nx), what falls outside the area is left out. radius: metres between cell centres within which cells are
    near, weights one, the cell itself left out; two cells when not given. The variance is that under randomisation: the
    counts as they are, put in any other order (Cliff & Ord 1981, Spatial Processes, 21-22). Where all counts are equal, no
    cell has another near it, or there are only 3, nothing can be said: I as expected, z 0, p 1.
    Raises ValueError for fewer than 3 cells in the area, or a radius below 0.
    """
    from scipy.special import ndtr

    inside, total, near = surroundings(counts, grid, two_cells(radius, grid))
    n = grid.size
    expected = -1.0 / (n - 1.0)
    values, others = inside[grid.mask], near[grid.mask] - 1.0
    off = values - values.mean()
    squares, pairs = float((off**2).sum()), float(others.sum())
    if squares == 0.0 or pairs == 0.0 or n < LEAST:
        return Moran(expected, expected, 0.0, 1.0)
    around = total[grid.mask] - values - others * values.mean()
    value = n / pairs * float((off * around).sum()) / squares
    z = (value - expected) / float(np.sqrt(_variance(off, others)))
    return Moran(value, expected, z, float(ndtr(-z)))


def _variance(off: Floats, others: Floats) -> float:
    """Of I when the values are put in any order; others: (n,) how many cells are near each."""
    n = float(off.size)
    s0, s1, s2 = float(others.sum()), 2.0 * float(others.sum()), 4.0 * float((others**2).sum())
    peaked = float((off**4).mean() / (off**2).mean() ** 2)
    first = n * ((n * n - 3.0 * n + 3.0) * s1 - n * s2 + 3.0 * s0 * s0)
    second = peaked * ((n * n - n) * s1 - 2.0 * n * s2 + 6.0 * s0 * s0)
    return (first - second) / ((n - 1.0) * (n - 2.0) * (n - 3.0) * s0 * s0) - 1.0 / (n - 1.0) ** 2
