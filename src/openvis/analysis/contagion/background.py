"""The background of a self-exciting process: how much would happen at each place without contagion."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from openvis.analysis.checks import Bools, Floats, Ints
from openvis.analysis.compiled import kernel
from openvis.analysis.grid import Grid
from openvis.analysis.near_repeat.cells import Cells

Singles = npt.NDArray[np.float32]
Shorts = npt.NDArray[np.int32]
"""Pairs are many: half the memory."""

NEIGHBOURS = 15
"""The kernel of an event reaches (one standard deviation) to its so-many-th neighbour (Mohler et al. 2011)."""
LEAST_WIDTH = 25.0
"""... but is never narrower than this many metres: the size of a few dwellings."""
CUT = 3.0
"""Standard deviations after which a kernel is taken as nothing; what is cut off is shared out over the rest."""
CALM = 45.0
"""Standard deviation, in days, of the smoothing of the level over time: wide, so that contagion stays out of it."""


@dataclass(frozen=True, eq=False)
class Kernels:
    """For each event its width (metres), the part of its kernel inside the study area, and where it counts.

    Kernel i gives density[k] (per m²) at the event target[k], k from start[i] to start[i + 1]. It gives nothing to its
    own event, so that an event does not explain itself.
    """

    width: Floats
    inside: Floats
    start: Ints
    target: Shorts
    density: Singles

    @classmethod
    def of(cls, cells: Cells, grid: Grid) -> "Kernels":
        """Kernels that are narrow where much happens and wide where little does."""
        from scipy.spatial import cKDTree

        points = np.column_stack([cells.x, cells.y])
        nearest, _ = cKDTree(points).query(points, k=[min(NEIGHBOURS + 1, len(points))])
        width = np.maximum(nearest[:, 0], LEAST_WIDTH)
        inside = mass_inside(cells.x, cells.y, width, grid)
        start = np.zeros(width.size + 1, dtype=np.int64)
        target, density = np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32)
        _reach(cells, width, CUT, inside, start, target, density, False)
        np.cumsum(start, out=start)
        target, density = np.zeros(start[-1], dtype=np.int32), np.zeros(start[-1], dtype=np.float32)
        _reach(cells, width, CUT, inside, start, target, density, True)
        return cls(width, inside, start, target, density)

    def at_events(self, weight: Floats) -> Floats:
        """(n,) density per m² at each event, of all other events by weight."""
        out = np.zeros(weight.size)
        _gather(weight, self.start, self.target, self.density, out)
        return out

    def on_grid(self, cells: Cells, weight: Floats, grid: Grid) -> Floats:
        """(ny, nx) weight per cell of the grid; adds up to the weight of all events."""
        return spread(cells.x, cells.y, self.width, weight / self.inside, grid)


def level(day: Ints, weight: Floats, days: int) -> Floats:
    """(days,) how much the background of each day is above (1 = at) that of the whole period, smoothed."""
    reach = np.arange(-int(4 * CALM), int(4 * CALM) + 1)
    taps = np.exp(-0.5 * (reach / CALM) ** 2)
    counts = np.bincount(day, weights=weight, minlength=days)
    middle = slice(reach.size // 2, reach.size // 2 + days)
    smooth = np.convolve(counts, taps)[middle] / np.convolve(np.ones(days), taps)[middle]
    mean = float(smooth.mean())
    return np.asarray(smooth / mean) if mean > 0 else np.ones(days)


def mass_inside(x: Floats, y: Floats, width: Floats, grid: Grid) -> Floats:
    """(n,) part of a Gaussian of standard deviation `width` around each point that lies inside the study area."""
    out = np.zeros(x.size)
    _mass(x - grid.x0, y - grid.y0, width, grid.cell, grid.mask, out)
    return np.maximum(out, 1e-3)


def spread(x: Floats, y: Floats, width: Floats, weight: Floats, grid: Grid) -> Floats:
    """(ny, nx) Gaussians around the points integrated over each cell; 0 outside the study area."""
    out = np.zeros(grid.shape)
    _spread(x - grid.x0, y - grid.y0, width, weight, grid.cell, out)
    return np.where(grid.mask, out, 0.0)


@kernel
def _reach(
    cells: Cells, width: Floats, cut: float, inside: Floats, start: Ints, target: Shorts, density: Singles, fill: bool
) -> None:
    """Other events within `cut` widths of each: first how many (start[i + 1]), then which, with their density."""
    shared = 1.0 - np.exp(-0.5 * cut * cut)
    for i in range(width.size):
        reach, found = cut * width[i], 0
        per = 1.0 / (2.0 * width[i] * width[i])
        scale = per / (np.pi * inside[i] * shared)
        left = max(0, int((cells.x[i] - reach - cells.x0) / cells.size))
        right = min(cells.across - 1, int((cells.x[i] + reach - cells.x0) / cells.size))
        low = max(0, int((cells.y[i] - reach - cells.y0) / cells.size))
        high = min(cells.down - 1, int((cells.y[i] + reach - cells.y0) / cells.size))
        for row in range(low, high + 1):
            first, last = cells.start[row * cells.across + left], cells.start[row * cells.across + right + 1]
            for j in range(first, last):
                dx, dy = cells.x[j] - cells.x[i], cells.y[j] - cells.y[i]
                square = dx * dx + dy * dy
                if square < reach * reach and j != i:
                    if fill:
                        target[start[i] + found] = j
                        density[start[i] + found] = scale * np.exp(-square * per)
                    found += 1
        if not fill:
            start[i + 1] = found


@kernel
def _gather(weight: Floats, start: Ints, target: Shorts, density: Singles, out: Floats) -> None:
    for i in range(weight.size):
        for k in range(start[i], start[i + 1]):
            out[target[k]] += weight[i] * density[k]


@kernel
def _mass(x: Floats, y: Floats, width: Floats, cell: float, mask: Bools, out: Floats) -> None:
    """Gaussians over the cells of the mask, out to four standard deviations and renormalised."""
    ny, nx = mask.shape
    for i in range(x.size):
        step, reach = cell / (width[i] * math.sqrt(2.0)), 4.0 * width[i] / cell
        column, row = x[i] / cell, y[i] / cell
        left, right = int(np.floor(column - reach)), int(np.floor(column + reach))
        low, high = int(np.floor(row - reach)), int(np.floor(row + reach))
        across = np.empty(right - left + 2)
        for k in range(right - left + 2):
            across[k] = 0.5 * math.erf((left + k - column) * step)
        whole, total = across[-1] - across[0], 0.0
        below = math.erf((low - row) * step) * 0.5
        bottom = below
        for r in range(low, high + 1):
            above = math.erf((r + 1 - row) * step) * 0.5
            if 0 <= r < ny:
                part = 0.0
                for k in range(max(0, -left), min(right, nx - 1) - left + 1):
                    if mask[r, left + k]:
                        part += across[k + 1] - across[k]
                total += part * (above - below)
            below = above
        out[i] = total / (whole * (below - bottom))


@kernel
def _spread(x: Floats, y: Floats, width: Floats, weight: Floats, cell: float, out: Floats) -> None:
    """As `_mass`, but the parts go to the cells."""
    ny, nx = out.shape
    for i in range(x.size):
        step, reach = cell / (width[i] * math.sqrt(2.0)), 4.0 * width[i] / cell
        column, row = x[i] / cell, y[i] / cell
        left, right = int(np.floor(column - reach)), int(np.floor(column + reach))
        low, high = int(np.floor(row - reach)), int(np.floor(row + reach))
        across = np.empty(right - left + 2)
        for k in range(right - left + 2):
            across[k] = 0.5 * math.erf((left + k - column) * step)
        below = 0.5 * math.erf((low - row) * step)
        share = weight[i] / ((across[-1] - across[0]) * (0.5 * math.erf((high + 1 - row) * step) - below))
        for r in range(low, high + 1):
            above = 0.5 * math.erf((r + 1 - row) * step)
            if 0 <= r < ny:
                for k in range(max(0, -left), min(right, nx - 1) - left + 1):
                    out[r, left + k] += share * (across[k + 1] - across[k]) * (above - below)
            below = above
