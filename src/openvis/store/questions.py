"""What the picture asks of the incidents, written once in Ibis.

A `Selection` says which incidents count; its `Values` are the plain numbers that stand in the expressions. A question
is an expression over the prepared table (`prepare`), the shape of the selection and the values, so that it can be
compiled once for each shape (a backend takes longer to compile than to answer). Sums are weighted: an incident known
only as an interval counts, under a choice of hours, for the share of its interval that falls in those hours.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np

from openvis.analysis.checks import Bools
from openvis.analysis.grid import Grid

HOUR, DAY, WEEK = 3600, 86_400, 604_800
HOURS = 168
MONDAY_DAYS = 3
"""Days from Monday 29 December 1969, where week 0 begins, to 1 January 1970."""
TILE = 25
"""Metres: every point is kept with the tile it lies in, and a cell is made of whole tiles."""
MOST_ROWS = 5000
"""Single incidents in one answer."""
PERIODS = 12
"""Equal parts of the period, for the stability and the trend of a place."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which incidents count. What is None does not restrict.

    first, last: days since 1970 of the begin, both inclusive. kinds, sources: numbers. attempt: True attempts only,
    False completed only. areas: keys on the finest level. hours: hours of the week (0 is Monday from 00:00). weeks:
    first and last number (weeks since 29 December 1969), inclusive. cells: flat cell numbers of the grid asked with.
    box: west, south, east, north in metres, to whole tiles, for `rows` alone.
    """

    first: int
    last: int
    kinds: tuple[int, ...] | None = None
    sources: tuple[int, ...] | None = None
    attempt: bool | None = None
    areas: tuple[int, ...] | None = None
    hours: frozenset[int] | None = None
    weeks: tuple[int, int] | None = None
    cells: tuple[int, ...] | None = None
    box: tuple[float, float, float, float] | None = None

    def without(self, *parts: str) -> "Selection":
        """The same selection with some of hours, weeks, cells lifted."""
        gone: dict[str, Any] = dict.fromkeys(parts)
        return replace(self, **gone)

    def always(self) -> "Selection":
        """The same selection over all time."""
        return replace(self, first=-(2**31) + 1, last=2**31 - 1, weeks=None)

    @property
    def shape(self) -> tuple[bool, bool]:
        """Whether hours and cells restrict. Selections of one shape share their compiled questions."""
        return self.hours is not None, self.cells is not None


@dataclass(frozen=True, slots=True)
class Cells:
    """How points become cells: a grid, and the precision in metres up to which a point is sure enough for one."""

    grid: Grid
    precision: float

    def __post_init__(self) -> None:
        grid = self.grid
        if any(length % TILE for length in (grid.cell, grid.x0, grid.y0)):
            raise ValueError(f"cell is {grid.cell:g} m from {grid.x0:g}, {grid.y0:g}; expected multiples of {TILE} m")


@dataclass(frozen=True)
class Values:
    """The numbers of one selection as the questions use them.

    any_…: 1 where the selection leaves that open (the planner then drops the condition), else 0. attempt: 1 or 0.
    west … north: first and last tile of the chosen cells; box_…: of the box. per_cell: tiles along the side of a cell;
    column, row: those of the grid's first cell. hour_chosen: 1 for each chosen hour of the week; hour_before: chosen
    seconds before it.
    """

    first: int = 0
    last: int = 0
    kinds: tuple[int, ...] = ()
    sources: tuple[int, ...] = ()
    areas: tuple[int, ...] = ()
    chosen_cells: tuple[int, ...] = ()
    any_kind: int = 1
    any_source: int = 1
    any_area: int = 1
    any_attempt: int = 1
    attempt: int = 0
    first_week: int = -(2**31) + 1
    last_week: int = 2**31 - 1
    west: int = -(2**31) + 1
    east: int = 2**31 - 1
    south: int = -(2**31) + 1
    north: int = 2**31 - 1
    box_west: int = -(2**31) + 1
    box_east: int = 2**31 - 1
    box_south: int = -(2**31) + 1
    box_north: int = 2**31 - 1
    per_cell: int = 1
    column: int = 0
    row: int = 0
    columns: int = 0
    rows: int = 0
    precision: float = 0.0
    hour_chosen: list[float] = field(default_factory=list)
    hour_before: list[float] = field(default_factory=list)
    week_chosen: float = 0.0

    @classmethod
    def of(cls, selection: Selection, cells: Cells | None = None) -> "Values":
        """The numbers for a selection. Raises ValueError when it has cells and no grid to find them on."""
        found: dict[str, Any] = {"first": selection.first, "last": selection.last}
        for name in ("kind", "source", "area"):
            chosen = getattr(selection, f"{name}s")
            found |= {f"{name}s": chosen or (), f"any_{name}": int(chosen is None)}
        if selection.attempt is not None:
            found |= {"attempt": int(selection.attempt), "any_attempt": 0}
        if selection.weeks is not None:
            found["first_week"], found["last_week"] = selection.weeks
        if selection.hours is not None:
            found |= _hour_values(selection.hours)
        if selection.box is not None:
            sides = ("box_west", "box_south", "box_east", "box_north")
            found |= {side: int(edge // TILE) for side, edge in zip(sides, selection.box, strict=True)}
        if cells is not None:
            found |= _cell_values(cells, selection.cells)
        elif selection.cells is not None:
            raise ValueError("the selection has cells but no grid; expected `cells`")
        return cls(**found)


def _hour_values(hours: frozenset[int]) -> dict[str, Any]:
    chosen = np.zeros(HOURS)
    chosen[sorted(hours)] = 1.0
    before = np.concatenate([[0.0], np.cumsum(chosen[:-1])]) * HOUR
    return {
        "hour_chosen": chosen.tolist(),
        "hour_before": before.tolist(),
        "week_chosen": float(chosen.sum() * HOUR),
    }


def _cell_values(cells: Cells, chosen: tuple[int, ...] | None) -> dict[str, Any]:
    grid = cells.grid
    per_cell = int(grid.cell) // TILE
    column, row = int(grid.x0) // int(grid.cell), int(grid.y0) // int(grid.cell)
    found: dict[str, Any] = {
        "per_cell": per_cell, "column": column, "row": row, "columns": grid.nx, "rows": grid.ny,
        "precision": float(cells.precision), "chosen_cells": chosen or (),
        "west": column * per_cell, "east": (column + grid.nx) * per_cell - 1,
        "south": row * per_cell, "north": (row + grid.ny) * per_cell - 1,
    }  # fmt: skip
    if chosen:
        north, east = np.divmod(np.asarray(chosen), grid.nx)
        found |= {
            "west": int(east.min() + column) * per_cell, "east": int(east.max() + column + 1) * per_cell - 1,
            "south": int(north.min() + row) * per_cell, "north": int(north.max() + row + 1) * per_cell - 1,
        }  # fmt: skip
    return found


def prepare(events: ir.Table) -> ir.Table:
    """The table that the questions are asked of, from incidents in the EVENTS schema.

    day, week: numbers of the begin. begin_hour, begin_second, end_hour, end_second: place in the week of both ends;
    span: weeks between them. per_second: weight of one second of the interval, 0 where the moment is known.
    delay: days between end and report, null where unknown. tile_x, tile_y: the tile of the point, null where unplaced.
    """
    begin = events.begin.epoch_seconds() + MONDAY_DAYS * DAY
    end = events.end.epoch_seconds() + MONDAY_DAYS * DAY
    length = (end - begin).cast("float64")
    return events.select(
        "id", "source", "kind", "attempt", "begin", "end", "x", "y", "area",
        precision=events.precision.fill_null(0.0),
        tile_x=(events.x / TILE).floor().cast("int32"),
        tile_y=(events.y / TILE).floor().cast("int32"),
        day=(begin // DAY - MONDAY_DAYS).cast("int32"),
        week=(begin // WEEK).cast("int32"),
        begin_hour=(begin % WEEK // HOUR).cast("int16"),
        begin_second=(begin % HOUR).cast("int16"),
        end_hour=(end % WEEK // HOUR).cast("int16"),
        end_second=(end % HOUR).cast("int16"),
        span=(end // WEEK - begin // WEEK).cast("int32"),
        per_second=ibis.ifelse(length > 0, 1.0 / length, 0.0),
        reported_day=(events.reported.epoch_seconds() // DAY).cast("int32"),
        delay=((events.reported.epoch_seconds() + MONDAY_DAYS * DAY - end) / float(DAY)).cast("float32"),
    ).order_by("day")  # fmt: skip


class Asked:
    """The incidents of a selection, with their `weight` and, where asked, `number` (of their cell)."""

    def __init__(self, events: ir.Table, shape: tuple[bool, bool], values: Values) -> None:
        self.events, self.values = events, values
        self.by_hours, self.by_cells = shape

    @cached_property
    def chosen(self) -> ir.Table:
        """The incidents inside the selection."""
        given = self.values
        events = self.events.filter(
            self.events.day.between(given.first, given.last),
            self.events.week.between(given.first_week, given.last_week),
            self.events.kind.isin(given.kinds) | _yes(given.any_kind),
            self.events.source.isin(given.sources) | _yes(given.any_source),
            self.events.area.isin(given.areas) | _yes(given.any_area),
            (self.events.attempt == _yes(given.attempt)) | _yes(given.any_attempt),
        )
        if self.by_cells:
            events = self._celled(events)
            events = events.filter(events.number.isin(given.chosen_cells))
        if self.by_hours:
            return _within_hours(events, given)
        return events.mutate(weight=ibis.literal(1.0))

    @cached_property
    def celled(self) -> ir.Table:
        """The incidents that have a cell."""
        return self.chosen if self.by_cells else self._celled(self.chosen)

    def _celled(self, events: ir.Table) -> ir.Table:
        """The incidents with a point precise enough on the grid, with `number`, their flat cell number."""
        given = self.values
        events = events.filter(
            events.tile_x.between(given.west, given.east),
            events.tile_y.between(given.south, given.north),
            events.precision <= given.precision,
        )
        column = events.tile_x // given.per_cell - given.column
        row = events.tile_y // given.per_cell - given.row
        return events.mutate(number=(row * given.columns + column).cast("int32"))

    def cells(self) -> ir.Table:
        """Weight per cell and part of the period (0 … PERIODS - 1); key: number × PERIODS + part."""
        events, given = self.celled, self.values
        period = (events.day - given.first) * PERIODS // (ibis.literal(given.last) - given.first + 1)
        key = (events.number * PERIODS + period).cast("int32")
        return events.group_by(key=key).agg(weight=events.weight.sum())

    def areas(self) -> ir.Table:
        """Weight per area, attempt or not, and whether there is a point precise enough for a cell."""
        events = self.chosen
        on_map = events.tile_x.notnull() & (events.precision <= self.values.precision)
        return events.group_by("area", "attempt", on_map=on_map).agg(weight=events.weight.sum())

    def weeks(self) -> ir.Table:
        """Weight per week."""
        return self.chosen.group_by("week").agg(weight=self.chosen.weight.sum())

    def hours(self) -> ir.Table:
        """What `matrix_of` needs for the hours of the week."""
        return _hours(self.chosen)

    def cell_kinds(self) -> ir.Table:
        """As `hours`, per cell and kind, with the weight as well."""
        return _hours(self.celled, "number", "kind")

    def kind_weeks(self) -> ir.Table:
        """Number per area, kind and week."""
        return self.chosen.group_by("area", "kind", "week").agg(weight=self.chosen.weight.sum())

    def delays(self) -> ir.Table:
        """Numbers per quarter of a day between end and report, and per week of the begin."""
        events = self.chosen.filter(self.chosen.delay >= 0)
        return events.group_by("week", quarter=(events.delay * 4).floor().cast("int32")).agg(n=events.count())

    def sources(self) -> ir.Table:
        """Per source, over everything: number, first and last day of begin, last day on which anything was reported."""
        events = self.events
        return events.group_by("source").agg(
            n=events.count(), first=events.day.min(), last=events.day.max(), reported=events.reported_day.max()
        )

    def kinds(self) -> ir.Table:
        """Number per kind and source, over everything."""
        return self.events.group_by("kind", "source").agg(n=self.events.count())

    def points(self) -> ir.Table:
        """All incidents with a point precise enough for a cell: place, interval, kind; for methods that need each."""
        events = self.celled
        return events.order_by("begin", "id").select("x", "y", "begin", "end", "kind", "precision")

    def rows(self) -> ir.Table:
        """The latest single incidents with a point: key, kind, times, attempt, precision; no provider's number, no text."""
        given, events = self.values, self.chosen
        events = events.filter(
            events.tile_x.between(given.box_west, given.box_east),
            events.tile_y.between(given.box_south, given.box_north),
        )
        events = events.order_by(ibis.desc("begin"), "id").limit(MOST_ROWS)
        return events.select("id", "kind", "begin", "end", "attempt", "precision", "x", "y", "area", "weight")


