"""Getis-Ord Gi* against esda, analytic and by permutation; and the growth of the short list."""

import warnings
from typing import Any

import numpy as np

from openvis.analysis import hotspots
from openvis.analysis.grid import Grid
from peers.measuring import incidents, memory, note, row, seconds, square, timed

RADIUS = 250.0
PERMUTATIONS = 999
LOW = 0.3


def compare() -> None:
    """Analytic z, and conditional permutations; the growth of the rest."""
    warnings.filterwarnings("ignore")
    grid = square()
    against_esda(grid)
    for size in (10_000, 100_000, 1_000_000):
        events = incidents(size)
        row("hotspots with hours, stability and trend", size, seconds(lambda e=events: hotspots.hotspots(e, grid)))
    counts = grid.counts(events.x, events.y)
    row("find, from counts per cell alone", grid.size, seconds(lambda: hotspots.find(counts, grid)))


def against_esda(grid: Grid) -> None:
    """On one core each; esda's weights are made beforehand and not counted."""
    import esda
    from libpysal import weights

    counts = made_up(grid)
    x, y = grid.centres()
    near = weights.DistanceBand(
        np.column_stack([x.ravel(), y.ravel()]), threshold=RADIUS + 0.1, binary=True, silence_warnings=True
    )
    near = weights.fill_diagonal(near, 1.0)
    for permutations in (0, PERMUTATIONS):

        def peer(permutations: int = permutations) -> Any:
            return esda.G_Local(
                counts.ravel(), near, transform="B", star=True, permutations=permutations, seed=1, n_jobs=1
            )

        ours = timed(lambda p=permutations: hotspots.getis_ord(counts, grid, RADIUS, permutations=p))
        theirs = timed(peer)
        row(f"getis_ord, {permutations} permutations, against esda", grid.size, ours[0], theirs[0])
        assert np.abs(ours[1].z.ravel() - theirs[1].Zs).max() < 1e-6
    # esda gives the smaller of both tails, ours that of a hot cell: the same where p is small.
    low = (ours[1].z.ravel() > 0) & (ours[1].p.ravel() < LOW)
    p, their_p = ours[1].p.ravel()[low], theirs[1].p_sim[low]
    note(
        f"z equal; p of {low.sum():,} hot cells, both from {PERMUTATIONS} draws, {np.abs(p - their_p).mean():.4f} apart on "
        f"average; {np.mean((p < 0.05) == (their_p < 0.05)):.1%} are on the same side of 0.05"
    )
    assert np.abs(p - their_p).mean() < 0.02
    note(f"peak memory of ours: {memory(permuted):,.0f} MB more")


def made_up(grid: Grid) -> np.ndarray:
    return np.random.default_rng(0).negative_binomial(0.5, 0.3, grid.shape).astype(float)


def permuted() -> None:
    """For the memory."""
    hotspots.getis_ord(made_up(square()), square(), RADIUS, permutations=PERMUTATIONS)
