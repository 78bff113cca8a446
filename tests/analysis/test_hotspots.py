"""Gi* against esda, false finds at the promised rate, and planted places found back."""

import numpy as np
import pytest
import shapely

from openvis.analysis import hotspots, places
from openvis.analysis.events import Events
from openvis.analysis.grid import Grid

CITY = shapely.Point(5000, 5000).buffer(4800)
START = np.datetime64("2023-01-02T00:00:00", "s")


def esda_scores(counts: np.ndarray, grid: Grid, radius: float) -> np.ndarray:
    esda = pytest.importorskip("esda")
    weights = pytest.importorskip("libpysal").weights
    x, y = (centre[grid.mask] for centre in grid.centres())
    near = weights.DistanceBand(
        np.column_stack([x, y]), threshold=radius * 1.0000001, binary=True, silence_warnings=True
    )
    near = weights.fill_diagonal(near, 1.0)
    return esda.G_Local(counts[grid.mask], near, transform="B", star=True, permutations=0).Zs


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("radius", [125.0, 250.0, 530.0])
def test_scores_equal_esda(radius: float) -> None:
    grid = Grid.covering(shapely.Point(2000, 2000).buffer(1900), 125.0)
    counts = np.random.default_rng(2).negative_binomial(0.4, 0.2, grid.shape).astype(float)
    found = hotspots.getis_ord(counts, grid, radius).z[grid.mask]
    np.testing.assert_allclose(found, esda_scores(counts, grid, radius), atol=1e-6, rtol=0)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("radius", [125.0, 250.0, 530.0])
@pytest.mark.parametrize("alike", [0.0, 4.0])
def test_moran_equals_esda(radius: float, alike: float) -> None:
    esda, weights = pytest.importorskip("esda"), pytest.importorskip("libpysal").weights
    grid = Grid.covering(shapely.Point(2000, 2000).buffer(1900), 125.0)
    x, y = grid.centres()
    mean = 1.0 + alike * np.exp(-((x - 1500.0) ** 2 + (y - 2200.0) ** 2) / 500.0**2)
    counts = np.random.default_rng(5).poisson(mean).astype(float)
    near = weights.DistanceBand(
        np.column_stack([x[grid.mask], y[grid.mask]]), threshold=radius * 1.0000001, binary=True, silence_warnings=True
    )
    theirs = esda.Moran(counts[grid.mask], near, transformation="B", permutations=0, two_tailed=False)
    ours = hotspots.moran(counts, grid, radius)
    assert (ours.value, ours.expected, ours.z) == pytest.approx((theirs.I, theirs.EI, theirs.z_rand))
    assert ours.p == pytest.approx(theirs.p_rand if theirs.z_rand > 0 else 1 - theirs.p_rand)
    assert (ours.p < 0.001) == bool(alike)


def test_moran_says_nothing_where_nothing_can_be_alike() -> None:
    square = Grid.covering(shapely.box(0, 0, 500, 500), 125.0)
    assert hotspots.moran(np.ones(square.shape), square).p == 1.0
    assert hotspots.moran(np.eye(4), square, radius=10.0).z == 0.0
    assert hotspots.moran(np.array([[0, 3, 1]]), Grid(0.0, 0.0, 125.0, 3, 1, np.ones((1, 3), dtype=np.bool_))).p == 1.0


def test_permutation_equals_slow_conditional_permutation() -> None:
    grid = Grid.covering(shapely.box(0, 0, 1500, 1500), 125.0)
    rng = np.random.default_rng(4)
    counts = rng.poisson(1.0, grid.shape).astype(float)
    counts[5, 5] = 9
    p = hotspots.getis_ord(counts, grid, 125.0, permutations=9999, seed=1).p
    again = hotspots.getis_ord(counts, grid, 125.0, permutations=9999, seed=1).p
    assert np.array_equal(p, again)
    for row, column in ((5, 5), (5, 6), (0, 0), (8, 3)):
        flat = row * grid.nx + column
        others = np.delete(counts.ravel(), flat)
        beside = [
            counts[r, c]
            for r, c in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1))
            if 0 <= r < grid.ny and 0 <= c < grid.nx
        ]
        draws = np.array([rng.choice(others, len(beside), replace=False).sum() for _ in range(4000)])
        slow = (draws >= sum(beside)).mean()
        assert p[row, column] == pytest.approx(slow, abs=0.035)


def test_discoveries_follow_benjamini_and_hochberg() -> None:
    p = np.array([0.01, 0.04, 0.03, 0.005, 0.9])
    assert hotspots.discoveries(p, 0.05).tolist() == [True, True, True, True, False]
    assert not hotspots.discoveries(np.array([0.02, 0.9, 0.9]), 0.05).any()


@pytest.mark.parametrize("level", [0.005, 0.05, 0.5, 5.0])
def test_nothing_is_found_where_nothing_is_planted(level: float) -> None:
    grid = Grid.covering(CITY, 125.0)
    rng = np.random.default_rng(11)
    found = [len(hotspots.find(rng.poisson(level, grid.shape), grid)) > 0 for _ in range(60)]
    assert np.mean(found) <= 0.12