QUESTIONS: dict[str, Callable[[Asked], ir.Table]] = {
    name: getattr(Asked, name)
    for name in (
        "cells", "areas", "weeks", "hours", "cell_kinds", "kind_weeks", "delays", "sources",
        "kinds", "points", "rows",
    )
}  # fmt: skip


def matrix_of(answer: dict[str, Any], rows: Bools | None = None) -> Any:
    """(168,) weight per hour of the week from the answer to `hours`, or from some of its rows.

    Each interval is spread evenly. The seconds of hour h that lie in an interval are a whole hour for each week it
    spans, plus those of h before its end in the week, less those of h before its begin: all three are sums per hour.
    """
    part = {name: np.asarray(column if rows is None else column[rows]) for name, column in answer.items()}

    def per_hour(hour: str, amount: str) -> Any:
        return np.bincount(part[hour].astype(np.int64), weights=part[amount], minlength=HOURS)

    def before(hour: str, seconds: str) -> Any:
        rates = per_hour(hour, "rate")
        return HOUR * (rates[::-1].cumsum()[::-1] - rates) + per_hour(hour, seconds)

    whole_weeks = HOUR * float(part["rate_span"].sum())
    spread = whole_weeks + before("end_hour", "rate_end") - before("begin_hour", "rate_begin")
    return per_hour("begin_hour", "exact") + np.maximum(spread, 0.0)


