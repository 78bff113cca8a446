"""A table of counts with all its totals, as one array, and what adds up to what."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import scipy.sparse as sp

from openvis.analysis.checks import Floats, Ints


@dataclass(frozen=True, eq=False)
class Axis:
    """One side of a table: its leaves first, then groups of leaves, the total last; parent: (nodes,), -1 at the top."""

    leaves: int
    parent: Ints

    @classmethod
    def of(cls, leaves: int, groups: Sequence[Any] | None = None) -> "Axis":
        """Leaves under a total, or under the groups that `groups` (leaves,) names, which stand under the total."""
        if groups is None:
            return cls(leaves, np.r_[np.full(leaves, leaves), -1])
        if len(groups) != leaves:
            raise ValueError(f"groups has {len(groups)} values; expected {leaves}, one for each row")
        names, group = np.unique(np.asarray(groups).astype(str), return_inverse=True)
        total = leaves + names.size
        return cls(leaves, np.r_[leaves + group, np.full(names.size, total), -1])

    @property
    def nodes(self) -> int:
        """Leaves, groups and the total."""
        return int(self.parent.size)

    @cached_property
    def sums(self) -> Ints:
        """(nodes, leaves) 1 where a leaf is part of a node."""
        part = np.zeros((self.nodes, self.leaves), dtype=np.int64)
        for leaf in range(self.leaves):
            for node in self.path(leaf):
                part[node, leaf] = 1
        return part

    @cached_property
    def equations(self) -> Any:
        """(totals, nodes) sparse: 1 for each part of a total, -1 for the total; all rows are 0."""
        below = np.flatnonzero(self.parent >= 0)
        totals = np.unique(self.parent[below])
        row = np.r_[np.searchsorted(totals, self.parent[below]), np.arange(totals.size)]
        sign = np.r_[np.ones(below.size), -np.ones(totals.size)]
        return sp.csr_matrix((sign, (row, np.r_[below, totals])), shape=(totals.size, self.nodes))

    def path(self, node: int) -> list[int]:
        """The node and all totals it is part of."""
        steps = [node]
        while self.parent[steps[-1]] >= 0:
            steps.append(int(self.parent[steps[-1]]))
        return steps

    def moves(self, node: int) -> list[list[tuple[int, int]]]:
        """Ways to add one to `node` that keep every sum on this side: (node, +1 or -1) lists, `node` itself first.

        One leaf goes up with all its totals, and either another leaf goes down with its totals (those of both stay), or
        none does and the total goes up too.
        """
        found = []
        for up in np.flatnonzero(self.sums[node]):
            rise = self.path(int(up))
            found.append([(at, 1) for at in rise])
            for down in range(self.leaves):
                fall = self.path(down)
                if node not in fall:
                    both = set(rise) & set(fall)
                    found.append(
                        [(at, 1) for at in rise if at not in both] + [(at, -1) for at in fall if at not in both]
                    )
        return [sorted(move, key=lambda step: step[0] != node) for move in found]


@dataclass(frozen=True, eq=False)
class Margins:
    """A table with totals on up to three sides; smaller ones have sides of a single node."""

    axes: tuple[Axis, ...]

    @classmethod
    def of(cls, shape: tuple[int, ...], groups: Sequence[Any] | None = None) -> "Margins":
        """Totals on each side of a table of this shape; on the first also those of `groups`."""
        sides = [Axis.of(size, groups if i == 0 else None) for i, size in enumerate(shape)]
        return cls((*sides, *[Axis(1, np.array([-1]))] * (3 - len(shape))))

    @property
    def shape(self) -> tuple[int, int, int]:
        """Nodes on each side."""
        first, second, third = (axis.nodes for axis in self.axes)
        return first, second, third

    def extend(self, table: Ints) -> Ints:
        """The table (leaves) with all totals, three sides."""
        full = table.reshape([axis.leaves for axis in self.axes])
        for i, axis in enumerate(self.axes):
            full = np.moveaxis(np.tensordot(axis.sums, full, axes=(1, i)), 0, i)
        return np.ascontiguousarray(full)

    def inner(self, full: Any) -> Any:
        """The leaves of a full array."""
        first, second, third = (axis.leaves for axis in self.axes)
        return full[:first, :second, :third]

    @cached_property
    def equations(self) -> Any:
        """(equations, cells) sparse; each row times the flattened full table is 0."""
        sides = self.shape
        rows = []
        for i, axis in enumerate(self.axes):
            if axis.nodes > 1:
                before, after = int(np.prod(sides[:i])), int(np.prod(sides[i + 1 :]))
                rows.append(sp.kron(sp.kron(sp.identity(before), axis.equations), sp.identity(after), format="csr"))
        return sp.vstack(rows, format="csr")


def counts(name: str, table: Any) -> Ints:
    """`table` as whole numbers of 0 or more on one, two or three sides."""
    array = np.asarray(table)
    if array.ndim not in (1, 2, 3) or array.size == 0:
        raise ValueError(f"{name} has shape {array.shape}; expected one, two or three sides with at least one cell")
    numbers: Floats = array.astype(np.float64)
    wrong = ~(np.isfinite(numbers) & (numbers >= 0) & (numbers == np.floor(numbers)))
    if wrong.any():
        first = tuple(int(i) for i in np.argwhere(wrong)[0])
        raise ValueError(
            f"{name}{list(first)} is {array[first]} ({int(wrong.sum())} such values); expected whole numbers of at least 0"
        )
    return np.ascontiguousarray(numbers.astype(np.int64))
