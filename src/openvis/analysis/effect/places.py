"""Which place and period an incident falls in: the treated place, the rings around it, the comparison; before, after."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from openvis.analysis.checks import Floats, Ints, finite, in_order, positive, seconds

BESIDE = -1
"""Zone of what takes no part."""


def zones(
    x: Any, y: Any, place: BaseGeometry, rings: Sequence[float] = (), control: BaseGeometry | None = None
) -> Ints:
    """(n,) 0 inside the place, 1, 2, … in each ring around it, the last number in the comparison, -1 in none.

    x, y: (n,) metres. place, control: surfaces in the same plane. rings: outer edges in metres from the edge of the
    place, growing. Without `control` the comparison is all that lies beyond the last ring; what lies in the place or a
    ring is never comparison, since something may have moved there (Bowers & Johnson 2003, Journal of Quantitative
    Criminology 19:275-301). Raises ValueError for a place without surface, or rings that do not grow.
    """
    xs = finite("x", x)
    ys = finite("y", y, xs.size)
    if place.is_empty or place.area <= 0:
        raise ValueError("place has no surface; expected a polygon, such as a point with a buffer")
    edges = [positive(f"rings[{i}]", edge, "metres") for i, edge in enumerate(rings)]
    if any(later <= earlier for earlier, later in pairwise(edges)):
        raise ValueError(f"rings is {list(rings)}; expected distances in metres that grow")
    shapely.prepare(place)
    points = shapely.points(xs, ys)
    zone = np.searchsorted(np.array([0.0, *edges]), shapely.distance(place, points), side="left").astype(np.int64)
    last = len(edges) + 1
    if control is not None:
        shapely.prepare(control)
        zone[(zone == last) & ~shapely.covers(control, points)] = BESIDE
    return zone


def period_counts(begin: Any, end: Any, zone: Any, number: int, edges: Any) -> Floats:
    """(number, k) events of each zone in each of the k periods between k + 1 edges.

    begin, end: (n,) local datetime64; an event known as an interval is spread evenly over it. zone: (n,) int, those
    outside 0 … number - 1 are left out. Raises ValueError for edges that do not grow, other lengths.
    """
    begins = seconds("begin", begin)
    ends = seconds("end", end, begins.size)
    in_order(begins, ends)
    zone = np.asarray(zone, dtype=np.int64)
    limits = seconds("edges", edges).astype(np.int64)
    if limits.size < 2 or (np.diff(limits) <= 0).any():
        raise ValueError(f"edges has {limits.size} moments; expected two or more that grow")
    if zone.size != begins.size:
        raise ValueError(f"zone has {zone.size} values; expected {begins.size}, one for each event")
    known = ~np.isnat(begins) & (zone >= 0) & (zone < number)
    first, last, where = begins[known].astype(np.int64), ends[known].astype(np.int64), zone[known]
    before = np.zeros((number, limits.size))
    length = np.maximum(last - first, 1)
    for i, limit in enumerate(limits.tolist()):
        # Share of each event before this moment; an exact moment counts for the period that begins with it.
        share = np.where(last > first, np.clip((limit - first) / length, 0.0, 1.0), first < limit)
        before[:, i] = np.bincount(where, share, number)
    return np.diff(before, axis=1)