def _hours(events: ir.Table, *keys: str) -> ir.Table:
    """Sums per begin hour and end hour that are linear in the seconds of both; all hours count but in `weight`."""
    rate = events.per_second
    return events.group_by(*keys, "begin_hour", "end_hour").agg(
        rate=rate.sum(),
        rate_begin=(rate * events.begin_second).sum(),
        rate_end=(rate * events.end_second).sum(),
        rate_span=(rate * events.span).sum(),
        weight=events.weight.sum(),
        exact=(rate == 0).cast("float64").sum(),
    )


def _yes(number: int) -> ir.BooleanValue:
    return ibis.literal(number) == 1


def _within_hours(events: ir.Table, given: Values) -> ir.Table:
    """The incidents with `weight`, the share of their interval inside the chosen hours (0 or 1 for a known moment).

    The chosen seconds of the week up to a moment are those before its hour and those within it. The difference between
    the end and the begin, and a whole week's for each week between them, divided by the length of the interval.
    """
    week = ibis.range(HOURS).unnest().name("hour").as_table()
    week = week.mutate(
        hour=week.hour.cast("int16"),
        chosen=ibis.literal(given.hour_chosen, "array<float64>")[week.hour],
        before=ibis.literal(given.hour_before, "array<float64>")[week.hour],
    )
    at_begin = week.select(begin_hour="hour", begin_chosen="chosen", begin_before="before")
    at_end = week.select(end_hour="hour", end_chosen="chosen", end_before="before")
    events = events.join(at_begin, "begin_hour").join(at_end, "end_hour")
    until_begin = events.begin_before + events.begin_chosen * events.begin_second
    until_end = events.end_before + events.end_chosen * events.end_second
    inside = (events.span * ibis.literal(given.week_chosen) + until_end - until_begin) * events.per_second
    weight = ibis.ifelse(events.per_second > 0, inside, events.begin_chosen)
    return events.mutate(weight=weight).filter(ibis._.weight > 0)
