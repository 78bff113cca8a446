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
    # A margin of empty cells around the grid: the neighbours of any cell are then the same steps away.
    margin = int(max(size, apart) / grid.cell) + 1
    width = grid.nx + 2 * margin
    amount: Floats = np.pad(counts, margin).ravel()
    score: Floats = np.pad(z, margin).ravel()
    left = np.pad(hot, margin).ravel() & (amount >= max(TIMES_MEAN * float(counts[grid.mask].mean()), 1e-12))
    apart_steps, size_steps = _steps(apart / grid.cell, width), _steps(size / grid.cell, width)
    beside = [step for step in _steps(1.5, width).tolist() if step]
    order = np.flatnonzero(left)
    order = order[np.lexsort((order, -amount[order], -score[order]))]
    places = []
    for peak in order.tolist():
        if not left[peak]:
            continue
        near = peak + apart_steps
        near = near[left[near]]
        start = int(near[np.argmax(amount[near])])
        reach = start + size_steps
        cells = _place(start, amount, set(reach[left[reach]].tolist()), beside)
        left[(cells[:, None] + apart_steps[None, :]).ravel()] = False
        left[peak] = False
        rows, columns = np.divmod(cells, width)
        places.append((rows - margin) * grid.nx + columns - margin)
    return places


def _place(start: int, amount: Floats, allowed: set[int], beside: list[int]) -> Ints:
    """The cells that join the start, the busiest first, as long as they hold a fair part of what it holds."""
    enough = PART_OF_PEAK * float(amount[start])
    queue, seen, cells = [(-float(amount[start]), start)], {start}, []
    while queue and -queue[0][0] >= enough:
        _, cell = heapq.heappop(queue)
        cells.append(cell)
        for step in beside:
            other = cell + step
            if other in allowed and other not in seen:
                seen.add(other)
                heapq.heappush(queue, (-float(amount[other]), other))
    return np.array(cells, dtype=np.int64)


def _steps(cells: float, width: int) -> Ints:
    """Steps in flat numbers, ascending, to the cells whose centres lie within a distance, nought included."""
    reach = int(cells + 1e-9)
    away = np.arange(-reach, reach + 1)
    close = away[:, None] ** 2 + away[None, :] ** 2 <= (cells + 1e-9) ** 2
    return np.asarray((away[:, None] * width + away[None, :])[close])


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
