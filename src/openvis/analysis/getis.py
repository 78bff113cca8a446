"""Getis-Ord Gi*: which cells are hotter, with those around them, than chance."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from openvis.analysis.checks import Bools, Floats, Ints, between, raster
from openvis.analysis.grid import Grid
from openvis.analysis.surroundings import convolve, disc


@dataclass(frozen=True, eq=False)
class GetisOrd:
    """Gi* per cell, all (ny, nx): z (0 outside the area), p of so much or more by chance (1 outside), significant."""

    z: Floats
    p: Floats
    significant: Bools


def getis_ord(
    counts: Any, grid: Grid, radius: float, permutations: int = 0, seed: int = 0, alpha: float = 0.05
) -> GetisOrd:
    """Getis-Ord Gi* of each cell in the study area: is it, with the cells around it, hotter than chance?

    counts: (ny, nx), what falls outside the area is left out. radius: metres between cell centres, the cell itself
    included, weights one. p is one-sided (hot). Without permutations it comes from the normal distribution (Ord & Getis
    1995, Geographical Analysis 27:286-306); with them from conditional permutation: the cell keeps its count, those of
    its neighbours are drawn from all other cells; the draws are shared by cells with as many neighbours, so that each p
    is exact by itself. significant: Benjamini-Hochberg over the cells at false discovery rate alpha.
    Where all counts are equal nothing stands out: z 0, p 1. Raises ValueError for fewer than 3 cells in the area, a
    radius below 0, alpha outside (0, 1).
    """
    inside, total, neighbours = surroundings(counts, grid, radius)
    between("alpha", alpha, 0.0, 1.0)
    z = z_scores(inside, total, neighbours, grid)
    if permutations < 0:
        raise ValueError(f"permutations is {permutations}; expected 0 or more")
    if permutations and inside[grid.mask].std() > 0:
        p = _permuted(inside, total, neighbours, grid, permutations, seed)
    else:
        p = _normal_tail(z)
    return _judged(z, p, grid, alpha)


def hot_cells(counts: Any, grid: Grid, radius: float | None = None, alpha: float = 0.05) -> GetisOrd:
    """Gi* as `getis_ord`, careful with few events: where p is small it is the larger of two chances.

    Where a cell and its neighbours expect less than a few events, the normal approximation calls two of them hot. The
    exact Poisson chance of so many, spread evenly over the area, must agree. With more events it changes nothing.
    """
    inside, total, neighbours = surroundings(counts, grid, two_cells(radius, grid))
    between("alpha", alpha, 0.0, 1.0)
    return careful(inside, total, neighbours, grid, alpha)


def two_cells(radius: float | None, grid: Grid) -> float:
    """The radius given, metres, or that of two cells."""
    return 2.0 * grid.cell if radius is None else float(radius)


def surroundings(counts: Any, grid: Grid, radius: float) -> tuple[Floats, Floats, Floats]:
    """(ny, nx) each. Counts inside the area; their sum, and the number of cells, within the radius of each cell."""
    if not np.isfinite(radius) or radius < 0:
        raise ValueError(f"radius is {radius!r}; expected 0 or more metres")
    if grid.size < 3:
        raise ValueError(f"the grid has {grid.size} cells in the study area; expected at least 3")
    inside = np.where(grid.mask, raster("counts", counts, grid.shape), 0.0)
    weights = disc(radius / grid.cell)
    return inside, convolve(inside, weights), convolve(grid.mask.astype(np.float64), weights)


def z_scores(inside: Floats, total: Floats, neighbours: Floats, grid: Grid) -> Floats:
    """(ny, nx) Gi* as a standard score; 0 outside the area, and everywhere when all counts are equal."""
    values = inside[grid.mask]
    n, mean, deviation = values.size, values.mean(), values.std()
    z = np.zeros(grid.shape)
    if deviation == 0:
        return z
    w = neighbours[grid.mask]
    spread = deviation * np.sqrt(np.maximum(n * w - w * w, 0.0) / (n - 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        z[grid.mask] = np.where(spread > 0, (total[grid.mask] - mean * w) / spread, 0.0)
    return z


def careful(inside: Floats, total: Floats, neighbours: Floats, grid: Grid, alpha: float) -> GetisOrd:
    """As `hot_cells`, from what `surroundings` gives."""
    from scipy.special import gammainc

    z = z_scores(inside, total, neighbours, grid)
    p = _normal_tail(z)
    likely = grid.mask & (p <= alpha)
    if likely.any():
        expected = inside[grid.mask].mean() * neighbours[likely]
        p[likely] = np.maximum(p[likely], gammainc(np.maximum(total[likely], 1e-12), expected))
    return _judged(z, p, grid, alpha)


def _normal_tail(z: Floats) -> Floats:
    from scipy.special import ndtr

    return np.where(z == 0, 1.0, ndtr(-z))


def _judged(z: Floats, p: Floats, grid: Grid, alpha: float) -> GetisOrd:
    p = np.where(grid.mask, p, 1.0)
    significant = np.zeros(grid.shape, dtype=np.bool_)
    significant[grid.mask] = discoveries(p[grid.mask], alpha) & (z[grid.mask] > 0)
    return GetisOrd(z, p, significant)


def discoveries(p: Floats, alpha: float) -> Bools:
    """(n,) True for the p values that Benjamini & Hochberg (1995, JRSS B 57:289-300) accept at rate alpha."""
    # No p above alpha can be accepted, and most are: only the others need an order.
    ordered = np.sort(p[p <= alpha])
    accepted = np.flatnonzero(ordered <= alpha * np.arange(1, ordered.size + 1) / p.size)
    limit = ordered[accepted[-1]] if accepted.size else -1.0
    return np.asarray(p <= limit)


def _permuted(inside: Floats, total: Floats, neighbours: Floats, grid: Grid, permutations: int, seed: int) -> Floats:
    """One-sided p by conditional permutation; cells with equally many neighbours share their draws."""
    values, sums = inside[grid.mask], total[grid.mask]
    others = np.rint(neighbours[grid.mask]).astype(np.int64) - 1
    p = np.ones(values.size)
    for k in np.unique(others[others > 0]):
        cells = np.flatnonzero(others == k)
        p[cells] = _permuted_alike(values, sums, cells, int(k), permutations, np.random.default_rng([seed, int(k)]))
    whole = np.ones(grid.shape)
    whole[grid.mask] = p
    return whole


def _permuted_alike(
    values: Floats, sums: Floats, cells: Ints, k: int, permutations: int, rng: np.random.Generator
) -> Floats:
    """p for cells with k neighbours. A draw that holds the cell itself uses its spare, the (k+1)th, instead."""
    n = values.size
    drawn = _distinct(n, min(k + 1, n), permutations, rng)
    picked = drawn[:, :k]
    random_sums = values[picked].sum(axis=1)
    needed = sums[cells] - values[cells]
    tolerance = 1e-9 * max(1.0, float(sums.max()))
    ordered = np.sort(random_sums)
    reached = (permutations - np.searchsorted(ordered, needed - tolerance)).astype(np.float64)
    place = np.full(n, -1, dtype=np.int64)
    place[cells] = np.arange(cells.size)
    draw, position = np.nonzero(place[picked] >= 0)
    at = place[picked[draw, position]]
    with_cell = random_sums[draw]
    without = with_cell - values[picked[draw, position]] + values[drawn[draw, -1]]
    change = (without >= needed[at] - tolerance).astype(np.float64) - (with_cell >= needed[at] - tolerance)
    np.add.at(reached, at, change)
    return np.asarray((reached + 1.0) / (permutations + 1.0))


def _distinct(n: int, k: int, draws: int, rng: np.random.Generator) -> Ints:
    """(draws, k) numbers below n, distinct within a row, in random order."""
    if k * k > n:
        return np.asarray(np.argsort(rng.random((draws, n)), axis=1)[:, :k])
    rows = rng.integers(0, n, size=(draws, k))
    while True:
        ordered = np.sort(rows, axis=1)
        doubled = np.flatnonzero((ordered[:, 1:] == ordered[:, :-1]).any(axis=1))
        if doubled.size == 0:
            return rows
        rows[doubled] = rng.integers(0, n, size=(doubled.size, k))
