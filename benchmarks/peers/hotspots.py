"""Getis-Ord Gi* against esda, analytic and by permutation; and the growth of the short list."""

import warnings
from typing import Any

import numpy as np
import shapely

from openvis.analysis import hotspots
from openvis.analysis.grid import Grid
from peers.measuring import incidents, row, seconds, square, timed


def compare() -> None:
    """Analytic z, and 999 conditional permutations; esda's weights are made beforehand and not counted."""
    warnings.filterwarnings("ignore")
    import esda
    from libpysal import weights

    small = Grid.covering(shapely.box(0.0, 0.0, 100 * 125.0, 100 * 125.0), 125.0)
    counts = np.random.default_rng(0).negative_binomial(0.5, 0.3, small.shape).astype(float)
    x, y = small.centres()
    near = weights.DistanceBand(
        np.column_stack([x.ravel(), y.ravel()]), threshold=250.1, binary=True, silence_warnings=True
    )
    near = weights.fill_diagonal(near, 1.0)
    for permutations in (0, 999):

        def peer(permutations: int = permutations) -> Any:
            return esda.G_Local(
                counts.ravel(), near, transform="B", star=True, permutations=permutations, seed=1, n_jobs=1
            )

        ours = timed(lambda p=permutations: hotspots.getis_ord(counts, small, 250.0, permutations=p), 5)
        theirs = timed(peer, 3)
        row(f"getis_ord, {permutations} permutations, against esda", small.size, ours[0], theirs[0])
        assert np.abs(ours[1].z.ravel() - theirs[1].Zs).max() < 1e-6
    grid = square()
    for size in (10_000, 100_000, 1_000_000):
        events = incidents(size)
        row("hotspots with hours, stability and trend", size, seconds(lambda e=events: hotspots.hotspots(e, grid)))
    counts = grid.counts(events.x, events.y)
    row("find, from counts per cell alone", grid.size, seconds(lambda: hotspots.find(counts, grid)))
