"""Emerging hot spots: Mann-Kendall against its definition, and every class planted and found back."""

import math

import numpy as np
import pytest
import shapely

from openvis.analysis import emerging as module
from openvis.analysis import hotspots
from openvis.analysis.emerging import CLASSES, mann_kendall, per_period
from openvis.analysis.events import Events
from openvis.analysis.grid import Grid
from openvis.analysis.hotspots import emerging

GRID = Grid.covering(shapely.box(0, 0, 5000, 5000), 125.0)
PERIODS = 24


def by_definition(series: np.ndarray) -> tuple[float, float]:
    """S and two-sided p, pair by pair, as the formula is written (Kendall 1975; Gilbert 1987, section 16.4)."""
    n, s = len(series), 0
    for i in range(n):
        for j in range(i + 1, n):
            s += int(series[j] > series[i]) - int(series[j] < series[i])
    ties = [list(series).count(value) for value in set(series.tolist())]
    variance = (n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)) / 18
    if s == 0:
        return s, 1.0
    z = (s - 1 if s > 0 else s + 1) / math.sqrt(variance)
    return s, min(1.0, math.erfc(abs(z) / math.sqrt(2)))


@pytest.mark.parametrize("periods", [3, 12, 37])
def test_mann_kendall_equals_its_definition_with_ties(periods: int) -> None:
    rng = np.random.default_rng(periods)
    series = (
        rng.integers(0, 5, (periods, 6, 7)).astype(float) + np.linspace(0, 3, 7) * np.arange(periods)[:, None, None]
    )
    series[:, 0, 0] = 2.0
    score, p = mann_kendall(series)
    for row in range(6):
        for column in range(7):
            expected = by_definition(series[:, row, column])
            assert score[row, column] == expected[0]
            assert p[row, column] == pytest.approx(expected[1], rel=1e-9)


def test_mann_kendall_by_an_outside_formula() -> None:
    stats = pytest.importorskip("scipy.stats")
    values = np.random.default_rng(1).normal(size=30).cumsum()
    tau = stats.kendalltau(np.arange(30), values).statistic
    assert mann_kendall(values[:, None])[0][0] == pytest.approx(tau * 30 * 29 / 2)


# What is planted in a cell, as a share of the background, period by period.
def plan() -> dict[str, np.ndarray]:
    t = np.arange(PERIODS)
    steady = np.full(PERIODS, 14.0)
    return {
        "new": np.where(t == PERIODS - 1, 14.0, 1.0),
        "consecutive": np.where(t >= PERIODS - 5, 14.0, 1.0),
        "intensifying": np.linspace(12.0, 40.0, PERIODS),
        "diminishing": np.linspace(40.0, 12.0, PERIODS),
        "persistent": steady,
        "sporadic": np.where(t % 3 == (PERIODS - 1) % 3, 14.0, 1.0),
        "historical": np.where(t < PERIODS - 1, 14.0, 1.0),
        "none": np.where(t == 5, 14.0, 1.0),
    }


