"""Kernel density: where is it concentrated?"""

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal

import numpy as np

from openvis.analysis.checks import Floats, Ints, positive, raster
from openvis.analysis.compiled import kernel as compiled
from openvis.analysis.events import Events
from openvis.analysis.grid import Grid
from openvis.analysis.surroundings import convolve, distances

Kernel = Literal["quartic", "gaussian"]
GAUSSIAN_REACH = 5.0
"""Standard deviations after which a Gaussian is taken as nothing."""
FINENESS = 10.0
"""Events are shared out over points that lie this many to a Gaussian bandwidth (or closer)."""
QUARTIC_PER_SD = 8.0**0.5
"""A quartic kernel of bandwidth h spreads as wide as a Gaussian of h / √8."""
STRIP = 16
"""Rows of cells per piece of work; fixed, so that results do not depend on the number of threads."""
MANY = 50_000
"""Events from which threads are worth starting."""
MOST_POINTS = 50_000_000


def kde(
    events: Events,
    grid: Grid,
    bandwidth: float | Literal["auto"] = "auto",
    kernel: Kernel = "quartic",
    edge: bool = True,
) -> Floats:
    """(ny, nx) kernel density in expected events (weight) per km², at the cell centres; 0 outside the study area.

    bandwidth: metres; radius of the quartic kernel or standard deviation of the Gaussian. "auto" takes the one that
    predicts left-out events best (`likely_bandwidth`). Events outside the study area take no part.
    The quartic is the exact sum over true distances. The Gaussian shares each event out over points at most a tenth of
    a bandwidth apart and takes the spread this adds off the bandwidth; it stays within 0.2 % of the peak of the sum.
    edge: divide by the part of the kernel around each cell that lies inside the study area, since what happened
    outside it is not in the data (Diggle 1985, Applied Statistics 34:138-147).
    Raises ValueError for a bandwidth that is not positive, an unknown kernel, or no event inside the area.
    """
    _known(kernel)
    flat = grid.index(events.x, events.y)
    inside = flat >= 0
    if not inside.any():
        raise ValueError(f"none of the {len(events)} events lies inside the study area; expected at least one")
    h = _bandwidth(bandwidth, grid.counts(events.x, events.y, events.weight), grid, kernel)
    column = (events.x[inside] - grid.x0) / grid.cell
    row = (events.y[inside] - grid.y0) / grid.cell
    weight = events.weight[inside]
    if kernel == "quartic":
        density = _quartic_sum(column, row, weight, flat[inside] // grid.nx, grid, h / grid.cell)
    else:
        density = _gaussian_sum(column, row, weight, grid, h / grid.cell)
    return _finish(density / grid.cell_km2, grid, h, kernel, edge)


def kde_of_counts(
    counts: Any,
    grid: Grid,
    bandwidth: float | Literal["auto"] = "auto",
    kernel: Kernel = "quartic",
    edge: bool = True,
) -> Floats:
    """(ny, nx) kernel density per km² when only counts per cell are known: all of a cell counts at its centre.

    As `kde`, with the kernel scaled so that it sums to one over whole cells: without edge correction and far from the
    border, the density adds up to the counts whatever the bandwidth. Counts outside the study area take no part.
    """
    _known(kernel)
    inside = np.where(grid.mask, raster("counts", counts, grid.shape), 0.0)
    h = _bandwidth(bandwidth, inside, grid, kernel)
    weights = _weights(h / grid.cell, kernel)
    density = convolve(inside, weights / weights.sum())
    return _finish(density / grid.cell_km2, grid, h, kernel, edge)


def likely_bandwidth(counts: Any, grid: Grid, kernel: Kernel = "quartic", candidates: int = 20) -> float:
    """Bandwidth in metres by likelihood cross-validation: the one under which each event, left out, is likeliest.

    Candidates spread half a cell to 4.5 cells (as a standard deviation). Worked out on cells, with one per cent of an
    even spread mixed in, so that a lonely event does not decide (Silverman 1986, section 3.4.4).
    Raises ValueError for counts below two.
    """
    _known(kernel)
    inside = np.where(grid.mask, raster("counts", counts, grid.shape), 0.0)
    total = float(inside.sum())
    if total < 2:
        raise ValueError(f"counts add up to {total:g}; expected at least 2 to choose a bandwidth")
    where = inside > 0
    best, chosen = -np.inf, 0.0
    for spread in np.geomspace(0.5, 4.5, candidates):
        h = float(spread) * (QUARTIC_PER_SD if kernel == "quartic" else 1.0)
        weights = _weights(h, kernel)
        weights /= weights.sum()
        own = weights[weights.shape[0] // 2, weights.shape[1] // 2]
        others = (convolve(inside, weights)[where] - own * np.minimum(inside[where], 1.0)) / (total - 1.0)
        likelihood = float((inside[where] * np.log(0.99 * np.maximum(others, 0.0) + 0.01 / grid.size)).sum())
        if likelihood > best:
            best, chosen = likelihood, h * grid.cell
    return chosen


def _known(kernel: str) -> None:
    if kernel not in ("quartic", "gaussian"):
        raise ValueError(f"kernel is {kernel!r}; expected 'quartic' or 'gaussian'")


def _bandwidth(bandwidth: float | str, counts: Floats, grid: Grid, kernel: Kernel) -> float:
    if isinstance(bandwidth, str):
        if bandwidth != "auto":
            raise ValueError(f"bandwidth is {bandwidth!r}; expected metres or 'auto'")
        return likely_bandwidth(counts, grid, kernel)
    return positive("bandwidth", bandwidth, "metres")


def _weights(h: float, kernel: Kernel) -> Floats:
    """(k, k) kernel at the centres of the cells around the middle one; h in cells, not normalised."""
    if kernel == "quartic":
        return np.asarray(np.maximum(1.0 - (distances(h) / h) ** 2, 0.0) ** 2, dtype=np.float64)
    return np.asarray(np.exp(-0.5 * (distances(GAUSSIAN_REACH * h) / h) ** 2), dtype=np.float64)


def _finish(density: Floats, grid: Grid, bandwidth: float, kernel: Kernel, edge: bool) -> Floats:
    if edge:
        weights = _weights(bandwidth / grid.cell, kernel)
        part = convolve(grid.mask.astype(np.float64), weights / weights.sum())
        density = density / np.where(grid.mask, part, 1.0)
    return np.where(grid.mask, density, 0.0)


def _quartic_sum(column: Floats, row: Floats, weight: Floats, cell_row: Ints, grid: Grid, h: float) -> Floats:
    """Sum of 3/(πh²)·(1 - d²/h²)² per cell surface, d the true distance in cells; strips of rows side by side."""
    order = np.argsort(cell_row, kind="stable")
    start = np.zeros(grid.ny + 1, dtype=np.int64)
    np.cumsum(np.bincount(cell_row, minlength=grid.ny), out=start[1:])
    x, y, w = (np.ascontiguousarray(a[order]) for a in (column - 0.5, row - 0.5, weight))
    out = np.zeros(grid.shape)
    strips = [(first, min(first + STRIP, grid.ny)) for first in range(0, grid.ny, STRIP)]
    threads = 1 if x.size < MANY else min(len(strips), os.cpu_count() or 1)
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda strip: _quartic_rows(x, y, w, start, h, strip[0], strip[1], out), strips))
    return out * (3.0 / (np.pi * h**6))


