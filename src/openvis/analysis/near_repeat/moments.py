"""Exact mean and variance of the Knox table over all permutations of the days, without drawing any.

For pairs near in space (A of them) and pairs near in time (B of them) the number that are both has, over all n!
permutations, a mean and a variance that only need A, B and how many pairs each event takes part in (David & Barton 1966,
in Research Papers in Statistics: Festschrift for J. Neyman; Mantel 1967, Cancer Research 27:209-220).
"""

from dataclasses import dataclass

import numpy as np

from openvis.analysis.checks import Floats, Ints
from openvis.analysis.compiled import kernel
from openvis.analysis.near_repeat.cells import Cells
from openvis.analysis.threads import side_by_side, spans

ROWS = 8
"""Rows of cells per piece of work; fixed, so that the sums do not depend on the number of threads."""


@dataclass(frozen=True, eq=False)
class Moments:
    """mean, deviation: (bands of distance, bands of days)."""

    mean: Floats
    deviation: Floats

    def standardised(self, pairs: Floats) -> Floats:
        """How many deviations above the mean; 0 where nothing can vary."""
        return np.asarray((pairs - self.mean) / np.where(self.deviation > 0, self.deviation, np.inf))

    def tail(self, pairs: Floats) -> Floats:
        """Chance of so many pairs or more: negative binomial with these moments, Poisson where it is not wider."""
        from scipy.special import betainc, gammainc

        mean, variance = np.maximum(self.mean, 1e-12), self.deviation**2
        beyond = np.maximum(variance - mean, 1e-9 * mean)
        shape = mean**2 / beyond
        wide = betainc(np.maximum(pairs, 1e-9), shape, mean / (shape + mean))
        chance = np.where(variance > mean * (1.0 + 1e-6), wide, gammainc(np.maximum(pairs, 1e-9), mean))
        return np.asarray(np.where(pairs > 0, chance, 1.0))


def moments(cells: Cells, day: Ints, edges: Floats, lags: Ints, threads: int | None) -> Moments:
    """Of the pairs by band, for events in cells (in their order) with their days."""
    n = float(day.size)
    near, near_ends = _sums(_space_degrees(cells, edges, threads))
    soon, soon_ends = _sums(_time_degrees(day, lags))
    pairs = n * (n - 1.0) / 2.0
    mean = np.outer(near, soon) / pairs
    sharing = np.outer(near_ends, soon_ends) / (n * (n - 1.0) * (n - 2.0))
    apart = np.outer(near**2 - near - near_ends, soon**2 - soon - soon_ends) / (pairs * (n - 2.0) * (n - 3.0) / 2.0)
    variance = mean + sharing + apart - mean**2
    return Moments(mean, np.sqrt(np.maximum(variance, 0.0)))


def _sums(degrees: Floats) -> tuple[Floats, Floats]:
    """Number of pairs by band, and of ordered pairs of pairs that share one event, from (n, bands) pairs per event."""
    return degrees.sum(axis=0) / 2.0, (degrees * (degrees - 1.0)).sum(axis=0)


def _time_degrees(day: Ints, lags: Ints) -> Floats:
    """(n, bands) other events by how many days they are apart."""
    per_day = np.bincount(day)
    up_to = np.concatenate([[0], np.cumsum(per_day)])
    length = per_day.size
    at = np.arange(length)

    def within(lag: int) -> Floats:
        """Events less than `lag` days from each day."""
        if lag <= 0:
            return np.zeros(length)
        first, last = np.maximum(at - lag + 1, 0), np.minimum(at + lag, length)
        return np.asarray(up_to[last] - up_to[first], dtype=np.float64)

    counted = np.stack([within(int(lag)) for lag in lags], axis=1)
    degrees = np.diff(counted, axis=1)
    if lags[0] == 0:
        degrees[:, 0] -= 1.0
    return np.asarray(degrees[day])


def _space_degrees(cells: Cells, edges: Floats, threads: int | None) -> Floats:
    """(n, bands) other events by how far they are away."""
    nearer = np.zeros((cells.x.size, edges.size))
    side_by_side(lambda rows: _nearer(cells, edges * edges, *rows, nearer), spans(cells.down, ROWS), threads)
    degrees = np.diff(nearer, axis=1)
    if edges[0] == 0.0:
        degrees[:, 0] -= 1.0
    return np.asarray(degrees)


@kernel
def _nearer(cells: Cells, squares: Floats, low: int, high: int, out: Floats) -> None:
    """Events (itself included) nearer than each edge, for the events of the rows low to high."""
    xs, ys, start, across = cells.x, cells.y, cells.start, cells.across
    for edge in range(squares.size):
        limit = squares[edge]
        # A near edge needs the nearest cells only.
        reach = int(np.ceil(np.sqrt(limit) / cells.size))
        if reach == 0:
            continue
        for here in range(low * across, high * across):
            row, column = here // across, here % across
            west, east = max(0, column - reach), min(across - 1, column + reach)
            for around in range(max(0, row - reach), min(cells.down - 1, row + reach) + 1):
                first, last = start[around * across + west], start[around * across + east + 1]
                for i in range(start[here], start[here + 1]):
                    x, y, found = xs[i], ys[i], 0
                    for j in range(first, last):
                        dx, dy = xs[j] - x, ys[j] - y
                        found += 1 if dx * dx + dy * dy < limit else 0
                    out[i, edge] += found
