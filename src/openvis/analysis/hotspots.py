"""Hot cells, and the short list of hot places made of them."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from openvis.analysis.checks import Bools, Floats, Ints, between, positive, raster
from openvis.analysis.events import Events
from openvis.analysis.grid import Grid
from openvis.analysis.places import Hotspot, Trend, grow
from openvis.analysis.surroundings import convolve, disc
from openvis.analysis.times import week_matrix
from openvis.analysis.windows import Window, clear, hot_windows

LEAST = 4.0
"""A place with fewer events than this is no hotspot, however empty the rest."""

__all__ = ["GetisOrd", "Hotspot", "Trend", "find", "getis_ord", "hot_cells", "hotspots"]


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
    inside, total, neighbours = _surroundings(counts, grid, radius)
    between("alpha", alpha, 0.0, 1.0)
    z = _z_scores(inside, total, neighbours, grid)
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
    inside, total, neighbours = _surroundings(counts, grid, _radius(radius, grid))
    between("alpha", alpha, 0.0, 1.0)
    return _careful(inside, total, neighbours, grid, alpha)


def find(
    counts: Any,
    grid: Grid,
    *,
    history: Any = None,
    radius: float | None = None,
    alpha: float = 0.05,
    most: int = 10,
    size: float = 300.0,
    least: float = LEAST,
) -> list[Hotspot]:
    """The hot places, heaviest first, from counts per cell (ny, nx) alone.

    Each grows from a peak of Gi* over hot cells beside it, the busiest first, within `size` metres of the peak and as
    long as a cell holds a fair part of what the busiest holds: a place that people can go to, not half a city centre.
    Two places lie at least `radius` apart (default: two cells). history: (periods, ny, nx), oldest first, for
    stability (the share of the periods in which Gi* finds a hot cell inside the place) and trend (Mann-Kendall over
    the periods). least: fewest events for a place. Nothing hot, or nothing at all: an empty list.
    """
    radius = _radius(radius, grid)
    inside, total, neighbours = _surroundings(counts, grid, radius)
    between("alpha", alpha, 0.0, 1.0)
    positive("size", size, "metres")
    if most < 1:
        raise ValueError(f"most is {most}; expected at least 1")
    if inside.sum() == 0:
        return []
    heat = _careful(inside, total, neighbours, grid, alpha)
    regions = grow(inside, heat.z, heat.significant, grid, size=size, apart=radius)
    sums = [float(inside.ravel()[region].sum()) for region in regions]
    order = sorted((-amount, int(region[0]), i) for i, (region, amount) in enumerate(zip(regions, sums, strict=True)))
    chosen = [regions[i] for amount, _, i in order if -amount >= least][:most]
    periods = None if history is None else _periods(history, grid)
    hot_then = None if periods is None else _hot_then(periods, neighbours, grid, radius, alpha)
    return [
        Hotspot.of(rank, cells, inside, heat.z, grid, periods, hot_then) for rank, cells in enumerate(chosen, start=1)
    ]


def hotspots(
    events: Events,
    grid: Grid,
    *,
    periods: int = 12,
    radius: float | None = None,
    alpha: float = 0.05,
    most: int = 10,
    size: float = 300.0,
    least: float = LEAST,
    share: float = 0.5,
    timezone: str | None = None,
) -> list[Hotspot]:
    """As `find`, from events; with the kinds in each place, and, where they are clear, the windows that hold `share`.

    Events known less precisely than `radius` would make a hotspot of the middle of their area; they take no part. Times
    are cut into `periods` equal ones for stability and trend. Where times are unknown those parts stay empty. Raises
    ValueError when no event is inside the area.
    """
    radius = _radius(radius, grid)
    flat = np.where(events.precision <= radius, grid.index(events.x, events.y), -1)
    if not (flat >= 0).any():
        raise ValueError(f"none of the {len(events)} events lies inside the study area, precisely enough")
    used, flat = events.where(flat >= 0), flat[flat >= 0]
    counts = np.bincount(flat, weights=used.weight, minlength=grid.nx * grid.ny).reshape(grid.shape)
    history = _history(used, flat, grid, periods)
    found = find(counts, grid, history=history, radius=radius, alpha=alpha, most=most, size=size, least=least)
    return [_described(place, used, flat, share, timezone) for place in found]


def _described(place: Hotspot, events: Events, flat: Ints, share: float, timezone: str | None) -> Hotspot:
    there = events.where(np.isin(flat, place.cells))
    codes, which = np.unique(there.kind, return_inverse=True)
    amounts = np.bincount(which, weights=there.weight)
    order = np.lexsort((codes, -amounts))
    timed = there.where(there.timed)
    windows: list[Window] = []
    if len(timed):
        matrix = week_matrix(timed, timezone=timezone)
        windows = hot_windows(matrix, share)
        windows = windows if clear(matrix, windows) else []
    return place.with_details(kinds=tuple((int(codes[i]), float(amounts[i])) for i in order), windows=tuple(windows))


def _history(events: Events, flat: Ints, grid: Grid, periods: int) -> Floats | None:
    """(periods, ny, nx) weight by the middle of each event's interval; None without times or with one period."""
    timed = events.timed
    if periods < 2 or not timed.any():
        return None
    begin, end = events.begin[timed].astype(np.int64), events.end[timed].astype(np.int64)
    middle = begin + (end - begin) // 2
    span = int(middle.max() - middle.min()) + 1
    period = (middle - middle.min()) * periods // span
    cells = grid.nx * grid.ny
    sums = np.bincount(period * cells + flat[timed], weights=events.weight[timed], minlength=periods * cells)
    return np.asarray(sums.reshape(periods, *grid.shape))


