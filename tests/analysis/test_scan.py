"""The space-time permutation scan against plain enumeration, its promise under chance, and a cluster found back."""

import numpy as np
import pytest

from openvis.analysis import scan
from openvis.analysis.events import Events
from openvis.analysis.scan import walk
from openvis.analysis.scan.permutation import permuted

START = np.datetime64("2024-01-01", "s")


def made(n: int, days: int, seed: int, side: float = 3000.0, step: float = 0.0) -> tuple[Events, np.ndarray]:
    """Events spread evenly in place and time; with `step`, places on a lattice, so that many share one."""
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(0, side, (2, n))
    if step:
        x, y = np.round(x / step) * step, np.round(y / step) * step
    day = rng.integers(0, days, n)
    day[0], day[1] = 0, days - 1
    return Events.of(x, y, START + day * np.timedelta64(1, "D") + np.timedelta64(10, "h")), day


def log_ratio(c: float, expected: float, n: float) -> float:
    if c <= expected:
        return 0.0
    return c * np.log(c / expected) + ((n - c) * np.log((n - c) / (n - expected)) if c < n else 0.0)


def enumerated(x: np.ndarray, y: np.ndarray, ago: np.ndarray, radius: float, days: int) -> list[tuple]:
    """Every window: (log ratio, centre x, centre y, radius, days, observed, expected, members); no tricks."""
    windows = []
    for cx, cy in sorted(set(zip(x.tolist(), y.tolist(), strict=True))):
        away = np.sqrt((x - cx) ** 2 + (y - cy) ** 2)
        for reach in np.unique(away[away <= radius]):
            inside = away <= reach
            for t in range(1, days + 1):
                c = int((inside & (ago < t)).sum())
                expected = inside.sum() * (ago < t).sum() / x.size
                if c >= 2:
                    members = np.flatnonzero(inside & (ago < t))
                    windows.append((log_ratio(c, expected, x.size), cx, cy, reach, t, c, expected, members))
    return windows


@pytest.mark.parametrize(
    ("n", "days", "radius", "most_days", "step"),
    [(60, 30, 800.0, 7, 0.0), (90, 20, 1500.0, 9, 300.0), (40, 12, 5000.0, 6, 500.0), (150, 40, 300.0, 20, 250.0)],
)
@pytest.mark.parametrize("seed", [0, 1])
def test_equal_to_enumeration_in_the_data_and_in_every_permutation(
    n: int, days: int, radius: float, most_days: int, step: float, seed: int
) -> None:
    events, day = made(n, days, seed, step=step)
    found = scan.space_time_permutation(events, radius, most_days, permutations=19, seed=seed, most=1000)
    ago = days - 1 - day
    windows = enumerated(events.x, events.y, ago, radius, most_days)
    best = max(window[0] for window in windows)
    first = found.clusters[0]
    assert first.log_ratio == pytest.approx(best, rel=1e-12)
    same = [it for it in windows if it[1:3] == (first.x, first.y) and it[4] == first.days and it[5] == first.observed]
    match = min(same, key=lambda it: it[3])
    assert first.radius == pytest.approx(match[3])
    assert first.expected == pytest.approx(match[6])
    assert first.members.tolist() == match[7].tolist()
    assert len(first.members) == first.observed
    recent = np.flatnonzero(ago < most_days)
    tops = []
    for replication in range(1, 20):
        # All days permuted: the recent ones to those drawn, the others to whoever is left.
        shuffled = np.empty(n, dtype=np.int64)
        lucky = permuted(n, recent.size, seed, replication)
        rest = np.setdiff1d(np.arange(n), lucky)
        shuffled[lucky], shuffled[rest] = ago[recent], np.delete(ago, recent)
        tops.append(max([it[0] for it in enumerated(events.x, events.y, shuffled, radius, most_days)], default=0.0))
    np.testing.assert_allclose(found.simulated, tops, rtol=1e-12)
    assert first.p == pytest.approx((1 + sum(top >= best for top in tops)) / 20)


@pytest.mark.parametrize("seed", range(3))
def test_secondary_clusters_are_the_best_of_their_centres_and_share_no_place(seed: int) -> None:
    events, day = made(120, 30, seed, step=200.0)
    found = scan.space_time_permutation(events, 700.0, 8, permutations=9, most=1000)
    ago = 29 - day
    best: dict[tuple[float, float], float] = {}
    for window in enumerated(events.x, events.y, ago, 700.0, 8):
        best[window[1:3]] = max(best.get(window[1:3], 0.0), window[0])
    circles = []
    for cluster in found.clusters:
        assert cluster.log_ratio == pytest.approx(best[cluster.x, cluster.y])
        circles.append(np.hypot(events.x - cluster.x, events.y - cluster.y) <= cluster.radius + 1e-9)
    assert np.sum(circles, axis=0).max() <= 1
    ratios = [cluster.log_ratio for cluster in found.clusters]
    assert ratios == sorted(ratios, reverse=True)
    assert len(found.clusters) > 3


def test_places_in_cells_equal_enumeration_over_the_cells() -> None:
    events, day = made(200, 40, 5)
    found = scan.space_time_permutation(events, 600.0, 10, permutations=0, cell=250.0)
    x, y = ((np.floor(v / 250.0) + 0.5) * 250.0 for v in (events.x, events.y))
    windows = enumerated(x, y, 39 - day, 600.0, 10)
    assert found.clusters[0].log_ratio == pytest.approx(max(window[0] for window in windows))
    assert found.clusters[0].p == 1.0


