"""The Leiden algorithm on one thread, with a random stream of its own: the same seed gives the same groups.

networkit's ParallelLeiden depends on the number of threads and igraph is not among the libraries we ship, so this is a
compact version after V.A. Traag, L. Waltman and N.J. van Eck, "From Louvain to Leiden", Scientific Reports 9 (2019) 5233.
"""

import numpy as np

from openvis.analysis.checks import Floats, Ints
from openvis.analysis.compiled import kernel
from openvis.analysis.network.graph import Graph, Index

THETA = 0.01
"""How often the refinement takes less than the best join, in units of the mean weight of a tie."""
ROUNDS = 100


def leiden(graph: Graph, resolution: float, seed: int) -> Ints:
    """(n,) group of each node, numbered by their first node; maximises modularity at `resolution`, locally.

    Runs again from what it found until nothing changes, so that every group is connected and no single move helps.
    """
    rng = np.random.default_rng(seed)
    member = np.arange(graph.nodes)
    if graph.ties == 0:
        return member
    best = -1.0
    for _ in range(ROUNDS):
        member = _pass(graph, member, resolution, rng)
        reached = modularity(graph, member, resolution)
        if reached <= best + 1e-12:
            break
        best = reached
    return renumbered(member)


def modularity(graph: Graph, member: Ints, resolution: float = 1.0) -> float:
    """Newman & Girvan's modularity of the groups, weighted: ties inside less those expected by strength alone."""
    total = graph.weights.sum()
    if total == 0:
        return 0.0
    inside = graph.weights[member[graph.rows] == member[graph.neighbours]].sum()
    volumes = np.bincount(member, weights=graph.strength)
    return float(inside / total - resolution * np.sum((volumes / total) ** 2))


def renumbered(member: Ints) -> Ints:
    """The same groups, numbered 0, 1, … in the order of their first node."""
    _, first, group = np.unique(member, return_index=True, return_inverse=True)
    rank = np.empty(first.size, dtype=np.int64)
    rank[np.argsort(first)] = np.arange(first.size)
    return rank[group]


def _pass(graph: Graph, member: Ints, resolution: float, rng: np.random.Generator) -> Ints:
    """Move, refine and merge until the merged graph no longer shrinks; groups of the nodes of `graph`."""
    where = np.arange(graph.nodes)
    volume = graph.strength
    total = float(volume.sum())
    theta = THETA * float(graph.weights.mean())
    while True:
        n = graph.nodes
        member = np.unique(member, return_inverse=True)[1].astype(np.int64)
        _move(graph.start, graph.neighbours, graph.weights, volume, member, rng.permutation(n), total, resolution)
        refined = np.arange(n)
        _refine(
            graph.start, graph.neighbours, graph.weights, volume, member, refined, rng.permutation(n), rng.random(n),
            total, resolution, theta,
        )  # fmt: skip
        _, first, merged = np.unique(refined, return_index=True, return_inverse=True)
        if first.size == n:
            return np.asarray(member[where])
        graph, volume = (
            _merged(graph, merged, first.size),
            np.asarray(np.bincount(merged, weights=volume), dtype=np.float64),
        )
        member = member[first]
        where = merged[where]


