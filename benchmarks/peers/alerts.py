"""Alerts against a loop of statsmodels over the series; false alerts where nothing is planted; growth and memory.

The peer is what an analyst writes today: for each series a GLM, quasi-Poisson or negative binomial, of level, slope
and two yearly waves on the weeks before, with our weights of age, and the tail of the last week. It is run on a sample
of the series and scaled up. Ours judges all series, draws each to its kind, and tests them together, which the loop
does not do.
"""

import functools
import warnings

import numpy as np

from openvis.analysis.trend import alerts, judge
from openvis.analysis.trend.baseline import HALF_LIFE, YEAR, position, waves
from peers.measuring import memory, note, row, seconds, timed

AREAS, KINDS, WEEKS = 240, 20, 260
SAMPLE = 300
DENSE = 5.0
"""Events a week from which the pull to the kind matters little, so that both fit the same."""
CUBES = 400
Array = np.ndarray


def compare() -> None:
    # First, since a new process starts from the peak of the one that began it.
    for areas, weeks in ((24, WEEKS), (AREAS, WEEKS), (10 * AREAS, WEEKS), (AREAS, 4 * WEEKS)):
        taken = memory(functools.partial(_judged, areas, weeks))
        note(f"{areas * KINDS:,} series of {weeks:,} weeks: {taken:.0f} MB")
    _against_statsmodels()
    for areas in (24, AREAS, 10 * AREAS):
        cube, mondays = made(areas, WEEKS)
        told = f"{areas * KINDS:,} series"
        row(f"alerts, windows 1, 2 and 4, {WEEKS} weeks", told, seconds(lambda c=cube, m=mondays: _alerts(c, m)))
    for weeks in (WEEKS // 2, 2 * WEEKS, 4 * WEEKS):
        cube, mondays = made(AREAS, weeks)
        row(f"alerts, {AREAS * KINDS:,} series", f"{weeks} weeks", seconds(lambda c=cube, m=mondays: _alerts(c, m)))
    _false_alerts()


def made(areas: int, weeks: int, seed: int = 0, kinds: int = KINDS) -> tuple[Array, Array]:
    """Negative binomial counts of very different sizes, with a season and a slope; nothing planted."""
    rng = np.random.default_rng(seed)
    mondays = np.datetime64("2020-01-06") + np.arange(weeks) * np.timedelta64(7, "D")
    level = np.exp(rng.normal(-1.0, 1.3, (areas, kinds, 1)))
    wave = 1 + rng.uniform(0, 0.3, (1, kinds, 1)) * np.cos(position(mondays))
    mean = level * wave * np.exp(rng.normal(0, 0.05, (1, kinds, 1)) * np.arange(weeks) / YEAR)
    return rng.poisson(mean * rng.gamma(8.0, 1 / 8.0, mean.shape)).astype(float), mondays


def _against_statsmodels() -> None:
    cube, mondays = made(AREAS, WEEKS)
    series = cube.reshape(-1, WEEKS)
    sample = series[np.random.default_rng(1).choice(series.shape[0], SAMPLE, replace=False)]
    age = np.arange(WEEKS - 1, -1, -1.0)
    X = np.stack([np.ones(WEEKS), -age / YEAR, *waves(position(mondays))], axis=1)
    decay = 0.5 ** (age / HALF_LIFE)
    ours, found = timed(lambda: judge(cube, mondays))
    for family in ("quasi-Poisson", "negative binomial"):
        taken = seconds(lambda f=family: _loop(sample, X, decay, f))
        row(f"alerts, a week, against statsmodels, {family}", len(series), ours, taken * len(series) / SAMPLE)
    note(f"the peer measured warm on {SAMPLE} of the series, drawn by chance, and scaled up")
    expected, mean = found.expected.ravel(), series[:, :-1].mean(axis=1)
    apart = np.abs(_loop(series, X, decay, "quasi-Poisson") / expected - 1)
    for told, which in (("at least", mean >= DENSE), ("under", (mean < DENSE) & (mean > 0))):
        note(
            f"expectations apart on {which.sum():,} series of {told} {DENSE:g} a week: median "
            f"{np.median(apart[which]):.1%}, 95 % within {np.quantile(apart[which], 0.95):.0%}"
        )
    assert np.median(apart[mean >= DENSE]) < 0.1
    _same_model(mondays, X, decay)


def _same_model(mondays: Array, X: Array, decay: Array) -> None:
    """One area and one kind with many events: nothing to be drawn to, so the models are the same but for the pull."""
    apart = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        mean = rng.uniform(40, 400) * np.exp(rng.normal(0, 0.05) * np.arange(WEEKS) / YEAR)
        counts = rng.poisson(mean * (1 + 0.2 * np.cos(position(mondays)))).astype(float)
        ours = judge(counts[None, None], mondays).expected[0, 0]
        apart.append(abs(_loop(counts[None], X, decay, "quasi-Poisson")[0] / ours - 1))
    note(f"on 20 single series of 40 to 400 a week the expectations differ at most {max(apart):.0e}: the same model")
    assert max(apart) < 1e-3


def _loop(series: Array, X: Array, weights: Array, family: str) -> Array:
    """The last week of each series as statsmodels expects it, with its upper tail, as an analyst would have it.

    The negative binomial is fitted twice: its dispersion is that of the residuals of the first fit.
    """
    import statsmodels.api as sm
    from scipy import stats

    past, target, expected = X[:-1], X[-1:], np.zeros(len(series))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for i, counts in enumerate(series):
            if counts[:-1].sum() == 0:
                continue
            y, asked = counts[:-1], {"freq_weights": weights[:-1]}
            fit = sm.GLM(y, past, family=sm.families.Poisson(), **asked).fit(scale="X2")
            shape = fit.predict(target)[0] / max(fit.scale - 1.0, 1e-6)
            if family == "negative binomial":
                mean = fit.fittedvalues
                beyond = (weights[:-1] * ((y - mean) ** 2 - mean)).sum() / (weights[:-1] * mean**2).sum()
                shape = 1.0 / max(beyond, 1e-4)
                fit = sm.GLM(y, past, family=sm.families.NegativeBinomial(alpha=1.0 / shape), **asked).fit()
            expected[i] = fit.predict(target)[0]
            stats.nbinom.sf(counts[-1] - 1, shape, shape / (shape + expected[i]))
    return expected


def _false_alerts() -> None:
    """Nothing planted: how many cubes bring any alert, of which at most 5 % should."""
    for windows in ((1,), (1, 2, 4)):
        false = sum(bool(alerts(*made(60, 160, seed, 10), windows=windows)) for seed in range(CUBES))
        note(
            f"nothing planted, windows {windows}: {false} of {CUBES} cubes of 600 series bring any alert (5 % promised)"
        )


def _alerts(cube: Array, mondays: Array) -> object:
    return alerts(cube, mondays, windows=(1, 2, 4))


def _judged(areas: int, weeks: int) -> None:
    _alerts(*made(areas, weeks))
