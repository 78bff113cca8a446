"""The record: which events are known at a moment, in which cell, and how much a period brought."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from openvis.analysis.checks import Floats, Ints, Times
from openvis.analysis.events import Events
from openvis.analysis.grid import Grid

DAY = 86_400
DAYS_A_YEAR = 365.25


@dataclass(frozen=True, eq=False)
class Record:
    """Timed events inside the study area, in the order in which they became known; times in seconds since 1970.

    An event becomes known when its interval has ended: a burglary between Friday and Sunday is known on Sunday. For the
    past it counts at the middle of its interval. `cell` numbers the cells of the study area, not those of the grid.
    """

    grid: Grid
    cell: Ints
    begin: Ints
    end: Ints
    known: Ints
    weight: Floats
    source: Events

    @classmethod
    def of(cls, events: Events, grid: Grid) -> "Record":
        """Events without a time or outside the study area take no part. Raises ValueError when none is left."""
        place = np.full(grid.nx * grid.ny, -1, dtype=np.int64)
        place[grid.mask.ravel()] = np.arange(grid.size)
        flat = grid.index(events.x, events.y)
        usable = (flat >= 0) & events.timed
        if not usable.any():
            raise ValueError(
                f"none of the {len(events)} events has a time and lies inside the study area; expected at least one"
            )
        used, cell = events.where(usable), place[flat[usable]]
        begin, end = seconds_of(used.begin), seconds_of(used.end)
        # A moment known exactly is known just after it: at a boundary it belongs to what follows.
        known = np.where(end > begin, end, begin + 1)
        order = np.lexsort((used.y, used.x, cell, begin, known))
        used = used.where(order)
        return cls(grid, cell[order], begin[order], end[order], known[order], used.weight, used)

    def __len__(self) -> int:
        return int(self.cell.size)

    @property
    def middle(self) -> Ints:
        """(n,) the moment an event counts at in the past."""
        return self.begin + (self.end - self.begin) // 2

    def before(self, until: int) -> "Record":
        """What is known at `until`."""
        return self._first(int(np.searchsorted(self.known, until, side="right")))

    def _first(self, n: int) -> "Record":
        columns = (self.cell, self.begin, self.end, self.known, self.weight)
        return Record(self.grid, *(column[:n] for column in columns), self.source.where(np.s_[:n]))  # type: ignore[arg-type]

    def counts(self, begin: int | None = None) -> Floats:
        """(cells,) weight per cell, of the events with their middle at or after `begin`."""
        chosen = slice(None) if begin is None else self.middle >= begin
        return np.bincount(self.cell[chosen], weights=self.weight[chosen], minlength=self.grid.size)

    def outcome(self, begin: int, end: int) -> Floats:
        """(cells,) weight in [begin, end), each event by the part of its interval that lies inside."""
        length = self.end - self.begin
        overlap = np.clip(np.minimum(self.end, end) - np.maximum(self.begin, begin), 0, None)
        inside = (self.begin >= begin) & (self.begin < end)
        part = np.where(length > 0, overlap / np.maximum(length, 1), inside)
        touched = np.flatnonzero(part > 0)
        return np.bincount(self.cell[touched], weights=(self.weight * part)[touched], minlength=self.grid.size)

    def days(self, until: int) -> float:
        """Length of the history up to `until`, in days; at least one."""
        return max(1.0, (until - int(self.middle.min())) / DAY) if len(self) else 1.0


def seconds_of(times: Times) -> Ints:
    return np.asarray(times.astype("datetime64[s]").astype(np.int64))


def moment(name: str, value: Any) -> int:
    """A date or moment as seconds since 1970; ValueError for anything else."""
    try:
        at = np.datetime64(value, "s")
    except (ValueError, TypeError) as error:
        raise ValueError(f"{name} is {value!r}; expected a date or moment, such as 2016-06-01") from error
    if np.isnat(at):
        raise ValueError(f"{name} is unknown (NaT); expected a date or moment")
    return int(at.astype(np.int64))


def as_raster(values: Floats, grid: Grid) -> Floats:
    """(ny, nx) from values per cell of the study area; 0 outside it."""
    whole = np.zeros(grid.shape)
    whole[grid.mask] = values
    return whole
