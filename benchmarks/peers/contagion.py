"""The self-exciting process against plain numpy over all pairs (Mohler et al. 2011); its growth; whether it finds a truth.

Planted: 15 % of the events set off by an earlier one, 10 days later and 90 m away in each direction on average.
"""

import functools

import numpy as np

from openvis.analysis.contagion import Sepp, sepp
from openvis.analysis.contagion.background import LEAST_WIDTH, NEIGHBOURS
from openvis.analysis.contagion.process import STEPS
from openvis.analysis.events import Events
from peers.measuring import SIDE, incidents, memory, note, row, seconds, square, timed

SHARE, DAYS, METRES = 0.15, 10.0, 90.0
BEGIN, UNTIL = np.datetime64("2020-01-01", "s"), np.datetime64("2025-01-01", "s")
DAY = 86_400.0
SMALL = 4_000
SIZES = (10_000, 100_000)
"""A million on the area of one town would be some 400 million pairs within reach, 5 GB by estimate: not tried."""
PLANTED = np.array([SHARE, DAYS, METRES])


def compare() -> None:
    """40 steps of expectation-maximisation for both."""
    # First, since a new process starts from the peak of the one that began it.
    for size in SIZES:
        note(f"sepp of {size:,}: {memory(functools.partial(_fitted, size)):.0f} MB")
    grid = square()
    events = contagious(SMALL)
    ours = timed(lambda: sepp(events, grid, UNTIL), 5)
    theirs = timed(lambda: _all_pairs(events), 1)
    row(f"sepp, {STEPS} steps, against numpy over all pairs", len(events), ours[0], theirs[0])
    note(f"ours {_told(_found(ours[1]))}; theirs {_told(theirs[1])}")
    assert np.abs(_found(ours[1]) / theirs[1] - 1.0).max() < 0.2
    for size in SIZES:
        events = contagious(size)
        taken, found = timed(lambda e=events: sepp(e, grid, UNTIL), 5 if size < 100_000 else 1)
        row(f"sepp, {STEPS} steps", len(events), taken)
        note(f"{_told(_found(found))}; planted {_told(PLANTED)}")
        assert np.abs(_found(found) / PLANTED - 1.0).max() < 0.2
    row(
        "expected of the coming week, once fitted",
        len(events),
        seconds(lambda: found.expected(UNTIL, UNTIL + 7 * 86_400)),
    )


def contagious(size: int) -> Events:
    """About `size` events: the usual incidents, and generation after generation what they set off."""
    rng = np.random.default_rng(size)
    first = incidents(round(size * (1.0 - SHARE)))
    x, y, at = first.x, first.y, (first.begin - BEGIN).astype(np.float64) / DAY
    generations = [(x, y, at)]
    while x.size:
        parent = np.repeat(np.arange(x.size), rng.poisson(SHARE, x.size))
        x, y = (axis[parent] + rng.normal(0.0, METRES, parent.size) for axis in (x, y))
        at = at[parent] + rng.exponential(DAYS, parent.size)
        inside = (x >= 0) & (x < SIDE) & (y >= 0) & (y < SIDE) & (BEGIN + (at * DAY).astype("timedelta64[s]") < UNTIL)
        x, y, at = x[inside], y[inside], at[inside]
        generations.append((x, y, at))
    x, y, at = (np.concatenate(part) for part in zip(*generations, strict=True))
    return Events.of(x, y, BEGIN + (at * DAY).astype("timedelta64[s]"))


def _all_pairs(events: Events) -> np.ndarray:
    """Share, days and metres by the same model without any cut: each event beside every other, in matrices."""
    at = (events.begin - BEGIN).astype(np.float64) / DAY
    order = np.argsort(at, kind="stable")
    x, y, at = events.x[order], events.y[order], at[order]
    square = (x[:, None] - x) ** 2 + (y[:, None] - y) ** 2
    lag = at[:, None] - at
    earlier = lag > 0
    width = np.maximum(np.sqrt(np.sort(square, axis=1)[:, NEIGHBOURS]), LEAST_WIDTH)
    kernels = np.exp(-square / (2.0 * width**2)) / (2.0 * np.pi * width**2)
    np.fill_diagonal(kernels, 0.0)
    alone, share, days, variance = np.full(at.size, 0.8), 0.2, 20.0, 125.0**2
    for _ in range(STEPS):
        background = kernels @ alone / at.max()
        chance = np.where(earlier, share * np.exp(-lag / days - square / (2.0 * variance)), 0.0)
        chance /= days * 2.0 * np.pi * variance
        whole = background + chance.sum(axis=1)
        chance /= np.maximum(whole, 1e-300)[:, None]
        alone = 1.0 - chance.sum(axis=1)
        total = chance.sum()
        share, days = total / at.size, (chance * lag).sum() / total
        variance = (chance * square).sum() / (2.0 * total)
    return np.array([share, days, np.sqrt(variance)])


def _found(model: Sepp) -> np.ndarray:
    return np.array([model.share, model.days, model.metres])


def _told(found: np.ndarray) -> str:
    return f"{found[0]:.1%}, {found[1]:.1f} days, {found[2]:.0f} m"


def _fitted(size: int) -> None:
    sepp(contagious(size), square(), UNTIL)