def _merged(graph: Graph, merged: Ints, size: int) -> Graph:
    """The graph of the merged nodes; what lies inside one is kept in its volume only."""
    a, b = merged[graph.rows], merged[graph.neighbours]
    once = a < b
    keys, pair = np.unique(a[once] * size + b[once], return_inverse=True)
    weights = np.bincount(pair, weights=graph.weights[once], minlength=keys.size)
    return Graph.of(size, keys // size, keys % size, np.asarray(weights, dtype=np.float64))


@kernel
def _move(  # noqa: C901 -- one compiled loop
    start: Index, neighbours: Index, weights: Floats, volume: Floats, member: Ints, order: Ints, total: float,
    resolution: float,
) -> None:  # fmt: skip
    """Move nodes to the best group beside them (or to an empty one) until none wants to; changes `member`."""
    n = volume.size
    volumes, sizes = np.zeros(n), np.zeros(n, dtype=np.int64)
    for v in range(n):
        volumes[member[v]] += volume[v]
        sizes[member[v]] += 1
    empty = np.flatnonzero(sizes == 0)
    spare = np.empty(n + 1, dtype=np.int64)
    spares = empty.size
    spare[:spares] = empty
    queue, waiting = order.copy(), np.ones(n, dtype=np.bool_)
    head, length = 0, n
    links = np.zeros(n)
    touched = np.empty(n, dtype=np.int64)
    while length > 0:
        v = queue[head]
        head = head + 1 if head + 1 < n else 0
        length -= 1
        waiting[v] = False
        count = 0
        for at in range(start[v], start[v + 1]):
            group = member[neighbours[at]]
            if links[group] == 0.0:
                touched[count] = group
                count += 1
            links[group] += weights[at]
        own = member[v]
        cost = resolution * volume[v] / total
        best, most = own, links[own] - cost * (volumes[own] - volume[v])
        stay = most
        for i in range(count):
            group = touched[i]
            if group != own:
                gain = links[group] - cost * volumes[group]
                if gain > most:
                    best, most = group, gain
            links[group] = 0.0
        links[own] = 0.0
        if most < 0.0 and sizes[own] > 1 and spares > 0:
            spares -= 1
            best, most = spare[spares], 0.0
        if best == own or most <= stay + 1e-12 * total:
            continue
        volumes[own] -= volume[v]
        sizes[own] -= 1
        if sizes[own] == 0:
            volumes[own] = 0.0
            spare[spares] = own
            spares += 1
        member[v] = best
        volumes[best] += volume[v]
        sizes[best] += 1
        for at in range(start[v], start[v + 1]):
            u = neighbours[at]
            if not waiting[u] and member[u] != best:
                place = head + length
                queue[place if place < n else place - n] = u
                length += 1
                waiting[u] = True


@kernel
def _refine(  # noqa: C901 -- one compiled loop
    start: Index, neighbours: Index, weights: Floats, volume: Floats, member: Ints, refined: Ints, order: Ints,
    draws: Floats, total: float, resolution: float, theta: float,
) -> None:  # fmt: skip
    """Join single nodes inside their group to well-connected parts of it, the better the likelier; changes `refined`."""
    n = volume.size
    whole, parts = np.zeros(n), volume.copy()
    outward = np.zeros(n)
    for v in range(n):
        whole[member[v]] += volume[v]
        for at in range(start[v], start[v + 1]):
            if member[neighbours[at]] == member[v]:
                outward[v] += weights[at]
    alone = np.ones(n, dtype=np.bool_)
    links = np.zeros(n)
    touched, gains = np.empty(n, dtype=np.int64), np.empty(n)
    for v in order:
        group = whole[member[v]]
        if not alone[v] or outward[v] < resolution * volume[v] * (group - volume[v]) / total:
            continue
        count, inside = 0, 0.0
        for at in range(start[v], start[v + 1]):
            u = neighbours[at]
            if member[u] == member[v]:
                if links[refined[u]] == 0.0:
                    touched[count] = refined[u]
                    count += 1
                links[refined[u]] += weights[at]
                inside += weights[at]
        most, able = 0.0, 0
        for i in range(count):
            part = touched[i]
            gain = links[part] - resolution * volume[v] * parts[part] / total
            fit = outward[part] >= resolution * parts[part] * (group - parts[part]) / total
            gains[i] = gain if fit and gain >= 0.0 else -1.0
            if gains[i] >= 0.0:
                most, able = max(most, gain), able + 1
        if able > 0:
            mass = 0.0
            for i in range(count):
                if gains[i] >= 0.0:
                    mass += np.exp((gains[i] - most) / theta)
            left = draws[v] * mass
            chosen = -1
            for i in range(count):
                if gains[i] >= 0.0:
                    chosen = touched[i]
                    left -= np.exp((gains[i] - most) / theta)
                    if left <= 0.0:
                        break
            alone[chosen] = False
            alone[v] = False
            outward[chosen] += inside - 2.0 * links[chosen]
            parts[chosen] += volume[v]
            refined[v] = chosen
        for i in range(count):
            links[touched[i]] = 0.0
