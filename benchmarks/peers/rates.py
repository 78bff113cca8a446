"""Rates of many areas against statsmodels, scipy and esda in the loop over areas that a user would write."""

import warnings
from typing import Any

import numpy as np

from openvis.analysis.perception import gap
from openvis.analysis.rates import compare as ratio
from openvis.analysis.rates import empirical_bayes, funnel, rate
from peers.measuring import memory, note, row, seconds, timed

AREAS = 2_000


def table(areas: int) -> tuple[Any, Any]:
    """Counts and inhabitants of areas that differ by 30 %."""
    rng = np.random.default_rng(areas)
    bases = np.exp(rng.normal(7, 0.8, areas)).round() + 1
    return rng.poisson(bases * 0.02 * rng.gamma(11, 1 / 11, areas)), bases


def compare() -> None:
    warnings.filterwarnings("ignore")
    note(f"peak memory of the funnel of 1,000,000 areas: {memory(largest):,.0f} MB")
    _intervals()
    _limits()
    _shrunk()
    for areas in (10_000, 100_000, 1_000_000):
        counts, bases = table(areas)
        row(
            "funnel with the spread between areas",
            areas,
            seconds(lambda c=counts, b=bases: funnel(c, b, overdispersion="additive")),
        )
        row("empirical_bayes", areas, seconds(lambda c=counts, b=bases: empirical_bayes(c, b)))
    for areas in (100, 1_000, 10_000):
        counts, bases = table(areas)
        asked = np.full(areas, 200)
        shares = np.random.default_rng(1).binomial(200, 0.2, areas) / 200
        row("perception gap (no peer)", areas, seconds(lambda c=counts, b=bases, s=shares, a=asked: gap(c, b, s, a)))


def largest() -> None:
    counts, bases = table(1_000_000)
    funnel(counts, bases, overdispersion="additive")


def _intervals() -> None:
    from scipy import stats
    from statsmodels.stats.rates import confint_poisson

    counts, bases = table(AREAS)
    ours = timed(lambda: [rate(c, b, per=1.0) for c, b in zip(counts, bases, strict=True)])
    peer = timed(lambda: [confint_poisson(c, b, method="exact-c") for c, b in zip(counts, bases, strict=True)])
    row("rate of each area, against statsmodels", AREAS, ours[0], peer[0])
    mine = np.array([(it.low, it.high) for it in ours[1]])
    assert np.allclose(mine, np.array(peer[1]), rtol=1e-9, atol=0)

    def binomial() -> Any:
        total, people = counts.sum(), bases.sum()
        tests = (
            stats.binomtest(int(c), int(total), b / people).proportion_ci(method="exact")
            for c, b in zip(counts, bases, strict=True)
        )
        return [(it.low, it.high) for it in tests]

    total, people = counts.sum(), bases.sum()
    ours = timed(lambda: [ratio(c, b, total - c, people - b) for c, b in zip(counts, bases, strict=True)])
    peer = timed(binomial, 1)
    row("compare, each with the rest, against scipy", AREAS, ours[0], peer[0])
    odds = [(low / (1 - low), high / (1 - high)) for low, high in peer[1]]
    scale = (people - bases) / bases
    mine = np.array([(it.low, it.high) for it in ours[1]])
    # scipy looks for the limits by halving, to an absolute 2e-12 of the share.
    theirs = np.array(odds) * scale[:, None]
    note(f"largest relative distance {np.abs(mine / theirs - 1)[counts > 0].max():.1e}")
    assert np.allclose(mine, theirs, rtol=1e-5)


def _limits() -> None:
    from scipy import stats

    counts, bases = table(AREAS)
    mean = counts.sum() / bases.sum()

    def interpolated() -> Any:
        found = []
        for base in bases:
            law = stats.poisson(base * mean)
            for level in (0.025, 0.975, 0.001, 0.999):
                r = law.ppf(level)
                found.append(max(r - (law.cdf(r) - level) / law.pmf(r), 0.0) / base)
        return np.array(found).reshape(-1, 4)

    ours, peer = timed(lambda: funnel(counts, bases, per=1.0)), timed(interpolated, 1)
    row("funnel, against scipy's quantiles", AREAS, ours[0], peer[0])
    mine = np.stack([ours[1].low[0], ours[1].high[0], ours[1].low[1], ours[1].high[1]], axis=1)
    assert np.allclose(mine, peer[1], atol=1e-9)


def _shrunk() -> None:
    from esda.smoothing import Empirical_Bayes

    counts, bases = table(AREAS)
    ours = timed(lambda: empirical_bayes(counts, bases, per=1.0))
    peer = timed(lambda: Empirical_Bayes(counts, bases).r)
    row("empirical_bayes, with intervals", AREAS, ours[0])
    note(f"esda, the same rates without intervals: {1000 * peer[0]:.3f} ms")
    assert np.allclose(ours[1].rate, np.ravel(peer[1]), rtol=1e-10)
