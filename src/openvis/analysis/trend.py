"""Per week: how much, how much was to be expected, and how much is still to come in."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from openvis.analysis.checks import Floats, Ints, Times, between, finite, in_order, seconds
from openvis.analysis.compiled import kernel

WEEK_DAYS = 7
YEAR_WEEKS = 365.25 / 7.0
YEAR = 52.0
"""Weeks in which the slope is measured."""
LEAST_WEEKS = 104
"""Two years: fewer cannot tell a season from a trend."""
HALF_LIFE = 104.0
"""Weeks after which a week counts half in what is expected."""
OUTLYING = 2.58
"""Standard deviations above which a past week counts less."""
TERMS = 6
"""Level, slope, and two waves a year of a sine and a cosine each."""
PULL = np.array([0.0, 4.0, 1.0, 1.0, 1.0, 1.0])
"""A mild pull of each term to zero (as so many events would give) keeps sparse series sane; most on the slope."""


@dataclass(frozen=True)
class Expectation:
    """What a week was expected to bring, and the interval in which it should fall."""

    expected: float
    low: float
    high: float


def weeks_between(first: Any, last: Any) -> Times:
    """Mondays (datetime64[D]) of all weeks from the one that holds `first` to the one that holds `last`."""
    start, stop = monday(first), monday(last)
    if np.isnat(start) or np.isnat(stop) or stop < start:
        raise ValueError(f"first is {first}, last is {last}; expected two dates in order")
    return np.arange(start, stop + np.timedelta64(1, "D"), np.timedelta64(WEEK_DAYS, "D"))


def monday(date: Any) -> Any:
    """The Monday on or before each date, datetime64[D]."""
    day = np.asarray(date, dtype="datetime64[D]")
    return day - (day.astype(np.int64) + 3) % WEEK_DAYS * np.timedelta64(1, "D")


def weekly(begin: Any, weight: Any = None, weeks: Any = None, end: Any = None) -> Floats:
    """(k,) weight per week for the given Mondays (default: all weeks from the first event to the last).

    begin, end: (n,) local datetime64; an event known as an interval is spread evenly over it, so that parts of it may
    fall beside the weeks. Raises ValueError for no events, unknown times, weeks that are not successive Mondays.
    """
    begins = seconds("begin", begin)
    if begins.size == 0 or np.isnat(begins).any():
        raise ValueError(f"begin has {begins.size} values, {int(np.isnat(begins).sum())} unknown; expected known times")
    ends = begins if end is None else seconds("end", end, begins.size)
    in_order(begins, ends)
    weights = np.ones(begins.size) if weight is None else finite("weight", weight, begins.size, least=0.0)
    mondays = _mondays(weeks_between(begins.min(), ends.max()) if weeks is None else weeks)
    if mondays.size == 0:
        return np.zeros(0)
    out = np.zeros(mondays.size)
    start = int(mondays[0].astype("datetime64[s]").astype(np.int64))
    _per_week(begins.astype(np.int64) - start, ends.astype(np.int64) - start, weights, out)
    return out


@kernel
def _per_week(begin: Ints, end: Ints, weight: Floats, out: Floats) -> None:
    span = 604_800
    for i in range(begin.size):
        first, last = begin[i] // span, end[i] // span
        if first == last:
            if 0 <= first < out.size:
                out[first] += weight[i]
            continue
        rate = weight[i] / (end[i] - begin[i])
        for week in range(max(0, first), min(out.size - 1, last) + 1):
            out[week] += rate * (min(end[i], (week + 1) * span) - max(begin[i], week * span))


def band(counts: Any, weeks: Any, confidence: float = 0.95, least: int = LEAST_WEEKS) -> tuple[Floats, Floats, Floats]:
    """Expected count per week with its prediction interval, each (k,), from the weeks before it alone.

    counts: (k,) per week; weeks: their Mondays, successive. The first `least` weeks are NaN: there is too little before
    them to know the season. The baseline is a quasi-Poisson regression with level, slope and two yearly waves; older
    weeks count less (half after two years), and so do weeks that stood out (Farrington et al. 1996, JRSS A 159:547-563;
    Noufaily et al. 2013, Statistics in Medicine 32:1206-1222). The interval is negative binomial: it holds the spread
    of the weeks and the uncertainty of the baseline. `confidence` of ordinary weeks fall inside.
    Raises ValueError for other lengths, negative counts, weeks that are not successive Mondays.
    """
    series, mondays = _series(counts, weeks)
    _enough(least)
    between("confidence", confidence, 0.0, 1.0)
    expected, dispersion = np.full(series.size, np.nan), np.full(series.size, np.nan)
    targets = np.arange(least, series.size)
    expected[targets], dispersion[targets] = _baseline(series, _position(mondays), targets, targets)
    low, high = _interval(expected, dispersion, confidence)
    return expected, low, high


def expected(history: Any, weeks: Any, week: Any, confidence: float = 0.95, least: int = LEAST_WEEKS) -> Expectation:
    """What a later week (its Monday) may bring, from counts of the weeks before it; as `band`.

    Raises ValueError besides when there are fewer than `least` weeks, or `week` does not come after them.
    """
    series, mondays = _series(history, weeks)
    _enough(least)
    between("confidence", confidence, 0.0, 1.0)
    if series.size < least:
        raise ValueError(f"history has {series.size} weeks; expected at least {least}, to tell a season from a trend")
    target = monday(week)
    ahead = int((target - mondays[-1]).astype(np.int64)) // WEEK_DAYS
    if ahead < 1:
        raise ValueError(f"week is {week}; expected a week after the history, which ends with {mondays[-1]}")
    all_weeks = mondays[0] + np.arange(series.size + ahead) * np.timedelta64(WEEK_DAYS, "D")
    targets, until = np.array([all_weeks.size - 1]), np.array([series.size])
    mean, dispersion = _baseline(series, _position(all_weeks), targets, until)
    low, high = _interval(mean, dispersion, confidence)
    return Expectation(float(mean[0]), float(low[0]), float(high[0]))


def completeness(delays_days: Any, weeks: int = 12, age_days: Any = None) -> Floats:
    """(weeks + 1,) share of a week's events that are reported k whole weeks after its end, k = 0, 1, …

    delays_days: (n,) days from happening to being reported. Within a week events are taken as spread evenly. age_days:
    (n,) days from happening to the end of the data; given, only events old enough to have been reported after `weeks`
    weeks are used, since of younger ones the late reports are not in yet. Raises ValueError when none is left.
    """
    if weeks < 0:
        raise ValueError(f"weeks is {weeks}; expected 0 or more")
    delays = finite("delays_days", delays_days, least=0.0)
    if age_days is not None:
        delays = delays[finite("age_days", age_days, delays.size) >= WEEK_DAYS * (weeks + 1)]
    if delays.size == 0:
        raise ValueError(f"no delay of an event of at least {weeks + 1} weeks old; expected at least one")
    reach = WEEK_DAYS * (np.arange(weeks + 1) + 1.0)
    ordered = np.sort(delays)
    # Mean over the week of P(delay ≤ age): all delays up to 7k whole, those in the next seven days in part.
    sums = np.concatenate([[0.0], np.cumsum(ordered)])
    below = np.searchsorted(ordered, reach - WEEK_DAYS, side="right")
    under = np.searchsorted(ordered, reach, side="right")
    partly = ((under - below) * reach - (sums[under] - sums[below])) / WEEK_DAYS
    return np.asarray((below + partly) / ordered.size)


def incomplete_weeks(shares: Any, level: float = 0.95) -> int:
    """How many of the latest weeks to mark as incomplete: those of which less than `level` is reported."""
    return int(np.count_nonzero(finite("shares", shares) < between("level", level, 0.0, 1.0)))


def _mondays(weeks: Any) -> Times:
    mondays = np.asarray(weeks, dtype="datetime64[D]")
    if (
        mondays.ndim != 1
        or (mondays != monday(mondays)).any()
        or (np.diff(mondays).astype(np.int64) != WEEK_DAYS).any()
    ):
        raise ValueError("weeks are not successive Mondays; make them with weeks_between(first, last)")
    return mondays


def _series(counts: Any, weeks: Any) -> tuple[Floats, Times]:
    mondays = _mondays(weeks)
    series = finite("counts", counts, least=0.0)
    if series.size != mondays.size:
        raise ValueError(f"counts has {series.size} values for {mondays.size} weeks; expected one for each")
    return series, mondays


def _enough(least: int) -> None:
    if least < 2 * TERMS:
        raise ValueError(f"least is {least}; expected at least {2 * TERMS} weeks")


def _position(mondays: Times) -> Floats:
    """Place in the year of each week, as an angle."""
    return np.asarray(mondays.astype(np.int64) / WEEK_DAYS / YEAR_WEEKS * 2.0 * np.pi)


def _baseline(counts: Floats, angle: Floats, targets: Ints, until: Ints) -> tuple[Floats, Floats]:
    """For each target week: mean, and variance beyond Poisson relative to mean², fitted on the weeks before `until`."""
    X = np.stack([np.ones_like(angle), np.zeros_like(angle), *_waves(angle)], axis=1)
    expected, dispersion = np.zeros(targets.size), np.zeros(targets.size)
    fit = Fit(np.zeros(TERMS), np.zeros(counts.size), np.zeros(counts.size))
    for which, (target, stop) in enumerate(zip(targets.tolist(), until.tolist(), strict=True)):
        past = counts[:stop]
        if past.sum() <= 0:
            continue
        # The slope is measured from the target week; a later week starts from the fit of the one before.
        X[:, 1] = (np.arange(angle.size) - target) / YEAR
        if fit.started:
            fit.beta[0] += fit.beta[1] / YEAR
        else:
            fit.beta[0] = np.log(past.mean())
        covariance = fit.to(past, X[:stop], target)
        at = X[target]
        expected[which] = np.exp(min(float(at @ fit.beta), 30.0))
        dispersion[which] = fit.beyond + fit.spread * float(at @ covariance @ at)
    return expected, dispersion


def _waves(angle: Floats) -> list[Floats]:
    return [np.sin(angle), np.cos(angle), np.sin(2 * angle), np.cos(2 * angle)]


@dataclass
class Fit:
    """State of the baseline regression while it moves from week to week."""

    beta: Floats
    fitted: Floats
    trust: Floats
    spread: float = 1.0
    beyond: float = 0.0
    started: bool = False

    def to(self, counts: Floats, X: Floats, target: int) -> Floats:
        """Fit to these counts; returns the inverse of the information, (terms, terms).

        From one week to the next little changes: after the first fit one round is enough.
        """
        information, score, sums = np.zeros((TERMS, TERMS)), np.zeros(TERMS), np.zeros(4)
        freedom = counts.size / max(counts.size - TERMS, 1)
        for _ in range(1 if self.started else 12):
            _round(counts, X, target, self.beta, self.spread, self.fitted, self.trust, information, score)
            pull = PULL * self.spread
            information[np.diag_indices(TERMS)] += pull + 1e-9
            step = np.linalg.solve(information, score - pull * self.beta)
            self.beta += step / max(1.0, float(np.abs(step).max()))
            _spread(counts, self.fitted, self.trust, sums)
            self.spread = max(1.0, freedom * sums[1] / max(sums[0], 1e-9))
        self.beyond = max(0.0, freedom * sums[2] / max(sums[3], 1e-9))
        self.started = True
        return np.asarray(np.linalg.inv(information))


@kernel
def _round(
    counts: Floats,
    X: Floats,
    target: int,
    beta: Floats,
    spread: float,
    fitted: Floats,
    trust: Floats,
    information: Floats,
    score: Floats,
) -> None:
    """One round of weighted scoring: fitted means, trust in each week, information and score."""
    terms = beta.size
    information[:] = 0.0
    score[:] = 0.0
    decay = 0.5 ** (1.0 / HALF_LIFE)
    recent = decay ** (target - counts.size)
    for i in range(counts.size - 1, -1, -1):
        linear = 0.0
        for a in range(terms):
            linear += X[i, a] * beta[a]
        fitted[i] = np.exp(min(linear, 30.0))
        residual = (counts[i] - fitted[i]) / np.sqrt(max(spread * fitted[i], 1e-9))
        recent *= decay
        trust[i] = recent if residual <= OUTLYING else recent * (OUTLYING / residual) ** 2
        weight = trust[i] * fitted[i]
        surprise = trust[i] * (counts[i] - fitted[i])
        for a in range(terms):
            score[a] += surprise * X[i, a]
            for b in range(a + 1):
                information[a, b] += weight * X[i, a] * X[i, b]
    for a in range(terms):
        for b in range(a):
            information[b, a] = information[a, b]


@kernel
def _spread(counts: Floats, fitted: Floats, trust: Floats, sums: Floats) -> None:
    """Weighted sums: trust, Pearson residuals², variance beyond Poisson, and squared means."""
    sums[:] = 0.0
    for i in range(counts.size):
        off = (counts[i] - fitted[i]) ** 2
        sums[0] += trust[i]
        sums[1] += trust[i] * off / max(fitted[i], 1e-9)
        sums[2] += trust[i] * (off - fitted[i])
        sums[3] += trust[i] * fitted[i] ** 2


def _interval(mean: Floats, dispersion: Floats, confidence: float) -> tuple[Floats, Floats]:
    """Quantiles of the negative binomial with variance mean + dispersion · mean², NaN where unknown."""
    tail = (1.0 - confidence) / 2.0
    return _quantile(mean, dispersion, tail), _quantile(mean, dispersion, 1.0 - tail)


def _quantile(mean: Floats, dispersion: Floats, level: float) -> Floats:
    """Smallest whole number at or below which at least `level` of the distribution lies, by halving."""
    from scipy.special import betainc

    known = np.isfinite(mean)
    mu = np.maximum(np.where(known, mean, 0.0), 1e-9)
    shape = 1.0 / np.maximum(np.where(known, dispersion, 0.0), 1e-6)
    low = np.full(mu.shape, -1.0)
    high = np.ceil(mu + 12.0 * np.sqrt(mu + mu * mu / shape) + 12.0 + 30.0 * mu / shape)
    while (high - low > 1.0).any():
        middle = np.floor((low + high) / 2.0)
        enough = betainc(shape, middle + 1.0, shape / (shape + mu)) >= level
        high, low = np.where(enough, middle, high), np.where(enough, low, middle)
    return np.where(known, high, np.nan)
