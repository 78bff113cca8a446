"""Best sites against spopt with CBC, travel times against scipy, igraph and networkx; and how both grow."""

import warnings
from typing import Any

import numpy as np

from openvis.analysis.checks import Floats, Ints
from openvis.analysis.cover import Roads, coverage, locate, straight_times, travel_times
from peers.measuring import SIDE, incidents, memory, note, row, seconds, timed

NORM, NEW, SITES = 480.0, 8, 200
INSTANCES = range(3)
"""How hard a covering problem is differs from one to the next: three are shown, not the easiest."""


def compare() -> None:
    """The same sites, the same ways; then growth without a peer."""
    warnings.filterwarnings("ignore")
    for instance in INSTANCES:
        _sites(instance)
    _ways()
    _growth()


def town(dwellings: int, sites: int, instance: int) -> tuple[Floats, Floats]:
    """(sites, dwellings) seconds in a straight line to sites that are places of dwellings, and a weight for each."""
    places, rng = incidents(dwellings), np.random.default_rng(instance)
    at = rng.choice(dwellings, sites, replace=False)
    times = straight_times(places.x[at], places.y[at], places.x, places.y, 30.0, 1.3)
    return times, rng.integers(1, 30, dwellings).astype(np.float64)


def _sites(instance: int) -> None:
    """As a user calls spopt: the model made and solved; beside it, the solver alone."""
    import pulp
    from spopt.locate import MCLP

    times, weight = town(10_000, SITES, instance)
    small, light = town(300, 20, instance)
    MCLP.from_cost_matrix(small.T, light, NORM, 3).solve(pulp.PULP_CBC_CMD(msg=False))  # warm
    ours, found = timed(lambda: locate(times <= NORM, weight, NEW))
    made, model = timed(lambda: MCLP.from_cost_matrix(times.T, weight, NORM, NEW), 1)
    solving, solved = timed(lambda: model.solve(pulp.PULP_CBC_CMD(msg=False)), 1)
    row(f"locate, {NEW} of {SITES} sites, {instance}, against spopt and CBC", 10_000, ours, made + solving)
    objective = pulp.value(solved.problem.objective)
    assert found.optimal
    assert pulp.LpStatus[solved.problem.status] == "Optimal"
    assert abs(found.weight - objective) < 1e-6 * objective
    note(f"both proven the best, {objective:,.0f} reached; CBC alone {solving:.2f} s, {solving / ours:.1f} times ours")


def streets(nodes: int) -> tuple[Roads, Any]:
    """A grid of streets with bends, both ways, 30 to 50 km/h; and as a sparse matrix."""
    from scipy.sparse import csr_array

    side = int(np.sqrt(nodes))
    rng, number = np.random.default_rng(nodes), np.arange(side * side).reshape(side, side)
    x, y = (it.ravel() * SIDE / side + rng.normal(0, 10, side * side) for it in np.meshgrid(*[np.arange(side)] * 2))
    begin = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()])
    end = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()])
    took = np.hypot(x[begin] - x[end], y[begin] - y[end]) * 3.6 / rng.uniform(30, 50, begin.size)
    roads = Roads.of(x, y, begin, end, took, both_ways=True)
    return roads, csr_array((roads.seconds, (roads.begin, roads.end)), shape=(side * side, side * side))


def _ways() -> None:
    """All nodes from 20 origins; networkx from 2, which takes long enough."""
    import igraph
    import networkx as nx
    from scipy.sparse.csgraph import dijkstra

    roads, matrix = streets(40_000)
    origins = np.random.default_rng(1).choice(roads.x.size, 20, replace=False)
    ours, times = timed(lambda: travel_times(roads, origins))
    edges = list(zip(roads.begin.tolist(), roads.end.tolist(), strict=True))
    graph = igraph.Graph(roads.x.size, edges, directed=True, edge_attrs={"s": roads.seconds.tolist()})
    tree = nx.DiGraph()
    tree.add_weighted_edges_from((a, b, s) for (a, b), s in zip(edges, roads.seconds.tolist(), strict=True))
    theirs, same = timed(lambda: dijkstra(matrix, indices=origins))
    row("travel_times, 20 origins, against scipy's dijkstra", roads.x.size, ours, theirs)
    assert np.allclose(times, same)
    theirs, same = timed(lambda: np.array(graph.distances(origins.tolist(), weights="s")))
    row("travel_times, 20 origins, against igraph", roads.x.size, ours, theirs)
    assert np.allclose(times, same)
    two = seconds(lambda: travel_times(roads, origins[:2]))
    theirs, same = timed(lambda: _networkx(tree, origins[:2], roads.x.size))
    row("travel_times, 2 origins, against networkx", roads.x.size, two, theirs)
    assert np.allclose(times[:2], same)


def _networkx(graph: Any, origins: Ints, size: int) -> Floats:
    import networkx as nx

    times = np.full((origins.size, size), np.inf)
    for i, origin in enumerate(origins.tolist()):
        lengths = nx.single_source_dijkstra_path_length(graph, origin)
        times[i, list(lengths)] = list(lengths.values())
    return times


def _growth() -> None:
    for nodes in (10_000, 100_000, 1_000_000):
        roads, _ = streets(nodes)
        origins = np.random.default_rng(1).choice(roads.x.size, 20, replace=False)
        row("travel_times, 20 origins", roads.x.size, seconds(lambda r=roads, o=origins: travel_times(r, o)))
        norm = seconds(lambda r=roads, o=origins: travel_times(r, o, limit=NORM))
        row("travel_times, 20 origins, up to the norm", roads.x.size, norm)
    for dwellings in (10_000, 100_000, 1_000_000):
        times, weight = town(dwellings, 20, 0)
        row("coverage, 20 stations", dwellings, seconds(lambda t=times, w=weight: coverage(t, NORM, w)))
    for dwellings in (1_000, 10_000, 100_000):
        times, weight = town(dwellings, SITES, 0)
        row(
            f"locate, {NEW} of {SITES} sites",
            dwellings,
            seconds(lambda t=times, w=weight: locate(t <= NORM, w, NEW), 1),
        )
    note(
        f"peak memory: ways over 1,000,000 nodes {memory(_far):,.0f} MB, sites for 100,000 dwellings {memory(_many):,.0f} MB"
    )


def _far() -> None:
    """Making the streets counted in."""
    roads, _ = streets(1_000_000)
    travel_times(roads, np.arange(20))


def _many() -> None:
    """The table of 20 million times counted in."""
    times, weight = town(100_000, SITES, 0)
    locate(times <= NORM, weight, NEW)
