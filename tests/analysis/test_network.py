"""Networks against networkx, igraph and brute force; planted groups, roles and changes are found back."""

import itertools
from typing import Any

import igraph
import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openvis.analysis import network
from openvis.analysis.network import Graph, Records
from openvis.analysis.network.communities import overlap
from openvis.analysis.network.key_players import chosen_again
from openvis.analysis.network.layout import layout
from openvis.analysis.network.shortest import passes

DAY = np.timedelta64(1, "D")


def graph_of(g: Any) -> Graph:
    ends = np.array([(min(e), max(e)) for e in g.edges()], dtype=np.int64).reshape(-1, 2)
    weights = np.array([float(d.get("weight", 1.0)) for _, _, d in g.edges(data=True)])
    return Graph.of(g.number_of_nodes(), ends[:, 0], ends[:, 1], weights)


def random_graph(seed: int, n: int, p: float, weighted: bool = False) -> Any:
    g = nx.gnp_random_graph(n, p, seed=seed)
    rng = np.random.default_rng(seed)
    for _, _, data in g.edges(data=True):
        data["weight"] = float(rng.integers(1, 5)) if weighted else 1.0
    return g


def four_groups(seed: int = 0, days: int = 100, extra: int = 0) -> Records:
    """Four groups of 8, thick inside; Q1 alone ties groups together, besides `extra` ties at random."""
    rng = np.random.default_rng(seed)
    a, b = [], []
    for group in range(4):
        for i, j in itertools.combinations(range(8), 2):
            if rng.random() < 0.6:
                a += [f"P{group * 8 + i}"] * 2
                b += [f"P{group * 8 + j}"] * 2
        a += ["Q1"] * 3
        b += [f"P{group * 8}", f"P{group * 8}", f"P{group * 8 + 1}"]
    for _ in range(extra):
        i, j = rng.choice(32, 2, replace=False)
        a, b = [*a, f"P{i}"], [*b, f"P{j}"]
    date = np.datetime64("2024-01-01", "s") + rng.integers(0, days, len(a)) * DAY
    return Records.of(a, b, date=date)


# ── ties


def test_strength_and_its_evidence_by_hand() -> None:
    ties = network.tie_strength(
        Records.of(
            ["P1", "P2", "P1", "P3"],
            ["P2", "P1", "P2", "P1"],
            weight=[1.0, 2.0, 4.0, 1.0],
            reliability=[1.0, 0.5, 0.25, 0.5],
            date=np.array(["2024-01-01", "2024-01-11", "NaT", "2024-01-21"], dtype="datetime64[s]"),
            kind=["call", "met", "call", "met"],
        ),
        half_life=10,
    )
    assert ties.codes == ("P1", "P2", "P3")
    assert ties.a.tolist() == [0, 0]
    assert ties.b.tolist() == [1, 2]
    assert ties.strength == pytest.approx([1 * 0.25 + 2 * 0.5 * 0.5 + 4 * 0.25, 0.5])
    assert ties.certainty == pytest.approx([1.0, 0.5])
    assert ties.records.tolist() == [3, 1]
    assert ties.kinds.tolist() == [2, 1]
    assert str(ties.first[0])[:10] == "2024-01-01"
    assert str(ties.last[0])[:10] == "2024-01-11"


def test_certainty_needs_one_right_record_and_later_records_take_no_part() -> None:
    date = np.array(["2024-01-01", "2024-01-02", "2024-03-01"], dtype="datetime64[s]")
    records = Records.of(["1", "1", "1"], ["2", "2", "2"], reliability=[0.5, 0.4, 0.9], date=date)
    assert network.tie_strength(records).certainty == pytest.approx([1 - 0.5 * 0.6 * 0.1])
    assert network.tie_strength(records, at="2024-02-01").certainty == pytest.approx([0.7])
    assert np.isnat(network.tie_strength(Records.of(["1"], ["2"])).first[0])


