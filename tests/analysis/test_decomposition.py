"""A series taken apart: planted trend and season found, STL agrees, the direction as sure as it says."""

import numpy as np
import pytest

from openvis.analysis import trend
from openvis.analysis.trend import decompose

WEEKS = trend.weeks_between("2020-01-06", "2025-10-01")
T = np.arange(WEEKS.size)
ANGLE = 2 * np.pi * T * 7 / 365.25
SEASON = np.exp(0.3 * np.cos(ANGLE))


def planted(seed: int, level: float, slope: float = 0.0, dispersion: float = 0.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    mean = level * np.exp(slope * T * 7 / 365.25) * SEASON
    return rng.poisson(mean * rng.gamma(1 / dispersion, dispersion, T.size) if dispersion else mean).astype(float)


def test_the_parts_make_the_whole_and_the_planted_parts_are_found() -> None:
    counts = planted(1, 200.0, -0.1)
    parts = decompose(counts, WEEKS)
    np.testing.assert_allclose(parts.trend * parts.season + parts.rest, counts)
    usual = np.exp(0.3 * np.cos(np.linspace(0, 2 * np.pi, 1000))).mean()
    np.testing.assert_allclose(parts.trend, 200 * usual * np.exp(-0.1 * T * 7 / 365.25), rtol=0.05)
    np.testing.assert_allclose(parts.season, SEASON / usual, atol=0.03)
    assert parts.direction.verdict == "falling"
    assert parts.direction.per_year == pytest.approx(np.expm1(-0.1), abs=0.01)
    assert parts.dispersion < 1.2


def test_stl_of_statsmodels_sees_the_same_in_a_dense_series() -> None:
    from statsmodels.tsa.seasonal import STL

    rng = np.random.default_rng(2)
    bend = np.exp(0.4 * np.sin(2 * np.pi * T / 200))
    counts = rng.poisson(400 * bend * SEASON).astype(float)
    parts = decompose(counts, WEEKS)
    peer = STL(np.log(counts), period=52, seasonal=53, robust=True).fit()
    inner = slice(20, -20)
    usual = np.log(np.exp(0.3 * np.cos(np.linspace(0, 2 * np.pi, 1000))).mean())
    ours, truth = np.log(parts.trend) - usual, np.log(400 * bend)
    np.testing.assert_allclose(ours[inner], peer.trend[inner], atol=0.1)
    assert np.abs(ours - truth)[inner].max() < np.abs(peer.trend - truth)[inner].max()
    assert np.corrcoef(np.log(parts.season), peer.seasonal)[0, 1] > 0.96


def test_the_slope_is_that_of_a_regression_by_statsmodels() -> None:
    import statsmodels.api as sm

    counts = planted(3, 30.0, 0.08, 0.1)
    X = np.stack([np.ones(T.size), T * 7 / 365.25, *(f(k * ANGLE) for k in (1, 2) for f in (np.sin, np.cos))], axis=1)
    fit = sm.GLM(counts, X, family=sm.families.Poisson()).fit(scale="X2")
    direction = decompose(counts, WEEKS).direction
    assert np.log1p(direction.per_year) == pytest.approx(fit.params[1], abs=0.01)
    width = np.log1p(direction.high) - np.log1p(direction.low)
    assert width == pytest.approx(2 * 1.96 * fit.bse[1], rel=0.25)


@pytest.mark.parametrize(("level", "dispersion", "slope"), [(20.0, 0.1, 0.0), (2.0, 0.3, 0.1), (0.3, 0.0, 0.0)])
def test_the_direction_is_as_sure_as_it_says(level: float, dispersion: float, slope: float) -> None:
    true, inside, band, rising = np.expm1(slope), 0, [], 0
    usual = np.exp(0.3 * np.cos(np.linspace(0, 2 * np.pi, 1000))).mean()
    for seed in range(150):
        parts = decompose(planted(seed, level, slope, dispersion), WEEKS)
        inside += parts.direction.low <= true <= parts.direction.high
        truth = level * usual * np.exp(slope * T * 7 / 365.25)
        band.append(((parts.low <= truth) & (truth <= parts.high)).mean())
        rising += parts.direction.verdict == "rising"
    assert 0.89 <= inside / 150 <= 0.99
    assert 0.92 <= np.mean(band) <= 0.99
    assert rising > 120 if slope else rising < 15


def test_missing_weeks_are_passed_over() -> None:
    counts = planted(4, 40.0)
    gaps = counts.copy()
    gaps[[5, 60, *range(150, 165)]] = np.nan
    whole, parts = decompose(counts, WEEKS), decompose(gaps, WEEKS)
    assert np.isnan(parts.rest).sum() == 17
    np.testing.assert_allclose(parts.trend, whole.trend, rtol=0.1)
    width = parts.high / parts.low
    assert width[157] > width[120]


def test_a_week_that_stands_out_goes_to_the_rest() -> None:
    counts = planted(5, 20.0)
    peak = counts.copy()
    peak[200] += 200
    calm, parts = decompose(counts, WEEKS), decompose(peak, WEEKS)
    np.testing.assert_allclose(parts.trend, calm.trend, rtol=0.1)
    assert parts.rest[200] > 150


def test_wrong_input_is_refused() -> None:
    counts = planted(6, 3.0)
    with pytest.raises(ValueError, match="has 80 known weeks; expected at least 104"):
        decompose(counts[:80], WEEKS[:80])
    with pytest.raises(ValueError, match="no event"):
        decompose(np.zeros(WEEKS.size), WEEKS)
    with pytest.raises(ValueError, match="negative or infinite"):
        decompose(-counts - 1, WEEKS)
    with pytest.raises(ValueError, match="one count for each"):
        decompose(counts[1:], WEEKS)
    with pytest.raises(ValueError, match="confidence is"):
        decompose(counts, WEEKS, 1.0)
