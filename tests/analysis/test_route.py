"""The shortest round: against every order for a few places, against planted rounds for many, and when one is where."""

from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openvis.analysis.route import Round, crow_flies, shortest_round, timetable, visits


def way(order: list[int], distance: np.ndarray, back: bool) -> float:
    onward = [*order, order[0]] if back else order
    return float(sum(distance[a, b] for a, b in pairwise(onward)))


def best_of_all(distance: np.ndarray, start: int, end: int | None) -> float:
    """Every order tried, written apart from the method."""
    between = [it for it in range(distance.shape[0]) if it not in (start, end)]
    tail = [] if end in (None, start) else [end]
    return min(way([start, *middle, *tail], distance, back=not tail) for middle in permutations(between))


def fits(found: Round, size: int, start: int, end: int | None) -> None:
    assert sorted(found.order.tolist()) == list(range(size))
    assert found.order[0] == start
    if end not in (None, start):
        assert found.order[-1] == end
        assert found.legs.size == size - 1
    assert found.length == pytest.approx(found.legs.sum())


places = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=9)


@given(places, st.data())
@settings(max_examples=60, deadline=None)
def test_no_order_of_up_to_eight_stops_is_shorter(points: list[tuple[int, int]], data: st.DataObject):
    """Places may lie on top of each other and in line: then many orders are equally short."""
    x, y = np.array(points).T
    distance = crow_flies(x, y)
    start = data.draw(st.integers(0, len(points) - 1))
    end = data.draw(st.none() | st.integers(0, len(points) - 1))
    found = shortest_round(distance, start, end)
    fits(found, len(points), start, end)
    assert found.length == pytest.approx(best_of_all(distance, start, end))
    assert found.optimal


@given(st.integers(6, 8), st.integers(0, 10_000), st.booleans())
@settings(max_examples=40, deadline=None)
def test_streets_of_one_direction_are_seen(size: int, seed: int, ends: bool):
    distance = np.random.default_rng(seed).integers(0, 30, (size, size)).astype(float)
    end = 1 if ends else None
    found = shortest_round(distance, 0, end)
    np.fill_diagonal(distance, 0.0)
    fits(found, size, 0, end)
    assert found.length == pytest.approx(best_of_all(distance, 0, end))


@pytest.mark.parametrize("size", [20, 60])
def test_a_planted_round_is_found(size: int):
    """On a circle the shortest round goes round it."""
    rng = np.random.default_rng(size)
    angle = np.sort(rng.uniform(0, 2 * np.pi, size))
    mixed = rng.permutation(size)
    found = shortest_round(crow_flies(np.cos(angle)[mixed], np.sin(angle)[mixed]))
    round_it = mixed[found.order]
    steps = np.diff(np.append(round_it, round_it[0])) % size
    assert set(steps) in ({1}, {size - 1})
    assert found.optimal


def test_sixty_scattered_stops_are_proven_within_seconds():
    x, y = np.random.default_rng(7).uniform(0, 8000, (2, 61))
    distance = crow_flies(x, y)
    found = shortest_round(distance)
    fits(found, 61, 0, None)
    assert found.optimal
    for _ in range(300):
        # No two parts of a shortest way can be exchanged with profit.
        a, b = sorted(np.random.default_rng(_).choice(np.arange(1, 61), 2, replace=False))
        turned = np.concatenate([found.order[:a], found.order[a:b][::-1], found.order[b:]])
        assert distance[turned, np.roll(turned, -1)].sum() >= found.length - 1e-6


def test_two_islands_are_joined():
    """The linear program alone would go round each island."""
    x = np.array([0, 1, 0, 1, 100, 101, 100, 101], dtype=float)
    y = np.array([0, 0, 1, 1, 0, 0, 1, 1], dtype=float)
    found = shortest_round(crow_flies(x, y, 1.0))
    assert found.length == pytest.approx(2 * 99 + 2 + 4)


def test_a_search_that_is_broken_off_says_how_far_it_may_be():
    x, y = np.random.default_rng(3).uniform(0, 8000, (2, 60))
    found = shortest_round(crow_flies(x, y), seconds=1e-6)
    fits(found, 60, 0, None)
    assert found.gap > 0
    assert found.bound <= shortest_round(crow_flies(x, y)).length <= found.length


def test_a_timetable_waits_and_finds_closed_doors():
    hour = 3600.0
    found = timetable([600, 600, 600], 900, [hour, np.nan, np.nan], [np.nan, 2 * hour, 1.4 * hour])
    assert found.arrive.tolist() == [600, hour + 900 + 600, hour + 900 + 600 + 900 + 600]
    assert found.wait.tolist() == [hour - 600, 0, 0]
    assert found.closed.tolist() == [2]
    assert found.leave[2] == found.arrive[2]


def test_a_round_is_turned_when_a_door_would_be_closed():
    """Four places along a square; the one that the way would end at closes first."""
    x, y = np.array([0.0, 1, 1, 0]) * 1000, np.array([0.0, 0, 1, 1]) * 1000
    distance = crow_flies(x, y, 1.0)
    found = shortest_round(distance)
    last = int(found.order[-1])
    closes = np.full(4, np.nan)
    closes[last] = 1500.0
    turned, table = visits(found, distance, 600, closes=closes)
    assert int(turned.order[1]) == last
    assert turned.length == found.length
    assert table.closed.size == 0
    assert table.arrive.tolist() == [1000, 2600, 4200, 5800]
    same, _ = visits(found, distance, 600)
    assert same.order.tolist() == found.order.tolist()


def test_a_way_from_end_to_end_and_one_with_one_way_streets_are_not_turned():
    distance = crow_flies([0.0, 1, 2, 3], [0.0, 0, 0, 0], 1.0)
    found = shortest_round(distance, 0, 3)
    kept, table = visits(found, distance, 0, closes=[np.nan, 0.5, np.nan, np.nan])
    assert kept.order.tolist() == [0, 1, 2, 3]
    assert table.closed.tolist() == [0]
    around = np.full((4, 4), 9.0)
    around[[0, 1, 2, 3], [1, 2, 3, 0]] = 1.0
    kept, table = visits(shortest_round(around), around, 0, closes=[np.nan, np.nan, np.nan, 2.0])
    assert kept.order.tolist() == [0, 1, 2, 3]
    assert table.closed.tolist() == [2]


@pytest.mark.parametrize(
    ("distance", "options", "said"),
    [
        ([[0, 1]], {}, "shape"),
        ([[0, -1], [1, 0]], {}, "negative"),
        ([[0, np.inf], [1, 0]], {}, "not finite"),
        ([[0, 1], [1, 0]], {"start": 2}, "start is 2"),
        ([[0, 1], [1, 0]], {"end": -1}, "end is -1"),
        ([[0, 1], [1, 0]], {"seconds": 0}, "seconds"),
    ],
)
def test_what_cannot_be_is_refused(distance: list[list[float]], options: dict[str, float], said: str):
    with pytest.raises(ValueError, match=said):
        shortest_round(distance, **options)


def test_shapes_and_detours_are_checked():
    with pytest.raises(ValueError, match="opens and closes"):
        timetable([1.0, 2.0], 0, [1.0], [1.0])
    with pytest.raises(ValueError, match="detour"):
        crow_flies([0], [0], 0.5)
