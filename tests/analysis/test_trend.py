"""Expected weeks: intervals that cover, never a look ahead, and delays that were planted."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openvis.analysis import trend

WEEKS = trend.weeks_between("2020-01-06", "2025-10-01")
SEASON = np.exp(0.3 * np.sin(np.arange(WEEKS.size) / 52.18 * 2 * np.pi) - 0.1 * np.arange(WEEKS.size) / 52)


def test_weeks_are_mondays() -> None:
    assert trend.monday("2024-01-07") == np.datetime64("2024-01-01")
    assert trend.monday(np.datetime64("1969-12-31T23:00", "s")) == np.datetime64("1969-12-29")
    assert (np.diff(WEEKS) == np.timedelta64(7, "D")).all()


@given(st.lists(st.tuples(st.integers(0, 500_000), st.integers(0, 60_000)), min_size=1, max_size=40))
def test_weekly_keeps_the_total(rows: list[tuple[int, int]]) -> None:
    begin = np.datetime64("2024-02-01T00:00:00", "s") + np.array([r[0] for r in rows]) * np.timedelta64(60, "s")
    end = begin + np.array([r[1] for r in rows]) * np.timedelta64(60, "s")
    assert trend.weekly(begin, end=end).sum() == pytest.approx(len(rows))


def test_weekly_spreads_an_interval_and_leaves_out_what_is_beside() -> None:
    begin, end = np.array(["2024-01-07T12:00:00"], "M8[s]"), np.array(["2024-01-08T12:00:00"], "M8[s]")
    weeks = trend.weeks_between("2024-01-08", "2024-01-15")
    assert trend.weekly(begin, weeks=weeks, end=end).tolist() == [0.5, 0.0]
    assert trend.weekly(begin, weeks=weeks).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(("level", "dispersion"), [(40.0, 0.0), (40.0, 0.05), (6.0, 0.1)])
def test_interval_covers_as_promised_and_expectation_follows_the_truth(level: float, dispersion: float) -> None:
    rng = np.random.default_rng(1)
    mean = level * SEASON
    inside, ratio = [], []
    for _ in range(60):
        rate = mean if dispersion == 0 else mean * rng.gamma(1 / dispersion, dispersion, mean.size)
        counts = rng.poisson(rate).astype(float)
        expected, low, high = trend.band(counts, WEEKS)
        known = np.isfinite(expected)
        inside.append(((counts >= low) & (counts <= high))[known].mean())
        ratio.append((expected / mean)[known].mean())
    assert 0.935 < np.mean(inside) < 0.985
    assert np.mean(ratio) == pytest.approx(1.0, abs=0.03)


@pytest.mark.parametrize("dispersion", [0.0, 0.3])
@pytest.mark.parametrize(("level", "most"), [(0.05, 1.0), (0.5, 1.0), (3.0, 0.995), (300.0, 0.97)])
def test_interval_covers_from_hardly_any_to_hundreds_a_week(level: float, most: float, dispersion: float) -> None:
    """Whole numbers: below a few a week the interval cannot be narrower than more than 95 %; it never covers less."""
    rng = np.random.default_rng(8)
    mean = level * SEASON
    inside, had, foreseen = [], 0.0, 0.0
    for _ in range(24):
        rate = mean if dispersion == 0 else mean * rng.gamma(1 / dispersion, dispersion, mean.size)
        counts = rng.poisson(rate).astype(float)
        expected, low, high = trend.band(counts, WEEKS)
        known = np.isfinite(expected)
        inside.append(((counts >= low) & (counts <= high))[known].mean())
        had, foreseen = had + mean[known].sum(), foreseen + expected[known].sum()
    assert 0.93 < np.mean(inside) <= most
    assert 0.9 < foreseen / had < 1.25


def test_the_first_two_years_are_unknown_and_nothing_looks_ahead() -> None:
    counts = np.random.default_rng(2).poisson(30 * SEASON).astype(float)
    expected, low, high = trend.band(counts, WEEKS)
    assert np.isnan(expected[:104]).all()
    assert np.isfinite(expected[104:]).all()
    assert (low[104:] <= expected[104:]).all()
    assert (expected[104:] <= high[104:] + 1).all()
    later = counts.copy()
    later[200:] += 500
    changed = trend.band(later, WEEKS)
    assert np.array_equal(changed[0][:201], expected[:201], equal_nan=True)
    assert np.array_equal(changed[2][:201], high[:201], equal_nan=True)


def test_a_sudden_rise_stands_out_and_a_past_one_does_not_hide_the_next() -> None:
    counts = np.random.default_rng(3).poisson(30 * SEASON).astype(float)
    counts[220:224] *= 3
    counts[272:276] *= 3
    _, _, high = trend.band(counts, WEEKS)
    assert (counts[220:222] > high[220:222]).all()
    assert (counts[272:274] > high[272:274]).all()


def test_expected_of_the_next_week_agrees_with_the_band() -> None:
    counts = np.random.default_rng(4).poisson(30 * SEASON).astype(float)
    band = trend.band(counts, WEEKS)
    one = trend.expected(counts[:-1], WEEKS[:-1], WEEKS[-1])
    assert one.expected == pytest.approx(band[0][-1], rel=0.01)
    assert abs(one.high - band[2][-1]) <= 1
    later = trend.expected(counts, WEEKS, WEEKS[-1] + np.timedelta64(70, "D"))
    assert later.low < later.expected < later.high


def test_silence_expects_nothing() -> None:
    expected, low, high = trend.band(np.zeros(WEEKS.size), WEEKS)
    assert (expected[104:] == 0).all()
    assert (low[104:] == 0).all()
    assert (high[104:] == 0).all()
    sparse = np.zeros(WEEKS.size)
    sparse[150] = 1
    assert np.isfinite(trend.band(sparse, WEEKS)[0][104:]).all()


def test_completeness_finds_the_planted_delay() -> None:
    rng = np.random.default_rng(5)
    shares = trend.completeness(rng.exponential(10.0, 200_000), weeks=6)
    ages = 7.0 * np.arange(7)
    truth = 1 - 10 / 7 * (np.exp(-ages / 10) - np.exp(-(ages + 7) / 10))
    np.testing.assert_allclose(shares, truth, atol=0.005)
    assert trend.incomplete_weeks(shares, 0.9) == int((truth < 0.9).sum())
    assert trend.completeness([0.0, 0.0], 3).tolist() == [1, 1, 1, 1]


def test_completeness_leaves_out_what_is_too_young_to_know() -> None:
    rng = np.random.default_rng(6)
    age, delay = rng.uniform(0, 400, 100_000), rng.exponential(14.0, 100_000)
    seen = delay <= age
    whole = trend.completeness(delay, 8)
    careful = trend.completeness(delay[seen], 8, age[seen])
    np.testing.assert_allclose(careful, whole / careful.max() * careful.max(), atol=0.02)
    with pytest.raises(ValueError, match="no delay"):
        trend.completeness([1.0], 8, [3.0])


def test_wrong_arguments_are_refused() -> None:
    counts = np.ones(WEEKS.size)
    with pytest.raises(ValueError, match="successive Mondays"):
        trend.band(counts, WEEKS + np.timedelta64(1, "D"))
    with pytest.raises(ValueError, match="for 300 weeks"):
        trend.band(counts[1:], WEEKS)
    with pytest.raises(ValueError, match="expected at least 104"):
        trend.expected(counts[:50], WEEKS[:50], WEEKS[60])
    with pytest.raises(ValueError, match="after the history"):
        trend.expected(counts, WEEKS, WEEKS[3])
    with pytest.raises(ValueError, match="two dates in order"):
        trend.weeks_between("2024-02-01", "2024-01-01")
