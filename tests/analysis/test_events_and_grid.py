"""Events and Grid: what they accept, what they refuse, and that no event inside an area is lost."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from openvis.analysis.events import Events
from openvis.analysis.grid import Grid

NOW = np.array(["2024-01-01T10:00:00"], dtype="datetime64[s]")
HOUR = np.timedelta64(1, "h")


def test_events_fill_in_what_is_left_out() -> None:
    events = Events.of([1.0, 2.0], [3.0, 4.0])
    assert len(events) == 2
    assert np.isnat(events.begin).all()
    assert events.weight.tolist() == [1.0, 1.0]
    assert events.kind.tolist() == [0, 0]


def test_where_keeps_columns_together() -> None:
    events = Events.of([1.0, 2.0, 3.0], [4.0, 5.0, 6.0], kind=[7, 8, 9]).where(np.array([True, False, True]))
    assert events.x.tolist() == [1.0, 3.0]
    assert events.kind.tolist() == [7, 9]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"x": [], "y": []}, "x is empty"),
        ({"x": [np.nan], "y": [1.0]}, r"x\[0\] is nan"),
        ({"x": [1.0], "y": [np.inf]}, r"y\[0\] is inf"),
        ({"x": [1.0], "y": [1.0, 2.0]}, "y has 2 values"),
        ({"x": [1.0], "y": [1.0], "begin": NOW, "end": NOW - HOUR}, "before begin"),
        ({"x": [1.0], "y": [1.0], "begin": ["2024-01-01"]}, "expected datetime64"),
        ({"x": [1.0], "y": [1.0], "weight": [-1.0]}, "weight"),
        ({"x": [1.0], "y": [1.0], "precision": [-1.0]}, "precision"),
        ({"x": [1.0], "y": [1.0], "kind": [0.5]}, "kind has type float64"),
        ({"x": [1.0], "y": [1.0], "begin": np.array(["NaT"], dtype="datetime64[s]"), "end": NOW}, "both known"),
    ],
)
def test_events_refuse_and_say_what(columns: dict, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Events.of(**columns)


@settings(max_examples=60)
@given(
    west=st.floats(-5000, 5000),
    south=st.floats(-5000, 5000),
    width=st.floats(60, 4000),
    height=st.floats(60, 4000),
    cell=st.sampled_from([50.0, 125.0, 500.0]),
    seed=st.integers(0, 1000),
)
def test_no_event_inside_the_area_is_lost(
    west: float, south: float, width: float, height: float, cell: float, seed: int
) -> None:
    triangle = shapely.Polygon([(west, south), (west + width, south), (west, south + height)])
    grid = Grid.covering(triangle, cell)
    rng = np.random.default_rng(seed)
    u, v = rng.uniform(0.001, 0.998, (2, 200))
    u, v = np.where(u + v > 0.999, 0.999 - u, u), np.where(u + v > 0.999, 0.999 - v, v)
    x, y = west + u * width, south + v * height
    assert (grid.index(x, y) >= 0).all()
    assert grid.counts(x, y).sum() == 200


def test_a_cell_has_the_same_place_in_every_area() -> None:
    a = Grid.covering(shapely.box(1003, 2004, 3000, 4000))
    b = Grid.covering(shapely.box(1731, 1999, 2300, 3033))
    assert a.x0 % a.cell == b.x0 % b.cell == 0
    assert a.polygons(a.index([2000.0], [2500.0]))[0].equals(b.polygons(b.index([2000.0], [2500.0]))[0])


def test_an_area_of_whole_cells_gets_no_extra_ring() -> None:
    grid = Grid.covering(shapely.box(0, 0, 1000, 500), 125.0)
    assert grid.shape == (4, 8)
    assert grid.size == 32
    assert grid.area_km2 == pytest.approx(0.5)
    assert grid.index([1000.0, 1000.1, 0.0, -0.1], [500.0, 1.0, 0.0, 0.0]).tolist() == [31, -1, 0, -1]


def test_row_nought_is_south_and_the_flat_number_runs_eastward() -> None:
    grid = Grid.covering(shapely.box(0, 0, 500, 500), 125.0)
    assert grid.index([10.0, 130.0, 10.0], [10.0, 10.0, 130.0]).tolist() == [0, 1, 4]
    x, y = grid.centres()
    assert (x[0, 1], y[0, 1]) == (187.5, 62.5)
    assert grid.polygons([5])[0].bounds == (125.0, 125.0, 250.0, 250.0)


def test_around_takes_what_is_near_and_leaves_the_rest() -> None:
    grid = Grid.around([0.0, 20_000.0], [0.0, 0.0], 125.0, 500.0)
    assert grid.index([0.0, 400.0, 10_000.0, 20_000.0], [0.0, 0.0, 0.0, 0.0]).min() == -1
    assert (grid.index([0.0, 400.0, 20_000.0], [0.0, 0.0, 0.0]) >= 0).all()
    assert grid.area_km2 < 3


def test_holes_and_unknown_points_are_outside() -> None:
    ring = shapely.box(0, 0, 2000, 2000) - shapely.box(500, 500, 1500, 1500)
    grid = Grid.covering(ring, 125.0)
    assert grid.index([1000.0, np.nan, 100.0], [1000.0, 100.0, 100.0]).tolist() == [-1, -1, 0]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Grid.covering(shapely.box(0, 0, 1, 1), 0), "cell is 0"),
        (lambda: Grid.covering(shapely.Polygon(), 125), "no surface"),
        (lambda: Grid.covering(shapely.box(0, 0, 1e7, 1e7), 50), "larger cells"),
        (lambda: Grid(0, 0, 125.0, 2, 2, np.zeros((2, 2), dtype=bool)), "no cell inside"),
        (lambda: Grid(0, 0, 125.0, 2, 3, np.ones((2, 3), dtype=bool)), "mask"),
        (lambda: Grid.covering(shapely.box(0, 0, 500, 500)).polygons([99]), "cells run"),
    ],
)
def test_grid_refuses_and_says_what(make: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make()  # type: ignore[operator]