def test_counts_that_outgrow_their_bits_are_counted_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    # 200 of 500 events on the last days in one spot: more than the 127 that fit the smallest counters.
    rng = np.random.default_rng(2)
    x, y = np.hstack([np.round(rng.uniform(0, 3000, (2, 300)) / 300) * 300, np.full((2, 200), 1500.0)])
    day = np.r_[rng.integers(0, 60, 300), rng.integers(57, 60, 200)]
    tried = []
    walked = walk._walked
    monkeypatch.setattr(walk, "_walked", lambda *a: tried.append(a[4]) or walked(*a))
    found = scan.space_time_permutation(Events.of(x, y, START + day * np.timedelta64(86_400, "s")), 400.0, 5, 19)
    assert tried == [8, 16]
    windows = enumerated(x, y, day.max() - day, 400.0, 5)
    assert found.clusters[0].log_ratio == pytest.approx(max(window[0] for window in windows))


def test_an_injected_cluster_is_found_and_nothing_else() -> None:
    events, day = made(1500, 200, 3, side=10_000.0)
    rng = np.random.default_rng(1)
    x, y = np.r_[events.x, rng.normal(4000, 80, 12)], np.r_[events.y, rng.normal(7000, 80, 12)]
    begin = np.r_[day, rng.integers(195, 200, 12)]
    all_events = Events.of(x, y, START + begin * np.timedelta64(86_400, "s"))
    found = scan.space_time_permutation(all_events, 1000.0, 14, seed=4)
    first, second = found.clusters[:2]
    assert first.p == 0.001
    assert first.recurrence == pytest.approx(1000.0)
    assert np.hypot(first.x - 4000, first.y - 7000) < 200
    assert first.days <= 6
    assert len(set(range(1500, 1512)) & set(first.members.tolist())) >= 10
    assert second.p > 0.05
    # The same the day before: later events are not seen.
    until = scan.space_time_permutation(all_events, 1000.0, 14, 99, as_of="2024-07-05")
    known = all_events.where(all_events.begin < np.datetime64("2024-07-06", "s"))
    again = scan.space_time_permutation(known, 1000.0, 14, 99, as_of="2024-07-05")
    assert [c.log_ratio for c in until.clusters] == [c.log_ratio for c in again.clusters]
    assert until.end == np.datetime64("2024-07-05")


def test_alarms_come_at_the_promised_rate_when_nothing_is_planted() -> None:
    p = []
    for seed in range(300):
        # A busy place and a busy week alone are no cluster.
        rng = np.random.default_rng(seed)
        x, y = (
            np.r_[rng.uniform(0, 4000, 150), rng.normal(1000, 100, 100)],
            np.r_[rng.uniform(0, 4000, 150), rng.normal(1000, 100, 100)],
        )
        day = np.r_[rng.integers(0, 60, 200), rng.integers(53, 60, 50)]
        found = scan.space_time_permutation(
            Events.of(x, y, START + rng.permutation(day) * np.timedelta64(86_400, "s")), 500.0, 7, 99, seed, most=1
        )
        p.append(found.clusters[0].p)
    assert 0.02 <= np.mean(np.array(p) <= 0.05) <= 0.08
    assert 0.42 <= np.mean(np.array(p) <= 0.5) <= 0.58


def test_same_seed_any_threads_any_order_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    events, _ = made(800, 100, 8)
    runs = []
    for cores in (1, 2, 5):
        monkeypatch.setattr("os.cpu_count", lambda cores=cores: cores)
        runs.append(scan.space_time_permutation(events, 500.0, 10, 99, seed=3))
    for run in runs[1:]:
        assert np.array_equal(run.simulated, runs[0].simulated)
        assert [c.log_ratio for c in run.clusters] == [c.log_ratio for c in runs[0].clusters]
    other = scan.space_time_permutation(events, 500.0, 10, 99, seed=4)
    assert not np.array_equal(other.simulated, runs[0].simulated)


def test_an_interval_counts_at_its_middle_and_vague_events_not() -> None:
    events, _ = made(50, 20, 0)
    end = events.begin + np.timedelta64(2, "D")
    begin = events.begin - np.timedelta64(2, "D")
    wide = Events.of(events.x, events.y, begin, end)
    a = scan.space_time_permutation(events, 900.0, 5, 19)
    b = scan.space_time_permutation(wide, 900.0, 5, 19)
    assert np.array_equal(a.simulated, b.simulated)
    vague = np.zeros(50)
    vague[:10] = 2000.0
    unknown = events.begin.copy()
    unknown[10:15] = np.datetime64("NaT")
    c = scan.space_time_permutation(Events.of(events.x, events.y, unknown, precision=vague), 900.0, 5, 19)
    assert c.cases == 35
    assert all((cluster.members >= 15).all() for cluster in c.clusters)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"max_radius": 0.0}, "max_radius is 0"),
        ({"max_days": 0}, "max_days is 0; expected 1 to 10 whole days, at most half of the 20"),
        ({"max_days": 11}, "max_days is 11"),
        ({"max_days": 2.5}, "max_days is 2.5"),
        ({"permutations": -1}, "permutations is -1"),
        ({"most": 0}, "most is 0"),
        ({"cell": -5.0}, "cell is -5"),
        ({"as_of": "2023-01-01"}, "0 of 50 events up to 2023-01-01 can be used"),
    ],
)
def test_wrong_arguments_are_refused(change: dict, said: str) -> None:
    events, _ = made(50, 20, 0)
    with pytest.raises(ValueError, match=said):
        scan.space_time_permutation(events, **{"max_radius": 500.0, "max_days": 5, **change})
