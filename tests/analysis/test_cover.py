"""Travel times against networkx, cover by direct counting, the best sites by trying all choices."""

from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openvis.analysis import cover
from openvis.analysis.milp import Rows, Solved, maximise


def town(seed: int, nodes: int = 60, edges: int = 150) -> cover.Roads:
    """One-way streets at random, with parallel ones, some of no length and nodes nobody can reach."""
    rng = np.random.default_rng(seed)
    took = np.where(rng.random(edges) < 0.1, 0.0, rng.integers(1, 9, edges))
    return cover.Roads.of(
        rng.uniform(0, 1000, nodes), rng.uniform(0, 1000, nodes), *rng.integers(0, nodes, (2, edges)), took
    )


@pytest.mark.parametrize("seed", range(5))
def test_travel_times_equal_networkx(seed: int) -> None:
    roads = town(seed)
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(roads.x.size))
    graph.add_weighted_edges_from(zip(roads.begin.tolist(), roads.end.tolist(), roads.seconds.tolist(), strict=True))
    origins, to = np.array([3, 0, 41]), np.array([5, 5, 59, 3])
    times = cover.travel_times(roads, origins)
    for row, origin in zip(times, origins.tolist(), strict=True):
        lengths = nx.single_source_dijkstra_path_length(graph, origin)
        assert row.tolist() == [lengths.get(node, np.inf) for node in range(roads.x.size)]
    assert np.isinf(times).any()
    assert np.array_equal(cover.travel_times(roads, origins, to), times[:, to])
    assert np.array_equal(cover.travel_times(roads, origins, limit=6), np.where(times <= 6, times, np.inf))


def test_parts_of_the_table_are_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = cover.travel_times(town(1), np.arange(60))
    monkeypatch.setattr("openvis.analysis.roads.AT_ONCE", 130)
    assert np.array_equal(cover.travel_times(town(1), np.arange(60)), whole)


def test_both_ways_and_nearest_node() -> None:
    roads = cover.Roads.of([0, 100, 200], [0, 0, 0], [0, 1], [1, 2], [10, 20], both_ways=True)
    assert cover.travel_times(roads, [2]).tolist() == [[30, 20, 0]]
    nodes, metres = roads.nearest([90.0, -30.0], [0.0, 40.0])
    assert nodes.tolist() == [1, 0]
    assert metres.tolist() == [10, 50]


def test_straight_times() -> None:
    seconds = cover.straight_times([0], [0], [3000, 0], [4000, 0], speed=50, detour=1.3)
    assert seconds[0].tolist() == pytest.approx([5000 * 1.3 / (50 / 3.6), 0])


def test_coverage_by_direct_counting() -> None:
    rng = np.random.default_rng(4)
    seconds = rng.choice([100.0, 200, 300, 480, 481, np.inf], (3, 80))
    norm, weight, area = rng.choice([300.0, 480.0], 80), rng.integers(1, 5, 80), rng.integers(0, 4, 80)
    found = cover.coverage(seconds, norm, weight, area)
    reached = [any(seconds[s, d] <= norm[d] for s in range(3)) for d in range(80)]
    assert found.reached.tolist() == reached
    assert found.weight == sum(w for w, r in zip(weight, reached, strict=True) if r)
    assert found.share == found.weight / weight.sum()
    for station in range(3):
        inside = [d for d in range(80) if seconds[station, d] <= norm[d]]
        assert found.by_station[station] == weight[inside].sum()
        only = [d for d in inside if sum(seconds[s, d] <= norm[d] for s in range(3)) == 1]
        assert found.alone[station] == weight[only].sum()
    for it in found.areas:
        inside = area == it.area
        assert (it.weight, it.reached) == (weight[inside].sum(), weight[inside & np.array(reached)].sum())
    nobody = np.isinf(seconds).all(axis=0)
    assert (found.first[nobody] == -1).all()
    assert np.array_equal(found.seconds[~nobody], seconds.min(axis=0)[~nobody])
    assert all(seconds[found.first[d], d] == found.seconds[d] for d in np.flatnonzero(~nobody))


def brute(reach: np.ndarray, weight: np.ndarray, new: int, existing: np.ndarray) -> float:
    return max(
        float(weight[existing | reach[list(sites)].any(axis=0)].sum()) for sites in combinations(range(len(reach)), new)
    )


