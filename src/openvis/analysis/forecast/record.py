"""The record: which events are known at a moment, in which cell, and how much a period brought."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from openvis.analysis import near_repeat
from openvis.analysis.checks import Floats, Ints, Times
from openvis.analysis.events import Events
from openvis.analysis.grid import Grid

DAY = 86_400


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
    middle: Ints
    known: Ints
    weight: Floats
    source: Events

    @classmethod
    def of(cls, events: Events, grid: Grid) -> "Record":
        """Events without a time or outside the study area take no part. Raises ValueError when none is left."""
        flat = grid.index(events.x, events.y)
        usable = (flat >= 0) & events.timed
        if not usable.any():
            raise ValueError(
                f"none of the {len(events)} events has a time and lies inside the study area; expected at least one"
            )
        begin, end = seconds_of(events.begin[usable]), seconds_of(events.end[usable])
        # A moment known exactly is known just after it: at a boundary it belongs to what follows.
        known = np.where(end > begin, end, begin + 1)
        order = np.argsort(known, kind="stable")
        place = np.cumsum(grid.mask.ravel()) - 1
        begin, end = begin[order], end[order]
        used = events.where(np.flatnonzero(usable)[order])
        cell = place[flat[usable][order]]
        return cls(grid, cell, begin, end, begin + (end - begin) // 2, known[order], used.weight, used)

    def __len__(self) -> int:
        return int(self.cell.size)

    def before(self, until: int) -> "Record":
        """What is known at `until`."""
        n = int(np.searchsorted(self.known, until, side="right"))
        first = {field.name: getattr(self, field.name)[:n] for field in fields(self)[1:-1]}
        source = Events(**{field.name: getattr(self.source, field.name)[:n] for field in fields(self.source)})
        return Record(self.grid, **first, source=source)

    def counts(self, begin: int | None = None) -> Floats:
        """(cells,) weight per cell, of the events with their middle at or after `begin`."""
        if begin is None:
            return per_cell(self.cell, self.weight, self.grid.size)
        chosen = self.middle >= begin
        return per_cell(self.cell[chosen], self.weight[chosen], self.grid.size)

    def outcome(self, begin: int, end: int) -> Floats:
        """(cells,) weight in [begin, end), each event by the part of its interval that lies inside."""
        length = self.end - self.begin
        overlap = np.clip(np.minimum(self.end, end) - np.maximum(self.begin, begin), 0, None)
        moment_inside = (self.begin >= begin) & (self.begin < end)
        part = np.where(length > 0, overlap / np.maximum(length, 1), moment_inside)
        touched = np.flatnonzero(part > 0)
        return per_cell(self.cell[touched], (self.weight * part)[touched], self.grid.size)

    def days(self, until: int) -> float:
        """Length of the history up to `until`, in days; at least one."""
        return max(1.0, (until - int(self.middle.min())) / DAY)

    def level(self, until: int, days: float = 91.0, pull: float = 4.0) -> float:
        """Events a day in the whole area: those of the last 13 weeks, pulled to all history by `pull` events."""
        history = self.days(until)
        usual = float(self.weight.sum()) / history
        recent = float(self.weight[self.middle >= until - days * DAY].sum())
        return (recent + pull) / (min(days, history) + pull / usual) if usual > 0 else 0.0


def per_cell(cell: Ints, weight: Floats, cells: int) -> Floats:
    """(cells,) sums of weight."""
    return np.asarray(np.bincount(cell, weights=weight, minlength=cells), dtype=np.float64)


def seconds_of(times: Times) -> Ints:
    """Local times as seconds since 1970."""
    return np.asarray(times.astype("datetime64[s]").astype(np.int64))


def moment(name: str, value: Any) -> int:
    """A date or moment as seconds since 1970; ValueError for anything else."""
    return int(near_repeat.moment(name, value).astype(np.int64))


def as_raster(values: Floats, grid: Grid) -> Floats:
    """(ny, nx) from values per cell of the study area; 0 outside it."""
    whole = np.zeros(grid.shape)
    whole[grid.mask] = values
    return whole
