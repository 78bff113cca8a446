"""The space-time permutation scan against plain numpy that looks at every window; its growth and memory.

No library on PyPI that we know of does this scan; SaTScan is a program of its own.
"""

import functools

import numpy as np

from openvis.analysis.events import Events
from openvis.analysis.scan import space_time_permutation
from peers.measuring import incidents, memory, note, row, seconds, timed

RADIUS, DAYS = 1000.0, 14
SIZES = (10_000, 100_000)


def compare() -> None:
    """One pass over the data without permutations for both, the best window compared; then 999 permutations for ours."""
    # First, since a new process starts from the peak of the one that began it.
    for size in SIZES:
        note(f"scan with 999 permutations of {size:,}: {memory(functools.partial(_scanned, size)):.0f} MB")
    for size, repeats in ((2_000, 3), (10_000, 1)):
        events = incidents(size)
        ours = timed(lambda e=events: space_time_permutation(e, RADIUS, DAYS, 0), 5)
        theirs = timed(lambda e=events: _all_windows(e), repeats)
        row("scan, one pass without permutations, against numpy", size, ours[0], theirs[0])
        best = ours[1].clusters[0]
        found = np.array([best.log_ratio, best.observed, best.expected, best.radius, best.days])
        assert np.allclose(found, theirs[1], rtol=1e-9)
        note(
            f"both find {best.observed} where {best.expected:.2f} are expected: {best.radius:,.0f} m, {best.days} days"
        )
    for size in SIZES:
        events = incidents(size)
        taken = seconds(lambda e=events: space_time_permutation(e, RADIUS, DAYS, 999), 5 if size < 100_000 else 1)
        row(f"scan, 999 permutations, {RADIUS:,.0f} m and {DAYS} days", size, taken)


def _all_windows(events: Events) -> np.ndarray:
    """The best of all circles that end at an event around each event, and all numbers of days: ratio, cases and window."""
    day = events.begin.astype("datetime64[D]").astype(np.int64)
    ago, total = day.max() - day, float(len(events))
    spans = np.arange(DAYS)
    recent = (ago[:, None] <= spans).sum(axis=0)
    best = np.zeros(5)
    for x, y in zip(events.x, events.y, strict=True):
        away = np.hypot(events.x - x, events.y - y)
        near = np.flatnonzero(away <= RADIUS)
        near = near[np.argsort(away[near], kind="stable")]
        observed = np.cumsum(ago[near][:, None] <= spans, axis=0)
        expected = np.arange(1, near.size + 1)[:, None] * recent / total
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = observed * np.log(observed / expected)
            ratio += np.where(
                observed < total, (total - observed) * np.log((total - observed) / (total - expected)), 0.0
            )
        ratio = np.where((observed >= 2) & (observed > expected), ratio, 0.0)
        at = np.unravel_index(np.argmax(ratio), ratio.shape)
        if ratio[at] > best[0]:
            best = np.array([ratio[at], observed[at], expected[at], away[near[at[0]]], spans[at[1]] + 1.0])
    return best


def _scanned(size: int) -> None:
    space_time_permutation(incidents(size), RADIUS, DAYS, 999)
