"""Kernel density against the plain sum over all events."""

import numpy as np
import pytest
import shapely

from openvis.analysis import density
from openvis.analysis.events import Events
from openvis.analysis.grid import Grid


def direct(x: np.ndarray, y: np.ndarray, w: np.ndarray, grid: Grid, h: float, kernel: str) -> np.ndarray:
    """Expected events per km² at each centre: one event after the other, no tricks."""
    cx, cy = grid.centres()
    total = np.zeros(grid.shape)
    for xi, yi, wi in zip(x, y, w, strict=True):
        d2 = ((cx - xi) ** 2 + (cy - yi) ** 2) / h**2
        if kernel == "quartic":
            total += wi * 3 / (np.pi * h**2) * np.clip(1 - d2, 0, None) ** 2
        else:
            total += wi / (2 * np.pi * h**2) * np.exp(-0.5 * d2)
    return np.where(grid.mask, total * 1e6, 0.0)


@pytest.fixture(scope="module")
def city() -> tuple[Grid, np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(7)
    grid = Grid.covering(shapely.Point(3000, 3000).buffer(2900), 125.0)
    x, y = (
        np.r_[rng.uniform(200, 5800, 600), rng.normal(2000, 90, 300)],
        np.r_[rng.uniform(200, 5800, 600), rng.normal(4000, 90, 300)],
    )
    inside = grid.index(x, y) >= 0
    return grid, x[inside], y[inside], rng.uniform(0.5, 3.0, int(inside.sum()))


@pytest.mark.parametrize("h", [90.0, 250.0, 613.0])
def test_quartic_equals_the_direct_sum(city: tuple, h: float) -> None:
    grid, x, y, w = city
    found = density.kde(Events.of(x, y, weight=w), grid, h, "quartic", edge=False)
    np.testing.assert_allclose(found, direct(x, y, w, grid, h, "quartic"), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("h", [70.0, 125.0, 250.0, 613.0])
def test_gaussian_stays_close_to_the_direct_sum(city: tuple, h: float) -> None:
    grid, x, y, w = city
    reference = direct(x, y, w, grid, h, "gaussian")
    found = density.kde(Events.of(x, y, weight=w), grid, h, "gaussian", edge=False)
    assert np.abs(found - reference).max() < 0.002 * reference.max()


@pytest.mark.parametrize("kernel", ["quartic", "gaussian"])
def test_edge_correction_is_the_mass_inside(city: tuple, kernel: str) -> None:
    grid, x, y, w = city
    h = 400.0
    events = Events.of(x, y, weight=w)
    plain = density.kde(events, grid, h, kernel, edge=False)
    corrected = density.kde(events, grid, h, kernel, edge=True)
    cx, cy = grid.centres()
    whole = Grid.covering(shapely.box(-4000, -4000, 10_000, 10_000), 125.0)
    wx, wy = whole.centres()
    for row, column in ((0, grid.nx // 2), (grid.ny // 2, grid.nx // 2), (grid.ny // 2, 0)):
        if not grid.mask[row, column]:
            continue
        at = (cx[row, column], cy[row, column])

        def mass(xs: np.ndarray, ys: np.ndarray, at: tuple[float, float] = at) -> float:
            d2 = ((xs - at[0]) ** 2 + (ys - at[1]) ** 2) / h**2
            return float((np.clip(1 - d2, 0, None) ** 2 if kernel == "quartic" else np.exp(-0.5 * d2)).sum())

        part = mass(cx[grid.mask], cy[grid.mask]) / mass(wx, wy)
        assert corrected[row, column] == pytest.approx(plain[row, column] / part, rel=1e-4)


def test_an_even_spread_is_even_to_the_border() -> None:
    grid = Grid.covering(shapely.box(0, 0, 5000, 5000), 125.0)
    x, y = grid.centres()
    found = density.kde(Events.of(x.ravel(), y.ravel()), grid, 500.0)
    assert found.min() > 0.98 / grid.cell_km2
    assert found.max() < 1.02 / grid.cell_km2


def test_counts_keep_their_sum_away_from_the_border() -> None:
    grid = Grid.covering(shapely.box(0, 0, 5000, 5000), 125.0)
    counts = np.zeros(grid.shape)
    counts[18:22, 18:22] = np.arange(16).reshape(4, 4)
    for kernel in ("quartic", "gaussian"):
        found = density.kde_of_counts(counts, grid, 300.0, kernel, edge=False)
        assert found.sum() * grid.cell_km2 == pytest.approx(counts.sum())


def test_counts_at_centres_equal_events_at_centres() -> None:
    grid = Grid.covering(shapely.box(0, 0, 5000, 5000), 125.0)
    rng = np.random.default_rng(1)
    counts = rng.poisson(0.3, grid.shape).astype(float)
    x, y = grid.centres()
    many = counts > 0
    events = Events.of(x[many], y[many], weight=counts[many])
    a, b = density.kde(events, grid, 600.0), density.kde_of_counts(counts, grid, 600.0)
    assert np.abs(a - b).max() < 0.01 * a.max()


@pytest.mark.parametrize("kernel", ["quartic", "gaussian"])
def test_result_is_the_same_for_any_number_of_threads(monkeypatch: pytest.MonkeyPatch, kernel: str) -> None:
    rng = np.random.default_rng(3)
    events = Events.of(rng.uniform(0, 9000, 60_000), rng.uniform(0, 9000, 60_000))
    grid = Grid.covering(shapely.box(0, 0, 9000, 9000), 125.0)
    results = []
    for cores in (1, 2, 7):
        monkeypatch.setattr("os.cpu_count", lambda cores=cores: cores)
        results.append(density.kde(events, grid, 400.0, kernel))
    assert np.array_equal(results[0], results[1])
    assert np.array_equal(results[0], results[2])


def test_many_events_are_the_sum_of_few() -> None:
    rng = np.random.default_rng(6)
    events = Events.of(*rng.uniform(-200, 6200, (2, 60_000)), weight=rng.uniform(0, 2, 60_000))
    grid = Grid.covering(shapely.Point(3000, 3000).buffer(2900), 125.0)
    parts = [density.kde(events.where(np.arange(k, 60_000, 3)), grid, 300.0, "gaussian", edge=False) for k in range(3)]
    whole = density.kde(events, grid, 300.0, "gaussian", edge=False)
    np.testing.assert_allclose(whole, np.sum(parts, axis=0), rtol=1e-9)
    assert whole[grid.mask].sum() * grid.cell_km2 < events.weight.sum()


def test_automatic_bandwidth_is_near_the_spread_that_was_planted() -> None:
    grid = Grid.covering(shapely.box(0, 0, 10_000, 10_000), 125.0)
    rng = np.random.default_rng(5)
    tight = [rng.normal(c, 130, 400) for c in (2000, 8000)]
    wide = rng.normal(5000, 1500, 800)
    narrow = density.likely_bandwidth(grid.counts(np.concatenate(tight), np.concatenate(tight)), grid)
    broad = density.likely_bandwidth(grid.counts(wide, rng.normal(5000, 1500, 800)), grid)
    assert 125 < narrow < 500 < broad


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"bandwidth": 0}, "bandwidth is 0"),
        ({"bandwidth": "wide"}, "metres or 'auto'"),
        ({"bandwidth": 250.0, "kernel": "flat"}, "kernel is 'flat'"),
        ({"bandwidth": 0.001, "kernel": "gaussian"}, "too small"),
    ],
)
def test_wrong_arguments_are_refused(arguments: dict, said: str) -> None:
    grid = Grid.covering(shapely.box(0, 0, 1000, 1000), 125.0)
    with pytest.raises(ValueError, match=said):
        density.kde(Events.of([500.0, 510.0], [500.0, 500.0]), grid, **arguments)
    with pytest.raises(ValueError, match="none of the 1 events"):
        density.kde(Events.of([5000.0], [5000.0]), grid, 250.0)


def test_an_event_on_a_border_belongs_to_the_cell_that_counts_it() -> None:
    # 49 · (1 / 49) is just under 1: multiplying instead of dividing would take such an event for one of the sea.
    columns = np.arange(1, 60, 2)
    mask = np.zeros((60, 60), dtype=np.bool_)
    mask[:, columns] = True
    grid = Grid(0.0, 0.0, 49.0, 60, 60, mask)
    x, y = columns * 49.0, np.full(columns.size, 1500.0)
    assert grid.counts(x, y).sum() == columns.size
    on, beside = (density.kde(Events.of(x + step, y), grid, 100.0, kernel="gaussian") for step in (0.0, 1e-6))
    assert on == pytest.approx(beside, rel=1e-6, abs=1e-9)
