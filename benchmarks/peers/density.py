"""Kernel density against scikit-learn's KernelDensity, the tree-based one that many use; and its growth."""

import numpy as np

from openvis.analysis import density
from peers.measuring import incidents, note, row, seconds, square, timed

SIZES = (10_000, 100_000, 1_000_000)


def compare() -> None:
    """The same points, bandwidth and cells for both; the results are compared as well."""
    from sklearn.neighbors import KernelDensity

    grid = square()
    x, y = grid.centres()
    centres = np.column_stack([x.ravel(), y.ravel()])
    for size in (10_000, 100_000):
        events = incidents(size)
        points = np.column_stack([events.x, events.y])

        def peer(points: np.ndarray = points) -> np.ndarray:
            tree = KernelDensity(bandwidth=250.0, kernel="gaussian", rtol=1e-3).fit(points)
            return np.exp(tree.score_samples(centres)).reshape(grid.shape) * len(points) * 1e6

        ours = timed(lambda e=events: density.kde(e, grid, 250.0, "gaussian", edge=False), 5)
        theirs = timed(peer, 1)
        row("kde gaussian 250 m, against scikit-learn", size, ours[0], theirs[0])
        apart = float(np.abs(ours[1] - theirs[1]).max() / theirs[1].max())
        note(f"largest difference {apart:.2%} of the peak")
        assert apart < 0.01
    for size in SIZES:
        events = incidents(size)
        row("kde quartic 500 m, exact", size, seconds(lambda e=events: density.kde(e, grid, 500.0)))
        row("kde quartic, bandwidth chosen from 20", size, seconds(lambda e=events: density.kde(e, grid)))
