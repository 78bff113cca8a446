"""What a series of weeks lets expect: level, slope and two yearly waves, with older and outlying weeks counting less."""

from dataclasses import dataclass

import numpy as np

from openvis.analysis.checks import Floats, Ints, Times
from openvis.analysis.compiled import kernel
from openvis.analysis.trend.weeks import WEEK_DAYS, YEAR_WEEKS

YEAR = 52.0
"""Weeks in which the slope is measured."""
HALF_LIFE = 104.0
"""Weeks after which a week counts half in what is expected."""
OUTLYING = 2.58
"""Standard deviations above which a past week counts less."""
TERMS = 6
"""Level, slope, and two waves a year of a sine and a cosine each."""
PULL = np.array([0.0, 4.0, 1.0, 1.0, 1.0, 1.0])
"""A mild pull of each term to zero (as so many events would give) keeps sparse series sane; most on the slope."""


def position(mondays: Times) -> Floats:
    """Place in the year of each week, as an angle."""
    return np.asarray(mondays.astype(np.int64) / WEEK_DAYS / YEAR_WEEKS * 2.0 * np.pi)


def waves(angle: Floats) -> list[Floats]:
    return [np.sin(angle), np.cos(angle), np.sin(2 * angle), np.cos(2 * angle)]


def baseline(counts: Floats, angle: Floats, targets: Ints, until: Ints) -> tuple[Floats, Floats]:
    """For each target week: mean, and variance beyond Poisson relative to mean², fitted on the weeks before `until`."""
    X = np.stack([np.ones_like(angle), np.zeros_like(angle), *waves(angle)], axis=1)
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
        # The 1: a lone event in a quiet series is no outlier, however small its mean.
        residual = (counts[i] - fitted[i]) / np.sqrt(spread * fitted[i] + 1.0)
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
    """Weighted sums: means, squared residuals, variance beyond Poisson, and squared means."""
    sums[:] = 0.0
    for i in range(counts.size):
        off = (counts[i] - fitted[i]) ** 2
        sums[0] += trust[i] * fitted[i]
        sums[1] += trust[i] * off
        sums[2] += trust[i] * (off - fitted[i])
        sums[3] += trust[i] * fitted[i] ** 2
