"""Undirected weighted ties as adjacency lists, which is all that the methods on networks walk over."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from openvis.analysis.checks import Floats, Ints

Index = npt.NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Graph:
    """The neighbours of node v are neighbours[start[v] : start[v + 1]], with their weights; each tie stands twice.

    start: (n + 1,); neighbours, weights: (2 · ties,). No tie of a node with itself, no tie twice.
    """

    start: Index
    neighbours: Index
    weights: Floats

    @classmethod
    def of(cls, nodes: int, a: Ints, b: Ints, weights: Floats) -> "Graph":
        """From ties between different nodes, each pair once."""
        ends, others = np.concatenate([a, b]), np.concatenate([b, a])
        order = np.argsort(ends * nodes + others)
        start = np.zeros(nodes + 1, dtype=np.int32)
        np.cumsum(np.bincount(ends, minlength=nodes), out=start[1:])
        return cls(start, others[order].astype(np.int32), np.concatenate([weights, weights])[order])

    @property
    def nodes(self) -> int:
        """How many nodes."""
        return int(self.start.size - 1)

    @property
    def ties(self) -> int:
        """How many ties."""
        return int(self.neighbours.size // 2)

    @cached_property
    def degree(self) -> Ints:
        """(n,) number of ties of each node."""
        return np.diff(self.start).astype(np.int64)

    @cached_property
    def strength(self) -> Floats:
        """(n,) weight of all ties of each node."""
        return np.asarray(np.bincount(self.rows, weights=self.weights, minlength=self.nodes))

    @cached_property
    def rows(self) -> Ints:
        """(2 · ties,) node to which each entry of `neighbours` belongs."""
        return np.repeat(np.arange(self.nodes), self.degree)

    def without(self, nodes: Ints) -> "Graph":
        """The same nodes, the ties of `nodes` gone."""
        gone = np.zeros(self.nodes, dtype=np.bool_)
        gone[nodes] = True
        once = (self.rows < self.neighbours) & ~gone[self.rows] & ~gone[self.neighbours]
        return Graph.of(self.nodes, self.rows[once], self.neighbours[once].astype(np.int64), self.weights[once])
