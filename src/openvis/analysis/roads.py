"""Roads as a graph, and how long it takes to drive over them."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from openvis.analysis.checks import Floats, Ints, finite

AT_ONCE = 4_000_000
"""Travel times held at a time: the table of all nodes is cut to the ones asked for, a few origins after another."""


@dataclass(frozen=True, eq=False)
class Roads:
    """A road graph: `x`, `y` (metres) of its nodes; edges `begin` → `end` (node numbers) that take `seconds`."""

    x: Floats
    y: Floats
    begin: Ints
    end: Ints
    seconds: Floats

    @classmethod
    def of(cls, x: Any, y: Any, begin: Any, end: Any, seconds: Any, both_ways: bool = False) -> Self:
        """Checked; with `both_ways` every edge can be driven in both directions.

        Raises ValueError for unknown coordinates, a node number that does not exist, or seconds below 0.
        """
        xs = finite("x", x)
        ys = finite("y", y, xs.size)
        took = finite("seconds", seconds, least=0.0)
        ends = [_nodes(name, nodes, xs.size, took.size) for name, nodes in (("begin", begin), ("end", end))]
        if both_ways:
            ends, took = [np.concatenate(ends), np.concatenate(ends[::-1])], np.concatenate([took, took])
        return cls(xs, ys, ends[0], ends[1], took)

    def nearest(self, x: Any, y: Any) -> tuple[Ints, Floats]:
        """For points in metres: the nearest node, and how far that is in a straight line (metres)."""
        from scipy.spatial import KDTree

        xs = finite("x", x)
        far, nodes = KDTree(np.column_stack([self.x, self.y])).query(np.column_stack([xs, finite("y", y, xs.size)]))
        return np.asarray(nodes, dtype=np.int64), np.asarray(far, dtype=np.float64)


def travel_times(roads: Roads, origins: Any, to: Any = None, limit: float = np.inf) -> Floats:
    """(origins, to) seconds of the fastest way from each origin node to each node of `to` (all when None); inf for none.

    Ways longer than `limit` seconds count as none, which saves most of the work when only those within a norm matter.
    Dijkstra's algorithm (1959, Numerische Mathematik 1:269-271) of scipy. Of edges between the same nodes the fastest
    counts. Raises ValueError for node numbers that do not exist, or a limit not above 0.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    if not limit > 0:
        raise ValueError(f"limit is {limit!r}; expected seconds above 0")
    size = roads.x.size
    sources = _nodes("origins", origins, size)
    targets = np.arange(size) if to is None else _nodes("to", to, size)
    begin, end, seconds = _fastest(roads)
    graph: Any = csr_array((seconds, (begin, end)), shape=(size, size))
    times = np.empty((sources.size, targets.size))
    step = max(1, AT_ONCE // max(size, 1))
    for first in range(0, sources.size, step):
        part = slice(first, first + step)
        times[part] = dijkstra(graph, indices=sources[part], limit=limit)[:, targets]
    return times


def straight_times(x: Any, y: Any, to_x: Any, to_y: Any, speed: float, detour: float = 1.0) -> Floats:
    """(points, to) seconds in a straight line at `speed` (km/h), made `detour` times as long: where roads are unknown."""
    xs, ys = finite("x", x), finite("y", y)
    far_x, far_y = finite("to_x", to_x), finite("to_y", to_y)
    if not (np.isfinite(speed) and speed > 0):
        raise ValueError(f"speed is {speed!r}; expected km/h above 0")
    if not (np.isfinite(detour) and detour >= 1):
        raise ValueError(f"detour is {detour!r}; expected a factor of at least 1")
    metres = np.hypot(xs[:, None] - far_x[None, :], ys[:, None] - far_y[None, :])
    return np.asarray(metres * (detour * 3.6 / speed))


def _fastest(roads: Roads) -> tuple[Ints, Ints, Floats]:
    """Edges with one left of each pair of nodes: the sparse matrix would add up the seconds of parallel ones."""
    order = np.lexsort((roads.seconds, roads.end, roads.begin))
    begin, end = roads.begin[order], roads.end[order]
    first = np.ones(order.size, dtype=np.bool_)
    first[1:] = (begin[1:] != begin[:-1]) | (end[1:] != end[:-1])
    return begin[first], end[first], roads.seconds[order][first]


def _nodes(name: str, values: Any, size: int, length: int | None = None) -> Ints:
    nodes = np.asarray(values, dtype=np.int64)
    if nodes.ndim != 1 or (length is not None and nodes.size != length):
        raise ValueError(f"{name} has shape {nodes.shape}; expected ({length if length is not None else 'n'},)")
    if nodes.size and (nodes.min() < 0 or nodes.max() >= size):
        raise ValueError(f"{name} runs from {nodes.min()} to {nodes.max()}; expected node numbers 0 to {size - 1}")
    return nodes
