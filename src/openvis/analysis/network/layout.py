"""Where to draw the nodes: tied ones near each other, the same picture for the same ties."""

import numpy as np

from openvis.analysis.checks import Floats, Ints
from openvis.analysis.compiled import kernel
from openvis.analysis.network.graph import Graph, Index

ROUNDS = 400
APART = 2.5
"""Between parts without a tie to each other, in lengths of a tie."""


def layout(graph: Graph, member: Ints) -> Floats:
    """(n, 2) places by forces: ties pull, all nodes push (T. Fruchterman and E. Reingold, 1991).

    Begins with the groups of `member` on a circle, so that nothing is random. Parts that no tie connects are laid out by
    themselves and put in rows, the largest first. Distance on paper has no other meaning.
    """
    places = np.zeros((graph.nodes, 2))
    parts = _parts(graph)
    pull = graph.weights / graph.weights.mean()
    for part in parts:
        places[part] = _placed(graph, part, member[part], pull)
    sizes = np.array([np.ptp(places[part], axis=0) + APART for part in parts])
    across = max(float(sizes[:, 0].max()), float(np.sqrt(1.5 * sizes.prod(axis=1).sum())))
    x = y = height = 0.0
    for part, (width, high) in zip(parts, sizes, strict=True):
        if x > 0.0 and x + width > across:
            x, y, height = 0.0, y - height, 0.0
        places[part] += (x, y) - np.array([places[part, 0].min(), places[part, 1].max()])
        x, height = x + width, max(height, high)
    return places


def _parts(graph: Graph) -> list[Ints]:
    """Nodes that ties connect, the largest part first."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    ties = csr_matrix((np.ones(graph.neighbours.size), graph.neighbours, graph.start), shape=(graph.nodes, graph.nodes))
    number, part = connected_components(ties, directed=False)
    nodes = np.argsort(part, kind="stable")
    parts = np.split(nodes, np.searchsorted(part[nodes], np.arange(1, number)))
    return sorted(parts, key=len, reverse=True)


def _placed(graph: Graph, part: Ints, member: Ints, pull: Floats) -> Floats:
    """(part, 2) places of the nodes of one part, its longest side lying flat: a picture is wider than high."""
    n = part.size
    number = np.zeros(graph.nodes, dtype=np.int32)
    number[part] = np.arange(n)
    start = np.r_[0, np.cumsum(graph.degree[part])].astype(np.int32)
    inside = np.isin(graph.rows, part)
    order = np.lexsort((np.arange(n), member))
    angle = np.empty(n)
    angle[order] = 2 * np.pi * np.arange(n) / n
    far = np.sqrt(n) * (0.8 + 0.4 * (np.arange(n) % 7) / 6)
    places = np.column_stack([far * np.cos(angle), far * np.sin(angle)])
    _settle(start, number[graph.neighbours[inside]], pull[inside], places, ROUNDS)
    middle = places - places.mean(axis=0)
    _, _, sides = np.linalg.svd(middle, full_matrices=n < 2)
    turned = middle @ sides.T
    return np.asarray(turned * np.where(turned[np.abs(turned).argmax(axis=0), [0, 1]] < 0, -1.0, 1.0))


@kernel
def _settle(start: Index, neighbours: Index, weights: Floats, places: Floats, rounds: int) -> None:
    n = places.shape[0]
    force = np.empty_like(places)
    for round_ in range(rounds):
        step = np.sqrt(n) * 0.1 * (1.0 - round_ / rounds)
        for v in range(n):
            fx, fy = -0.05 * places[v, 0], -0.05 * places[v, 1]
            for u in range(n):
                if u != v:
                    dx, dy = places[v, 0] - places[u, 0], places[v, 1] - places[u, 1]
                    near = dx * dx + dy * dy + 1e-6
                    fx += dx / near
                    fy += dy / near
            for at in range(start[v], start[v + 1]):
                u = neighbours[at]
                dx, dy = places[v, 0] - places[u, 0], places[v, 1] - places[u, 1]
                pull = np.sqrt(dx * dx + dy * dy) * min(2.0, 0.5 + 0.5 * weights[at])
                fx -= dx * pull
                fy -= dy * pull
            force[v, 0], force[v, 1] = fx, fy
        for v in range(n):
            size = np.sqrt(force[v, 0] ** 2 + force[v, 1] ** 2) + 1e-12
            part = min(step, size) / size
            places[v, 0] += force[v, 0] * part
            places[v, 1] += force[v, 1] * part