def test_codes_that_are_numbers_stand_in_their_order() -> None:
    assert Records.of(["10", "9"], ["2", "A1"]).codes == ("A1", "2", "9", "10")
    assert Records.of(["P10", "P9"], ["P2", "P1a"]).codes == ("P1a", "P2", "P9", "P10")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("Jan Jansen", "may be a name"),
        ("Jansen", "may be a name"),
        ("Mo", "may be a name"),
        ("PIET", "may be a name"),
        ("J. de Vries", "may be a name"),
        ("Peeters,J", "may be a name"),
        ("p1@example.org", "e-mail"),
        ("111222333", "eleven-test"),
        ("12345672", "eleven-test"),
        ("0612345678", "telephone"),
        ("+31612345678", "telephone"),
        ("", "is empty"),
    ],
)
def test_what_looks_like_a_person_is_refused_and_not_repeated(code: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as refused:
        Records.of(["P1", code], ["P2", "P3"])
    assert "a[1]" in str(refused.value)
    assert not code or code not in str(refused.value)


@pytest.mark.parametrize("code", ["P017", "17", "A", "EXT", "123456789", "a3f9-11", "groep/12", "9f86d081884c7d659a2f"])
def test_codes_are_taken(code: str) -> None:
    assert code in Records.of([code], ["P1"]).codes


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"a": []}, "a has 0 and b 2"),
        ({"a": ["P1", "P2"], "b": ["P2", "P2"]}, "record 1 ties a code with itself"),
        ({"weight": [1, 0]}, r"weight\[1\] is 0.0"),
        ({"reliability": [1, 1.5]}, r"reliability\[1\] is 1.5 .* at most 1"),
        ({"date": [1, 2]}, "expected datetime64"),
        ({"kind": ["x"]}, "kind has shape"),
    ],
)
def test_wrong_records_are_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Records.of(**{"a": ["P1", "P2"], "b": ["P3", "P4"], **change})


def test_wrong_decay_is_refused() -> None:
    with pytest.raises(ValueError, match="half_life"):
        network.tie_strength(Records.of(["P1"], ["P2"]), half_life=30)
    with pytest.raises(ValueError, match="before all"):
        network.tie_strength(four_groups(), at="2020-01-01")
    with pytest.raises(ValueError, match="half_life is -1"):
        network.tie_strength(four_groups(), half_life=-1)


# ── communities


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("weighted", [False, True])
def test_modularity_as_networkx_and_no_lower_than_igraph(seed: int, weighted: bool) -> None:
    g = random_graph(seed, 60, 0.08, weighted)
    found = network.communities(graph_of(g), seed=seed)
    groups = [set(np.flatnonzero(found.member == i).tolist()) for i in range(found.number)]
    assert found.modularity == pytest.approx(nx.community.modularity(g, groups))
    assert all(nx.is_connected(g.subgraph(group)) for group in groups)
    other = igraph.Graph.from_networkx(g)
    peer = max(
        other.modularity(
            other.community_leiden("modularity", weights="weight", n_iterations=-1).membership, weights="weight"
        )
        for _ in range(10)
    )
    assert found.modularity >= peer - 0.005


