"""Exact intervals against scipy's distributions and simulated coverage."""

import numpy as np
import pytest
from scipy import stats

from openvis.analysis import rates


@pytest.mark.parametrize("count", [0, 1, 5, 37, 400])
def test_interval_of_a_count_is_garwoods(count: int) -> None:
    found = rates.rate(count, 2500, per=1000)
    low = stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0.0
    high = stats.chi2.ppf(0.975, 2 * count + 2) / 2
    assert (found.rate, found.low, found.high) == pytest.approx((count / 2.5, low / 2.5, high / 2.5))


@pytest.mark.parametrize(("c1", "b1", "c2", "b2"), [(12, 1000, 5, 1200), (0, 500, 9, 500), (7, 10, 0, 30)])
def test_ratio_agrees_with_the_binomial(c1: int, b1: float, c2: int, b2: float) -> None:
    found = rates.compare(c1, b1, c2, b2)
    interval = stats.binomtest(c1, c1 + c2, b1 / (b1 + b2)).proportion_ci(0.95, method="exact")
    low = interval.low / (1 - interval.low) * b2 / b1
    high = np.inf if interval.high == 1 else interval.high / (1 - interval.high) * b2 / b1
    assert found.low == pytest.approx(low)
    assert found.high == pytest.approx(high)
    even = b1 / (b1 + b2)
    tails = stats.binom.sf(c1 - 1, c1 + c2, even), stats.binom.cdf(c1, c1 + c2, even)
    assert found.p == pytest.approx(min(1.0, 2 * min(tails)))


def test_intervals_cover_at_least_as_promised() -> None:
    rng = np.random.default_rng(0)
    for truth in (0.7, 3.0, 25.0):
        counts = rng.poisson(truth, 2000)
        covered = [rates.count_interval(int(c)) for c in counts]
        assert np.mean([low <= truth <= high for low, high in covered]) >= 0.95


def test_nothing_against_nothing_says_nothing() -> None:
    found = rates.compare(0, 100, 0, 100)
    assert np.isnan(found.ratio)
    assert (found.low, found.high, found.p) == (0.0, np.inf, 1.0)


def test_wrong_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="base is 0"):
        rates.rate(3, 0)
    with pytest.raises(ValueError, match="count is -1"):
        rates.rate(-1, 10)
    with pytest.raises(ValueError, match="count2 is -2"):
        rates.compare(1, 1, -2, 1)
