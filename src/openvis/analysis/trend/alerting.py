"""Alerts (signaleringen): which area and kind stand out in a week, over all pairs together."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from openvis.analysis.checks import Floats, Ints, Times, between, finite, positive
from openvis.analysis.trend.baseline import HALF_LIFE, PULL, YEAR, position, waves
from openvis.analysis.trend.batch import Fits, Model, fit_all
from openvis.analysis.trend.discrete import q_values, tail
from openvis.analysis.trend.tails import interval
from openvis.analysis.trend.weeks import LEAST_WEEKS, monday, successive

LEAST = 3.0
"""Events below which nothing is announced."""
OWN_PULL = np.array([0.0, 25.0, 10.0, 10.0, 10.0, 10.0])
"""How strongly slope and season of a pair are drawn to those of its kind: as by so many events."""
MOST_WINDOW = 8


@dataclass(frozen=True)
class Alert:
    """One area and kind that stands out, by their places in the cube.

    week: Monday of the judged week. weeks: length of the window that stands out most, ending with that week. observed,
    expected and the prediction interval low to high are about that window. p: chance of so many or more where nothing is
    the matter, all windows counted. q: false discovery rate at which it is announced. ratio: observed / expected.
    """

    area: int
    kind: int
    week: Times
    weeks: int
    observed: float
    expected: float
    low: float
    high: float
    p: float
    q: float
    ratio: float


@dataclass(frozen=True, eq=False)
class Judgement:
    """Every pair judged: (areas, kinds) each, with the fields of `Alert`; week is the one that was judged."""

    week: Times
    weeks: Ints
    observed: Floats
    expected: Floats
    low: Floats
    high: Floats
    p: Floats
    q: Floats


def alerts(
    cube: Any,
    weeks: Any,
    *,
    week: Any = None,
    windows: tuple[int, ...] = (1,),
    reported: Any = None,
    rate: float = 0.05,
    least: float = LEAST,
    confidence: float = 0.95,
    threads: int | None = None,
) -> list[Alert]:
    """What stands out in a week, the surest first; as `judge`, those of which q is at most `rate`.

    Where nothing is the matter, at most `rate` of the weeks bring any alert; where something is, on average at most
    `rate` of the alerts are false.
    """
    between("rate", rate, 0.0, 1.0)
    found = judge(
        cube, weeks, week=week, windows=windows, reported=reported, least=least, confidence=confidence, threads=threads
    )
    areas, kinds = np.nonzero(found.q <= rate)
    listed = [_alert(found, area, kind) for area, kind in zip(areas.tolist(), kinds.tolist(), strict=True)]
    return sorted(listed, key=lambda one: (one.p, one.expected - one.observed, one.area, one.kind))


def judge(
    cube: Any,
    weeks: Any,
    *,
    week: Any = None,
    windows: tuple[int, ...] = (1,),
    reported: Any = None,
    least: float = LEAST,
    confidence: float = 0.95,
    threads: int | None = None,
) -> Judgement:
    """Each pair of area and kind in a week against what the weeks before it let expect.

    cube: (areas, kinds, weeks) counts; weeks: their Mondays, successive. week: the Monday to judge (default: the last);
    later weeks are not looked at. windows: lengths in weeks, each ending with that week: (1,) for the week itself, (1, 2,
    4) to catch as well a short peak that is spread over some weeks, such as that of a passing gang. The smallest chance
    over the windows is multiplied by their number. The expectation comes from the weeks before the longest window, at
    least 104. reported: share of what happened that is in the data, of the last week of the cube, the one before it and
    so on (as `trend.completeness` gives); expectations shrink with it. least: events below which nothing is announced.

    The expectation is a quasi-Poisson regression with level, slope and two yearly waves, older and outlying weeks
    counting less (Farrington et al. 1996, JRSS A 159:547-563; Noufaily et al. 2013, Statistics in Medicine
    32:1206-1222). First for each kind over all areas; then for each pair, relative to its kind and drawn to it, so that a
    pair with a handful of events takes the season of its kind and a pair with hundreds keeps its own. So is the
    dispersion. The chance is the upper tail of the negative binomial that holds the dispersion and the uncertainty of the
    expectation. q: see `discrete.q_values`. The result is the same for any number of threads (default: all cores).

    Raises ValueError for another shape, counts that are negative or unknown, weeks that are not successive Mondays, too
    few weeks, windows or shares out of their range.
    """
    counts, mondays = _counts(cube, weeks)
    lengths = _windows(windows)
    last = _place_of(week, mondays)
    stop = last + 1 - max(lengths)
    if stop < LEAST_WEEKS:
        raise ValueError(
            f"week is {mondays[last]} with {stop} weeks before its longest window; expected at least {LEAST_WEEKS}"
        )
    positive("least", least)
    between("confidence", confidence, 0.0, 1.0)
    areas, kinds, _ = counts.shape
    shares = _shares(reported, mondays.size)[: last + 1]
    series = np.ascontiguousarray(counts.reshape(areas * kinds, -1))
    expectation = _expectation(series, counts, mondays[: last + 1], shares, stop, lengths, threads)
    observed = np.stack([series[:, last + 1 - length : last + 1].sum(axis=1) for length in lengths], axis=1)
    mean, dispersion = expectation
    chances = np.where(observed >= least, tail(observed, mean, dispersion), 1.0)
    most = chances.argmin(axis=1)
    p = np.minimum(1.0, len(lengths) * chances.min(axis=1))
    q = q_values(p, mean, dispersion, least, threads)
    rows, shape = np.arange(p.size), (areas, kinds)
    low, high = interval(mean[rows, most], dispersion[rows, most], confidence)
    return Judgement(
        week=mondays[last],
        weeks=np.asarray(lengths, dtype=np.int64)[most].reshape(shape),
        observed=observed[rows, most].reshape(shape),
        expected=mean[rows, most].reshape(shape),
        low=low.reshape(shape),
        high=high.reshape(shape),
        p=p.reshape(shape),
        q=q.reshape(shape),
    )


def _alert(found: Judgement, area: int, kind: int) -> Alert:
    at = (area, kind)
    observed, expected = float(found.observed[at]), float(found.expected[at])
    return Alert(
        area, kind, found.week, int(found.weeks[at]), observed, expected, float(found.low[at]), float(found.high[at]),
        float(found.p[at]), float(found.q[at]), observed / expected,
    )  # fmt: skip


def _expectation(
    series: Floats, counts: Floats, mondays: Times, shares: Floats, stop: int, lengths: list[int], threads: int | None
) -> tuple[Floats, Floats]:
    """Mean and dispersion of each pair and window, (pairs, windows)."""
    areas, kinds, _ = counts.shape
    age = np.arange(mondays.size - 1, -1, -1.0)
    X = np.stack([np.ones(age.size), -age / YEAR, *waves(position(mondays))], axis=1)
    decay = (0.5 ** (age / HALF_LIFE))[:stop]
    totals = counts[:, :, :stop].sum(axis=0)
    usual = np.maximum(totals @ decay, 0.5) / decay.sum()
    in_data = np.log(shares)
    whole = fit_all(
        totals, Model(X[:stop], in_data[None], np.zeros(kinds, dtype=np.int64), decay, PULL, usual), threads
    )
    curve = whole.beta @ X.T + in_data
    kind = np.tile(np.arange(kinds), areas)
    per_area = 1.0 / np.maximum((counts[:, :, :stop].sum(axis=2) > 0).sum(axis=0), 1)
    fits = fit_all(series, Model(X[:stop], curve, kind, decay, OWN_PULL, per_area[kind]), threads)
    dispersion, spread = _dispersion(fits, kind, kinds)
    means, dispersions = np.zeros((kind.size, len(lengths))), np.zeros((kind.size, len(lengths)))
    rates = {
        back: np.exp(np.minimum(curve[kind, -1 - back] + fits.beta @ X[-1 - back], 30.0))
        for back in range(max(lengths))
    }
    for w, length in enumerate(lengths):
        mean = sum((rates[back] for back in range(length)), np.zeros(kind.size))
        squares = sum((rates[back] ** 2 for back in range(length)), np.zeros(kind.size))
        slope = sum((rates[back][:, None] * X[-1 - back] for back in range(length)), np.zeros((kind.size, X.shape[1])))
        slope /= mean[:, None]
        unsure = np.einsum("ni,nij,nj->n", slope, fits.covariance, slope)
        means[:, w] = mean
        dispersions[:, w] = dispersion * squares / mean**2 + spread * unsure
    return means, dispersions


def _dispersion(fits: Fits, kind: Ints, kinds: int) -> tuple[Floats, Floats]:
    """Variance beyond Poisson relative to mean² of each pair, drawn to that of its kind; and variance over mean.

    A pair with few events cannot tell its own dispersion; it is drawn to that of its kind over all areas (as Robinson &
    Smyth 2007, Bioinformatics 23:2881-2887, do for genes), one standard error up, and never lower: too small a
    dispersion makes false alerts, too large a one only hides faint peaks.
    """
    means, squares, _, squared, events = fits.sums.T
    beyond = fits.fewer * squares - events
    level = squared / np.maximum(means, 1e-9)
    total = np.maximum(np.bincount(kind, squared, kinds), 1e-9)
    common = np.maximum(np.bincount(kind, beyond, kinds) / total, 0.0)[kind]
    known = squared / 2.0 / (1.0 + common * level) ** 2
    common += (1.0 / np.sqrt(np.maximum(np.bincount(kind, known, kinds), 1.0)))[kind]
    drawn = 1.0 / (0.5 * common + 0.02) ** 2
    own = (known * beyond / np.maximum(squared, 1e-12) + drawn * common) / (known + drawn)
    dispersion = np.maximum(common, own)
    return dispersion, 1.0 + dispersion * level


def _counts(cube: Any, weeks: Any) -> tuple[Floats, Times]:
    mondays = successive(weeks)
    counts = np.asarray(cube, dtype=np.float64)
    if counts.ndim != 3 or 0 in counts.shape or counts.shape[2] != mondays.size:
        raise ValueError(
            f"cube has shape {counts.shape}; expected (areas, kinds, {mondays.size} weeks), none of them 0"
        )
    if not np.isfinite(counts).all() or counts.min() < 0:
        raise ValueError("cube holds negative or unknown values; expected counts of 0 or more")
    return counts, mondays


def _windows(windows: tuple[int, ...]) -> list[int]:
    lengths = sorted(set(windows))
    if not lengths or lengths[0] < 1 or lengths[-1] > MOST_WINDOW:
        raise ValueError(f"windows is {windows!r}; expected lengths of 1 to {MOST_WINDOW} weeks")
    return lengths


def _place_of(week: Any, mondays: Times) -> int:
    if week is None:
        return mondays.size - 1
    at = np.flatnonzero(mondays == monday(week))
    if at.size == 0:
        raise ValueError(f"week is {week}; expected one of the weeks, {mondays[0]} to {mondays[-1]}")
    return int(at[0])


def _shares(reported: Any, weeks: int) -> Floats:
    shares = np.ones(weeks)
    if reported is not None:
        newest_first = finite("reported", reported)[:weeks]
        if ((newest_first <= 0) | (newest_first > 1)).any():
            raise ValueError("reported holds values outside 0 to 1; expected shares above 0, of the newest week first")
        shares[weeks - newest_first.size :] = newest_first[::-1]
    return shares