def _radius(radius: float | None, grid: Grid) -> float:
    return 2.0 * grid.cell if radius is None else float(radius)


def _surroundings(counts: Any, grid: Grid, radius: float) -> tuple[Floats, Floats, Floats]:
    """Counts inside the area; their sum, and the number of cells, within the radius of each cell."""
    if not np.isfinite(radius) or radius < 0:
        raise ValueError(f"radius is {radius!r}; expected 0 or more metres")
    if grid.size < 3:
        raise ValueError(f"the grid has {grid.size} cells in the study area; expected at least 3")
    inside = np.where(grid.mask, raster("counts", counts, grid.shape), 0.0)
    weights = disc(radius / grid.cell)
    return inside, convolve(inside, weights), convolve(grid.mask.astype(np.float64), weights)


def _z_scores(inside: Floats, total: Floats, neighbours: Floats, grid: Grid) -> Floats:
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


def _careful(inside: Floats, total: Floats, neighbours: Floats, grid: Grid, alpha: float) -> GetisOrd:
    from scipy.special import gammainc

    z = _z_scores(inside, total, neighbours, grid)
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
    ordered = np.sort(p)
    accepted = np.flatnonzero(ordered <= alpha * np.arange(1, p.size + 1) / p.size)
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


def _periods(history: Any, grid: Grid) -> Floats:
    cube = np.asarray(history, dtype=np.float64)
    if cube.ndim != 3 or cube.shape[1:] != grid.shape or cube.shape[0] < 1:
        raise ValueError(f"history has shape {cube.shape}; expected (periods, ny, nx) with (ny, nx) = {grid.shape}")
    return cube


def _hot_then(periods: Floats, neighbours: Floats, grid: Grid, radius: float, alpha: float) -> Bools:
    """(periods, ny, nx) hot cells of each period by itself."""
    weights = disc(radius / grid.cell)
    hot = np.zeros(periods.shape, dtype=np.bool_)
    for i, period in enumerate(periods):
        inside = np.where(grid.mask, raster("history", period, grid.shape), 0.0)
        hot[i] = _careful(inside, convolve(inside, weights), neighbours, grid, alpha).significant
    return hot
