"""Secondary suppression by cubes: for each small cell a set of cells that can change together without any total telling."""

from dataclasses import dataclass

import numpy as np

from openvis.analysis.checks import Bools, Floats, Ints
from openvis.analysis.compiled import kernel
from openvis.analysis.disclosure.table import Axis, Margins

PASSES = 6


@dataclass(frozen=True, eq=False)
class Moves:
    """The moves of each node of an axis, flat: those of node v are rows start[v] : start[v + 1], padded with -1."""

    start: Ints
    nodes: Ints
    signs: Ints

    @classmethod
    def of(cls, axis: Axis) -> "Moves":
        """All moves of all nodes."""
        each = [axis.moves(node) for node in range(axis.nodes)]
        flat = [move for moves in each for move in moves]
        width = max(len(move) for move in flat)
        nodes, signs = np.full((len(flat), width), -1), np.zeros((len(flat), width), dtype=np.int64)
        for row, move in enumerate(flat):
            nodes[row, : len(move)] = [node for node, _ in move]
            signs[row, : len(move)] = [sign for _, sign in move]
        return cls(np.r_[0, np.cumsum([len(moves) for moves in each])], nodes, signs)


def cover(full: Ints, primary: Bools, need: Ints, fixed: Bools, margins: Margins) -> tuple[Bools, Ints]:
    """(cells) what to hide besides `primary`, and the primary cells (flat) for which no cube exists.

    full, primary, need, fixed: of the shape of `margins`. A cube is a product of one move on each side (D. Repsilber;
    S. Giessing and D. Repsilber, "Tools and strategies to protect multiple tables with the GHQUAR cell suppression
    engine", 2002): its cells can go up and down together by whole numbers while every total stays right. It protects a
    cell when that leaves it at least `need` possible values, hidden cells being at least 1. The cheapest cubes are
    taken one after the other, then each is chosen again beside the others until nothing gets cheaper.
    """
    moves = [Moves.of(axis) for axis in margins.axes]
    price = 1.0 + np.log1p(full)
    price[(full == 0) | (fixed & ~primary)] = np.inf
    cells = np.flatnonzero(primary)
    # Totals first: their cubes are the dearest, and serve the cells below them.
    cells = cells[np.lexsort((cells, -full.ravel()[cells], -_level(margins).ravel()[cells]))]
    first, second, third = moves
    width = int(np.prod([it.nodes.shape[1] for it in moves]))
    cubes, sizes = np.full((cells.size, width), -1), np.zeros(cells.size, dtype=np.int64)
    uses = np.zeros(full.size, dtype=np.int64)
    before = np.inf
    for _ in range(PASSES):
        _choose(
            full.ravel(), price.ravel(), primary.ravel(), cells, need.ravel()[cells], np.array(margins.shape),
            first.start, first.nodes, first.signs, second.start, second.nodes, second.signs, third.start, third.nodes,
            third.signs, uses, cubes, sizes,
        )  # fmt: skip
        hidden = (uses > 0) & ~primary.ravel()
        total = float(price.ravel()[hidden].sum())
        if total >= before - 1e-9:
            break
        before = total
    return hidden.reshape(full.shape), cells[sizes == 0]


def reach(full: Ints, hidden: Bools, margins: Margins, least: int) -> tuple[Ints, Ints]:
    """(hidden cells,) how far each can go down and up by one cube of hidden cells, none of which gets below `least`.

    A proof that it can, not of no more.
    """
    moves = [Moves.of(axis) for axis in margins.axes]
    cells = np.flatnonzero(hidden)
    down, up = np.zeros(cells.size, dtype=np.int64), np.zeros(cells.size, dtype=np.int64)
    first, second, third = moves
    _reach(
        full.ravel() - least, hidden.ravel(), cells, np.array(margins.shape), first.start, first.nodes, first.signs,
        second.start, second.nodes, second.signs, third.start, third.nodes, third.signs, down, up,
    )  # fmt: skip
    return down, up


def _level(margins: Margins) -> Ints:
    """On how many sides a cell is a total."""
    is_total = [(np.arange(axis.nodes) >= axis.leaves).astype(np.int64) for axis in margins.axes]
    return is_total[0][:, None, None] + is_total[1][None, :, None] + is_total[2][None, None, :]


