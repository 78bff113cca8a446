"""A weekly series taken apart: trend, season and rest, with how sure its direction is."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from openvis.analysis.checks import Bools, Floats, Times, between
from openvis.analysis.trend.baseline import OUTLYING, position, waves
from openvis.analysis.trend.weeks import LEAST_WEEKS, YEAR_WEEKS, successive

KNOT_WEEKS = 13.0
"""A bend of the trend each quarter at most; the smoothness is learnt from the series."""
SEASON_PULL = 1.0
"""Pull of each wave to zero, as by so many events: keeps the season of a sparse series sane."""
ROUNDS = 100
STIFF, LIMP = 4e3, 1e-3
"""Bounds of the smoothness. Never quite straight: the slope may change within a year by some 13 % a year (one sd)."""

Verdict = Literal["rising", "level", "falling"]


@dataclass(frozen=True)
class Direction:
    """Mean change of the trend over some weeks: 0.1 is 10 % more each year; level where the interval holds 0."""

    verdict: Verdict
    per_year: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Decomposition:
    """All (k,), one for each week: count = trend × season + rest.

    trend: events per week as in an ordinary season, low and high its pointwise interval. season: factor, on average 1
    over a year. rest: what remains, NaN where the count is unknown. direction is over all weeks, lately over the last
    52. dispersion: variance of the rest over its mean; 1 is pure chance.
    """

    trend: Floats
    low: Floats
    high: Floats
    season: Floats
    rest: Floats
    direction: Direction
    lately: Direction
    dispersion: float


def decompose(counts: Any, weeks: Any, confidence: float = 0.95) -> Decomposition:
    """Trend, season and rest of counts per week (k,), NaN where a week is unknown; weeks: their Mondays, successive.

    A quasi-Poisson regression of the logarithm: the trend is a penalised spline (P-spline, Eilers & Marx 1996,
    Statistical Science 11:89-121) with a knot each quarter, the season two waves in a year of 365.25 days, so that a
    year need not be 52 weeks. The smoothness is chosen by restricted likelihood (Wood & Fasiolo 2017, Biometrics
    73:1071-1081). Weeks that stand out count less, as in `trend.band`. Other than STL, which smooths the counts as they
    are, it holds with few events, zeros and missing weeks, and says how sure the trend is; the intervals are Bayesian
    ones and take the rest as independent from week to week.
    Raises ValueError for fewer than 104 known weeks, no event, negative counts, weeks that are not successive Mondays.
    """
    series, mondays, known = _series(counts, weeks)
    between("confidence", confidence, 0.0, 1.0)
    fit = _Fit.of(series, mondays, known)
    z = _normal(0.5 + confidence / 2.0)
    log_season = fit.waves @ fit.beta[fit.knots :]
    year = np.linspace(0.0, 2.0 * np.pi, 365, endpoint=False)
    usual = float(np.exp(np.stack(waves(year), axis=1) @ fit.beta[fit.knots :]).mean())
    log_trend = fit.spline @ fit.beta[: fit.knots]
    inside = fit.covariance[: fit.knots, : fit.knots]
    error = z * np.sqrt(np.einsum("ki,ij,kj->k", fit.spline, inside, fit.spline))
    trend, season = np.exp(log_trend) * usual, np.exp(log_season) / usual
    return Decomposition(
        trend=trend,
        low=trend * np.exp(-error),
        high=trend * np.exp(error),
        season=season,
        rest=np.where(known, series - trend * season, np.nan),
        direction=_direction(fit, inside, z, slice(None)),
        lately=_direction(fit, inside, z, slice(-52, None)),
        dispersion=fit.spread,
    )


def _direction(fit: "_Fit", covariance: Floats, z: float, which: slice) -> Direction:
    """Slope of the straight line through the logarithm of the trend; linear in the coefficients, so its error is too."""
    part = fit.spline[which]
    time = np.arange(part.shape[0], dtype=np.float64)
    time -= time.mean()
    slopes = (time @ part) / (time @ time) * YEAR_WEEKS
    slope = float(slopes @ fit.beta[: fit.knots])
    error = z * float(np.sqrt(slopes @ covariance @ slopes))
    verdict: Verdict = "rising" if slope > error else "falling" if slope < -error else "level"
    return Direction(verdict, *(float(np.expm1(min(it, 30.0))) for it in (slope, slope - error, slope + error)))


@dataclass
class _Fit:
    """The regression: spline (weeks, knots) and waves (weeks, 4), coefficients of both and their covariance."""

    spline: Floats
    waves: Floats
    beta: Floats
    covariance: Floats
    spread: float = 1.0

    @property
    def knots(self) -> int:
        return int(self.spline.shape[1])

    @classmethod
    def of(cls, series: Floats, mondays: Times, known: Bools) -> "_Fit":
        """Weighted scoring; after each round the smoothness and the spread are set anew, until nothing moves."""
        spline, season = _spline(series.size), np.stack(waves(position(mondays)), axis=1)
        knots = spline.shape[1]
        X, y = np.hstack([spline, season])[known], series[known]
        bends = np.diff(np.eye(knots), 2, axis=0)
        rough = np.zeros((X.shape[1], X.shape[1]))
        rough[:knots, :knots] = bends.T @ bends
        pull = np.diag(np.r_[np.zeros(knots), np.full(season.shape[1], SEASON_PULL)])
        beta = np.r_[np.full(knots, np.log(y.mean())), np.zeros(season.shape[1])]
        stiffness, spread = 100.0, 1.0
        for _ in range(ROUNDS):
            mean = np.exp(np.minimum(X @ beta, 30.0))
            trust = _trust(y, mean, spread)
            information = (X * (trust * mean)[:, None]).T @ X
            inverse = np.linalg.inv(information + spread * (stiffness * rough + pull) + 1e-9 * np.eye(beta.size))
            score = X.T @ (trust * (y - mean)) - spread * (stiffness * rough + pull) @ beta
            step = inverse @ score
            beta = beta + step / max(1.0, float(np.abs(step).max()))
            used = float(np.trace(inverse @ information))
            left = max(y.size - used, y.size / 2.0) / y.size
            spread = max(1.0, float((trust * (y - mean) ** 2).sum() / (trust * mean).sum()) / left)
            before = stiffness
            stiffness = _stiffness(beta, rough, inverse * spread, stiffness, knots - 2)
            if np.abs(step).max() < 1e-6 and abs(np.log(stiffness / before)) < 1e-3:
                break
        return cls(spline, season, beta, inverse * spread, spread)


def _trust(y: Floats, mean: Floats, spread: float) -> Floats:
    """Less for weeks above what fits; a lone event in a quiet series is no outlier, however small its mean."""
    off = (y - mean) / np.sqrt(spread * mean + 1.0)
    return np.where(off > OUTLYING, (OUTLYING / np.maximum(off, OUTLYING)) ** 2, 1.0)


def _stiffness(beta: Floats, rough: Floats, covariance: Floats, before: float, rank: int) -> float:
    """A step of Fellner and Schall towards the largest restricted likelihood."""
    free = rank - before * float(np.trace(covariance @ rough))
    bent = float(beta @ rough @ beta)
    return float(np.clip(max(free, 1e-9) / max(bent, 1e-12), LIMP, STIFF))


def _spline(weeks: int) -> Floats:
    """(weeks, knots) cubic B-splines over the weeks."""
    from scipy.interpolate import BSpline

    pieces = max(4, round(weeks / KNOT_WEEKS))
    step = (weeks - 1) / pieces
    knots = np.arange(-3, pieces + 4) * step
    at = np.minimum(np.arange(weeks, dtype=np.float64), (weeks - 1) * (1.0 - 1e-12))
    return np.asarray(BSpline.design_matrix(at, knots, 3).toarray())


def _normal(level: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(level))


def _series(counts: Any, weeks: Any) -> tuple[Floats, Times, Bools]:
    mondays = successive(weeks)
    series = np.asarray(counts, dtype=np.float64)
    if series.shape != mondays.shape:
        raise ValueError(f"counts has shape {series.shape} for {mondays.size} weeks; expected one count for each")
    known = ~np.isnan(series)
    if np.isinf(series).any() or (series[known] < 0).any():
        raise ValueError("counts holds negative or infinite values; expected 0 or more, NaN where a week is unknown")
    if known.sum() < LEAST_WEEKS:
        raise ValueError(f"counts has {int(known.sum())} known weeks; expected at least {LEAST_WEEKS}")
    if series[known].sum() <= 0:
        raise ValueError("counts holds no event; expected at least one")
    return series, mondays, known
