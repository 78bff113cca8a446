"""Networks against igraph and networkx: betweenness, groups, and the set that holds a network together."""

from typing import Any

import numpy as np

from openvis.analysis import network
from openvis.analysis.network import Graph
from peers.measuring import memory, note, row, seconds, timed

SIZE, LARGE, GROWTH = 10_000, 25_000, (5_000, 10_000, 20_000)
TIES_EACH = 4
KEY_NODES, KEY_SET = 60, 3


def compare() -> None:
    """Made-up networks of groups with few ties between them, four ties a node; the same ties for all."""
    # First, since a new process starts from the peak of the one that began it.
    note(
        f"exact, {SIZE:,} nodes: {memory(exact_memory):.0f} MB at its peak; sampled, 1,000,000 nodes: "
        f"{memory(sampled_memory):,.0f} MB, with the making of the network"
    )
    _betweenness()
    _lengths()
    _sampled()
    _groups()
    _key_set()
    for size in GROWTH:
        made = graph(size)
        row("brokers, exact (growth)", size, seconds(lambda g=made: network.brokers(g), 3))
    for size in (100_000, 1_000_000):
        made = graph(size)
        row("brokers, 100,000 paths sampled (growth)", size, seconds(lambda g=made: network.brokers(g), 1))


def graph(size: int) -> Graph:
    """Groups of about fifty; of each node three ties in its group and one anywhere."""
    rng = np.random.default_rng(size)
    a = np.repeat(np.arange(size), TIES_EACH)
    near = np.clip(a + rng.integers(-25, 26, a.size), 0, size - 1)
    b = np.where(np.arange(a.size) % TIES_EACH > 0, near, rng.integers(0, size, a.size))
    low, high = np.minimum(a, b), np.maximum(a, b)
    keys, many = np.unique((low * size + high)[low < high], return_counts=True)
    return Graph.of(size, keys // size, keys % size, many.astype(np.float64))


def exact_memory() -> None:
    """Betweenness of all nodes."""
    network.brokers(graph(SIZE))


def sampled_memory() -> None:
    """The same of many more, sampled."""
    network.brokers(graph(1_000_000))


def _peer(made: Graph) -> Any:
    import igraph

    return igraph.Graph(n=made.nodes, edges=np.column_stack(_ends(made)).tolist())


def _ends(made: Graph) -> tuple[Any, Any]:
    once = made.rows < made.neighbours
    return made.rows[once], made.neighbours[once]


def _betweenness() -> None:
    import networkx

    made = graph(SIZE)
    peer = _peer(made)
    ours, theirs = timed(lambda: network.brokers(made).betweenness), timed(peer.betweenness, 1)
    row("brokers, steps, against igraph (all cores)", SIZE, ours[0], theirs[0])
    row(
        "brokers, steps, against igraph (one core)",
        SIZE,
        seconds(lambda: network.brokers(made, threads=1)),
        theirs[0],
    )
    assert np.allclose(ours[1], theirs[1], rtol=1e-9)
    small = graph(1_000)
    other = networkx.Graph(list(zip(*(it.tolist() for it in _ends(small)), strict=True)))
    other.add_nodes_from(range(small.nodes))
    ours = timed(lambda: network.brokers(small).betweenness)
    theirs = timed(lambda: networkx.betweenness_centrality(other, normalized=False), 1)
    row("brokers, steps, against networkx", small.nodes, ours[0], theirs[0])
    assert np.allclose(ours[1], [theirs[1][i] for i in range(small.nodes)], rtol=1e-9)


def _lengths() -> None:
    made = graph(SIZE // 2)
    peer = _peer(made)
    once = made.rows < made.neighbours
    ours = timed(lambda: network.brokers(made, by_strength=True).betweenness, 3)
    theirs = timed(lambda: peer.betweenness(weights=(1.0 / made.weights[once]).tolist()), 1)
    row("brokers, by strength, against igraph", made.nodes, ours[0], theirs[0])
    assert np.allclose(ours[1], theirs[1], rtol=1e-6)


def _sampled() -> None:
    """The bounds hold for all nodes together in at least 95 of 100 runs; here each of ten is held to the truth."""
    made = graph(LARGE)
    exact, truth = timed(lambda: network.brokers(made, exact_to=LARGE), 1)
    fast, _ = timed(lambda: network.brokers(made), 3)
    row("brokers, 100,000 paths sampled, against all counted", LARGE, fast, exact)
    runs = [network.brokers(made, seed=seed) for seed in range(10)]
    held = sum(bool(((it.low <= truth.share) & (truth.share <= it.high)).all()) for it in runs)
    off = max(float(np.abs(it.share - truth.share).max()) for it in runs)
    wide = max(float((it.high - it.low).max()) for it in runs)
    note(
        f"bounds hold for all {LARGE:,} nodes in {held} of {len(runs)} runs; largest share {truth.share.max():.3%}, largest "
        f"error {off:.3%}, widest bounds {wide:.3%}"
    )
    assert held >= 8


def _groups() -> None:
    """Igraph stops after two passes unless told to go on; both do so here, once from one beginning."""
    made = graph(SIZE)
    peer = _peer(made)
    once = made.rows < made.neighbours
    weights = made.weights[once].tolist()
    ours = timed(lambda: network.communities(made, starts=1))
    theirs = timed(lambda: peer.community_leiden("modularity", weights=weights, n_iterations=-1))
    row("communities, one beginning, against igraph's Leiden", SIZE, ours[0], theirs[0])
    quality = peer.modularity(theirs[1].membership, weights=weights)
    note(f"modularity {ours[1].modularity:.4f}, igraph {quality:.4f}")
    assert ours[1].modularity > quality - 0.01


def _key_set() -> None:
    """Igraph has no key players: each set is taken out and the pairs that remain connected are counted with igraph."""
    from itertools import combinations

    made = graph(KEY_NODES)
    peer = _peer(made)

    def value(chosen: tuple[int, ...]) -> float:
        left = peer.copy()
        left.delete_vertices(chosen)
        sizes = left.connected_components().sizes()
        pairs = left.vcount() * (left.vcount() - 1)
        return 1.0 - sum(size * (size - 1) for size in sizes) / pairs

    def every() -> float:
        return max(value(chosen) for chosen in combinations(range(KEY_NODES), KEY_SET))

    ours = timed(lambda: network.key_players(made, KEY_SET, goal="components"))
    theirs = timed(every, 1)
    row(f"key_players, every set of {KEY_SET}, against igraph", KEY_NODES, ours[0], theirs[0])
    assert ours[1].proven
    assert abs(ours[1].value - theirs[1]) < 1e-12
