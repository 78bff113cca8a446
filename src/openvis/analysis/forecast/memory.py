"""Counts that forget and spread: what every cell remembers of its own past and of its neighbours'."""

from collections.abc import Callable

import numpy as np

from openvis.analysis.checks import Bools, Floats, Ints
from openvis.analysis.forecast.record import DAY, Record, per_cell
from openvis.analysis.grid import Grid

HALF_LIVES = (14.0, 42.0, 120.0, 365.0, 1095.0, float("inf"))
"""Days after which an event counts half."""
SPREADS = (0.0, 150.0, 400.0, 1200.0)
"""Standard deviation in metres over which an event is shared with the cells around it."""
MEMORIES = [(half_life, spread) for half_life in HALF_LIVES for spread in SPREADS]
OWN = MEMORIES.index((float("inf"), 0.0))
"""The memory that is the plain count of all history."""
NOTHING = 1e-9


class Walk:
    """Goes through the record from its begin, period by period, and remembers; never looks past where it stands.

    watch: called with the walk at the begin of each period, before what the period brings is remembered.
    """

    def __init__(self, record: Record, step: int, until: int, watch: Callable[["Walk"], None]) -> None:
        first = int(record.known[0])
        self.at = until - max(0, -(-(until - first) // step)) * step
        self.step, self.record = step, record
        self._watch = watch
        self._smoothing = Smoothing(record.grid)
        self._state = np.zeros((len(HALF_LIVES), len(SPREADS), record.grid.size))
        self._fade = np.array([0.5 ** (step / DAY / half_life) for half_life in HALF_LIVES])[:, None, None]
        self._by_middle = np.argsort(record.middle, kind="stable")
        self._middle = record.middle[self._by_middle]

    def to(self, until: int) -> None:
        """Walk on to `until`, a whole number of steps ahead."""
        if until < self.at or (until - self.at) % self.step:
            raise ValueError(f"until is {until}; expected {self.at} or whole steps of {self.step} seconds later")
        while self.at < until:
            self._watch(self)
            self._state *= self._fade
            begin, end = np.searchsorted(self.record.known, (self.at, self.at + self.step), side="right")
            if end > begin:
                new = per_cell(self.record.cell[begin:end], self.record.weight[begin:end], self.record.grid.size)
                self._state += self._smoothing.spread(new)
            self.at += self.step

    def coming(self) -> Ints:
        """Positions in the record of the events with their middle in the period that begins here: for `watch` only."""
        begin, end = np.searchsorted(self._middle, (self.at, self.at + self.step))
        return np.asarray(self._by_middle[begin:end])

    def amounts(self) -> Floats:
        """(memories, cells) what each memory holds here."""
        return self._state.reshape(len(MEMORIES), -1)

    def shares(self, cells: Ints | None = None) -> Floats:
        """(memories + 1, cells) the part of its whole that each memory gives to the cells; last, an even spread."""
        amounts = self.amounts()
        total = amounts.sum(axis=1, keepdims=True)
        chosen = amounts if cells is None else amounts[:, cells]
        even = np.full((1, chosen.shape[1]), 1.0 / amounts.shape[1])
        return np.vstack([np.where(total > NOTHING, chosen / np.maximum(total, NOTHING), even), even])


class Smoothing:
    """Shares events out over the cells around them, Gaussian, all of it inside the study area."""

    def __init__(self, grid: Grid) -> None:
        self._mask: Bools = grid.mask
        self._widths = [spread / grid.cell for spread in SPREADS]
        inside = grid.mask.astype(np.float64)
        self._inside = [_blur(inside, width)[grid.mask] for width in self._widths]

    def spread(self, counts: Floats) -> Floats:
        """(spreads, cells) the counts shared out; each row adds up to the counts."""
        rows = []
        for width, inside in zip(self._widths, self._inside, strict=True):
            raster = np.zeros(self._mask.shape)
            raster[self._mask] = counts / inside
            rows.append(_blur(raster, width)[self._mask])
        return np.stack(rows)


def _blur(values: Floats, width: float) -> Floats:
    if width == 0.0:
        return values
    from scipy.ndimage import gaussian_filter

    return np.asarray(gaussian_filter(values, width, mode="constant"))
