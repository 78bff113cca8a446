"""Points to areas: exact against a slow reference, the same way on borders, nothing outside."""

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from openvis.profile import Profile, load
from openvis.web.places.resolve import AreaIndex, index_of

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Square:
    code: str
    geometry: BaseGeometry


def town() -> list[Square]:
    """Two by two squares of 1 km; c is listed first, so that the order of the list is not that of the codes."""
    boxes = {"c": (0, 1000), "a": (0, 0), "b": (1000, 0), "d": (1000, 1000)}
    return [Square(code, shapely.box(x, y, x + 1000, y + 1000)) for code, (x, y) in boxes.items()]


def names(index: AreaIndex, x: object, y: object) -> list[str | None]:
    return [None if position < 0 else index.codes[position] for position in index.locate(x, y)]  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def almere() -> Profile:
    return load(ROOT / "profiles" / "almere")


@pytest.fixture(scope="module")
def veldermeer() -> Profile:
    return load(ROOT / "tests" / "data" / "profiles" / "veldermeer")


def slowly(areas: list[Square], x: float, y: float, tolerance: float) -> str | None:
    """The rule word by word: lowest code of those that hold or touch the point, else the nearest within tolerance."""
    point = shapely.Point(x, y)
    near = sorted((area.geometry.distance(point), area.code) for area in areas)
    distance, code = near[0]
    return code if distance <= max(tolerance, 0.001) else None


def test_points_inside_and_outside() -> None:
    index = AreaIndex.build(town())
    assert names(index, [500, 1500, 500, 1500, -1, 2500], [500, 500, 1500, 1500, 500, 2500]) == [
        "a", "b", "c", "d", None, None]  # fmt: skip


def test_a_point_on_a_border_goes_to_the_lowest_code() -> None:
    index = AreaIndex.build(town())
    assert names(index, [1000, 1000, 500, 1000, 0, 2000], [500, 1500, 1000, 1000, 0, 2000]) == [
        "a", "c", "a", "a", "a", "d"]  # fmt: skip
    backwards = AreaIndex.build(town()[::-1])
    assert names(backwards, [1000, 1000, 500, 1000], [500, 1500, 1000, 1000]) == ["a", "c", "a", "a"]


def test_what_is_not_a_number_is_outside() -> None:
    assert names(AreaIndex.build(town()), [np.nan, 500, np.inf, 1e300], [500, np.nan, 500, -1e300]) == [None] * 4


def test_near_a_border_goes_to_the_nearest_within_tolerance() -> None:
    gap = [Square("a", shapely.box(0, 0, 1000, 1000)), Square("b", shapely.box(1060, 0, 2000, 1000))]
    index = AreaIndex.build(gap, tolerance=50)
    assert names(index, [1010, 1050, 1030, -40, -60, 2049], [500] * 6) == ["a", "b", "a", "a", None, "b"]
    strict = AreaIndex.build(gap)
    assert names(strict, [1010, 1050, -40], [500] * 3) == [None, None, None]


def test_order_and_company_of_the_points_do_not_matter(almere: Profile) -> None:
    index = index_of(almere)
    west, south, east, north = index.outline.bounds
    random = np.random.default_rng(3)
    x, y = random.uniform(west, east, 5000), random.uniform(south, north, 5000)
    together = index.locate(x, y)
    order = random.permutation(5000)
    assert (index.locate(x[order], y[order]) == together[order]).all()
    alone = [index.locate(x[k], y[k])[0] for k in range(200)]
    assert alone == list(together[:200])


@given(
    st.lists(st.tuples(st.floats(-200, 2200), st.floats(-200, 2200)), min_size=1, max_size=30),
    st.sampled_from([0.0, 5.0, 75.0]),
)
@settings(max_examples=60)
def test_every_point_agrees_with_the_rule_in_words(points: list[tuple[float, float]], tolerance: float) -> None:
    areas = town()
    found = names(AreaIndex.build(areas, tolerance), [p[0] for p in points], [p[1] for p in points])
    assert found == [slowly(areas, *point, tolerance) for point in points]


@pytest.mark.parametrize("name", ["almere", "veldermeer"])
def test_agrees_with_exact_tests_on_a_real_map(name: str, request: pytest.FixtureRequest) -> None:
    profile: Profile = request.getfixturevalue(name)
    index = index_of(profile)
    random = np.random.default_rng(11)
    west, south, east, north = index.outline.bounds
    corners = shapely.get_coordinates(index.geometries)
    near = corners[random.integers(0, len(corners), 8000)] + random.normal(0, 8, (8000, 2))
    x = np.r_[random.uniform(west - 500, east + 500, 12000), near[:, 0]]
    y = np.r_[random.uniform(south - 500, north + 500, 12000), near[:, 1]]
    found = index.locate(x, y)
    inside, area = shapely.STRtree(index.geometries).query(shapely.points(x, y), predicate="within")
    assert len(inside) > 10_000 * 0.5
    assert (found[inside] == area).all()
    lost = np.setdiff1d(np.arange(len(x)), inside)
    distance = shapely.distance(index.outline, shapely.points(x[lost], y[lost]))
    assert (found[lost][distance > max(index.tolerance, 0.01)] == -1).all()
    assert (found[lost][distance < index.tolerance] >= 0).all()


def test_corners_of_the_map_are_settled_the_same_way(almere: Profile) -> None:
    index = index_of(almere)
    corners = np.unique(shapely.get_coordinates(index.geometries), axis=0)
    found = index.locate(corners[:, 0], corners[:, 1])
    assert (found >= 0).all()
    shuffled = AreaIndex.build(almere.areas_of("buurt")[::-1], index.tolerance)
    other = shuffled.locate(corners[:, 0], corners[:, 1])
    assert [index.codes[k] for k in found] == [shuffled.codes[k] for k in other]


def test_a_million_points_take_seconds_at_most(almere: Profile) -> None:
    index = index_of(almere)
    west, south, east, north = index.outline.bounds
    random = np.random.default_rng(5)
    x, y = random.uniform(west, east, 1_000_000), random.uniform(south, north, 1_000_000)
    times = []
    for _ in range(3):
        start = time.perf_counter()
        index.locate(x, y)
        times.append(time.perf_counter() - start)
    # The aim is 2 s; on a machine shared with others the best of three says more than one.
    assert min(times) < 4.0, times


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: AreaIndex.build([]), "areas: none given"),
        (lambda: AreaIndex.build(town(), -1.0), "tolerance: found -1.0"),
        (lambda: AreaIndex.build(town(), float("nan")), "tolerance: found nan"),
        (lambda: AreaIndex.build(town()).locate([1, 2], [1]), "two arrays of the same length"),
    ],
)
def test_wrong_arguments_are_named(call: object, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        call()  # type: ignore[operator]
