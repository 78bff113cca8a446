"""From hot cells to places: how a hotspot grows, and what is said about it."""

import heapq
from dataclasses import dataclass, replace
from typing import Literal, Self

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from openvis.analysis.checks import Bools, Floats, Ints
from openvis.analysis.grid import Grid
from openvis.analysis.windows import Window

Trend = Literal["up", "down", "level"]
PART_OF_PEAK = 0.2
"""A cell joins a place when it holds at least this part of what the busiest cell there holds."""
TIMES_MEAN = 2.0
"""... and at least this many times what a cell of the study area holds on average."""
TREND_LEVEL = 0.05


@dataclass(frozen=True)
class Hotspot:
    """A hot place (concentratiegebied).

    rank: 1 is the heaviest. cells: flat numbers, the busiest first. polygon: the cells joined, metres. count: weight
    inside; share: of all weight in the area; area_share: of the area; pai: share / area_share (Chainey 2008).
    z: highest Gi* inside. stability: share of the periods in which it was hot, None without history. trend over those
    periods with its two-sided p, None without history. kinds: (code, weight), most first. windows: its own hot hours.
    """

    rank: int
    cells: tuple[int, ...]
    polygon: BaseGeometry
    count: float
    share: float
    area_share: float
    pai: float
    z: float
    stability: float | None = None
    trend: Trend | None = None
    trend_p: float | None = None
    kinds: tuple[tuple[int, float], ...] = ()
    windows: tuple[Window, ...] = ()

    @classmethod
    def of(
        cls, rank: int, cells: Ints, counts: Floats, z: Floats, grid: Grid, periods: Floats | None, hot: Bools | None
    ) -> Self:
        """What the arrays tell of one place; periods and hot are (periods, ny, nx) or None."""
        count = float(counts.ravel()[cells].sum())
        share, area_share = count / float(counts.sum()), cells.size / grid.size
        stability, trend, p = None, None, None
        if periods is not None and hot is not None:
            stability = float(hot.reshape(hot.shape[0], -1)[:, cells].any(axis=1).mean())
            trend, p = mann_kendall(periods.reshape(periods.shape[0], -1)[:, cells].sum(axis=1))
        return cls(
            rank=rank,
            cells=tuple(int(cell) for cell in cells),
            polygon=shapely.union_all(grid.polygons(cells)),
            count=count,
            share=share,
            area_share=area_share,
            pai=share / area_share,
            z=float(z.ravel()[cells].max()),
            stability=stability,
            trend=trend,
            trend_p=p,
        )

    def with_details(self, kinds: tuple[tuple[int, float], ...], windows: tuple[Window, ...]) -> "Hotspot":
        """The same place with its kinds and hours."""
        return replace(self, kinds=kinds, windows=windows)


def grow(counts: Floats, z: Floats, hot: Bools, grid: Grid, size: float, apart: float) -> list[Ints]:
    """Places as arrays of flat cell numbers, the busiest cell first; deterministic.

    The hottest cell that is left starts a place at the busiest hot cell within reach of it. Of the hot cells beside the
    place the busiest joins, while it is busy enough and within `size` metres of the start. What then lies within
    `apart` of the place belongs to no other.
    """
    amount = counts.ravel()
    left = hot.ravel() & (amount >= max(TIMES_MEAN * float(counts[grid.mask].mean()), 1e-12))
    order = np.flatnonzero(left)
    order = order[np.lexsort((order, -amount[order], -z.ravel()[order]))]
    places = []
    for peak in order:
        if not left[peak]:
            continue
        near = _within(int(peak), apart, grid)
        near = near[left[near]]
        start = int(near[np.lexsort((near, -amount[near]))[0]])
        cells = _place(start, amount, left, grid, size)
        places.append(cells)
        for cell in cells:
            left[_within(int(cell), apart, grid)] = False
        left[peak] = False
    return places


def _place(start: int, amount: Floats, left: Bools, grid: Grid, size: float) -> Ints:
    reach = _within(start, size, grid)
    allowed = set(reach[left[reach]].tolist())
    enough = PART_OF_PEAK * amount[start]
    queue, seen, cells = [(-float(amount[start]), start)], {start}, []
    while queue:
        negative, cell = heapq.heappop(queue)
        if -negative < enough:
            break
        cells.append(cell)
        for beside in _beside(cell, grid):
            if beside in allowed and beside not in seen:
                seen.add(beside)
                heapq.heappush(queue, (-float(amount[beside]), beside))
    return np.array(cells, dtype=np.int64)


def _within(cell: int, metres: float, grid: Grid) -> Ints:
    """Flat numbers of the cells whose centres lie within a distance, the cell itself included."""
    row, column = divmod(cell, grid.nx)
    reach = int(metres / grid.cell + 1e-9)
    rows = np.arange(max(0, row - reach), min(grid.ny, row + reach + 1))[:, None]
    columns = np.arange(max(0, column - reach), min(grid.nx, column + reach + 1))[None, :]
    close = (rows - row) ** 2 + (columns - column) ** 2 <= (metres / grid.cell + 1e-9) ** 2
    return np.asarray((rows * grid.nx + columns)[close])


def _beside(cell: int, grid: Grid) -> list[int]:
    row, column = divmod(cell, grid.nx)
    return [
        (row + dy) * grid.nx + column + dx
        for dy in (-1, 0, 1)
        for dx in (-1, 0, 1)
        if (dy or dx) and 0 <= row + dy < grid.ny and 0 <= column + dx < grid.nx
    ]


def mann_kendall(series: Floats, level: float = TREND_LEVEL) -> tuple[Trend, float]:
    """Direction of a series and the two-sided p of Mann & Kendall (Mann 1945, Econometrica 13:245-259).

    Normal approximation with the variance corrected for ties; up or down where p is at most `level`, else level.
    """
    n = series.size
    score = float(np.sign(series[None, :] - series[:, None])[np.triu_indices(n, 1)].sum())
    _, ties = np.unique(series, return_counts=True)
    variance = (n * (n - 1) * (2 * n + 5) - float((ties * (ties - 1) * (2 * ties + 5)).sum())) / 18.0
    if variance <= 0 or score == 0:
        return "level", 1.0
    from scipy.special import ndtr

    p = float(2.0 * ndtr(-(abs(score) - 1.0) / np.sqrt(variance)))
    if p > level:
        return "level", p
    return ("up" if score > 0 else "down"), p
