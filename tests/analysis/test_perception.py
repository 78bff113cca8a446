"""The gap between feeling and figures: against statsmodels where a side is exact, else by planted truths."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openvis.analysis.perception import gap


def world(seed: int, areas: int = 80, mean: float = 6.0, respondents: int = 250, slope: float = 0.06):  # type: ignore[no-untyped-def]
    """Counts, bases, shares, respondents, and the planted deviation of each area."""
    rng = np.random.default_rng(seed)
    log_rate = rng.normal(-3.5, 0.6, areas)
    deviation = rng.normal(0, 0.03, areas)
    bases = np.exp(rng.normal(mean, 0.5, areas)).round()
    truth = np.clip(0.22 + slope * (log_rate + 3.5) + deviation, 0.01, 0.99)
    asked = rng.integers(respondents // 2, 2 * respondents, areas)
    return rng.poisson(bases * np.exp(log_rate)), bases, rng.binomial(asked, truth) / asked, asked, deviation


def test_with_both_sides_exact_it_is_the_least_squares_residual() -> None:
    sm = pytest.importorskip("statsmodels.api")
    counts, bases, shares, asked, _ = world(1, mean=20, respondents=10**8)
    found = gap(counts, bases, shares, asked)
    fit = sm.OLS(shares, sm.add_constant(np.log((counts + 0.5) / bases))).fit()
    assert found.slope == pytest.approx(fit.params[1] * np.log(2), rel=1e-3)
    assert found.value == pytest.approx(fit.resid, abs=2e-4)
    assert found.z == pytest.approx(fit.resid / np.sqrt(fit.mse_resid), abs=5e-3)
    assert found.scatter == pytest.approx(np.sqrt(fit.mse_resid), rel=1e-2)


def test_noise_in_the_rates_does_not_bend_the_line() -> None:
    sm = pytest.importorskip("statsmodels.api")
    ours, plain = [], []
    for seed in range(40):
        counts, bases, shares, asked, _ = world(seed, mean=5.0)
        ours.append(gap(counts, bases, shares, asked).slope / np.log(2))
        plain.append(sm.OLS(shares, sm.add_constant(np.log((counts + 0.5) / bases))).fit().params[1])
    assert np.mean(plain) < 0.045
    assert np.mean(ours) == pytest.approx(0.06, abs=0.006)


def test_the_interval_holds_the_planted_deviation_as_often_as_promised() -> None:
    held, nearer = [], []
    for seed in range(40):
        *given_, deviation = world(100 + seed)
        found = gap(*given_)
        held.append(((found.low <= deviation) & (deviation <= found.high)).mean())
        nearer.append(np.abs(found.value - deviation).mean() < 0.02)
    assert 0.92 <= np.mean(held) <= 0.97
    assert np.mean(nearer) > 0.9


def test_a_planted_place_is_found_and_small_samples_are_drawn_in() -> None:
    counts, bases, shares, asked, _ = world(3)
    shares[5] += 0.25
    found = gap(counts, bases, shares, asked)
    assert np.nanargmax(found.z) == 5
    assert found.low[5] > 0.05
    asked[5] = 31
    less = gap(counts, bases, shares, asked)
    assert less.value[5] < 0.7 * found.value[5]


def test_areas_with_few_respondents_take_no_part() -> None:
    counts, bases, shares, asked, _ = world(4)
    asked[:3] = [0, 12, 29]
    found = gap(counts, bases, shares, asked)
    assert found.used.tolist() == [False] * 3 + [True] * 77
    assert np.isnan(found.value[:3]).all()
    assert np.isfinite(found.low[3:]).all()


@settings(max_examples=10)
@given(st.integers(0, 1000), st.floats(2, 500))
def test_the_unit_of_the_rate_does_not_matter(seed: int, unit: float) -> None:
    counts, bases, shares, asked, _ = world(seed, areas=30)
    one, other = gap(counts, bases, shares, asked), gap(counts, bases * unit, shares, asked)
    assert one.value == pytest.approx(other.value, abs=1e-4)
    assert (np.abs(one.value) <= np.abs(shares - one.expected) + 1e-12).all()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda a: (a[0], a[1], a[2] * 100, a[3]), "expected shares between 0 and 1"),
        (lambda a: (a[0], a[1], a[2], np.ones(80)), "never the answers of single persons"),
        (lambda a: (a[0], a[1], (a[2] > 0.2) * 1.0, np.full(80, 2)), "never the answers of single persons"),
        (lambda a: (a[0], a[1], a[2], np.full(80, 20)), "0 areas have at least 30 respondents"),
        (lambda a: (a[0][:5], a[1], a[2], a[3]), "counts has 5 areas"),
    ],
)
def test_wrong_arguments_are_refused(change, told: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=told):
        gap(*change(world(0)[:4]))
