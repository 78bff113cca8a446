"""Kernel density against KDEpy, the fastest that many use, and scikit-learn's trees; how exact it is; and its growth."""

from typing import Any

import numpy as np

from openvis.analysis import density
from openvis.analysis.events import Events
from openvis.analysis.grid import Grid
from peers.measuring import incidents, memory, note, row, seconds, square, timed

SIZES = (10_000, 100_000, 1_000_000)
BANDWIDTH = 250.0
CHECKED = 300
"""Cells for which the plain sum over all events is worked out."""


def compare() -> None:
    """The same points, bandwidth and cells for all."""
    grid = square()
    for size in (100_000, 1_000_000):
        against_kdepy(incidents(size), grid)
    for size in (10_000, 100_000):
        against_trees(incidents(size), grid)
    for size in SIZES:
        events = incidents(size)
        row("kde gaussian 250 m", size, seconds(lambda e=events: density.kde(e, grid, BANDWIDTH, "gaussian")))
        row("kde quartic 500 m, exact", size, seconds(lambda e=events: density.kde(e, grid, 500.0)))
        counts = grid.counts(events.x, events.y)
        row("likely_bandwidth, the best of 20", size, seconds(lambda c=counts: density.likely_bandwidth(c, grid)))
    note(f"peak memory of a million, exact: {memory(million):,.0f} MB more, of which the events are 92")


def million() -> None:
    """For the memory: events and their density."""
    density.kde(incidents(1_000_000), square(), 500.0)


def against_kdepy(events: Events, grid: Grid) -> None:
    """KDEpy bins the events on the points of its grid and convolves by FFT; its grid has to hold all events."""
    from KDEpy import FFTKDE

    x, y = (grid.x0 + (np.arange(-1, n + 1) + 0.5) * grid.cell for n in (grid.nx, grid.ny))
    points = np.column_stack([events.x, events.y])
    at = np.column_stack([axis.ravel() for axis in np.meshgrid(x, y, indexing="ij")])

    def peer() -> Any:
        surface = FFTKDE(kernel="gaussian", bw=BANDWIDTH).fit(points).evaluate(at)
        return surface.reshape(x.size, y.size).T[1:-1, 1:-1] * len(points) * 1e6

    ours = timed(lambda: density.kde(events, grid, BANDWIDTH, "gaussian", edge=False))
    theirs = timed(peer)
    row("kde gaussian 250 m, against KDEpy", len(events), ours[0], theirs[0])
    told = []
    for surface, allowed in ((ours[1], 0.002), (theirs[1], 0.05)):
        of_peak, of_cell = apart(surface, events, grid)
        told.append(f"{of_peak:.3%} of the peak, {of_cell:.3%} of a cell")
        assert of_peak < allowed
    note(f"from the plain sum at most: ours {told[0]}; KDEpy {told[1]}")


def apart(surface: np.ndarray, events: Events, grid: Grid) -> tuple[float, float]:
    """Largest difference from the plain sum, as part of the peak, and of the cell itself (from 1 % of the peak on)."""
    x, y = (axis.ravel() for axis in grid.centres())
    chosen = np.random.default_rng(0).choice(x.size, CHECKED, replace=False)
    chosen = np.append(chosen, surface.argmax())
    spread = 2 * BANDWIDTH**2
    sums = [np.exp(-((events.x - x[i]) ** 2 + (events.y - y[i]) ** 2) / spread).sum() for i in chosen]
    exact = np.array(sums) / (np.pi * spread) * 1e6
    difference = np.abs(surface.ravel()[chosen] - exact)
    seen = exact > 0.01 * surface.max()
    return float(difference.max() / surface.max()), float((difference[seen] / exact[seen]).max())


def against_trees(events: Events, grid: Grid) -> None:
    """scikit-learn to a thousandth, which is the sum over a tree of the events."""
    from sklearn.neighbors import KernelDensity

    centres = np.column_stack([axis.ravel() for axis in grid.centres()])
    points = np.column_stack([events.x, events.y])

    def peer() -> np.ndarray:
        tree = KernelDensity(bandwidth=BANDWIDTH, kernel="gaussian", rtol=1e-3).fit(points)
        return np.exp(tree.score_samples(centres)).reshape(grid.shape) * len(points) * 1e6

    ours = timed(lambda: density.kde(events, grid, BANDWIDTH, "gaussian", edge=False))
    theirs = timed(peer, 1)
    row("kde gaussian 250 m, against scikit-learn", len(events), ours[0], theirs[0])
    difference = float(np.abs(ours[1] - theirs[1]).max() / theirs[1].max())
    note(f"largest difference {difference:.2%} of the peak")
    assert difference < 0.01
