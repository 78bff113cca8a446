"""A fitted model, what it predicts, and which cells are chosen by it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from openvis.analysis.checks import Bools, Floats, Ints, raster
from openvis.analysis.forecast.record import DAY, as_raster, moment
from openvis.analysis.grid import Grid

Expected = Callable[[int, int], Floats]


@dataclass(frozen=True, eq=False)
class Model:
    """What a method made of the events known at `until`.

    expected: gives (cells,) expected events in the study area for [begin, end) in seconds; use `predict`. events: how
    many it knew. learned: what it chose from the past, for people to read (weights of the parts of the ensemble).
    """

    method: str
    grid: Grid
    until: int
    events: int
    expected: Expected
    learned: Mapping[str, float] = field(default_factory=dict)


def steady(rate: Floats) -> Expected:
    """The same events a day, however far ahead."""
    return lambda begin, end: rate * ((end - begin) / DAY)


def predict(model: Model, begin: Any, end: Any) -> Floats:
    """(ny, nx) expected events (weight) per cell in [begin, end); 0 outside the study area.

    begin, end: dates or moments, local time, at or after the `until` of the model. Raises ValueError for a begin before
    it (the model would predict what it knows) or an end that does not come after begin.
    """
    first, last = moment("begin", begin), moment("end", end)
    if first < model.until:
        raise ValueError(
            f"begin is {begin}, before {np.datetime64(model.until, 's')} up to which the model knows; "
            "expected that or later"
        )
    if last <= first:
        raise ValueError(f"end is {end}, not after begin {begin}; expected a later moment")
    return as_raster(model.expected(first, last), model.grid)


def size_of(share: float, grid: Grid) -> int:
    """How many whole cells a share of the study area allows; at least one."""
    number = float(share)
    if not 0 < number <= 1:
        raise ValueError(f"share is {share!r}; expected a part of the area above 0, up to 1 (1 % is 0.01)")
    return max(1, int(np.floor(number * grid.size + 1e-9)))


def choose(risk: Any, grid: Grid, share: float, seed: int = 0) -> Bools:
    """(ny, nx) True for the cells with the highest risk, as many whole ones as fit in `share` of the study area.

    risk: (ny, nx). Cells of equal risk (rounded to ten digits, so that the order of a sum does not decide) are taken in
    an order drawn with `seed`: the same every time, and no corner of the map goes before another.
    """
    chosen = np.zeros(grid.size, dtype=np.bool_)
    chosen[order(raster("risk", risk, grid.shape)[grid.mask], seed)[: size_of(share, grid)]] = True
    whole = np.zeros(grid.shape, dtype=np.bool_)
    whole[grid.mask] = chosen
    return whole


def order(risk: Floats, seed: int) -> Ints:
    """(cells,) numbers of the cells from the highest risk down; ties by draw."""
    top = float(risk.max()) if risk.size else 0.0
    rounded = np.round(risk / top, 10) if top > 0 else risk
    draw = np.random.default_rng([seed, risk.size]).permutation(risk.size)
    return np.asarray(np.lexsort((draw, -rounded)))