def planted(seed: int = 0) -> tuple[Events, Grid, list[tuple[float, float]]]:
    """1,500 events over a city and three places: a night, an afternoon and a morning one; the last one grows."""
    rng = np.random.default_rng(seed)
    grid = Grid.covering(CITY, 125.0)
    days = 364
    x, y = rng.uniform(1500, 8500, (2, 1500))
    at = rng.integers(0, days * 24, 1500)
    kind = np.zeros(1500, dtype=int)
    centres = [(3000.0, 3000.0), (6500.0, 4000.0), (5000.0, 7000.0)]
    weeks = (
        rng.integers(0, 52, 120),
        rng.integers(0, 52, 90),
        51 - (rng.integers(0, 52, 70) * rng.random(70)).astype(int),
    )
    hours = (
        rng.choice([4, 5], 120) * 24 + rng.integers(23, 27, 120),
        rng.integers(0, 5, 90) * 24 + rng.integers(15, 18, 90),
        rng.choice([5, 6], 70) * 24 + rng.integers(7, 11, 70),
    )
    for i, (cx, cy) in enumerate(centres):
        n = weeks[i].size
        x, y = np.r_[x, rng.normal(cx, 80, n)], np.r_[y, rng.normal(cy, 80, n)]
        at = np.r_[at, weeks[i] * 168 + hours[i]]
        kind = np.r_[kind, np.full(n, i + 1)]
    begin = START + at * np.timedelta64(3600, "s")
    return Events.of(x, y, begin, kind=kind), grid, centres


def test_planted_places_are_found_with_their_hours_kinds_and_trend() -> None:
    events, grid, centres = planted()
    found = hotspots.hotspots(events, grid)
    assert [place.rank for place in found] == list(range(1, len(found) + 1))
    assert len(found) <= 4
    for place, centre in zip(found[:3], centres, strict=True):
        assert place.polygon.distance(shapely.Point(centre)) < 100
        assert len(place.cells) <= 16
        assert place.pai == pytest.approx(place.share / place.area_share)
        assert place.polygon.area == pytest.approx(len(place.cells) * 125.0**2)
    assert [place.kinds[0][0] for place in found[:3]] == [1, 2, 3]
    night, afternoon, morning = (place.windows[0] for place in found[:3])
    assert (night.days, night.begin_hour, night.end_hour, night.over_midnight) == ((4, 5), 23, 3, True)
    assert (afternoon.days, afternoon.begin_hour, afternoon.end_hour) == ((0, 1, 2, 3, 4), 15, 18)
    assert (morning.days, morning.begin_hour, morning.end_hour) == ((5, 6), 7, 11)
    assert found[2].trend == "up"
    assert found[0].trend == "level"
    assert found[0].stability is not None
    assert found[0].stability > 0.7


def test_the_result_does_not_depend_on_the_order_of_events() -> None:
    events, grid, _ = planted(3)
    shuffled = events.where(np.random.default_rng(0).permutation(len(events)))
    a, b = hotspots.hotspots(events, grid), hotspots.hotspots(shuffled, grid)
    assert [place.cells for place in a] == [place.cells for place in b]


def test_half_a_city_is_cut_into_places_to_go_to() -> None:
    grid = Grid.covering(shapely.box(0, 0, 10_000, 10_000), 125.0)
    rng = np.random.default_rng(9)
    counts = rng.poisson(0.2, grid.shape).astype(float)
    counts[20:44, 20:44] += rng.poisson(12, (24, 24))
    found = hotspots.find(counts, grid, most=50)
    assert len(found) > 5
    cells = [cell for place in found for cell in place.cells]
    assert len(cells) == len(set(cells))
    for place in found:
        west, south, east, north = place.polygon.bounds
        assert max(east - west, north - south) <= 750


def test_vague_places_make_no_hotspot() -> None:
    rng = np.random.default_rng(1)
    grid = Grid.covering(CITY, 125.0)
    x, y = (
        np.r_[rng.uniform(2000, 8000, 500), np.full(100, 5000.0)],
        np.r_[rng.uniform(2000, 8000, 500), np.full(100, 5000.0)],
    )
    vague = np.r_[np.zeros(500), np.full(100, 1500.0)]
    assert hotspots.hotspots(Events.of(x, y), grid)[0].count >= 100
    assert all(place.count < 20 for place in hotspots.hotspots(Events.of(x, y, precision=vague), grid))


def test_nothing_to_find_is_an_empty_list() -> None:
    grid = Grid.covering(CITY, 125.0)
    assert hotspots.find(np.zeros(grid.shape), grid) == []
    even = hotspots.getis_ord(np.ones(grid.shape), grid, 250.0)
    assert not even.significant.any()
    assert (even.z == 0).all()


def test_mann_kendall_by_hand() -> None:
    assert places.mann_kendall(np.arange(10.0))[0] == "up"
    assert places.mann_kendall(-np.arange(10.0))[0] == "down"
    assert places.mann_kendall(np.ones(10)) == ("level", 1.0)
    # S = 8 of 10 pairs, variance 5·4·15/18: z = 7 / √16.667 = 1.7146, two-sided p = 0.0864.
    direction, p = places.mann_kendall(np.array([1.0, 2.0, 3.0, 5.0, 4.0]))
    assert direction == "level"
    assert p == pytest.approx(0.0864, abs=1e-4)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"radius": -1.0}, "radius is -1"),
        ({"alpha": 0.0}, "alpha is 0"),
        ({"most": 0}, "most is 0"),
        ({"size": 0.0}, "size is 0"),
        ({"history": np.zeros((2, 3))}, "history has shape"),
    ],
)
def test_wrong_arguments_are_refused(change: dict, said: str) -> None:
    grid = Grid.covering(CITY, 125.0)
    counts = np.zeros(grid.shape)
    counts[30, 30] = 50
    with pytest.raises(ValueError, match=said):
        hotspots.find(counts, grid, **change)
    with pytest.raises(ValueError, match="counts has shape"):
        hotspots.find(counts[1:], grid)
    with pytest.raises(ValueError, match="negative"):
        hotspots.find(counts - 1, grid)