@settings(max_examples=60)
@given(st.integers(0, 10_000), st.integers(2, 9), st.integers(1, 60), st.data())
def test_locate_equals_trying_all_choices(seed: int, sites: int, dwellings: int, data: st.DataObject) -> None:
    rng = np.random.default_rng(seed)
    new = data.draw(st.integers(1, sites))
    reach = rng.random((sites, dwellings)) < rng.uniform(0.05, 0.6)
    weight = rng.integers(0, 6, dwellings) * rng.choice([1.0, 0.37])
    existing = rng.random(dwellings) < 0.3
    found = cover.locate(reach, weight, new, existing)
    assert found.optimal
    assert found.weight == pytest.approx(brute(reach, weight, new, existing))
    assert found.before == weight[existing].sum()
    assert found.chosen.size <= new
    assert found.weight == pytest.approx(weight[existing | reach[found.chosen].any(axis=0)].sum())
    assert found.single == pytest.approx([weight[~existing & row].sum() for row in reach])


def test_locate_is_better_than_greedy_where_greedy_fails() -> None:
    """The widest site first is a trap: two others together reach everything."""
    reach = np.zeros((3, 12), dtype=bool)
    reach[0, 2:9] = True
    reach[1, :6] = True
    reach[2, 6:] = True
    found = cover.locate(reach, np.ones(12), 2)
    assert found.chosen.tolist() == [1, 2]
    assert found.weight == 12


def test_locate_chooses_no_site_that_adds_nothing() -> None:
    reach = np.ones((4, 5), dtype=bool)
    assert cover.locate(reach, np.ones(5), 3).chosen.size == 1
    assert cover.locate(reach, np.ones(5), 3, np.ones(5, dtype=bool)).chosen.size == 0
    assert cover.locate(~reach, np.ones(5), 3).chosen.size == 0


def test_an_unfinished_search_says_its_gap() -> None:
    rng = np.random.default_rng(2)
    x, y, site_x, site_y = (rng.uniform(0, 18_000, n) for n in (3000, 3000, 150, 150))
    reach = cover.straight_times(site_x, site_y, x, y, 36) <= 350
    found = cover.locate(reach, np.ones(3000), 8, seconds=0.05)
    assert found.gap > 0
    assert not found.optimal
    assert found.bound > found.weight == reach[found.chosen].any(axis=0).sum()


def test_a_program_without_answer_is_none_and_a_gap_of_rounding_is_none() -> None:
    one = np.ones(1)
    rows = Rows(np.array([0]), np.array([0]), one, np.array([2.0]), np.array([3.0]))
    assert maximise(one, one, np.array([True]), rows, 5) is None
    assert Solved(one, 1000.0, 1000.00001).optimal
    assert Solved(one, 100.0, 101.0).gap == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: cover.Roads.of([0, 1], [0, 1], [0], [2], [1]), "end runs from 2 to 2; expected node numbers 0 to 1"),
        (lambda: cover.Roads.of([0, 1], [0, 1], [0], [1], [-1]), "seconds.0. is -1"),
        (lambda: cover.travel_times(town(0), [60]), "origins runs from 60 to 60"),
        (lambda: cover.travel_times(town(0), [0], limit=0), "limit is 0; expected seconds above 0"),
        (lambda: cover.straight_times([0], [0], [1], [1], 0), "speed is 0; expected km/h above 0"),
        (lambda: cover.straight_times([0], [0], [1], [1], 50, 0.9), "detour is 0.9; expected a factor of at least 1"),
        (lambda: cover.coverage([[np.nan]], 480), "seconds holds unknown or negative times"),
        (lambda: cover.coverage([[1.0]], 0), "norm is 0 at the least"),
        (lambda: cover.coverage([[1.0, 2.0]], [480.0]), "norm has 1 values; expected 2"),
        (lambda: cover.coverage([[1.0]], 480, [0]), "weight sums to 0"),
        (lambda: cover.coverage([[1.0]], 480, area=[0, 1]), r"area has shape \(2,\)"),
        (lambda: cover.locate(np.ones((2, 3)), np.ones(3), 3), "new is 3; expected 1 to 2, the number of sites"),
        (lambda: cover.locate(np.ones((2, 3)), np.ones(3), 1, [True]), "existing has shape"),
        (lambda: cover.locate(np.ones(3), np.ones(3), 1), "reach has shape"),
        (lambda: cover.locate(np.ones((2, 3)), np.ones(3), 1, seconds=0), "seconds is 0"),
    ],
)
def test_refusals(call, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        call()