def planted(seed: int) -> tuple[np.ndarray, dict[str, tuple[int, int]]]:
    """Poisson counts, two a cell; each class in its own 5 × 5 cells."""
    rng = np.random.default_rng(seed)
    rate = np.full((PERIODS, *GRID.shape), 2.0)
    middles = {}
    for i, (name, shares) in enumerate(plan().items()):
        row, column = 6 + 13 * (i // 3), 6 + 13 * (i % 3)
        rate[:, row - 2 : row + 3, column - 2 : column + 3] *= shares[:, None, None]
        middles[name] = row, column
    return rng.poisson(rate), middles


@pytest.mark.parametrize("seed", [0, 1])
def test_every_class_that_is_planted_is_found(seed: int) -> None:
    counts, middles = planted(seed)
    found = emerging(counts, GRID, alpha=0.01)
    assert {name: CLASSES[found.category[at]] for name, at in middles.items()} == {name: name for name in middles}


def test_a_place_that_was_cold_and_is_hot_oscillates() -> None:
    rng = np.random.default_rng(2)
    rate = np.full((PERIODS, *GRID.shape), 8.0)
    rate[:8, 18:23, 18:23] = 0.0
    rate[-1, 18:23, 18:23] = rate[12, 18:23, 18:23] = 24.0
    found = emerging(rng.poisson(rate), GRID)
    assert CLASSES[found.category[20, 20]] == "oscillating"
    assert found.cold[:8, 20, 20].all()


def test_hot_cells_are_those_of_each_period() -> None:
    counts, _ = planted(0)
    found = emerging(counts, GRID)
    for period in (0, PERIODS - 1):
        heat = hotspots.hot_cells(counts[period], GRID)
        assert np.array_equal(found.hot[period], heat.significant)
        assert np.array_equal(found.z[period], heat.z)
    assert not (found.hot & found.cold).any()


def test_classes_follow_their_definitions_one_cell_at_a_time() -> None:
    """Against the definitions written out as a person reads them."""

    def told(hot: list[bool], cold: list[bool], direction: int) -> str:
        share, run = sum(hot) / len(hot), 0
        while run < len(hot) and hot[-1 - run]:
            run += 1
        if share >= 0.9:
            return "historical" if not hot[-1] else {1: "intensifying", -1: "diminishing", 0: "persistent"}[direction]
        if not hot[-1]:
            return "none"
        if sum(hot) == run:
            return "new" if run == 1 else "consecutive"
        return "oscillating" if any(cold[:-1]) else "sporadic"

    rng = np.random.default_rng(3)
    heat = rng.random((12, 40, 50)) < rng.choice([0.1, 0.5, 0.95, 1.0], (40, 50))
    heat[:-3] &= rng.random((40, 50)) < 0.7
    cold = ~heat & (rng.random(heat.shape) < 0.05)
    direction = rng.integers(-1, 2, (40, 50)).astype(float)
    got = module._classes(heat, cold, heat.mean(axis=0) >= 0.9, direction)
    for row in range(40):
        for column in range(50):
            at = (slice(None), row, column)
            assert CLASSES[got[row, column]] == told(heat[at].tolist(), cold[at].tolist(), int(direction[row, column]))
    assert set(got.ravel().tolist()) == set(range(len(CLASSES)))


def test_little_is_found_where_nothing_is_planted() -> None:
    rng = np.random.default_rng(5)
    last, lasting = [], []
    for _ in range(40):
        found = emerging(rng.poisson(0.5, (12, *GRID.shape)), GRID)
        last.append(found.hot[-1].any())
        lasting.append(np.isin(found.category, [3, 4, 5, 8]).any())
    assert np.mean(last) <= 0.12
    assert not any(lasting)


def test_a_trend_is_rare_where_there_is_none() -> None:
    """Lasting places without a trend: told to grow or shrink in a share of at most about alpha of the runs."""
    rng = np.random.default_rng(8)
    rate = np.full((20, *GRID.shape), 1.0)
    rate[:, 18:22, 18:22] = 12.0
    told = [np.isin(emerging(rng.poisson(rate), GRID).category, [3, 5]).any() for _ in range(60)]
    assert np.mean(told) <= 0.13


def test_outside_the_area_is_nothing() -> None:
    grid = Grid.covering(shapely.Point(2500, 2500).buffer(1500), 125.0)
    counts = np.random.default_rng(0).poisson(3.0, (12, *grid.shape))
    found = emerging(counts, grid)
    assert (found.category[~grid.mask] == 0).all()
    assert (found.trend_p[~grid.mask] == 1).all()
    other = np.where(grid.mask, counts, 500)
    assert np.array_equal(emerging(other, grid).z, found.z)


def test_events_are_spread_over_the_periods_they_cover() -> None:
    """Against a sum event by event and period by period."""
    rng = np.random.default_rng(4)
    edges = np.datetime64("2024-01-01", "s") + np.cumsum(rng.integers(5, 40, 13)) * np.timedelta64(1, "D")
    begin = np.datetime64("2023-12-20", "s") + rng.integers(0, 400 * 86_400, 500).astype("timedelta64[s]")
    begin[:20] = edges[rng.integers(0, 13, 20)]
    end = begin + (rng.integers(0, 3, 500) * rng.integers(0, 60 * 86_400, 500)).astype("timedelta64[s]")
    events = Events.of(*rng.uniform(-200, 5200, (2, 500)), begin, end, weight=rng.uniform(0, 2, 500))
    expected = np.zeros((12, *GRID.shape))
    flat = GRID.index(events.x, events.y)
    for i in range(500):
        for p in range(12):
            lived = (end[i] - begin[i]).astype(float)
            covered = (min(end[i], edges[p + 1]) - max(begin[i], edges[p])).astype(float)
            part = float(edges[p] <= begin[i] < edges[p + 1]) if lived == 0 else max(covered, 0.0) / lived
            if flat[i] >= 0:
                expected[p].ravel()[flat[i]] += part * events.weight[i]
    found = per_period(events, GRID, edges)
    np.testing.assert_allclose(found, expected, atol=1e-12)
    whole = per_period(events, GRID, [begin.min(), end.max() + np.timedelta64(1, "s")])
    assert whole.sum() == pytest.approx(events.weight[flat >= 0].sum())


def test_periods_that_cannot_be_are_refused() -> None:
    timed = Events.of([10.0], [10.0], np.array(["2024-01-05"], "datetime64[s]"))
    with pytest.raises(ValueError, match="each later than the one before"):
        per_period(timed, GRID, np.array(["2024-02-01", "2024-01-01"], "datetime64[s]"))
    with pytest.raises(ValueError, match="1 unknown times"):
        per_period(Events.of([10.0], [10.0]), GRID, np.array(["2024-01-01", "2024-02-01"], "datetime64[s]"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"cube": np.zeros((9, *GRID.shape))}, r"cube has shape \(9, 40, 40\); expected .* at least 10 periods"),
        ({"cube": np.zeros((12, 3, 4))}, "cube has shape"),
        ({"cube": np.full((12, *GRID.shape), -1.0)}, "negative"),
        ({"alpha": 0.0}, "alpha is 0"),
        ({"lasting": 1.0}, "lasting is 1"),
        ({"radius": -1.0}, "radius is -1"),
    ],
)
def test_wrong_arguments_are_refused(change: dict, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        emerging(**{"cube": np.zeros((12, *GRID.shape)), "grid": GRID, **change})