def test_known_optimum_of_the_karate_club_and_of_cliques() -> None:
    g = nx.karate_club_graph()
    for _, _, data in g.edges(data=True):
        data["weight"] = 1.0
    assert network.communities(graph_of(g)).modularity == pytest.approx(0.4197896, abs=1e-6)
    ring = nx.ring_of_cliques(6, 5)
    member = network.communities(graph_of(ring)).member
    assert member.tolist() == [i // 5 for i in range(30)]


def test_small_cases_reach_the_best_partition_by_brute_force() -> None:
    for seed in range(6):
        g = random_graph(seed, 8, 0.4, weighted=True)
        graph = graph_of(g)
        best = max(network.modularity(graph, np.array(labels)) for labels in _partitions(8))
        assert network.communities(graph).modularity == pytest.approx(best)


def _partitions(n: int) -> Any:
    def grow(labels: list[int], most: int) -> Any:
        if len(labels) == n:
            yield labels
            return
        for label in range(most + 1):
            yield from grow([*labels, label], max(most, label + 1))

    yield from grow([], 0)


def test_same_seed_same_groups_and_planted_groups_are_found_stable() -> None:
    records = four_groups()
    ties = network.tie_strength(records)
    found = network.communities(ties, seed=3)
    assert np.array_equal(found.member, network.communities(ties, seed=3).member)
    planted = np.array([4 if code == "Q1" else int(code[1:]) // 8 for code in ties.codes])
    people = np.array([code != "Q1" for code in ties.codes])
    assert (np.sort(overlap(found.member[people], planted[people]).max(axis=0)) > 0.99).all()
    one = network.stability(records, found, resamples=40, seed=1, threads=1)
    two = network.stability(records, found, resamples=40, seed=1, threads=2)
    assert np.array_equal(one.node, two.node)
    assert np.array_equal(one.group, two.group)
    assert one.group.min() > 0.75
    assert one.node[people].min() > 0.9


def test_groups_in_ties_at_random_are_not_called_stable() -> None:
    g = random_graph(5, 50, 0.1)
    records = Records.of([f"P{i}" for i, _ in g.edges()], [f"P{j}" for _, j in g.edges()])
    found = network.communities(network.tie_strength(records))
    assert network.stability(records, found, resamples=40, keep=0.8).group.mean() < 0.6


# ── brokers


@given(st.integers(0, 10_000), st.integers(3, 40), st.floats(0.02, 0.5))
@settings(max_examples=40)
def test_betweenness_as_networkx(seed: int, n: int, p: float) -> None:
    g = random_graph(seed, n, p)
    truth = nx.betweenness_centrality(g, normalized=False)
    found = network.brokers(graph_of(g))
    assert found.exact
    assert found.betweenness == pytest.approx([truth[v] for v in range(n)])
    assert found.share == pytest.approx(list(nx.betweenness_centrality(g).values()))


@pytest.mark.parametrize("seed", range(5))
def test_betweenness_by_strength_as_igraph_and_networkx(seed: int) -> None:
    g = random_graph(seed, 60, 0.1, weighted=True)
    other = igraph.Graph.from_networkx(g)
    found = network.brokers(graph_of(g), by_strength=True).betweenness
    assert found == pytest.approx(other.betweenness(weights=[1 / w for w in other.es["weight"]]))
    rng = np.random.default_rng(seed)
    for _, _, data in g.edges(data=True):
        data["weight"] = rng.uniform(0.5, 1.0)
        data["length"] = 1 / data["weight"]
    truth = nx.betweenness_centrality(g, normalized=False, weight="length")
    assert network.brokers(graph_of(g), by_strength=True).betweenness == pytest.approx(list(truth.values()))


def test_threads_do_not_change_betweenness() -> None:
    graph = graph_of(nx.barabasi_albert_graph(300, 3, seed=1))
    assert np.array_equal(network.brokers(graph, threads=1).share, network.brokers(graph, threads=2).share)
    assert np.array_equal(passes(graph, 1000, 1, 1), passes(graph, 1000, 1, 2))


def test_sampled_bounds_hold_together_as_often_as_promised() -> None:
    graph = graph_of(nx.barabasi_albert_graph(200, 2, seed=1))
    truth = network.brokers(graph).share
    held = 0
    for seed in range(200):
        found = network.brokers(graph, exact_to=0, samples=2_000, seed=seed, confidence=0.9)
        held += bool(((found.low <= truth) & (truth <= found.high)).all())
    assert held >= 180
    large = network.brokers(graph, exact_to=0, samples=400_000, seed=1)
    assert not large.exact
    assert np.abs(large.share - truth).max() < 0.004
    assert (large.high - large.low).max() < 0.01


def test_sampled_paths_are_drawn_evenly_among_the_shortest() -> None:
    g = nx.grid_2d_graph(4, 4)
    graph = graph_of(nx.convert_node_labels_to_integers(g))
    found = network.brokers(graph, exact_to=0, samples=300_000)
    assert found.betweenness == pytest.approx(network.brokers(graph).betweenness, rel=0.03)


def test_groups_apart_and_pairs_alone() -> None:
    g = nx.disjoint_union(nx.path_graph(4), nx.path_graph(2))
    assert network.brokers(graph_of(g)).betweenness.tolist() == [0, 2, 2, 0, 0, 0]
    assert network.brokers(graph_of(g), exact_to=0, samples=1000).share[[0, 3, 4, 5]].tolist() == [0] * 4


def test_brokers_refuse() -> None:
    graph = graph_of(nx.path_graph(5))
    with pytest.raises(ValueError, match="by_strength"):
        network.brokers(graph, by_strength=True, exact_to=3)
    with pytest.raises(ValueError, match="confidence"):
        network.brokers(graph, exact_to=3, confidence=1.0)
    with pytest.raises(ValueError, match="samples"):
        network.brokers(graph, exact_to=3, samples=0)


# ── key players


def slow_value(g: Any, chosen: tuple[int, ...], goal: str, steps: int) -> float:
    n = g.number_of_nodes()
    if goal == "reach":
        far = {v: min(nx.shortest_path_length(g, k, v) if nx.has_path(g, k, v) else np.inf for k in chosen) for v in g}
        if steps:
            return sum(d <= steps for d in far.values()) / n
        return sum(1 / max(d, 1) for d in far.values()) / n
    rest = g.subgraph(set(g) - set(chosen))
    lengths = dict(nx.all_pairs_shortest_path_length(rest))
    m = rest.number_of_nodes()
    total = sum(1.0 if goal == "components" else 1 / d for v in rest for w, d in lengths[v].items() if w != v)
    return 1 - total / (m * (m - 1))


@pytest.mark.parametrize(
    ("goal", "steps"), [("components", 0), ("distance", 0), ("reach", 0), ("reach", 1), ("reach", 2)]
)
def test_key_players_as_brute_force(goal: Any, steps: int) -> None:
    for seed in range(3):
        g = random_graph(seed, 14, 0.18)
        values = {c: slow_value(g, c, goal, steps) for c in itertools.combinations(range(14), 3)}
        best = max(values.values())
        found = network.key_players(graph_of(g), 3, goal=goal, steps=steps)
        assert found.proven
        assert found.value == pytest.approx(best)
        assert values[tuple(found.nodes.tolist())] == pytest.approx(best)
        assert found.equal == sum(v > best - 1e-9 for v in values.values()) - 1
        greedy = network.key_players(graph_of(g), 3, goal=goal, steps=steps, work=0)
        assert not greedy.proven
        assert best - 0.02 <= greedy.value <= best + 1e-9 <= greedy.bound + 2e-9
    if goal != "reach":
        assert found.before == pytest.approx(slow_value(g, (), goal, steps))


def test_the_set_is_not_the_first_of_a_list() -> None:
    """Two cut nodes in one chain are redundant: together they split less than one of them and another elsewhere."""
    g = nx.disjoint_union(nx.star_graph(5), nx.star_graph(6))
    g.add_edge(0, 6)
    found = network.key_players(graph_of(g), 2, goal="components")
    assert found.nodes.tolist() == [0, 6]
    assert found.value == 1.0


def test_key_players_again_when_records_are_left_out() -> None:
    share = chosen_again(four_groups(), 1, goal="distance", resamples=20, threads=1)
    assert share.sum() == pytest.approx(1.0)
    assert share[-1] > 0.9
    assert np.array_equal(share, chosen_again(four_groups(), 1, goal="distance", resamples=20, threads=2))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [({"size": 0}, "size is 0"), ({"size": 4}, "size is 4"), ({"goal": "x"}, "goal is 'x'"), ({"steps": -1}, "steps")],
)
def test_key_players_refuse(arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        network.key_players(graph_of(nx.path_graph(5)), **{"size": 1, **arguments})


# ── roles


def test_the_planted_link_is_named_and_survives() -> None:
    records = four_groups()
    found = network.communities(network.tie_strength(records))
    judged = network.roles(records, found, resamples=60, threads=2)
    assert judged.survival.sum(axis=1) == pytest.approx(np.ones(33))
    link = records.codes.index("Q1")
    assert network.WORDS[judged.role[link]] == "connects groups"
    assert judged.own[link] > 0.95
    assert np.array_equal(judged.survival, network.roles(records, found, resamples=60, threads=1).survival)


def test_a_link_on_one_doubtful_record_does_not_survive() -> None:
    base = four_groups()
    inside = [
        (base.codes[i], base.codes[j])
        for i, j in zip(base.a, base.b, strict=True)
        if "Q1" not in (base.codes[i], base.codes[j])
    ]
    chain = [("P0", "P8"), ("P8", "P16"), ("P16", "P24")]
    pairs = inside + chain
    reliability = [1.0] * len(inside) + [0.2, 1.0, 1.0]
    records = Records.of([p for p, _ in pairs], [q for _, q in pairs], reliability=reliability)
    found = network.communities(network.tie_strength(records))
    judged = network.roles(records, found, resamples=200)
    place = records.codes.index("P0")
    assert network.WORDS[judged.role[place]] == "connects groups"
    assert judged.own[place] < 0.4


# ── dynamics


def windows_of(groups: list[list[list[int]]]) -> Records:
    """Cliques per window of ten days."""
    a, b, date = [], [], []
    for window, present in enumerate(groups):
        for members in present:
            for i, j in itertools.combinations(members, 2):
                a.append(f"P{i}")
                b.append(f"P{j}")
                date.append(np.datetime64("2024-01-01", "s") + (10 * window + (i + j) % 10) * DAY)
    return Records.of(a, b, date=np.array(date))


def test_planted_births_deaths_merges_and_splits_are_found() -> None:
    first, second, third = list(range(6)), list(range(6, 12)), list(range(12, 17))
    records = windows_of([[first, second], [first, second, third], [first + second], [first, second], [first]])
    found = network.dynamics(records, 10, 10)
    told = [(c.window, c.happening) for c in found.changes if c.happening != "continues"]
    assert told == [(1, "birth"), (2, "merge"), (2, "death"), (3, "split"), (4, "death")]
    assert found.lasting.sum() == sum(len(np.unique(row[row >= 0])) for row in found.group)
    assert found.staying()[0] == 1.0
    assert found.ties[0] == 30


def test_a_group_that_changes_members_slowly_keeps_its_number() -> None:
    records = windows_of([[list(range(i, i + 6)), list(range(50, 56))] for i in range(8)])
    found = network.dynamics(records, 10, 10)
    assert {change.happening for change in found.changes} == {"continues"}
    assert found.lasting.tolist() == [8, 8]


def test_dynamics_refuses() -> None:
    with pytest.raises(ValueError, match="no record has a date"):
        network.dynamics(Records.of(["P1"], ["P2"]), 10, 10)
    with pytest.raises(ValueError, match="at least 2 windows"):
        network.dynamics(four_groups(days=20), 30, 10)
    with pytest.raises(ValueError, match="alike"):
        network.dynamics(four_groups(), 30, 10, alike=1.0)


# ── layout


def test_tied_nodes_are_near_and_parts_without_a_tie_stand_apart() -> None:
    g = nx.disjoint_union_all([nx.ring_of_cliques(4, 6), nx.complete_graph(3), nx.path_graph(2), nx.empty_graph(1)])
    graph = graph_of(g)
    member = network.communities(graph).member
    places = layout(graph, member)
    assert np.array_equal(places, layout(graph, member))
    far = np.linalg.norm(places[:, None] - places[None], axis=2)
    tied = nx.to_numpy_array(g) > 0
    main = np.arange(30) < 24
    assert far[tied].mean() < 0.6 * far[np.ix_(main, main)].mean()
    boxes = [(places[list(part)].min(axis=0), places[list(part)].max(axis=0)) for part in nx.connected_components(g)]
    for (low, high), (low_, high_) in itertools.combinations(boxes, 2):
        assert (high < low_).any() or (high_ < low).any()