@compiled
def _quartic_rows(x: Floats, y: Floats, w: Floats, start: Ints, h: float, first: int, last: int, out: Floats) -> None:
    ny, nx = out.shape
    reach = int(np.ceil(h + 0.5))
    for row in range(first, last):
        target = out[row]
        for i in range(start[max(0, row - reach)], start[min(ny, row + reach + 1)]):
            dy = row - y[i]
            rest = h * h - dy * dy
            if rest <= 0.0:
                continue
            half = np.sqrt(rest)
            for column in range(max(0, int(np.ceil(x[i] - half))), min(nx - 1, int(np.floor(x[i] + half))) + 1):
                dx = column - x[i]
                near = rest - dx * dx
                target[column] += w[i] * near * near


def _gaussian_sum(column: Floats, row: Floats, weight: Floats, grid: Grid, h: float) -> Floats:
    """Gaussian sum per cell surface: shared out linearly over fine points, then smoothed east-west and north-south."""
    fine = max(1, int(np.ceil(FINENESS / h)))
    if grid.ny * fine * grid.nx * fine > MOST_POINTS:
        raise ValueError(
            f"bandwidth is {h * grid.cell:g} m, too small for {grid.nx} × {grid.ny} cells of {grid.cell:g} m; "
            "expected a larger bandwidth, or smaller cells over a smaller area"
        )
    shared = np.zeros((grid.ny * fine + 1, grid.nx * fine + 1))
    _share_out(column * fine, row * fine, weight, shared)
    # Sharing a point out linearly over a step s adds s²/6 to its variance on average.
    spread = np.sqrt((h * fine) ** 2 - 1.0 / 6.0)
    reach = int(np.ceil(GAUSSIAN_REACH * h * fine))
    taps = np.exp(-0.5 * ((np.arange(-reach, reach + 1) + 0.5 * (fine % 2)) / spread) ** 2)
    taps *= fine / (spread * np.sqrt(2.0 * np.pi))
    east_west = np.zeros((shared.shape[0], grid.nx))
    _smooth(shared, taps, fine, east_west)
    out = np.zeros((grid.nx, grid.ny))
    _smooth(np.ascontiguousarray(east_west.T), taps, fine, out)
    return np.ascontiguousarray(out.T)


@compiled
def _share_out(x: Floats, y: Floats, w: Floats, out: Floats) -> None:
    ny, nx = out.shape
    for i in range(x.size):
        left = min(int(x[i]), nx - 2)
        below = min(int(y[i]), ny - 2)
        east = x[i] - left
        north = y[i] - below
        out[below, left] += w[i] * (1.0 - east) * (1.0 - north)
        out[below, left + 1] += w[i] * east * (1.0 - north)
        out[below + 1, left] += w[i] * (1.0 - east) * north
        out[below + 1, left + 1] += w[i] * east * north


@compiled
def _smooth(values: Floats, taps: Floats, fine: int, out: Floats) -> None:
    """Each row of fine points to its value at the cell centres, which lie at (i + ½)·fine."""
    rows, points = values.shape
    reach = taps.size // 2
    for row in range(rows):
        for cell in range(out.shape[1]):
            middle = cell * fine + (fine + 1) // 2
            total = 0.0
            for tap in range(max(-reach, -middle), min(reach, points - 1 - middle) + 1):
                total += taps[tap + reach] * values[row, middle + tap]
            out[row, cell] = total
