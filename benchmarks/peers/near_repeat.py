"""The Knox table against pointpats: ours of 5 × 8 bands, theirs of one band; and its growth and memory."""

import functools

import numpy as np

from openvis.analysis import near_repeat
from openvis.analysis.events import Events
from peers.measuring import incidents, memory, note, row, seconds, timed

DISTANCES = (0, 100, 200, 300, 400, 500)
DAYS = (0, 1, 4, 7, 14, 21, 28, 35, 42)
SIZES = (10_000, 100_000, 1_000_000)


def compare() -> None:
    """pointpats is asked for the pairs within 500 m and 42 days, all bands of ours together; 999 permutations for both."""
    from pointpats import Knox

    # First, since a new process starts from the peak of the one that began it.
    for size in SIZES:
        note(f"knox, 5 × 8 bands, {size:,}: {memory(functools.partial(_table, size)):.0f} MB")
    for size, repeats in ((2_000, 3), (10_000, 1)):
        events = incidents(size)
        places, days = np.column_stack([events.x, events.y]), _days(events)
        # Up to and including for them, up to but not including for us.
        limits = {"delta": DISTANCES[-1] - 1e-6, "tau": DAYS[-1] - 0.5}
        ours = timed(lambda e=events: near_repeat.knox(e, DISTANCES, DAYS, 999), 5)
        theirs = timed(lambda p=places, d=days, at=limits: Knox(p, d, permutations=999, **at), repeats)
        row("knox 5 × 8 bands, 999 permutations; pointpats one band", size, ours[0], theirs[0])
        assert ours[1].observed.sum() == theirs[1].statistic_
        note(f"both count {theirs[1].statistic_:,} pairs")
    for size in SIZES:
        events = incidents(size)
        drawn = "exact moments" if size > 200_000 else "999 permutations"
        taken = seconds(lambda e=events: near_repeat.knox(e, DISTANCES, DAYS), 5 if size < 100_000 else 1)
        row(f"knox 5 × 8 bands, {drawn}", size, taken)


def _days(events: Events) -> np.ndarray:
    return (events.begin.astype("datetime64[D]").astype(np.int64)).astype(float)[:, None]


def _table(size: int) -> None:
    near_repeat.knox(incidents(size), DISTANCES, DAYS)
