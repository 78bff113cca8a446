"""Events sorted into square cells, so that those near each other are found without looking at all of them."""

from typing import NamedTuple

import numpy as np

from openvis.analysis.checks import Floats, Ints

MOST_ACROSS = 4096
"""Cells to a side at most: a few places far away must not make millions of empty cells."""
ACROSS = 2
"""Cells that the largest distance of a Knox table reaches across: smaller cells look at fewer events in vain."""


class Cells(NamedTuple):
    """Events cell by cell, row by row from the south-west; a named tuple, since kernels take those.

    x, y: (n,) metres in that order. Cell (row, column) holds the events start[row·across + column] up to the start of
    the next; so the cells beside each other in a row hold one run of events.
    """

    x: Floats
    y: Floats
    start: Ints
    across: int
    down: int
    x0: float
    y0: float
    size: float


def sort_into_cells(x: Floats, y: Floats, size: float) -> tuple[Cells, Ints]:
    """The cells and (n,) the positions of the events in that order; larger cells where these would be too many."""
    x0, y0 = float(x.min()), float(y.min())
    size = max(size, float(np.ptp(x)) / MOST_ACROSS, float(np.ptp(y)) / MOST_ACROSS)
    columns, rows = ((x - x0) / size).astype(np.int64), ((y - y0) / size).astype(np.int64)
    across, down = int(columns.max()) + 1, int(rows.max()) + 1
    flat = rows * across + columns
    order = np.argsort(flat, kind="stable")
    start = np.zeros(across * down + 1, dtype=np.int64)
    np.cumsum(np.bincount(flat, minlength=across * down), out=start[1:])
    return Cells(x[order], y[order], start, across, down, x0, y0, size), order
