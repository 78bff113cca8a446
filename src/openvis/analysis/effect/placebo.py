"""Whether places where nothing was done changed as much: the check on an effect that its own interval cannot give."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from openvis.analysis.checks import Ints, finite, positive
from openvis.analysis.effect.estimates import wdd

LEAST = 19
"""Placebos needed before a p of 0.05 can be reached."""


@dataclass(frozen=True)
class Placebo:
    """How many places of such a size there were, how many changed as far as the treated one, and the share with it."""

    places: int
    as_far: int
    p: float


def placebo(
    before: Any, after: Any, treated: int, *, periods: tuple[float, float] = (1.0, 1.0), alike: float = 2.0
) -> Placebo | None:
    """Every other place taken as if treated (Abadie, Diamond & Hainmueller 2010, JASA 105:493-505).

    before, after: (n,) counts of all places; treated: position of the one with the measure. periods: lengths of before
    and after. alike: places with at most so many times more or fewer events before than the treated one take part. Each
    is set against all others, the treated one left out; how far it changed is the z of `wdd` with the others as a factor.
    Places drift apart from year to year for reasons of their own, which counts per month do not show; then an interval
    from those counts is too narrow, and this p is not. None with fewer than 19 such places.
    Raises ValueError for unequal lengths, a treated place outside them or without events before.
    """
    b = finite("before", before, least=0.0)
    a = finite("after", after, b.size, least=0.0)
    if not 0 <= treated < b.size:
        raise ValueError(f"treated is {treated}; expected a position from 0 to {b.size - 1}")
    level = positive("before[treated]", float(b[treated]))
    positive("alike", alike)
    such = np.flatnonzero((b >= level / alike) & (b <= level * alike) & (np.arange(b.size) != treated))
    if such.size < LEAST:
        return None
    rest = b.sum() - b[treated], a.sum() - a[treated]

    def far(place: int) -> float:
        others = rest if place == treated else (rest[0] - b[place], rest[1] - a[place])
        return abs(wdd((b[place], a[place]), others, periods=periods, proportional=True).local.z)

    own = far(treated)
    as_far = int(sum(far(int(place)) >= own for place in such))
    return Placebo(int(such.size), as_far, (1.0 + as_far) / (1.0 + such.size))


def tiles(x: Any, y: Any, width: float, height: float) -> Ints:
    """(n,) number of the rectangle of this size that each point lies in: places to compare with where none have names."""
    column = np.floor(finite("x", x) / positive("width", width, "metres")).astype(np.int64)
    row = np.floor(finite("y", y, column.size) / positive("height", height, "metres")).astype(np.int64)
    return np.asarray(np.unique(np.stack([column, row], axis=1), axis=0, return_inverse=True)[1]).ravel()
