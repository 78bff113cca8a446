"""Emerging hot spots: which places are new, growing, lasting or fading."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from openvis.analysis.checks import Bools, Floats, Ints, between, raster, seconds
from openvis.analysis.compiled import kernel
from openvis.analysis.events import Events
from openvis.analysis.getis import careful, discoveries, surroundings, two_cells
from openvis.analysis.grid import Grid
from openvis.analysis.surroundings import convolve, disc

CLASSES = (
    "none", "new", "consecutive", "intensifying", "persistent", "diminishing", "sporadic", "oscillating", "historical",
)  # fmt: skip
LEAST_PERIODS = 10
"""With fewer, "in 90 % of the periods" means in all, and a trend can hardly be told."""


@dataclass(frozen=True, eq=False)
class Emerging:
    """What became of each cell.

    z: (periods, ny, nx) Gi*. hot, cold: (periods, ny, nx) at the false discovery rate, each period by itself.
    trend: (ny, nx) Mann-Kendall score of Gi* over the periods, above 0 for a rise; trend_p: its two-sided p (1 outside
    the area). category: (ny, nx) position in `CLASSES`, 0 for none.
    """

    z: Floats
    hot: Bools
    cold: Bools
    trend: Floats
    trend_p: Floats
    category: Ints


def emerging(cube: Any, grid: Grid, radius: float | None = None, alpha: float = 0.05, lasting: float = 0.9) -> Emerging:
    """Classes of emerging hot spot analysis for each cell, from counts per period (periods, ny, nx), oldest first.

    Gi* of each period (`radius` metres, default two cells; as `hotspots.hot_cells`, and the same for cold), and the
    trend of Gi* over the periods (Mann 1945; Kendall 1975, with ties). Gi* compares with the rest of the area in the
    same period: what rises everywhere is no trend here. The classes are those of ArcGIS (Esri, Space Time Pattern
    Mining), for cells that are hot in the last period:
    new: never before; consecutive: an unbroken run up to the end, of at least two periods, and never before that;
    intensifying, diminishing, persistent: hot in at least `lasting` of the periods, with a rise, a fall, or neither;
    oscillating: was cold once; sporadic: on and off. And historical: hot in at least `lasting`, not in the last one.
    Multiple testing: hot and cold cells follow Benjamini & Hochberg over the cells of each period at rate `alpha`. The
    trend counts in lasting cells alone, so Benjamini & Hochberg runs over those: in how many periods a cell is hot does
    not depend on their order, and so spoils no p.
    Raises ValueError for fewer than 10 periods, alpha or lasting outside (0, 1), and as `hotspots.getis_ord`.
    """
    counts = np.asarray(cube, dtype=np.float64)
    if counts.ndim != 3 or counts.shape[1:] != grid.shape or counts.shape[0] < LEAST_PERIODS:
        raise ValueError(
            f"cube has shape {counts.shape}; expected (periods, ny, nx) with at least {LEAST_PERIODS} periods and "
            f"(ny, nx) = {grid.shape}"
        )
    between("alpha", alpha, 0.0, 1.0)
    between("lasting", lasting, 0.0, 1.0)
    reach = two_cells(radius, grid)
    _, _, neighbours = surroundings(counts[0], grid, reach)
    weights = disc(reach / grid.cell)
    z, hot, cold = np.zeros(counts.shape), np.zeros(counts.shape, np.bool_), np.zeros(counts.shape, np.bool_)
    for i, period in enumerate(counts):
        inside = np.where(grid.mask, raster("cube", period, grid.shape), 0.0)
        total = convolve(inside, weights)
        heat = careful(inside, total, neighbours, grid, alpha)
        z[i], hot[i] = heat.z, heat.significant
        cold[i] = _cold(heat.z, inside, total, neighbours, grid, alpha)
    trend, trend_p = mann_kendall(z)
    trend_p = np.where(grid.mask, trend_p, 1.0)
    share = hot.mean(axis=0)
    long = share >= lasting
    clear = np.zeros(grid.shape, dtype=np.bool_)
    clear[long] = discoveries(trend_p[long], alpha)
    return Emerging(z, hot, cold, trend, trend_p, _classes(hot, cold, long, np.where(clear, np.sign(trend), 0.0)))


def per_period(events: Events, grid: Grid, edges: Any) -> Floats:
    """(periods, ny, nx) weight of the events per period, for `emerging`; edges: (periods + 1,) datetime64, rising.

    What is known as between two moments is spread evenly over the periods it covers; what lies before the first edge or
    from the last on counts nowhere. Raises ValueError for edges that do not rise, or an event without a time.
    """
    moments = seconds("edges", edges).astype(np.int64)
    if moments.size < 2 or (np.diff(moments) <= 0).any():
        raise ValueError(f"edges has {moments.size} moments; expected at least 2, each later than the one before")
    if not events.timed.all():
        raise ValueError(f"events holds {int((~events.timed).sum())} unknown times; leave those out first")
    flat = grid.index(events.x, events.y)
    inside = flat >= 0
    begin, end = events.begin[inside].astype(np.int64), events.end[inside].astype(np.int64)
    first = np.searchsorted(moments, begin, "right") - 1
    last = np.maximum(np.searchsorted(moments, end, "left") - 1, first)
    # A row for each event and period that it covers, the time before the first edge and after the last among them.
    which = np.repeat(np.arange(begin.size), last - first + 1)
    period = first[which] + np.arange(which.size) - np.searchsorted(which, which)
    which, period = (column[(period >= 0) & (period < moments.size - 1)] for column in (which, period))
    covered = np.minimum(end[which], moments[period + 1]) - np.maximum(begin[which], moments[period])
    part = np.where(end[which] > begin[which], covered / np.maximum(end - begin, 1)[which], 1.0)
    cells = grid.nx * grid.ny
    weights = events.weight[inside][which] * part
    sums = np.bincount(period * cells + flat[inside][which], weights=weights, minlength=(moments.size - 1) * cells)
    return np.asarray(sums.reshape(-1, *grid.shape))


def mann_kendall(series: Floats) -> tuple[Floats, Floats]:
    """Score S of Mann & Kendall along the first axis, and its two-sided p.

    Normal approximation with continuity, the variance corrected for ties (Kendall 1975); p is 1 where all are equal.
    """
    from scipy.special import ndtr

    shape = series.shape[1:]
    flat = np.ascontiguousarray(series.reshape(series.shape[0], -1).T)
    score, variance = np.zeros(flat.shape[0]), np.zeros(flat.shape[0])
    _mann_kendall(flat, score, variance)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = np.where(score == 0, 1.0, 2.0 * ndtr(-(np.abs(score) - 1.0) / np.sqrt(variance)))
    return score.reshape(shape), np.minimum(p, 1.0).reshape(shape)


@kernel
def _mann_kendall(series: Floats, score: Floats, variance: Floats) -> None:
    cells, n = series.shape
    for cell in range(cells):
        values = series[cell]
        s = 0
        for i in range(n - 1):
            here = values[i]
            above, below = 0, 0
            for j in range(i + 1, n):
                above += values[j] > here
                below += values[j] < here
            s += above - below
        score[cell] = s
        ordered = np.sort(values)
        spread = n * (n - 1.0) * (2.0 * n + 5.0)
        run = 1
        for i in range(1, n + 1):
            if i < n and ordered[i] == ordered[i - 1]:
                run += 1
            else:
                spread -= run * (run - 1.0) * (2.0 * run + 5.0)
                run = 1
        variance[cell] = spread / 18.0


def _cold(z: Floats, inside: Floats, total: Floats, neighbours: Floats, grid: Grid, alpha: float) -> Bools:
    """(ny, nx) cells with fewer around them than chance would leave: as hot ones, the other way round."""
    from scipy.special import gammaincc, ndtr

    p = np.where(grid.mask & (z < 0), ndtr(z), 1.0)
    likely = p <= alpha
    if likely.any():
        expected = inside[grid.mask].mean() * neighbours[likely]
        p[likely] = np.maximum(p[likely], gammaincc(total[likely] + 1.0, expected))
    cold = np.zeros(grid.shape, dtype=np.bool_)
    cold[grid.mask] = discoveries(p[grid.mask], alpha) & (z[grid.mask] < 0)
    return cold


def _classes(hot: Bools, cold: Bools, long: Bools, direction: Floats) -> Ints:
    """(ny, nx) position in CLASSES; direction: clear rise 1, clear fall -1, else 0."""
    last, times = hot[-1], hot.sum(axis=0)
    # The run at the end: periods since the last one that was not hot.
    run = np.where(hot.all(axis=0), hot.shape[0], np.argmin(hot[::-1], axis=0))
    since = last & (run == times)
    before = cold[:-1].any(axis=0)
    rules = {
        "intensifying": last & long & (direction > 0),
        "diminishing": last & long & (direction < 0),
        "persistent": last & long,
        "historical": long,
        "new": since & (times == 1),
        "consecutive": since,
        "oscillating": last & before,
        "sporadic": last,
    }
    names = [CLASSES.index(name) for name in rules]
    return np.select(list(rules.values()), names, default=0).astype(np.int64)
