"""Kernel density: where is it concentrated?"""

from typing import Any, Literal

import numpy as np

from openvis.analysis.checks import Bools, Floats, Ints, positive, raster
from openvis.analysis.compiled import kernel as compiled
from openvis.analysis.compiled import summing_kernel
from openvis.analysis.events import Events
from openvis.analysis.grid import Grid
from openvis.analysis.surroundings import convolve, distances
from openvis.analysis.threads import side_by_side, spans

Kernel = Literal["quartic", "gaussian"]
GAUSSIAN_REACH = 5.0
"""Standard deviations after which a Gaussian is taken as nothing."""
FINENESS = 3.0
"""Events are shared out over points that lie this many to a Gaussian bandwidth (or closer)."""
QUARTIC_PER_SD = 8.0**0.5
"""A quartic kernel of bandwidth h spreads as wide as a Gaussian of h / √8."""
NARROWEST, WIDEST = 0.5, 4.5
"""Standard deviations, in cells, between which the bandwidth is chosen."""
STRIP = 16
"""Rows of cells per piece of work; fixed, so that results do not depend on the number of threads."""
MANY = 50_000
"""Events from which threads are worth starting."""
MOST_POINTS = 50_000_000
NEAR = 1e-9
"""Part of a cell within which rounding may put a place on the wrong side of a border."""


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
    The quartic is the exact sum over true distances. The Gaussian shares each event out over the nine nearest of points
    at most a third of a bandwidth apart and takes the spread this adds off the bandwidth; it stays within 0.2 % of the
    peak of the sum.
    edge: divide by the part of the kernel around each cell that lies inside the study area, since what happened
    outside it is not in the data (Diggle 1985, Applied Statistics 34:138-147).
    Raises ValueError for a bandwidth that is not positive, an unknown kernel, or no event inside the area.
    """
    _known(kernel)
    if isinstance(bandwidth, str):
        h = _bandwidth(bandwidth, grid.counts(events.x, events.y, events.weight), grid, kernel)
    else:
        h = positive("bandwidth", bandwidth, "metres")
    total = _quartic_sum if kernel == "quartic" else _gaussian_sum
    return _finish(total(events, grid, h / grid.cell) / grid.cell_km2, grid, h, kernel, edge)


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
    for spread in np.geomspace(NARROWEST, WIDEST, candidates):
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
        density = density / np.where(grid.mask, _part_inside(grid, bandwidth / grid.cell, kernel), 1.0)
    return np.where(grid.mask, density, 0.0)


def _part_inside(grid: Grid, h: float, kernel: Kernel) -> Floats:
    """(ny, nx) the part of the kernel around each cell that lies inside the study area."""
    weights = _weights(h, kernel)
    inside = grid.mask.astype(np.float64)
    if kernel == "quartic":
        return convolve(inside, weights / weights.sum())
    # A Gaussian is one along the rows times one along the columns.
    taps = weights[weights.shape[0] // 2]
    reach = taps.size // 2
    return _smoothed(inside, taps / taps.sum(), -reach, 1, grid.shape)


def _none_inside(events: Events) -> ValueError:
    return ValueError(f"none of the {len(events)} events lies inside the study area; expected at least one")


def _quartic_sum(events: Events, grid: Grid, h: float) -> Floats:
    """Sum of 3/(πh²)·(1 - d²/h²)² per cell surface, d the true distance in cells; strips of rows side by side."""
    flat = grid.index(events.x, events.y)
    inside = flat >= 0
    if not inside.any():
        raise _none_inside(events)
    column = (events.x[inside] - grid.x0) / grid.cell
    row = (events.y[inside] - grid.y0) / grid.cell
    weight, cell_row = events.weight[inside], flat[inside] // grid.nx
    order = np.argsort(cell_row, kind="stable")
    start = np.zeros(grid.ny + 1, dtype=np.int64)
    np.cumsum(np.bincount(cell_row, minlength=grid.ny), out=start[1:])
    x, y, w = (np.ascontiguousarray(a[order]) for a in (column - 0.5, row - 0.5, weight))
    out = np.zeros(grid.shape)
    threads = 1 if x.size < MANY else None
    side_by_side(lambda rows: _quartic_rows(x, y, w, start, h, *rows, out), spans(grid.ny, STRIP), threads)
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


def _gaussian_sum(events: Events, grid: Grid, h: float) -> Floats:
    """Gaussian sum per cell surface: shared out over fine points, then smoothed north-south and east-west."""
    fine = max(1, int(np.ceil(FINENESS / h)))
    ny, nx = grid.ny * fine + 3, grid.nx * fine + 3
    if ny * nx > MOST_POINTS:
        raise ValueError(
            f"bandwidth is {h * grid.cell:g} m, too small for {grid.nx} × {grid.ny} cells of {grid.cell:g} m; "
            "expected a larger bandwidth, or smaller cells over a smaller area"
        )
    # Two halves of the events on sheets of their own, added in this order: the same for any number of threads.
    halves = 2 if len(events) >= max(MANY, ny * nx) else 1
    sheets = np.zeros((halves, ny, nx))
    edges = np.linspace(0, len(events), halves + 1).astype(np.int64).tolist()

    def share(half: int) -> int:
        return _share_out(
            events.x, events.y, events.weight, edges[half], edges[half + 1],
            grid.x0, grid.y0, grid.cell, grid.mask, fine, sheets[half],
        )  # fmt: skip

    if not any(side_by_side(share, range(halves))):
        raise _none_inside(events)
    if halves > 1:
        sheets[0] += sheets[1]
    # Sharing a point out over three points a step s apart adds s²/4 to its variance.
    spread = np.sqrt((h * fine) ** 2 - 0.25)
    reach = int(np.ceil(GAUSSIAN_REACH * h * fine))
    taps = np.exp(-0.5 * ((np.arange(-reach, reach + 1) + 0.5 * (fine % 2)) / spread) ** 2)
    taps *= fine / (spread * np.sqrt(2.0 * np.pi))
    return _smoothed(sheets[0], taps, 1 + (fine + 1) // 2 - reach, fine, grid.shape)


def _smoothed(values: Floats, taps: Floats, first: int, step: int, shape: tuple[int, int]) -> Floats:
    """(ny, nx) sums of taps × values along both axes; cell i takes values from first + i·step, nothing lies outside."""
    ny, nx = shape
    half = np.zeros((ny, values.shape[1]))
    _smooth(values, taps, first, step, half)
    out = np.zeros((nx, ny))
    _smooth(np.ascontiguousarray(half.T), taps, first, step, out)
    return np.ascontiguousarray(out.T)


@summing_kernel
def _share_out(
    x: Floats,
    y: Floats,
    w: Floats,
    begin: int,
    end: int,
    x0: float,
    y0: float,
    cell: float,
    mask: Bools,
    fine: int,
    out: Floats,
) -> int:
    """Adds each event of the study area to the 3 × 3 points around it, by a quadratic spline; how many there are.

    The point at fine coordinates (column, row) is out[row + 1, column + 1]. Three points keep the mean and the variance
    the same wherever between them an event lies.
    """
    ny, nx = mask.shape
    inside, flat, within, each = 0, out.ravel(), mask.ravel(), 1.0 / cell
    # Unsigned: a place that might be negative has to be checked for counting from the end.
    one, two, line = np.uint64(1), np.uint64(2), np.uint64(out.shape[1])
    for i in range(begin, end):
        east, north = x[i] - x0, y[i] - y0
        if not (0.0 <= east <= nx * cell and 0.0 <= north <= ny * cell):
            continue
        column, row = east * each, north * each
        across, up = int(column), int(row)
        if not (NEAR < column - across < 1.0 - NEAR and NEAR < row - up < 1.0 - NEAR):
            across, up = int(east / cell), int(north / cell)  # takes long, but tells on which side of a border
        if not within[np.uint64(min(up, ny - 1) * nx + min(across, nx - 1))]:
            continue
        inside += 1
        column, row = column * fine, row * fine
        left, below = int(column + 0.5), int(row + 0.5)
        dx, dy = column - left, row - below
        a, b, c = 0.5 * (0.5 - dx) ** 2, 0.75 - dx * dx, 0.5 * (0.5 + dx) ** 2
        at = np.uint64(below * out.shape[1] + left)
        for part in (w[i] * 0.5 * (0.5 - dy) ** 2, w[i] * (0.75 - dy * dy), w[i] * 0.5 * (0.5 + dy) ** 2):
            flat[at] += part * a
            flat[at + one] += part * b
            flat[at + two] += part * c
            at += line
    return inside


@compiled
def _smooth(values: Floats, taps: Floats, first: int, step: int, out: Floats) -> None:
    """Each row of `out` the sum of taps × the rows of `values` from first + row · step."""
    rows = values.shape[0]
    for row in range(out.shape[0]):
        start = first + row * step
        target = out[row]
        for tap in range(max(0, -start), min(taps.size, rows - start)):
            source, weight = values[start + tap], taps[tap]
            for column in range(target.size):
                target[column] += weight * source[column]
