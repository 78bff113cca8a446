"""Betweenness by Brandes' algorithm, and shortest paths drawn at random; over pieces, added up in a fixed order."""

import numpy as np

from openvis.analysis.checks import Floats, Ints
from openvis.analysis.compiled import kernel
from openvis.analysis.network.graph import Graph, Index
from openvis.analysis.threads import side_by_side

PIECES = 32


def betweenness(graph: Graph, lengths: Floats | None, threads: int | None) -> Floats:
    """(n,) exact: the sum over pairs of other nodes of the share of their shortest paths that pass the node.

    U. Brandes, Journal of Mathematical Sociology 25 (2001) 163-177. lengths: (2 · ties,) above 0, or None to count steps.
    """
    pieces = [piece for piece in np.array_split(np.arange(graph.nodes), PIECES) if piece.size]

    def one(sources: Ints) -> Floats:
        out = np.zeros(graph.nodes)
        if lengths is None:
            _by_steps(graph.start, graph.neighbours, sources, out)
        else:
            _by_length(graph.start, graph.neighbours, lengths, sources, out)
        return out

    return np.asarray(np.sum(side_by_side(one, pieces, threads), axis=0) / 2.0)


def passes(graph: Graph, samples: int, seed: int, threads: int | None) -> Ints:
    """(n,) how many of `samples` random shortest paths between random pairs pass each node, its own ends not counted."""
    sizes = [part.size for part in np.array_split(np.arange(samples), PIECES)]

    def one(piece: int) -> Ints:
        rng = np.random.default_rng([seed, piece])
        ends = rng.integers(0, graph.nodes, (sizes[piece], 2))
        ends[:, 1] = (ends[:, 0] + 1 + rng.integers(0, graph.nodes - 1, sizes[piece])) % graph.nodes
        out = np.zeros(graph.nodes, dtype=np.int64)
        _draw(graph.start, graph.neighbours, ends, int(rng.integers(0, 2**31)), out)
        return out

    return np.asarray(np.sum(side_by_side(one, range(PIECES), threads), axis=0))


@kernel
def _by_steps(start: Index, neighbours: Index, sources: Ints, out: Floats) -> None:
    """Ties that lead a step further are kept while going out, so that the way back walks over these alone.

    What depends on the ties is chosen without a jump, which a processor would guess wrongly half of the time.
    """
    n = out.size
    far = np.full(n, -1, dtype=np.int32)
    paths, share = np.zeros(n), np.zeros(n)
    queue, onward = np.empty(n + 1, dtype=np.int32), np.empty(neighbours.size + 1, dtype=np.int32)
    first = np.empty(n + 1, dtype=np.int64)
    for source in sources:
        far[source] = 0
        paths[source] = 1.0
        queue[0] = source
        head, tail, count = 0, 1, 0
        while head < tail:
            v = queue[head]
            first[head] = count
            head += 1
            further, through = far[v] + 1, paths[v]
            for at in range(start[v], start[v + 1]):
                w = neighbours[at]
                unseen = far[w] < 0
                reached = further if unseen else far[w]
                far[w] = reached
                queue[tail] = w
                tail += unseen
                leads = reached == further
                paths[w] += through if leads else 0.0
                onward[count] = w
                count += leads
        first[tail] = count
        for i in range(tail - 1, 0, -1):
            v = queue[i]
            behind = 0.0
            for at in range(first[i], first[i + 1]):
                behind += share[onward[at]]
            dependent = behind * paths[v]
            share[v] = (1.0 + dependent) / paths[v]
            out[v] += dependent
        for i in range(tail):
            far[queue[i]] = -1
            paths[queue[i]] = 0.0