@kernel
def _choose(  # noqa: C901 -- one compiled loop
    full: Ints, price: Floats, primary: Bools, cells: Ints, need: Ints, shape: Ints, start0: Ints, nodes0: Ints,
    signs0: Ints, start1: Ints, nodes1: Ints, signs1: Ints, start2: Ints, nodes2: Ints, signs2: Ints, uses: Ints,
    cubes: Ints, sizes: Ints,
) -> None:  # fmt: skip
    """The cheapest cube for each cell in turn, what is hidden already being free; changes uses, cubes and sizes."""
    rows, plane = shape[2], shape[1] * shape[2]
    corner = np.empty(cubes.shape[1], dtype=np.int64)
    fit0, fit1 = np.empty(nodes0.shape[0], dtype=np.int64), np.empty(nodes1.shape[0], dtype=np.int64)
    fit2 = np.empty(nodes2.shape[0], dtype=np.int64)
    for turn in range(cells.size):
        cell = cells[turn]
        for i in range(sizes[turn]):
            uses[cubes[turn, i]] -= 1
        a, b, c = cell // plane, cell // rows % shape[1], cell % rows
        many0, many1, many2 = 0, 0, 0
        for m in range(start0[a], start0[a + 1]):
            fits = True
            for node in nodes0[m]:
                fits = fits and (node < 0 or price[node * plane + b * rows + c] < np.inf)
            if fits:
                fit0[many0] = m
                many0 += 1
        for m in range(start1[b], start1[b + 1]):
            fits = True
            for node in nodes1[m]:
                fits = fits and (node < 0 or price[a * plane + node * rows + c] < np.inf)
            if fits:
                fit1[many1] = m
                many1 += 1
        for m in range(start2[c], start2[c + 1]):
            fits = True
            for node in nodes2[m]:
                fits = fits and (node < 0 or price[a * plane + b * rows + node] < np.inf)
            if fits:
                fit2[many2] = m
                many2 += 1
        best = np.inf
        for i0 in range(many0):
            if best == 0.0:
                break
            m0 = fit0[i0]
            for i1 in range(many1):
                m1 = fit1[i1]
                for i2 in range(many2):
                    m2 = fit2[i2]
                    cost, down, up, size = 0.0, np.inf, np.inf, 0
                    for j0 in range(nodes0.shape[1]):
                        if nodes0[m0, j0] < 0 or cost >= best:
                            break
                        for j1 in range(nodes1.shape[1]):
                            if nodes1[m1, j1] < 0 or cost >= best:
                                break
                            for j2 in range(nodes2.shape[1]):
                                if nodes2[m2, j2] < 0:
                                    break
                                at = nodes0[m0, j0] * plane + nodes1[m1, j1] * rows + nodes2[m2, j2]
                                if not primary[at] and uses[at] == 0:
                                    cost += price[at]
                                room = full[at] - 1.0
                                if signs0[m0, j0] * signs1[m1, j1] * signs2[m2, j2] > 0:
                                    down = min(down, room)
                                else:
                                    up = min(up, room)
                                corner[size] = at
                                size += 1
                    if cost < best and down + up + 1.0 >= need[turn]:
                        best = cost
                        sizes[turn] = size
                        cubes[turn, :size] = corner[:size]
        for i in range(sizes[turn]):
            uses[cubes[turn, i]] += 1


@kernel
def _reach(  # noqa: C901 -- one compiled loop
    room: Ints, hidden: Bools, cells: Ints, shape: Ints, start0: Ints, nodes0: Ints, signs0: Ints, start1: Ints,
    nodes1: Ints, signs1: Ints, start2: Ints, nodes2: Ints, signs2: Ints, down: Ints, up: Ints,
) -> None:  # fmt: skip
    rows, plane = shape[2], shape[1] * shape[2]
    most = np.int64(2) ** 62
    for turn in range(cells.size):
        cell = cells[turn]
        a, b, c = cell // plane, cell // rows % shape[1], cell % rows
        for m0 in range(start0[a], start0[a + 1]):
            other = nodes0[m0, nodes0.shape[1] - 1]
            if other >= 0 and not hidden[other * plane + b * rows + c]:
                continue
            for m1 in range(start1[b], start1[b + 1]):
                other = nodes1[m1, nodes1.shape[1] - 1]
                if other >= 0 and not hidden[a * plane + other * rows + c]:
                    continue
                for m2 in range(start2[c], start2[c + 1]):
                    less, more, fits = most, most, True
                    for j0 in range(nodes0.shape[1]):
                        if nodes0[m0, j0] < 0 or not fits:
                            break
                        for j1 in range(nodes1.shape[1]):
                            if nodes1[m1, j1] < 0 or not fits:
                                break
                            for j2 in range(nodes2.shape[1]):
                                if nodes2[m2, j2] < 0:
                                    break
                                at = nodes0[m0, j0] * plane + nodes1[m1, j1] * rows + nodes2[m2, j2]
                                if not hidden[at]:
                                    fits = False
                                    break
                                if signs0[m0, j0] * signs1[m1, j1] * signs2[m2, j2] > 0:
                                    less = min(less, room[at])
                                else:
                                    more = min(more, room[at])
                    if fits:
                        down[turn], up[turn] = max(down[turn], less), max(up[turn], more)
