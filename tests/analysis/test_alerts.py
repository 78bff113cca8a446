"""Alerts: planted peaks found, false ones at the promised rate, nothing later looked at, a baseline as statsmodels'."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from openvis.analysis import trend
from openvis.analysis.trend import alerts, judge
from openvis.analysis.trend.discrete import q_values, tail

WEEKS = np.datetime64("2019-01-07") + np.arange(264) * np.timedelta64(7, "D")


def cube(seed: int, areas: int = 40, kinds: int = 6, shape: float | None = None) -> np.ndarray:
    """Counts of very different sizes with a season; negative binomial where a shape is given."""
    rng = np.random.default_rng(seed)
    level = np.exp(rng.normal(-1.0, 1.3, (areas, kinds, 1)))
    mean = level * (1.0 + 0.25 * np.cos(2 * np.pi * (np.arange(WEEKS.size) - 3) / 52.18))
    return rng.poisson(mean if shape is None else mean * rng.gamma(shape, 1 / shape, mean.shape)).astype(float)


@pytest.mark.parametrize("shape", [None, 5.0])
def test_false_alerts_stay_at_the_promised_rate(shape: float | None) -> None:
    """Nothing planted: at most 5 of 100 cubes bring any alert; 120 cubes give at most 12 with over 99 % chance."""
    false = sum(bool(alerts(cube(seed, shape=shape), WEEKS)) for seed in range(120))
    assert false <= 12


def test_a_window_of_weeks_brings_no_more_false_alerts() -> None:
    false = sum(bool(alerts(cube(seed), WEEKS, windows=(1, 2, 4))) for seed in range(500, 600))
    assert false <= 11


def test_planted_peaks_are_found_and_hardly_anything_else() -> None:
    counts = cube(1, areas=120, kinds=10)
    planted = {(area, area % 10) for area in range(0, 120, 8)}
    for area, kind in planted:
        counts[area, kind, -1] += 8 + 4 * np.sqrt(counts[area, kind].mean())
    found = alerts(counts, WEEKS)
    pairs = {(one.area, one.kind) for one in found}
    assert planted <= pairs
    assert len(pairs - planted) <= 3
    assert [one.p for one in found] == sorted(one.p for one in found)
    first = found[0]
    assert first.observed > first.high >= first.expected >= first.low
    assert first.ratio == pytest.approx(first.observed / first.expected)
    assert first.week == WEEKS[-1]
    assert first.weeks == 1


def test_a_peak_spread_over_weeks_needs_the_longer_window() -> None:
    """A gang that comes four weeks: each week by itself hides in chance."""
    counts = cube(2, areas=60, kinds=8)
    counts[7, 3] = np.random.default_rng(0).poisson(4.0, WEEKS.size)
    counts[7, 3, -4:] = 9
    assert (7, 3) not in {(one.area, one.kind) for one in alerts(counts, WEEKS)}
    caught = [one for one in alerts(counts, WEEKS, windows=(1, 2, 4)) if (one.area, one.kind) == (7, 3)]
    assert [one.weeks for one in caught] == [4]
    assert caught[0].observed == 36


def test_later_weeks_are_never_looked_at() -> None:
    counts = cube(3)
    changed = counts.copy()
    changed[:, :, 201:] = changed[:, :, 201:][:, :, ::-1] * 7 + 5
    one, other = (judge(it, WEEKS, week=WEEKS[200]) for it in (counts, changed))
    for name in ("observed", "expected", "p", "q", "low", "high"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_the_judged_week_does_not_raise_its_own_expectation() -> None:
    counts = cube(4)
    calm = judge(counts, WEEKS)
    counts[0, 0, -1] += 500
    np.testing.assert_array_equal(judge(counts, WEEKS).expected, calm.expected)


def test_any_number_of_threads_gives_the_same() -> None:
    counts = cube(5, areas=120, kinds=8)
    one, other = (judge(counts, WEEKS, windows=(1, 4), threads=threads) for threads in (1, 3))
    np.testing.assert_array_equal(one.q, other.q)
    np.testing.assert_array_equal(one.expected, other.expected)


def test_the_expectation_is_what_statsmodels_fits() -> None:
    """One dense pair: level, slope and two waves with the same weights of age; the pull to zero is the difference."""
    import statsmodels.api as sm

    rng = np.random.default_rng(6)
    t = np.arange(WEEKS.size)
    mean = 60 * np.exp(0.1 * t / 52) * (1 + 0.3 * np.cos(2 * np.pi * t / 52.18))
    counts = rng.poisson(mean).astype(float)[None, None]
    found = judge(counts, WEEKS)
    angle = 2 * np.pi * t / (365.25 / 7)
    X = np.stack([np.ones(t.size), t / 52, *(f(k * angle) for k in (1, 2) for f in (np.sin, np.cos))], axis=1)
    decay = 0.5 ** ((t[-1] - t) / 104.0)
    fit = sm.GLM(counts[0, 0, :-1], X[:-1], family=sm.families.Poisson(), freq_weights=decay[:-1]).fit()
    assert found.expected[0, 0] == pytest.approx(float(fit.predict(X[-1:])[0]), rel=0.03)


def test_intervals_hold_the_week_as_often_as_they_say() -> None:
    inside, all_of_them = 0, 0
    for seed in range(40):
        counts = cube(seed + 900, areas=30, kinds=4, shape=8.0) + 0.0
        found = judge(counts, WEEKS)
        large = found.expected > 5
        inside += int(((found.low <= found.observed) & (found.observed <= found.high))[large].sum())
        all_of_them += int(large.sum())
    assert all_of_them > 150
    assert 0.93 <= inside / all_of_them <= 0.995


def test_late_reports_are_not_taken_for_a_fall_nor_hide_a_rise() -> None:
    counts = cube(8, areas=60)
    shares = [0.5, 0.8, 0.95]
    seen = counts.copy()
    for back, share in enumerate(shares, start=1):
        seen[:, :, -back] = np.random.default_rng(back).binomial(counts[:, :, -back].astype(int), share)
    told = judge(seen, WEEKS, reported=shares)
    assert told.observed.sum() == pytest.approx(told.expected.sum(), rel=0.1)
    assert judge(seen, WEEKS).expected.sum() > 1.5 * told.expected.sum()


@given(st.floats(0.05, 200), st.floats(0, 3), st.integers(0, 300))
@settings(max_examples=80)
def test_the_tail_is_scipys(mean: float, dispersion: float, count: int) -> None:
    got = tail(np.array([float(count)]), np.array([mean]), np.array([dispersion]))[0]
    shape = 1.0 / max(dispersion, 1e-6)
    wanted = stats.nbinom.sf(count - 1, shape, shape / (shape + mean))
    assert got == pytest.approx(max(wanted, 1e-15), rel=1e-6, abs=1e-13)


def test_q_counts_only_what_the_other_tests_can_attain() -> None:
    """Thousands of pairs that cannot reach three events take no power from one that stands out."""
    mean = np.r_[2.0, np.full(5000, 1e-4)][:, None]
    dispersion = np.zeros_like(mean)
    observed = np.r_[9.0, np.zeros(5000)]
    p = np.where(observed >= 3, tail(observed, mean[:, 0], dispersion[:, 0]), 1.0)
    assert q_values(p, mean, dispersion, 3.0)[0] < 0.01
    assert p[0] * mean.size > 0.5  # Bonferroni over all would have lost it


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"cube": np.ones((3, 264))}, r"cube has shape \(3, 264\)"),
        ({"cube": -np.ones((1, 1, 264))}, "negative or unknown"),
        ({"week": "2012-01-02"}, "week is 2012-01-02; expected one of the weeks"),
        ({"week": WEEKS[60]}, "with 60 weeks before its longest window; expected at least 104"),
        ({"windows": (0,)}, "windows is"),
        ({"windows": (9,)}, "expected lengths of 1 to 8 weeks"),
        ({"reported": [1.2]}, "reported holds values outside 0 to 1"),
        ({"rate": 0.0}, "rate is"),
        ({"weeks": WEEKS[::2]}, "weeks"),
    ],
)
def test_refusals_say_what_is_expected(change: dict, told: str) -> None:
    asked = {"cube": np.ones((1, 1, 264)), "weeks": WEEKS} | change
    with pytest.raises(ValueError, match=told):
        alerts(asked.pop("cube"), asked.pop("weeks"), **asked)


def test_the_trend_module_offers_them() -> None:
    assert trend.alerts is alerts
