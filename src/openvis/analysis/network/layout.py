"""Where to draw the nodes: tied ones near each other, the same picture for the same ties."""

import numpy as np

from openvis.analysis.checks import Floats, Ints
from openvis.analysis.compiled import kernel
from openvis.analysis.network.graph import Graph, Index

ROUNDS = 400


def layout(graph: Graph, member: Ints) -> Floats:
    """(n, 2) places around 0, by forces: ties pull, all nodes push (T. Fruchterman and E. Reingold, 1991).

    Begins with the groups of `member` on a circle, so that nothing is random. Distance on paper has no other meaning.
    """
    n = graph.nodes
    order = np.lexsort((np.arange(n), member))
    angle = np.empty(n)
    angle[order] = 2 * np.pi * np.arange(n) / n
    far = np.sqrt(n) * (0.8 + 0.4 * (np.arange(n) % 7) / 6)
    places = np.column_stack([far * np.cos(angle), far * np.sin(angle)])
    _settle(graph.start, graph.neighbours, graph.weights / graph.weights.mean(), places, ROUNDS)
    middle = places - places.mean(axis=0)
    # The longest side lies flat: a picture is wider than high.
    _, _, sides = np.linalg.svd(middle, full_matrices=False)
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
