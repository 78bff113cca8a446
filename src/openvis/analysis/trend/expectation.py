"""What a week was expected to bring, from the weeks before it."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from openvis.analysis.checks import Floats, Times, between, finite
from openvis.analysis.trend.baseline import TERMS, baseline, position
from openvis.analysis.trend.tails import interval
from openvis.analysis.trend.weeks import LEAST_WEEKS, WEEK_DAYS, monday, successive


@dataclass(frozen=True)
class Expectation:
    """What a week was expected to bring, and the interval in which it should fall."""

    expected: float
    low: float
    high: float


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
    expected[targets], dispersion[targets] = baseline(series, position(mondays), targets, targets)
    low, high = interval(expected, dispersion, confidence)
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
    mean, dispersion = baseline(series, position(all_weeks), targets, until)
    low, high = interval(mean, dispersion, confidence)
    return Expectation(float(mean[0]), float(low[0]), float(high[0]))


def _series(counts: Any, weeks: Any) -> tuple[Floats, Times]:
    mondays = successive(weeks)
    series = finite("counts", counts, least=0.0)
    if series.size != mondays.size:
        raise ValueError(f"counts has {series.size} values for {mondays.size} weeks; expected one for each")
    return series, mondays


def _enough(least: int) -> None:
    if least < 2 * TERMS:
        raise ValueError(f"least is {least}; expected at least {2 * TERMS} weeks")
