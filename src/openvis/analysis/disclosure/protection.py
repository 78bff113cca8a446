"""What of a table may be published: small counts hidden, or all rounded, and what an outsider can still work out."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from openvis.analysis.checks import Bools, Floats, Ints, between
from openvis.analysis.disclosure.bounds import bounds, proven
from openvis.analysis.disclosure.cubes import cover
from openvis.analysis.disclosure.rounding import rounded
from openvis.analysis.disclosure.table import Margins, counts

Method = Literal["suppress", "round"]


@dataclass(frozen=True, eq=False)
class Protected:
    """A table as it may be published; all arrays of the shape of `margins`, leaves first, groups and totals after them.

    values: what is shown, and -1 where hidden. small: cells that may not be told (hidden because of themselves); the other
    hidden ones protect these. base: the multiple everything is rounded to, 0 when nothing is; nearest: as others do, to
    the nearest multiple, which tells more than a lot does.
    """

    margins: Margins
    method: Method
    k: int
    values: Ints
    hidden: Bools
    small: Bools
    base: int
    nearest: bool = False

    @property
    def inner(self) -> Ints:
        """The leaves alone, as the table was given."""
        sides = [axis.leaves for axis in self.margins.axes if axis.nodes > 1]
        return np.asarray(self.margins.inner(self.values).reshape(sides))


@dataclass(frozen=True, eq=False)
class Audit:
    """What an outsider can work out about the cells at risk: hidden ones, or after rounding all of them.

    cells: (c, 3) index in the full table. low, high: (c,) the least and most each can be (inf: no limit). small: (c,)
    those that may not be told. exact: the bounds are the narrowest there are; else those of a cell that passes may be
    wider still. enough: possible values that a small cell must have.
    """

    cells: Ints
    low: Floats
    high: Floats
    small: Bools
    exact: bool
    enough: Ints

    @property
    def values(self) -> Floats:
        """(c,) how many values are possible."""
        return self.high - self.low + 1

    @property
    def failed(self) -> Ints:
        """Rows of `cells` of small cells that an outsider knows too well."""
        return np.flatnonzero(self.small & (self.values < self.enough))

    @property
    def passed(self) -> bool:
        """Whether no small cell is known too well."""
        return self.failed.size == 0

    @property
    def tightest(self) -> tuple[float, float] | None:
        """The narrowest interval of a small cell; None without any."""
        if not self.small.any():
            return None
        at = int(np.flatnonzero(self.small)[np.argmin(self.values[self.small])])
        return float(self.low[at]), float(self.high[at])


def protect(
    table: Any,
    k: int,
    *,
    method: Method = "suppress",
    base: int | None = None,
    groups: Sequence[Any] | None = None,
    fixed: Any = None,
    largest: Any = None,
    dominance: float = 0.85,
    seed: int = 0,
) -> Protected:
    """Hide or round what would tell about few.

    table: counts on one, two or three sides (areas × kinds × periods); all its totals are published beside it, with
    those of `groups` (one name for each row) where given. A cell is small when it is 1 to k - 1; 0 is shown.
    suppress: small cells are hidden, totals too, and as few others as the method finds so that an outsider who adds
    and subtracts all that is shown, and knows that no hidden cell is 0, leaves each small cell at least k possible
    values. What is shown is true. fixed: cells of the full table (a mask of its shape, see `Margins.of`) that are
    published elsewhere and stay. largest: (of the table's shape) the count of the largest single source in a cell; a cell
    of which one source holds more than `dominance` is small too, and must have as many possible values as the others
    would need to hold 1 - dominance of it.
    round: every figure to a multiple of `base` (default k), see `rounding.rounded`: unbiased, sums agree;
    totals of a row, and of a column within a layer, are off by less than base.
    Raises ValueError for k below 2, base below k, counts that are not whole, or small cells that fixed totals reveal.
    """
    numbers = counts("table", table)
    if k != int(k) or k < 2:
        raise ValueError(f"k is {k!r}; expected a whole number of at least 2")
    margins = Margins.of(numbers.shape, groups)
    full = margins.extend(numbers)
    if method == "round":
        return _round(numbers, k, k if base is None else base, margins, full, seed)
    if method != "suppress":
        raise ValueError(f"method is {method!r}; expected 'suppress' or 'round'")
    stays = np.zeros(full.shape, dtype=np.bool_) if fixed is None else np.asarray(fixed, dtype=np.bool_)
    if stays.shape != full.shape:
        raise ValueError(f"fixed has shape {stays.shape}; expected that of the full table {full.shape}")
    small, need = _small(full, k, _largest(numbers, largest, margins), dominance)
    told = np.argwhere(small & stays)
    if told.size:
        raise ValueError(
            f"fixed keeps {_where(told)}, which may not be told; expected fixed cells of 0, or at least {k}"
        )
    others, bare = cover(full, small, need, stays, margins)
    if bare.size:
        found = np.column_stack(np.unravel_index(bare, full.shape))
        raise ValueError(f"fixed leaves no way to protect {_where(found)}; expected fewer fixed cells")
    hidden = small | others
    return Protected(margins, method, int(k), np.where(hidden, -1, full), hidden, small, 0)


def audit(
    table: Any, protected: Protected, *, exact: bool = True, largest: Any = None, dominance: float = 0.85
) -> Audit:
    """What an outsider can infer from the published figures, from the figures alone and whatever method made them.

    Solves for the least and most of every hidden cell (`bounds.bounds`), given all that is shown, and that
    hidden cells are at least 1, unless one of them is 0; a small cell that is shown has one possible value. exact=False
    takes proven intervals, which are never wider than the true ones, and solves only for the small cells that these
    leave too few values: whether it passes is the same. After rounding to base b a cell shown as r is any of r - b + 1
    … r + b - 1 (to the nearest: r - b / 2 … r + b / 2), not below 0: exact, as each can change alone without any figure
    changing.
    Raises ValueError when what is shown is not the table's (suppress), or is more than base off (round).
    """
    numbers = counts("table", table)
    margins = protected.margins
    if numbers.shape != protected.inner.shape:
        raise ValueError(
            f"table has shape {numbers.shape}; expected that of the protected one, {protected.inner.shape}"
        )
    full = margins.extend(numbers)
    if protected.method == "round":
        return _rounded_audit(full, protected)
    wrong = np.argwhere(~protected.hidden & (protected.values != full))
    if wrong.size:
        raise ValueError(f"protected shows another figure than the table at {_where(wrong)}; expected the same")
    small, need = _small(full, protected.k, _largest(numbers, largest, margins), dominance)
    low, high = np.array(full, dtype=np.float64), np.array(full, dtype=np.float64)
    hidden = protected.hidden
    if hidden.any():
        least, most = proven(full, hidden, margins)
        wanted = np.full(least.size, exact) | (small[hidden] & (most - least + 1 < need[hidden]))
        low[hidden], high[hidden] = bounds(full, hidden, margins, least, most, wanted)
    at = np.argwhere(hidden | small)
    cell = tuple(at.T)
    return Audit(at, low[cell], high[cell], small[cell], exact, need[cell])


def _small(full: Ints, k: int, largest: Ints | None, dominance: float) -> tuple[Bools, Ints]:
    """Cells that may not be told, and how many possible values each needs."""
    small = (full > 0) & (full < k)
    need = np.full(full.shape, k, dtype=np.int64)
    if largest is not None:
        between("dominance", dominance, 0.0, 1.0)
        dominated = largest > dominance * full
        need[dominated] = np.maximum(k, np.ceil((1.0 - dominance) * full[dominated]).astype(np.int64) + 1)
        small = small | dominated
    return small, need


def _largest(numbers: Ints, largest: Any, margins: Margins) -> Ints | None:
    """The largest source of each cell of the full table; of totals at least that of their parts."""
    if largest is None:
        return None
    sources = counts("largest", largest)
    if sources.shape != numbers.shape or (sources > numbers).any():
        raise ValueError(f"largest has shape {sources.shape} or exceeds a count; expected parts of the table's counts")
    full = sources.reshape([axis.leaves for axis in margins.axes])
    for i, axis in enumerate(margins.axes):
        parts = np.moveaxis(full, i, 0)
        full = np.moveaxis(np.stack([parts[axis.sums[node] > 0].max(axis=0) for node in range(axis.nodes)]), 0, i)
    return np.ascontiguousarray(full)


def _round(numbers: Ints, k: int, base: int, margins: Margins, full: Ints, seed: int) -> Protected:
    if base != int(base) or base < k:
        raise ValueError(f"base is {base!r} with k = {k}; expected a whole number of at least k")
    flat = numbers.reshape(numbers.shape[0], -1)
    shown = margins.extend(rounded(flat, int(base), seed).reshape(numbers.shape))
    nothing = np.zeros(full.shape, dtype=np.bool_)
    return Protected(margins, "round", int(k), shown, nothing, (full > 0) & (full < k), int(base))


def _rounded_audit(full: Ints, protected: Protected) -> Audit:
    margins, base = protected.margins, protected.base
    inside = np.zeros(full.shape, dtype=np.bool_)
    margins.inner(inside)[...] = True
    far = np.argwhere(inside & (np.abs(protected.values - full) >= base))
    if far.size:
        raise ValueError(f"protected is {base} or more off at {_where(far)}; expected less than base")
    shown = protected.values[inside].astype(np.float64)
    small = (full[inside] > 0) & (full[inside] < protected.k)
    enough = np.full(shown.size, protected.k, dtype=np.int64)
    off = base // 2 if protected.nearest else base - 1
    return Audit(np.argwhere(inside), np.maximum(shown - off, 0), shown + off, small, True, enough)


def _where(cells: Ints) -> str:
    """The first of some cells, and how many there are."""
    many = math.prod(cells.shape[:1])
    return f"cell {tuple(int(i) for i in cells[0])}" + ("" if many == 1 else f" and {many - 1} more")
