"""Events: what happened where, when, of which kind, how heavy and how precisely known."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np

from openvis.analysis.checks import Bools, Floats, Ints, Times, finite, in_order, seconds


@dataclass(frozen=True, eq=False)
class Events:
    """Incidents as columns of equal length n.

    x, y: metres in a projected plane, float64. begin, end: local time, datetime64[s], equal where the moment is known
    exactly, both NaT where it is unknown. kind: int64 code. weight: harm or 1. precision: metres, 0 where exact.
    """

    x: Floats
    y: Floats
    begin: Times
    end: Times
    kind: Ints
    weight: Floats
    precision: Floats

    @classmethod
    def of(
        cls,
        x: Any,
        y: Any,
        begin: Any = None,
        end: Any = None,
        kind: Any = None,
        weight: Any = None,
        precision: Any = None,
    ) -> Self:
        """Checked events; whatever is left out becomes unknown (times), 0 (kind, precision) or 1 (weight).

        Raises ValueError: no events, coordinates that are not finite, columns of unequal length, an end before its
        begin, a negative weight or precision.
        """
        xs = finite("x", x)
        n = xs.size
        if n == 0:
            raise ValueError("x is empty; expected at least one event")
        begins = np.full(n, np.datetime64("NaT", "s")) if begin is None else seconds("begin", begin, n)
        ends = begins if end is None else seconds("end", end, n)
        in_order(begins, ends)
        return cls(
            x=xs,
            y=finite("y", y, n),
            begin=begins,
            end=ends,
            kind=_codes(kind, n),
            weight=np.ones(n) if weight is None else finite("weight", weight, n, least=0.0),
            precision=np.zeros(n) if precision is None else finite("precision", precision, n, least=0.0),
        )

    def __len__(self) -> int:
        return int(self.x.size)

    def where(self, mask: Bools | Ints) -> "Events":
        """The events that a boolean mask (or an array of positions) chooses; may be none."""
        return Events(**{name: column[mask] for name, column in self._columns()})

    @property
    def timed(self) -> Bools:
        """(n,) True where the time is known."""
        return ~np.isnat(self.begin)

    def _columns(self) -> Iterator[tuple[str, Any]]:
        return ((field.name, getattr(self, field.name)) for field in fields(self))


def _codes(kind: Any, n: int) -> Ints:
    if kind is None:
        return np.zeros(n, dtype=np.int64)
    codes = np.asarray(kind)
    if codes.size and codes.dtype.kind not in "iu":
        raise ValueError(f"kind has type {codes.dtype}; expected whole numbers (codes of kinds)")
    if codes.shape != (n,):
        raise ValueError(f"kind has shape {codes.shape}; expected ({n},), one for each event")
    return np.ascontiguousarray(codes, dtype=np.int64)
