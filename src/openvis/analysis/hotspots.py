"""Hot cells, and the short list of hot places made of them."""

from typing import Any

import numpy as np

from openvis.analysis.checks import Bools, Floats, Ints, between, positive, raster
from openvis.analysis.emerging import Emerging, emerging
from openvis.analysis.events import Events
from openvis.analysis.getis import GetisOrd, careful, discoveries, getis_ord, hot_cells, surroundings, two_cells
from openvis.analysis.grid import Grid
from openvis.analysis.moran import Moran, moran
from openvis.analysis.places import Hotspot, Trend, grow
from openvis.analysis.surroundings import convolve, disc
from openvis.analysis.times import week_matrix
from openvis.analysis.windows import Window, clear, hot_windows

LEAST = 4.0
"""A place with fewer events than this is no hotspot, however empty the rest."""

__all__ = [
    "Emerging", "GetisOrd", "Hotspot", "Moran", "Trend", "discoveries", "emerging", "find", "getis_ord", "hot_cells",
    "hotspots", "moran",
]  # fmt: skip


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
    radius = two_cells(radius, grid)
    inside, total, neighbours = surroundings(counts, grid, radius)
    between("alpha", alpha, 0.0, 1.0)
    positive("size", size, "metres")
    if most < 1:
        raise ValueError(f"most is {most}; expected at least 1")
    if inside.sum() == 0:
        return []
    heat = careful(inside, total, neighbours, grid, alpha)
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
    radius = two_cells(radius, grid)
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
        hot[i] = careful(inside, convolve(inside, weights), neighbours, grid, alpha).significant
    return hot