@kernel
def _by_length(start: Index, neighbours: Index, lengths: Floats, sources: Ints, out: Floats) -> None:  # noqa: C901 -- one compiled loop
    """Dijkstra with a binary heap; paths as long up to rounding (1e-10 of their length) count as equally short."""
    n = out.size
    size = neighbours.size + 1
    key, item = np.empty(size), np.empty(size, dtype=np.int32)
    far, paths, dependent = np.full(n, np.inf), np.zeros(n), np.zeros(n)
    rank = np.full(n, -1, dtype=np.int32)
    order = np.empty(n, dtype=np.int32)
    before, first = np.empty(neighbours.size + 1, dtype=np.int32), np.empty(n + 1, dtype=np.int64)
    for source in sources:
        far[source] = 0.0
        key[0], item[0] = 0.0, source
        held, count = 1, 0
        while held > 0:
            v, at_v = item[0], key[0]
            held -= 1
            last_key, last_item = key[held], item[held]
            place = 0
            while True:
                child = 2 * place + 1
                if child >= held:
                    break
                if child + 1 < held and key[child + 1] < key[child]:
                    child += 1
                if key[child] >= last_key:
                    break
                key[place], item[place] = key[child], item[child]
                place = child
            key[place], item[place] = last_key, last_item
            if rank[v] >= 0:
                continue
            rank[v] = count
            order[count] = v
            count += 1
            for at in range(start[v], start[v + 1]):
                w = neighbours[at]
                reached = at_v + lengths[at]
                if rank[w] < 0 and reached < far[w]:
                    far[w] = reached
                    place = held
                    held += 1
                    while place > 0:
                        parent = (place - 1) // 2
                        if key[parent] <= reached:
                            break
                        key[place], item[place] = key[parent], item[parent]
                        place = parent
                    key[place], item[place] = reached, w
        paths[source] = 1.0
        kept = 0
        for i in range(1, count):
            w = order[i]
            first[i] = kept
            through, longest = 0.0, far[w] * (1.0 + 1e-10)
            for at in range(start[w], start[w + 1]):
                v = neighbours[at]
                leads = (rank[v] < i) & (far[v] + lengths[at] <= longest)
                through += paths[v] if leads else 0.0
                before[kept] = v
                kept += leads
            paths[w] = through
        first[count] = kept
        for i in range(count - 1, 0, -1):
            w = order[i]
            share = (1.0 + dependent[w]) / paths[w]
            for at in range(first[i], first[i + 1]):
                dependent[before[at]] += paths[before[at]] * share
            out[w] += dependent[w]
        for i in range(count):
            w = order[i]
            far[w] = np.inf
            rank[w] = -1
            dependent[w] = 0.0


@kernel
def _draw(start: Index, neighbours: Index, ends: Ints, seed: int, out: Ints) -> None:  # noqa: C901 -- one compiled loop
    """For each pair, grow from both ends, the cheaper side first, until they meet; draw one of the shortest paths."""
    np.random.seed(seed)
    n = out.size
    far = np.full((2, n), -1, dtype=np.int32)
    paths = np.zeros((2, n))
    queue = np.empty((2, n), dtype=np.int32)
    first, tail, cost = np.zeros(2, dtype=np.int64), np.zeros(2, dtype=np.int64), np.zeros(2, dtype=np.int64)
    for pair in range(ends.shape[0]):
        for side in range(2):
            end = ends[pair, side]
            far[side, end] = 0
            paths[side, end] = 1.0
            queue[side, 0] = end
            first[side], tail[side], cost[side] = 0, 1, start[end + 1] - start[end]
        met = 0.0
        side = 0
        while met == 0.0:
            side = 0 if cost[0] <= cost[1] else 1
            begin, stop = first[side], tail[side]
            if begin == stop:
                break
            cost[side] = 0
            for i in range(begin, stop):
                v = queue[side, i]
                further = far[side, v] + 1
                for at in range(start[v], start[v + 1]):
                    w = neighbours[at]
                    if far[side, w] < 0:
                        far[side, w] = further
                        paths[side, w] = paths[side, v]
                        queue[side, tail[side]] = w
                        tail[side] += 1
                        cost[side] += start[w + 1] - start[w]
                    elif far[side, w] == further:
                        paths[side, w] += paths[side, v]
            first[side] = stop
            for i in range(stop, tail[side]):
                w = queue[side, i]
                if far[1 - side, w] >= 0:
                    met += paths[0, w] * paths[1, w]
        if met > 0.0:
            left = np.random.random() * met
            middle = -1
            for i in range(first[side], tail[side]):
                w = queue[side, i]
                if far[1 - side, w] >= 0:
                    middle = w
                    left -= paths[0, w] * paths[1, w]
                    if left <= 0.0:
                        break
            if middle != ends[pair, 0] and middle != ends[pair, 1]:
                out[middle] += 1
            for walk in range(2):
                v = middle
                while far[walk, v] > 1:
                    left = np.random.random() * paths[walk, v]
                    step = -1
                    for at in range(start[v], start[v + 1]):
                        u = neighbours[at]
                        if far[walk, u] == far[walk, v] - 1:
                            step = u
                            left -= paths[walk, u]
                            if left <= 0.0:
                                break
                    v = step
                    out[v] += 1
        for side in range(2):
            for i in range(tail[side]):
                far[side, queue[side, i]] = -1
